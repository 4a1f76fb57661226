"""Compiles a checked filter into one SQL condition over the event row ``e``; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from thresher.capture.filter.context_sql import own_stretches_sql, rows_sql
from thresher.capture.filter.predicates import condition_sql, present_sql
from thresher.capture.filter.typed import (
    AllOf,
    Always,
    AnyOf,
    Checked,
    FirstOf,
    Nearby,
    Negation,
    Node,
    OddOf,
    Present,
    Subject,
    Test,
    subjects,
    values,
)
from thresher.capture.store.access import Access, Located
from thresher.capture.store.homes import SHOWN, AnyAncestorRow, EventRow, Home

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Leaf: TypeAlias = "Test | Present"


Context: TypeAlias = "Nearby | FirstOf"


def compile_filter(
    checked: Checked,
    tables: Mapping[str, str] | None = None,
    start_ns: int = 0,
    *,
    in_time_order: bool = False,
    found: Mapping[Context, str] | None = None,
) -> str:
    """The condition as SQL over ``events AS e``.

    It is true for the events that match and false or NULL for the others, so it belongs behind WHERE or WHEN; whoever
    negates it writes ``NOT coalesce(…, FALSE)``.

    Args:
        checked: the filter.
        tables: qualified name of the table of each field in ``checked.lazy``, by ``FieldRef.key``.
        start_ns: time of the capture's first event.
        in_time_order: events are shown by time, not by number; says what is ``first``.
        found: qualified name of a table of ``num`` for each context function that has been answered.

    Raises:
        QueryError: a lazy field is not among the tables.
    """
    compiler = Compiler(Access(checked.catalogue, tables, start_ns), in_time_order=in_time_order, found=found)
    return compiler.sql(checked.root, wanted=True, conjunct=True)


class Compiler:
    """One filter on its way to SQL.

    Negations are pushed down to the tests, so that the parts are joined by AND and OR only and NULL can stand for
    false everywhere. Tests on the same row of another table become one subquery over it. Only events that are shown,
    which ``matched`` is true of, count as matches of context functions: what is first, or what others are around,
    would not be seen otherwise.
    """

    def __init__(
        self,
        access: Access,
        *,
        in_time_order: bool = False,
        matched: str = SHOWN,
        found: Mapping[Context, str] | None = None,
    ) -> None:
        self.access = access
        self.in_time_order = in_time_order
        self.matched = matched
        self.found = found or {}

    def sql(self, node: Node, *, wanted: bool, conjunct: bool) -> str:
        """The condition that ``node`` is ``wanted``.

        ``conjunct`` says that it has to hold for the whole to hold, where an anti join is best.
        """
        home = self.home(node)
        if home is not None:
            return self.elsewhere(node, home, wanted=wanted, conjunct=conjunct)
        match node:
            case Negation(item):
                return self.sql(item, wanted=not wanted, conjunct=conjunct)
            case Always(value):
                return "TRUE" if value is wanted else "FALSE"
            case AllOf(items):
                return self.joined(AllOf, items, wanted=wanted, conjunct=conjunct)
            case AnyOf(items):
                return self.joined(AnyOf, items, wanted=wanted, conjunct=conjunct)
            case OddOf(items):
                return self.odd(items, wanted=wanted)
            case Test() | Present():
                condition = self.leaf(node)
                return condition if wanted else f"NOT coalesce({condition}, FALSE)"
            case Nearby() | FirstOf():
                table = self.found.get(node)
                rows = self.rows(node) if table is None else f"SELECT num FROM {table}"
                return f"e.num IN ({rows})" if wanted else f"NOT (e.num IN ({rows}))"

    def rows(self, node: Context, others: str | None = None) -> str:
        """A SELECT of the numbers of all rows that a context function holds of; ``others`` as in ``rows_sql``."""
        condition = f"{self.matched} AND ({self.sql(node.item, wanted=True, conjunct=True)})"
        return rows_sql(node, condition, self.access, in_time_order=self.in_time_order, others=others)

    def stretches(self, node: Nearby) -> str:
        """A SELECT of the stretches of time around the matches."""
        condition = f"{self.matched} AND ({self.sql(node.item, wanted=True, conjunct=True)})"
        return own_stretches_sql(node, condition)

    def joined(self, kind: type[AllOf | AnyOf], items: Sequence[Node], *, wanted: bool, conjunct: bool) -> str:
        """Several items under AND or OR; what lives in the same row goes into one subquery."""
        conjunctive = (kind is AllOf) is wanted
        groups: dict[Home, list[Node]] = {}
        order: list[Node | Home] = []
        for item in items:
            home = self.home(item)
            if home is None:
                order.append(item)
            else:
                if home not in groups:
                    order.append(home)
                groups.setdefault(home, []).append(item)
        nodes = [self.merged(kind, groups[each]) if isinstance(each, Home) else each for each in order]
        inner = conjunct and conjunctive
        parts = [self.sql(node, wanted=wanted, conjunct=inner) for node in nodes]
        return parts[0] if len(parts) == 1 else f"({(' AND ' if conjunctive else ' OR ').join(parts)})"

    def merged(self, kind: type[AllOf | AnyOf], items: list[Node]) -> Node:
        """Items of one row under their connective."""
        return items[0] if len(items) == 1 else kind(tuple(items))

    def odd(self, items: Sequence[Node], *, wanted: bool) -> str:
        """Whether an odd number of items holds."""
        parts = [f"coalesce({self.sql(item, wanted=True, conjunct=False)}, FALSE)" for item in items]
        return f"(({chain(parts)}) = {'TRUE' if wanted else 'FALSE'})"

    # --- rows of other tables ---

    def home(self, node: Node) -> Home | None:
        """The one row of another table that all of a tree reads; None where there is no such row."""
        match node:
            case Test() | Present():
                return self.leaf_home(node)
            case Negation(item):
                return self.home(item)
            case AllOf(items) | AnyOf(items) | OddOf(items):
                first = self.home(items[0])
                alike = first is not None and all(self.home(item) == first for item in items[1:])
                return first if alike else None
        return None

    def leaf_home(self, leaf: Leaf) -> Home | None:
        """The same of a test."""
        homes = {self.locate(each).home for each in fields(leaf)}
        home = homes.pop()
        return None if homes or isinstance(home, (EventRow, AnyAncestorRow)) else home

    def elsewhere(self, node: Node, home: Home, *, wanted: bool, conjunct: bool) -> str:
        """A tree that reads one row of another table, as one subquery over it.

        Where the tree holds of a row that is missing, the subquery looks for the rows of which it does not hold.
        """
        without_row = holds_without_row(node) is wanted
        inside = self.inside(node, wanted=wanted is not without_row)
        return home.lacks(inside, conjunct=conjunct) if without_row else home.holds(inside)

    def inside(self, node: Node, *, wanted: bool) -> str:
        """The condition that a tree over one row is ``wanted``, over that row."""
        match node:
            case Negation(item):
                return self.inside(item, wanted=not wanted)
            case AllOf(items) | AnyOf(items):
                joiner = " AND " if isinstance(node, AllOf) is wanted else " OR "
                return f"({joiner.join(self.inside(item, wanted=wanted) for item in items)})"
            case OddOf(items):
                parts = [f"coalesce({self.inside(item, wanted=True)}, FALSE)" for item in items]
                return f"(({chain(parts)}) = {'TRUE' if wanted else 'FALSE'})"
            case Test() | Present():
                condition = self.bare(node)
                return condition if wanted else f"NOT coalesce({condition}, FALSE)"
            case Always(value):
                return "TRUE" if value is wanted else "FALSE"
        raise TypeError(f"{type(node).__name__} reads more than one row")

    # --- single tests ---

    def leaf(self, leaf: Leaf) -> str:
        """A test that is not all in one row of another table."""
        homes = {self.locate(each).home for each in fields(leaf)}
        first = next(iter(homes))
        if isinstance(first, AnyAncestorRow):
            return self.of_any_ancestor(leaf, first)
        return self.bare(leaf) if homes == {EventRow()} else self.across(leaf)

    def bare(self, leaf: Leaf) -> str:
        """A test over the row that all its fields are read from."""
        return condition_sql(leaf, lambda subject: self.locate(subject).columns)

    def across(self, leaf: Leaf) -> str:
        """A comparison of fields from different rows, in a subquery that joins them."""
        selection = self.access.selection()
        condition = condition_sql(leaf, lambda subject: selection.read(self.locate(subject)))
        return f"e.num IN (SELECT e.num FROM {selection.source()} WHERE {condition})"

    def of_any_ancestor(self, leaf: Leaf, home: AnyAncestorRow) -> str:
        """A test of all ancestors: one has to pass; with ``every``, there is one and none fails."""
        if isinstance(leaf, Present) or not leaf.every:
            return home.holds(self.bare(leaf))
        there = present_sql(leaf.subject, lambda subject: self.locate(subject).columns)
        fails = f"{there} AND NOT coalesce({self.bare(leaf)}, FALSE)"
        return f"({home.holds(there)} AND {home.lacks(fails)})"

    def locate(self, subject: Subject) -> Located:
        """Where a subject's values are."""
        return self.access.locate(subject.ref, through_arrays=True)


def fields(leaf: Leaf) -> list[Subject]:
    """The fields that a test reads, at least one."""
    return [each for value in values(leaf) for each in subjects(value)]


def holds_without_row(node: Node) -> bool:
    """The truth of a tree when nothing it reads is there: every test is false."""
    match node:
        case Negation(item):
            return not holds_without_row(item)
        case AllOf(items):
            return all(map(holds_without_row, items))
        case AnyOf(items):
            return any(map(holds_without_row, items))
        case OddOf(items):
            return sum(map(holds_without_row, items)) % 2 == 1
        case Always(value):
            return value
    return False


def chain(parts: Sequence[str]) -> str:
    """The exclusive or of true-or-false conditions."""
    result = parts[0]
    for part in parts[1:]:
        result = f"({result}) <> ({part})"
    return result
