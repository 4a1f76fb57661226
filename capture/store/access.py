"""Turns a field into SQL: where its row is, its value for display and the joins that brings in; part of stage ③.

    access = Access(store.catalogue, start_ns=…, tables={"evt.arg.fd": "lazy_1.field"})
    selection = access.selection()
    columns = [selection.add(access.catalogue.resolve(name)) for name in names]
    listed = ", ".join(itertools.chain.from_iterable(columns))
    sql = f"SELECT e.num, {listed} FROM {selection.source()}"

An IP field is two columns, the high and low half of the address; every other field, lists too, is one. Lists of
addresses hold text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import QueryError
from thresher.capture.keyed import Keyed
from thresher.capture.model import (
    Ancestor,
    Argument,
    Column,
    Common,
    Computed,
    FieldRef,
    FieldType,
    Json,
    Replay,
    Sql,
    Version,
    Window,
)
from thresher.capture.note_fields import Noted
from thresher.capture.store import address_sql, json_numbers, json_path, quoting
from thresher.capture.store.clock import on_common_clock
from thresher.capture.store.homes import (
    EVENTS,
    MAX_LEVEL,
    PROCESS_KEY,
    PROCESSES,
    AncestorRow,
    AnyAncestorRow,
    EventRow,
    Home,
    LinkedRow,
)
from thresher.capture.store.json_sql import typed, typed_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.capture.registry import Catalogue

START = re.compile(r":start_ns\b")
ARGUMENT = ":argument"
"""Stands in an SQL expression for what the field was given in brackets, as a text literal."""


@dataclass(frozen=True, slots=True)
class Located:
    """A field's value: the row it is read from and SQL over that row's alias.

    Attributes:
        ref: the field.
        home: the row.
        columns: one expression; for a single address two, its high and low half.
        is_list: the expression is an SQL list; lists of addresses hold text.
    """

    ref: FieldRef
    home: Home
    columns: tuple[str, ...]
    is_list: bool = False


class Access:
    """SQL for the fields of one store.

    Args:
        catalogue: the store's fields and relations.
        tables: qualified table of each lazy field that has been built, by ``FieldRef.key``.
        start_ns: time of the capture's first event.
        shift_ns: see ``Store.shift_ns``.
        as_written: numbers among the members of JSON records are spelled as there, which costs planning.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        tables: Mapping[str, str] | None = None,
        start_ns: int = 0,
        *,
        shift_ns: int = 0,
        as_written: bool = True,
    ) -> None:
        self.catalogue = catalogue
        self._tables = tables or {}
        self._start_ns = quoting.number(start_ns)
        self._shift_ns = shift_ns
        self._as_written = as_written

    def locate(self, ref: FieldRef, *, through_arrays: bool = False) -> Located:
        """Where the value of a field with a place of its own is.

        Args:
            ref: any field that is neither ``Common`` nor filter-only.
            through_arrays: a JSON path given as an argument is a list of all it leads to, as filters want it.

        Raises:
            QueryError: the field has no value of its own, or is lazy and was not built.
        """
        field = ref.field
        match field.place:
            case Column(name):
                return self._element(ref, EventRow(), on_common_clock(field.name, f"e.{name}", self._shift_ns))
            case Sql(expression):
                written = on_common_clock(field.name, START.sub(self._start_ns, expression), self._shift_ns)
                if ref.argument is not None and ARGUMENT in written:
                    return self._located(ref, EventRow(), written.replace(ARGUMENT, quoting.text(ref.argument)))
                return self._element(ref, EventRow(), written)
            case Version(relation, expression):
                return self._element(ref, self._linked(relation), qualified(with_argument(ref, expression)))
            case Ancestor(expression, level):
                return self._located(ref, self._ancestor(ref, level), qualified(expression))
            case Json(path):
                return self._json(ref, path, through_arrays)
            case Noted() if field.type is FieldType.BOOL:
                return self._located(ref, EventRow(), f"(e.num IN (SELECT num FROM {self._lazy(ref).table}))")
            case Window() | Computed():
                return self._located(ref, self._lazy(ref), "r.value")
            case Replay(_, relation, expression):
                return self._located(ref, self._probed(ref, relation), qualified(expression))
        raise QueryError(f"field '{ref.key}' stands for several others and has no value of its own")

    def selection(self) -> Selection:
        """An empty select list."""
        return Selection(self)

    def _located(self, ref: FieldRef, home: Home, expression: str) -> Located:
        if ref.field.type is FieldType.IP and not ref.field.is_list:
            return Located(ref, home, halves(expression))
        return Located(ref, home, (expression,), ref.field.is_list)

    def _element(self, ref: FieldRef, home: Home, expression: str) -> Located:
        """The element that the argument counts to from 0, absent beyond the end; without an argument all of them."""
        if ref.argument is None or ref.field.argument is not Argument.INDEX:
            return self._located(ref, home, expression)
        element = f"list_extract({expression}, {quoting.number(int(ref.argument) + 1)})"
        if ref.field.type is FieldType.IP:
            return Located(ref, home, typed(element, FieldType.IP))
        return Located(ref, home, (element,))

    def _linked(self, relation: str) -> Home:
        table = self.catalogue.relations[relation]
        return LinkedRow(table.name, table.key, table.link)

    def _probed(self, ref: FieldRef, relation: str) -> Home:
        """The collected number itself, or the row of which it is the key."""
        numbers = self._lazy(ref)
        if not relation:
            return numbers
        table = self.catalogue.relations[relation]
        rows = (
            f"SELECT n.num AS at_num, v.* FROM {numbers.table} AS n JOIN {table.name} AS v ON v.{table.key} = n.value"
        )
        return LinkedRow(f"({rows})", "at_num", "e.num")

    def _lazy(self, ref: FieldRef) -> LinkedRow:
        table = self._tables.get(ref.key)
        if table is None:
            raise QueryError(f"field '{ref.key}' has not been computed for this capture")
        place = ref.field.place
        return LinkedRow(table, "key", place.link) if isinstance(place, Keyed) else LinkedRow(table, "num", "e.num")

    def _ancestor(self, ref: FieldRef, level: int | None) -> Home:
        if level is None and ref.argument is None:
            return AnyAncestorRow()
        generations = int(ref.argument or 0) if level is None else level
        if generations > MAX_LEVEL:
            raise QueryError(f"'{ref.key}': ancestors can be named up to level {MAX_LEVEL}; '{ref.field.name}' is any")
        return AncestorRow(generations) if generations else LinkedRow(PROCESSES, PROCESS_KEY, f"e.{PROCESS_KEY}")

    def _json(self, ref: FieldRef, path: str | None, through_arrays: bool) -> Located:
        if ref.field.argument is Argument.INDEX and ref.argument is not None:
            # counted in the array that is marked, so that an element without the member is not passed over
            picked = (path or "").replace("[*]", f"[{int(ref.argument)}]", 1)
            text = json_path.straight("e.raw", json_path.segments(picked))
            return Located(ref, EventRow(), typed(text, ref.field.type))
        keys = json_path.segments(".".join(part for part in (path, ref.argument) if part))
        if ref.field.is_list or (through_arrays and ref.argument is not None):
            texts = json_numbers.texts_at("e.raw", keys)
            return Located(ref, EventRow(), (typed_list(texts, ref.field.type),), is_list=True)
        is_text = ref.field.argument is Argument.PATH or (ref.field.type is FieldType.STRING and self._as_written)
        if not is_text:
            return Located(ref, EventRow(), typed(json_path.straight("e.raw", keys), ref.field.type))
        text = json_numbers.text_at("e.raw", keys)
        if ref.argument is not None:
            listed = json_numbers.texts_at("e.raw", keys)
            text = f"coalesce({text}, nullif(to_json({listed})::VARCHAR, '[]'))"
        return Located(ref, EventRow(), typed(text, ref.field.type))


class Selection:
    """A select list over ``events AS e`` that grows field by field, each other table joined once."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._homes: dict[Home, list[str]] = {}

    def add(self, ref: FieldRef) -> tuple[str, ...]:
        """Expressions for one more field: (high, low) for a single address, otherwise one.

        Raises:
            QueryError: the field has no single value to show.
        """
        if isinstance(ref.field.place, Common) and not ref.field.either:
            return (self._common(ref),)
        if ref.field.is_filter_only or ref.field.either:
            raise QueryError(f"field '{ref.key}' can only be filtered on; it has no single value to show")
        located = self._access.locate(ref)
        if isinstance(located.home, AnyAncestorRow):
            raise QueryError(f"field '{ref.key}' needs a level to be shown, as in '{ref.field.name}[2]'")
        return self.read(located)

    def read(self, located: Located) -> tuple[str, ...]:
        """The columns of a located value as expressions over the joined row."""
        if isinstance(located.home, EventRow):
            return located.columns
        columns = self._homes.setdefault(located.home, [])
        alias = self._alias(located.home)
        for column in located.columns:
            if column not in columns:
                columns.append(column)
        return tuple(f"{alias}.c{columns.index(column)}" for column in located.columns)

    def source(self) -> str:
        """What follows FROM: the events and the joins that the fields added so far need."""
        joins = [home.join(self._alias(home), columns) for home, columns in self._homes.items()]
        return " ".join((f"{EVENTS} AS e", *joins))

    def _alias(self, home: Home) -> str:
        return f"j{list(self._homes).index(home)}"

    def _common(self, ref: FieldRef) -> str:
        own = [self._access.catalogue.resolve(name) for name in own_names(ref)]
        if not ref.field.is_list:
            return f"coalesce({', '.join([*(self._text(each) for each in own), 'NULL'])})"
        lists = [self._texts(each) for each in own if not isinstance(each.field.place, Common)]
        joined = f"flatten([{', '.join(lists)}])"
        fitting = address_sql.pair("t") if ref.field.type is FieldType.IP else "t"
        present = f"list_filter({joined}, LAMBDA t : {fitting} IS NOT NULL)"
        return f"nullif({present}, [])"

    def _text(self, ref: FieldRef) -> str:
        return text_of(self.add(ref), ref.field.type, ref.field.is_list)

    def _texts(self, ref: FieldRef) -> str:
        if ref.field.either:
            inner = [self._access.catalogue.resolve(name) for name in ref.field.either]
            return f"flatten([{', '.join(self._texts(each) for each in inner)}])"
        if ref.field.is_list:
            columns = self.add(ref)
            return f"list_transform(coalesce({columns[0]}, []), LAMBDA x : x::VARCHAR)"
        return f"[{self._text(ref)}]"


def own_names(ref: FieldRef) -> Sequence[str]:
    """The fields of the source that a common field is made of."""
    return ref.field.place.names if isinstance(ref.field.place, Common) else ()


def with_argument(ref: FieldRef, expression: str) -> str:
    """The expression with the field's argument as a text, NULL where it has none, for ``:argument``."""
    if ARGUMENT not in expression:
        return expression
    return expression.replace(ARGUMENT, "NULL" if ref.argument is None else quoting.text(ref.argument))


def qualified(expression: str) -> str:
    """A bare column name as a column of ``r``; any other expression as it is."""
    return f"r.{expression}" if expression.isidentifier() else expression


def halves(expression: str) -> tuple[str, str]:
    """The two columns of an address from their common stem, or from an expression with ``{half}`` for hi and lo."""
    if "{half}" in expression:
        return f"({expression.replace('{half}', 'hi')})", f"({expression.replace('{half}', 'lo')})"
    return f"{expression}_hi", f"{expression}_lo"


def text_of(columns: tuple[str, ...], field_type: FieldType, is_list: bool = False) -> str:
    """A value as VARCHAR, the way common fields show and compare it."""
    if len(columns) == 2:
        high, low = columns
        return address_sql.text(high, low)
    if is_list:
        return f"array_to_string({columns[0]}, ', ')"
    if field_type is FieldType.STRING:
        return columns[0]
    if field_type is FieldType.BYTES:
        return f"lower(hex({columns[0]}))"
    return f"({columns[0]})::VARCHAR"
