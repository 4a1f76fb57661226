"""Counts which values of a field occur (stage ④), slice by slice behind the caller, so that nobody has to wait."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from thresher.capture.errors import Cancelled, QueryError, ThresherError
from thresher.capture.filter.complete import Counted, Counts
from thresher.capture.model import Ancestor, Computed, FieldRef, FieldType, Replay, Window
from thresher.capture.note_fields import Noted
from thresher.capture.query.asking import ask, built
from thresher.capture.query.condition import access, applied, shown
from thresher.capture.query.matches import ROW_GROUP
from thresher.capture.query.parts import common_parts, lazy_parts
from thresher.capture.query.steps import Steps
from thresher.capture.query.window import fetch_columns
from thresher.capture.store.access import text_of
from thresher.capture.store.cancel import Cancel
from thresher.capture.store.homes import LinkedRow, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from thresher.capture.registry import Catalogue
    from thresher.capture.store.store import Store

BUDGET_S = 0.015
"""How long one call waits for what is being counted."""

AIM_S = 0.06
"""How long a slice should take; the first one is small."""

SLOW_S = 0.25
"""How long one may take where most of it is the same for any number of rows, as with tables beside the events."""

KEPT = 2000
"""Values kept of a slice; where there are more, counts are lower bounds."""

FIRST = ROW_GROUP // 16
"""Rows of the smallest slice."""

SAMPLES = 8
"""Places in which rows are looked into for a field that has not been built."""

SAMPLE = 16
"""Rows in each whose bytes are looked into."""

STRETCH = 8192
"""Rows among which these are looked for."""

REMEMBERED = 32
UNCOUNTED = frozenset({FieldType.TIME})
"""Types of which every event has a value of its own."""


@dataclass(slots=True)
class _Count:
    """What is known of one field under one filter.

    Attributes:
        slice: the values and counts of the rows from one to another.
        rows: how many rows there are to look at.
        at: how far that has come.
        size: rows of the next slice.
        cost: seconds a row of the last slice took.
        is_cut: not all of the rows, or of their values, are looked at.
        is_narrowed: the filter is in force.
        found: what was counted.
    """

    slice: Callable[[int, int], Sequence[tuple[Any, int]]]
    rows: int
    at: int = 0
    size: int = FIRST
    cost: float = math.inf
    is_cut: bool = False
    is_narrowed: bool = True
    found: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """How much of it is done."""
        return self.at / self.rows if self.rows else 1.0

    @property
    def exact(self) -> bool:
        """Whether every row has been counted."""
        return self.at >= self.rows and not self.is_cut


@dataclass(slots=True)
class _Counting:
    """A field's counts on their way: those of its parts in turn."""

    counts: Sequence[_Count]
    lock: threading.Lock

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to count."""
        return all(each.share >= 1 for each in self.counts)

    def step(self) -> None:
        """Count a slice of the part that has come least far."""
        kept = min(self.counts, key=lambda each: each.share)
        high = min(kept.at + kept.size, kept.rows) - 1
        began = time.perf_counter()
        found = kept.slice(kept.at, high)
        took = time.perf_counter() - began
        with self.lock:
            kept.found.update({str(value): int(count) for value, count in found})
            kept.is_cut |= len(found) >= KEPT
            kept.at = high + 1
        kept.size, kept.cost = next_size(kept.size, took, kept.cost), took / kept.size

    def known(self) -> Counts:
        """What has been counted so far."""
        joined: Counter[str] = Counter()
        with self.lock:
            for each in self.counts:
                joined.update(each.found)
            values = [Counted(value, count) for value, count in joined.most_common(KEPT)]
            exact = all(each.exact for each in self.counts)
            return Counts(values, exact, self.is_done, all(each.is_narrowed for each in self.counts))


class ValueCounts:
    """The values of fields of one store under filters; what was asked for last is counted on between calls.

    May be called from any thread.
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._lock, self._found = threading.Lock(), threading.Lock()
        self._kept: dict[tuple[str, str, int], _Count] = {}
        self._steps, self._cancel = Steps(), Cancel()
        store.before_close(self._stop)

    def _stop(self) -> None:
        """Count no more."""
        self._cancel.cancel()
        self._steps.stop()

    def of(self, ref: FieldRef, text: str, budget_s: float = BUDGET_S) -> Counts:
        """The values of a field among the shown events that match a filter, most frequent first.

        Args:
            ref: the field.
            text: the filter; one that needs a field which has not been built is passed over, and the counts are then
                not narrowed.
            budget_s: how long to wait for more.

        Raises:
            QueryError: the database cannot count, or the store is closed.
        """
        with self._lock:
            wanted = _Counting([self._kept_count(part, text) for part in self._parts(ref)], self._found)
        self._steps.carry_on(wanted, budget_s)
        return wanted.known()

    def _parts(self, ref: FieldRef) -> list[FieldRef]:
        parts = common_parts(self._catalogue, ref)
        return [part for part in parts if part.field.type not in UNCOUNTED and not _is_any_ancestor(part)]

    def _kept_count(self, ref: FieldRef, text: str) -> _Count:
        """What is known so far."""
        rows = self._store.count()
        key = (ref.key, text, self._store.noted.revision)
        kept = self._kept.get(key)
        if kept is None or kept.rows > rows:
            kept = self._begun(ref, text, rows)
            while len(self._kept) >= REMEMBERED:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = kept
        kept.rows = rows
        return kept

    def _begun(self, ref: FieldRef, text: str, rows: int) -> _Count:
        where, is_whole = self._where(text)
        if not self._is_ready(ref):
            if not isinstance(ref.field.place, Computed):
                return _Count(lambda low, high: (), rows, size=rows + 1, is_cut=True)
            step = max(rows // SAMPLES, 1)
            return _Count(self._sample(ref, where), rows, size=step, is_cut=True, is_narrowed=is_whole)
        statement = self._statement(ref, where)
        return _Count(
            lambda low, high: ask(self._store, statement(low, high), self._cancel), rows, is_narrowed=is_whole
        )

    def _is_ready(self, ref: FieldRef) -> bool:
        """Whether the field's values are there, or SQL makes them on the way."""
        place = ref.field.place
        return isinstance(place, Noted) or not isinstance(place, (Computed, Replay, Window)) or self._store.is_kept(ref)

    def _where(self, text: str) -> tuple[str, bool]:
        """The condition, and whether it is the whole filter."""
        if not text:
            return shown(self._store.noted.left_out(), internal=False), True
        from thresher.capture.filter import prepare
        from thresher.capture.filter.typed import contexts

        try:
            checked = prepare(text, self._catalogue)
            if all(map(self._is_ready, checked.lazy)) and next(contexts(checked.root), None) is None:
                return shown(applied(self._store, self._catalogue, text), internal=False), True
        except QueryError:
            pass
        return shown(self._store.noted.left_out(), internal=False), False

    def _statement(self, ref: FieldRef, where: str) -> Callable[[int, int], str]:
        """Values and counts of the rows from one to another; events are counted before names are looked up."""
        own = access(self._store, built(self._store, lazy_parts(self._catalogue, ref)))
        located = own.locate(ref)
        columns = located.columns
        if not isinstance(located.home, LinkedRow):
            selection = own.selection()
            columns = selection.read(located)
        listed = ", ".join(f"{column} AS c{at}" for at, column in enumerate(columns))
        value = text_of(tuple(f"c{at}" for at in range(len(columns))), ref.field.type, ref.field.is_list)

        def statement(low: int, high: int) -> str:
            inside = f"e.num BETWEEN {low} AND {high} AND {bounded(where, low, high)}"
            if isinstance(located.home, LinkedRow):
                home = located.home
                counted = f"SELECT {home.link} AS k, count(*) AS n FROM events AS e WHERE {inside} GROUP BY 1"
                rows = f"SELECT {listed}, g.n AS n FROM ({counted}) AS g JOIN {home.table} AS r ON r.{home.key} = g.k"
            else:
                rows = f"SELECT {listed}, 1 AS n FROM {selection.source()} WHERE {inside}"
            grouped = f"SELECT * EXCLUDE n, sum(n)::BIGINT AS n FROM ({rows}) WHERE c0 IS NOT NULL GROUP BY ALL"
            return f"SELECT {value} AS v, n FROM ({grouped}) ORDER BY n DESC LIMIT {KEPT}"

        return statement

    def _sample(self, ref: FieldRef, where: str) -> Callable[[int, int], Sequence[tuple[Any, int]]]:
        """The values of a few rows of a stretch: the field is in the bytes."""

        def sample(low: int, high: int) -> Sequence[tuple[Any, int]]:
            types = self._store.dissector.computed_types(ref.field.name, ref.argument)
            wanted = f" AND e.type_id IN ({', '.join(str(int(one)) for one in sorted(types)[:4096])})" if types else ""
            inside = f"e.num BETWEEN {low} AND {min(low + STRETCH, high)} AND {bounded(where, low, high)}{wanted}"
            sql = f"SELECT e.num FROM events AS e WHERE {inside} LIMIT {SAMPLE}"
            nums = [num for (num,) in ask(self._store, sql, self._cancel)]
            return list(Counter(_texts(self._store, ref, nums)).items())

        return sample


def next_size(size: int, took_s: float, cost_before: float) -> int:
    """A slice that should take ``AIM_S``; twice as much where rows cost far less than in the smaller slice before it.

    Args:
        size: rows of the slice.
        took_s: how long it took.
        cost_before: seconds a row in the slice before; infinite where there was none.
    """
    if AIM_S < took_s <= SLOW_S and took_s / size < 0.75 * cost_before:
        return size * 2
    return max(int(size * min(AIM_S / max(took_s, 1e-6), 4.0)), FIRST)


def _is_any_ancestor(ref: FieldRef) -> bool:
    return isinstance(ref.field.place, Ancestor) and ref.field.place.level is None and ref.argument is None


def _texts(store: Store, ref: FieldRef, nums: Sequence[int]) -> Iterator[str]:
    import numpy as np

    try:
        (values,) = fetch_columns(store, [ref], np.array(nums, np.uint32))
    except Cancelled:
        raise
    except ThresherError:
        return
    for value in values:
        if isinstance(value, bytes):
            yield value.hex()
        elif value is not None:
            yield ", ".join(value) if isinstance(value, list) else str(value)
