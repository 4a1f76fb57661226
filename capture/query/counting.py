"""Counts which values of a field occur (stage ④), a little at each call, so that nobody has to wait for an answer."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from thresher.capture.errors import Cancelled, QueryError, ThresherError
from thresher.capture.filter.complete import Counted, Counts
from thresher.capture.model import Ancestor, Computed, FieldRef, FieldType, Window
from thresher.capture.note_fields import Noted
from thresher.capture.query.asking import ask, built
from thresher.capture.query.condition import access, applied, shown
from thresher.capture.query.matches import ROW_GROUP
from thresher.capture.query.parts import common_parts, lazy_parts
from thresher.capture.query.window import fetch_columns
from thresher.capture.store.access import text_of
from thresher.capture.store.homes import LinkedRow, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from thresher.capture.registry import Catalogue
    from thresher.capture.store.store import Store

BUDGET_S = 0.012
"""How long one call may count, the slice that is being counted aside."""

AIM_S = BUDGET_S / 3
"""How long a slice should take."""

SLOW_S = 0.05
"""How long one may take where most of it is the same for any number of rows, as with tables beside the events."""

KEPT = 2000
"""Values kept of a slice; where there are more, counts are lower bounds."""

FIRST = ROW_GROUP // 16
"""Rows of the smallest slice."""

SAMPLE = 32
"""Rows, in each of four places, whose bytes are looked into for a field that has not been built."""

REMEMBERED = 32
UNCOUNTED = frozenset({FieldType.TIME})
"""Types of which every event has a value of its own."""


@dataclass(slots=True)
class _Count:
    """What is known of one field under one filter."""

    statement: Callable[[int, int], str]
    rows: int
    at: int = 0
    size: int = FIRST
    cost: float = math.inf
    is_cut: bool = False
    found: Counter[str] = field(default_factory=Counter)

    @property
    def exact(self) -> bool:
        return self.at >= self.rows and not self.is_cut


class ValueCounts:
    """The values of fields of one store under filters; each call counts on where the last one stopped.

    May be called from any thread.
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, int], _Count] = {}

    def of(self, ref: FieldRef, text: str, budget_s: float = BUDGET_S) -> Counts:
        """The values of a field among the shown events that match a filter, most frequent first.

        Args:
            ref: the field.
            text: the filter; one that needs a field which has not been built is passed over, and the counts are then
                not exact.
            budget_s: how long to count.
        """
        with self._lock:
            counts = [self._kept_count(part, text) for part in self._parts(ref)]
            until = time.perf_counter() + budget_s
            for place, each in enumerate(sorted(counts, key=lambda count: count.at / max(count.rows, 1))):
                if not place or time.perf_counter() < until:
                    self._count_on(each, until)
        joined: Counter[str] = Counter()
        for each in counts:
            joined.update(each.found)
        values = [Counted(value, count) for value, count in joined.most_common(KEPT)]
        return Counts(values, all(each.exact for each in counts), all(each.at >= each.rows for each in counts))

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
        if isinstance(ref.field.place, Computed):
            return self._sampled(ref, where, rows)
        if isinstance(ref.field.place, Window) and not isinstance(ref.field.place, Noted):
            return _Count(_nothing, rows, rows, is_cut=True)
        return _Count(self._statement(ref, where), rows, is_cut=not is_whole)

    def _where(self, text: str) -> tuple[str, bool]:
        """The condition, and whether it is the whole filter."""
        if not text:
            return shown(self._store.noted.left_out(), internal=False), True
        from thresher.capture.filter import prepare
        from thresher.capture.filter.typed import contexts

        try:
            checked = prepare(text, self._catalogue)
            is_ready = all(isinstance(ref.field.place, Noted) for ref in checked.lazy)
            if is_ready and next(contexts(checked.root), None) is None:
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

    def _count_on(self, kept: _Count, until: float) -> None:
        while kept.at < kept.rows:
            high = min(kept.at + kept.size, kept.rows) - 1
            began = time.perf_counter()
            found = ask(self._store, kept.statement(kept.at, high))
            took = time.perf_counter() - began
            kept.found.update({str(value): int(count) for value, count in found})
            kept.is_cut |= len(found) >= KEPT
            kept.at = high + 1
            kept.size, kept.cost = next_size(kept.size, took, kept.cost), took / kept.size
            if time.perf_counter() >= until:
                return

    def _sampled(self, ref: FieldRef, where: str, rows: int) -> _Count:
        """A few rows only: the field is in the bytes."""
        types = self._store.dissector.computed_types(ref.field.name, ref.argument)
        wanted = f" AND e.type_id IN ({', '.join(str(int(each)) for each in sorted(types)[:4096])})" if types else ""
        found: Counter[str] = Counter()
        for low, high in _samples(rows):
            inside = f"e.num BETWEEN {low} AND {high} AND {where}{wanted}"
            nums = [num for (num,) in ask(self._store, f"SELECT e.num FROM events AS e WHERE {inside} LIMIT {SAMPLE}")]
            found.update(_texts(self._store, ref, nums))
        return _Count(_nothing, rows, rows, is_cut=True, found=found)


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


def _nothing(low: int, high: int) -> str:
    raise ValueError(f"rows {low} to {high} are not counted by SQL")


def _is_any_ancestor(ref: FieldRef) -> bool:
    return isinstance(ref.field.place, Ancestor) and ref.field.place.level is None and ref.argument is None


def _samples(rows: int) -> Iterator[tuple[int, int]]:
    """Four stretches of a store."""
    step = max(rows // 4, 1)
    for low in range(0, rows, step):
        yield low, min(low + 8192, rows) - 1


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
