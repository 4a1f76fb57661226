"""Where a field's row is, seen from the event row, and how SQL gets there and back; part of stage ③."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

EVENTS = "events"
PROCESSES = "processes"
PARENTAGE = "parentage"
PROCESS_KEY = "proc_id"
"""The event column, and the key of ``processes``, that ancestry starts from."""

MAX_LEVEL = 32
"""How many generations up a single ancestor can be asked for."""


class Home(ABC):
    """A row that a value is read from: the event's own (alias ``e``), or another one (alias ``r``)."""

    @property
    @abstractmethod
    def alias(self) -> str:
        """The alias that declared expressions use for the row."""

    @abstractmethod
    def holds(self, predicate: str) -> str:
        """A boolean over ``e`` that is true or false, never NULL: the row exists and the predicate is true of it."""

    def lacks(self, predicate: str) -> str:
        """The negation of ``holds``, in the form that is fastest where it is one of several conditions that must hold."""
        return f"NOT ({self.holds(predicate)})"

    @abstractmethod
    def join(self, alias: str, columns: Sequence[str]) -> str:
        """A LEFT JOIN behind ``events AS e`` that offers the expressions as ``alias.c0``, ``alias.c1`` …"""


@dataclass(frozen=True, slots=True)
class EventRow(Home):
    """The event's own row."""

    @property
    def alias(self) -> str:
        return "e"

    def holds(self, predicate: str) -> str:
        return f"coalesce({predicate}, FALSE)"

    def join(self, alias: str, columns: Sequence[str]) -> str:
        raise NotImplementedError("the event row is there already")


@dataclass(frozen=True, slots=True)
class LinkedRow(Home):
    """At most one row of another table, whose ``key`` equals the expression ``link`` over ``e``."""

    table: str
    key: str
    link: str

    @property
    def alias(self) -> str:
        return "r"

    def holds(self, predicate: str) -> str:
        inside = f"({self.link}) IN (SELECT r.{self.key} FROM {self.table} AS r WHERE {predicate})"
        return f"coalesce({inside}, FALSE)"

    def lacks(self, predicate: str) -> str:
        # An anti join is null-safe by itself and measured to be about twice as fast as the coalesced form.
        return f"NOT EXISTS (SELECT 1 FROM {self.table} AS r WHERE r.{self.key} = ({self.link}) AND {predicate})"

    def join(self, alias: str, columns: Sequence[str]) -> str:
        return f"LEFT JOIN ({numbered(f'r.{self.key}', self.table, columns)}) AS {alias} ON {alias}.k = ({self.link})"


@dataclass(frozen=True, slots=True)
class AncestorRow(Home):
    """The process ``level`` generations up when the event happened; ``level`` ≥ 1."""

    level: int

    @property
    def alias(self) -> str:
        return "r"

    def holds(self, predicate: str) -> str:
        return within(lineage(self.level, predicate))

    def join(self, alias: str, columns: Sequence[str]) -> str:
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

    @property
    def alias(self) -> str:
        return "r"

    def holds(self, predicate: str) -> str:
        return within(all_lineage(predicate))

    def join(self, alias: str, columns: Sequence[str]) -> str:
        raise NotImplementedError("several rows have no single value")


def numbered(key: str, table: str, columns: Sequence[str]) -> str:
    """A SELECT of a key as ``k`` and expressions over ``r`` as ``c0``, ``c1`` …"""
    listed = "".join(f", {column} AS c{index}" for index, column in enumerate(columns))
    return f"SELECT {key} AS k{listed} FROM {table} AS r"


def within(intervals: str) -> str:
    """Whether the event lies in one of the intervals ``(proc_id, from_num, to_num)``, as a boolean over ``e``.

    The join runs inside an uncorrelated subquery: correlated, DuckDB first deduplicates all events (20 times slower).
    """
    return (
        f"e.num IN (SELECT x.num FROM {EVENTS} AS x JOIN ({intervals}) AS i ON i.{PROCESS_KEY} = x.{PROCESS_KEY} "
        "AND i.from_num <= x.num AND x.num < i.to_num)"
    )


def lineage(level: int, predicate: str) -> str:
    """Intervals in which a process has an ancestor ``level`` generations up of which the predicate over ``r`` is true."""
    joins = []
    for step in range(2, level + 1):
        joins.append(
            f"JOIN {PARENTAGE} AS a{step} ON a{step}.{PROCESS_KEY} = a{step - 1}.parent_{PROCESS_KEY} "
            f"AND a{step}.from_num < {least(step - 1)} AND {greatest(step - 1)} < a{step}.to_num"
        )
    return (
        f"SELECT a1.{PROCESS_KEY}, {greatest(level)} AS from_num, {least(level)} AS to_num FROM {PARENTAGE} AS a1 "
        + "".join(f"{join} " for join in joins)
        + f"JOIN {PROCESSES} AS r ON r.{PROCESS_KEY} = a{level}.parent_{PROCESS_KEY} WHERE {predicate}"
    )


def greatest(level: int) -> str:
    """The latest start of the first ``level`` steps."""
    return folded("greatest", "from_num", level)


def least(level: int) -> str:
    """The earliest end of the first ``level`` steps."""
    return folded("least", "to_num", level)


def folded(function: str, column: str, level: int) -> str:
    """One column of the first ``level`` steps under a function of any number of arguments."""
    parts = [f"a{step}.{column}" for step in range(1, level + 1)]
    return parts[0] if level == 1 else f"{function}({', '.join(parts)})"


def all_lineage(predicate: str) -> str:
    """Intervals in which a process has an ancestor, at any distance, of which the predicate over ``r`` is true.

    Descends from the matching processes. UNION drops what was seen, so that a loop in a hostile capture ends.
    """
    return (
        f"WITH RECURSIVE d AS (SELECT a.{PROCESS_KEY}, a.from_num, a.to_num FROM {PARENTAGE} AS a "
        f"JOIN {PROCESSES} AS r ON r.{PROCESS_KEY} = a.parent_{PROCESS_KEY} WHERE {predicate} "
        f"UNION SELECT a.{PROCESS_KEY}, greatest(a.from_num, d.from_num), least(a.to_num, d.to_num) "
        f"FROM {PARENTAGE} AS a JOIN d ON a.parent_{PROCESS_KEY} = d.{PROCESS_KEY} "
        "AND a.from_num < d.to_num AND d.from_num < a.to_num) SELECT * FROM d"
    )
