"""Where a field's row is, seen from the event row, and how SQL gets there and back; part of stage ③."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.model import EventFlag

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = f"(e.flags & {EventFlag.INTERNAL:d}) = 0"
"""True of rows that are not the recorder's bookkeeping."""

EVENTS = "events"
PROCESSES = "processes"
PARENTAGE = "parentage"
PROCESS_KEY = "proc_id"
"""The event column, and the key of ``processes``, that ancestry starts from."""

MAX_LEVEL = 32
"""How many generations up a single ancestor can be asked for."""


EVENT_KEY = "e.num"
"""What a row is linked by in tables that have one an event."""

_ALL_ROWS = re.compile(r"\b([rx]\.\w+) >= 0 AND ")


def bounded(condition: str, low: int, high: int) -> str:
    """A condition that says the same of the rows ``low`` to ``high``, reading only those of tables with a row an event.

    Without it each slice of the events would read such a table from end to end. What stands between quotes, written by
    anybody, is left as it is.
    """
    pieces = condition.split("'")
    pieces[::2] = [_ALL_ROWS.sub(rf"\1 BETWEEN {low:d} AND {high:d} AND ", piece) for piece in pieces[::2]]
    return "'".join(pieces)


@dataclass(frozen=True, slots=True)
class Home:
    """A row that a value is read from: the event's own (alias ``e``), or another one (alias ``r``)."""

    def holds(self, predicate: str) -> str:
        """A condition over ``e``: the row exists and the predicate is true of it; NULL can stand for false."""
        raise NotImplementedError

    def lacks(self, predicate: str, *, conjunct: bool = True) -> str:
        """The negation of ``holds``, true or false, never NULL.

        ``conjunct`` says that it is one of several conditions that must all hold.
        """
        return f"NOT coalesce({self.holds(predicate)}, FALSE)"

    def join(self, alias: str, columns: Sequence[str]) -> str:
        """A LEFT JOIN behind ``events AS e`` that offers the expressions as ``alias.c0``, ``alias.c1`` …"""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class EventRow(Home):
    """The event's own row; it needs no join."""

    def holds(self, predicate: str) -> str:
        """The predicate itself."""
        return predicate


@dataclass(frozen=True, slots=True)
class LinkedRow(Home):
    """At most one row of another table, whose ``key`` equals the expression ``link`` over ``e``."""

    table: str
    key: str
    link: str

    def holds(self, predicate: str) -> str:
        """A semi-join."""
        return f"({self.link}) IN (SELECT r.{self.key} FROM {self.table} AS r WHERE {self._rows}{predicate})"

    def lacks(self, predicate: str, *, conjunct: bool = True) -> str:
        """An anti join, null-safe by itself and twice as fast, unless it stands under OR, where it is slower."""
        if not conjunct:
            return f"NOT coalesce({self.holds(predicate)}, FALSE)"
        linked = f"r.{self.key} = ({self.link})"
        return f"NOT EXISTS (SELECT 1 FROM {self.table} AS r WHERE {linked} AND {self._rows}{predicate})"

    @property
    def _rows(self) -> str:
        """Where the table has a row an event: what ``bounded`` narrows."""
        return f"r.{self.key} >= 0 AND " if self.link == EVENT_KEY else ""

    def join(self, alias: str, columns: Sequence[str]) -> str:
        """The row by its key."""
        return f"LEFT JOIN ({numbered(f'r.{self.key}', self.table, columns)}) AS {alias} ON {alias}.k = ({self.link})"


@dataclass(frozen=True, slots=True)
class AncestorRow(Home):
    """The process ``level`` generations up when the event happened; ``level`` ≥ 1."""

    level: int

    def holds(self, predicate: str) -> str:
        """The event lies in an interval in which such a process had this place."""
        return within(lineage(self.level, predicate))

    def join(self, alias: str, columns: Sequence[str]) -> str:
        """Up through the intervals step by step, then the process."""
        steps = []
        child = f"e.{PROCESS_KEY}"
        for step in range(1, self.level + 1):
            parent = f"{alias}_{step}"
            steps.append(
                f"LEFT JOIN {PARENTAGE} AS {parent} ON {parent}.{PROCESS_KEY} = {child} "
                f"AND {parent}.from_num <= e.num AND e.num < {parent}.to_num"
            )
            child = f"{parent}.parent_{PROCESS_KEY}"
        rows = numbered(f"r.{PROCESS_KEY}", PROCESSES, columns)
        return " ".join((*steps, f"LEFT JOIN ({rows}) AS {alias} ON {alias}.k = {child}"))


@dataclass(frozen=True, slots=True)
class AnyAncestorRow(Home):
    """Any of the processes above the event's own when it happened: several rows, of which one has to match."""

    def holds(self, predicate: str) -> str:
        """The event lies in an interval in which such a process was above its own."""
        return within(all_lineage(predicate))


def numbered(key: str, table: str, columns: Sequence[str]) -> str:
    """A SELECT of a key as ``k`` and expressions over ``r`` as ``c0``, ``c1`` …"""
    listed = "".join(f", {column} AS c{index}" for index, column in enumerate(columns))
    return f"SELECT {key} AS k{listed} FROM {table} AS r"


def within(intervals: str) -> str:
    """Whether the event lies in one of the intervals ``(proc_id, from_num, to_num)``; never NULL.

    The join runs inside an uncorrelated subquery: correlated, DuckDB first deduplicates all events (20 times slower).
    """
    return (
        f"e.num IN (SELECT x.num FROM {EVENTS} AS x JOIN ({intervals}) AS i ON i.{PROCESS_KEY} = x.{PROCESS_KEY} "
        "WHERE x.num >= 0 AND i.from_num <= x.num AND x.num < i.to_num)"
    )


def lineage(level: int, predicate: str) -> str:
    """Intervals in which the ancestor ``level`` generations above a process is one that the predicate holds of."""
    joins = [
        f"JOIN {PARENTAGE} AS a{step} ON a{step}.{PROCESS_KEY} = a{step - 1}.parent_{PROCESS_KEY} "
        f"AND a{step}.from_num < {earliest_end(step - 1)} AND {latest_start(step - 1)} < a{step}.to_num "
        for step in range(2, level + 1)
    ]
    return (
        f"SELECT a1.{PROCESS_KEY}, {latest_start(level)} AS from_num, {earliest_end(level)} AS to_num "
        f"FROM {PARENTAGE} AS a1 {''.join(joins)}"
        f"JOIN {PROCESSES} AS r ON r.{PROCESS_KEY} = a{level}.parent_{PROCESS_KEY} WHERE {predicate}"
    )


def latest_start(steps: int) -> str:
    """Where the intervals of the first steps begin to overlap."""
    return f"greatest({', '.join(f'a{step}.from_num' for step in range(1, steps + 1))})"


def earliest_end(steps: int) -> str:
    """Where the intervals of the first steps cease to overlap."""
    return f"least({', '.join(f'a{step}.to_num' for step in range(1, steps + 1))})"


def all_lineage(predicate: str) -> str:
    """Intervals in which one of the ancestors of a process, at any distance, is one that the predicate holds of.

    Descends from the matching processes. UNION drops what was seen, so that a loop in a hostile capture ends.
    """
    return (
        f"WITH RECURSIVE d AS (SELECT a.{PROCESS_KEY}, a.from_num, a.to_num FROM {PARENTAGE} AS a "
        f"JOIN {PROCESSES} AS r ON r.{PROCESS_KEY} = a.parent_{PROCESS_KEY} WHERE {predicate} "
        f"UNION SELECT a.{PROCESS_KEY}, greatest(a.from_num, d.from_num), least(a.to_num, d.to_num) "
        f"FROM {PARENTAGE} AS a JOIN d ON a.parent_{PROCESS_KEY} = d.{PROCESS_KEY} "
        "AND a.from_num < d.to_num AND d.from_num < a.to_num) SELECT * FROM d"
    )
