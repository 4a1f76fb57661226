"""Reads fields of chosen rows (stage ④): stored ones by SQL, computed ones straight from the bytes of those rows."""

from __future__ import annotations

import logging
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import numpy as np

from thresher.capture.contract import BlockDissector, Events
from thresher.capture.model import Computed, FieldRef, Value
from thresher.capture.query.asking import ask_cells, ask_columns, ask_names, built
from thresher.capture.query.condition import access
from thresher.capture.query.keeping import kept
from thresher.capture.query.parts import computed_parts, lazy_parts
from thresher.capture.store.clock import shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from thresher.capture.contract import RawEvent
    from thresher.capture.store.access import Selection
    from thresher.capture.store.store import Store

DENSE = 4
"""Rows are read by ranges where these hold at most this many times as many as are wanted."""

RANGES = 8
"""Most gaps between the ranges of one statement."""

GAP = 1024
"""Rows closer than this are in one range."""

LISTED = 65_536
"""Most rows named one by one in a statement."""

MAPPED = 0xFFFF
LOG = logging.getLogger("thresher")


def fetch(store: Store, refs: Sequence[FieldRef | None], nums: NDArray[np.uint32]) -> list[tuple[Value, ...]]:
    """The values of fields in rows, a tuple each, in the order of ``nums``; see ``fetch_columns``."""
    return list(zip(*fetch_columns(store, refs, nums), strict=True)) if refs else [()] * len(nums)


def fetch_columns(
    store: Store, refs: Sequence[FieldRef | None], nums: NDArray[np.uint32], *, as_written: bool = True
) -> list[Sequence[Value]]:
    """The values of fields in rows, a sequence for each field, in the order of ``nums``.

    Args:
        store: what is asked.
        refs: fields; None for one that is absent here.
        nums: rows, in any order, repeated or not.
        as_written: see ``Access``.

    Raises:
        QueryError: a field has no single value.
    """
    if not len(nums):
        return [()] * len(refs)
    unique, inverse = distinct(nums)
    columns = _Plan(store, refs, as_written).read(unique)
    if inverse is None:
        return columns
    places = inverse.tolist()
    return [[column[place] for place in places] for column in columns]


def heads(store: Store, column: str, nums: NDArray[np.uint32]) -> list[int | None]:
    """One column of the event table in rows, in the order of ``nums``; times on the common clock."""
    wanted = f"e.{column}" if column != "time_ns" else shifted("e.time_ns", store.shift_ns)
    return [row[0] for row in select_rows(store, [wanted], "events AS e", nums)]


def select_rows(store: Store, columns: Sequence[str], source: str, nums: NDArray[np.uint32]) -> list[tuple[Any, ...]]:
    """SQL expressions over ``e`` in rows, in the order of ``nums``, which may repeat."""
    if not len(nums):
        return []
    unique, inverse = distinct(nums)
    rows = list(zip(*_query(store, columns, source, unique), strict=True))
    return rows if inverse is None else [rows[place] for place in inverse.tolist()]


def raw_events(store: Store, nums: NDArray[np.uint32]) -> Sequence[RawEvent]:
    """The rows with the bytes they were made from, in the order of ``nums``; ``Events`` where a row has a block."""
    names = ask_names(store, "events")
    if isinstance(store.dissector, BlockDissector):
        return store.with_blocks(_event_columns(store, names, nums))
    rows = select_rows(store, [f'e."{name}"' for name in names], "events AS e", nums)
    return store.with_bytes([dict(zip(names, row, strict=True)) for row in rows])


def _event_columns(store: Store, names: Sequence[str], nums: NDArray[np.uint32]) -> dict[str, Any]:
    """Columns of the event table in rows, in the order of ``nums``, as numpy arrays by name, masked where absent."""
    if not len(nums):
        return {}
    unique, inverse = distinct(nums)
    parts = [ask_columns(store, sql) for sql in statements([f'e."{name}"' for name in names], "events AS e", unique)]
    found = parts[0] if len(parts) == 1 else {name: joined([part[name] for part in parts]) for name in names}
    if len(found["num"]) > len(unique):
        wanted = np.searchsorted(found["num"], unique)
        found = {name: column[wanted] for name, column in found.items()}
    return found if inverse is None else {name: column[inverse] for name, column in found.items()}


def joined(parts: Sequence[Any]) -> Any:
    """Numpy arrays, some of them masked, as one."""
    concatenate: Callable[[Sequence[Any]], Any] = np.ma.concatenate
    return concatenate(parts)


def distinct(nums: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp] | None]:
    """The rows ascending and each once, and where each of ``nums`` is among them; None where they are that already."""
    if len(nums) < 2 or bool(np.all(nums[1:] > nums[:-1])):
        return nums, None
    unique, inverse = np.unique(nums, return_inverse=True)
    return unique, inverse


class _Plan:
    """How a list of fields is read: which columns of one SELECT, which computed."""

    def __init__(self, store: Store, refs: Sequence[FieldRef | None], as_written: bool) -> None:
        self._store = store
        self._refs = refs
        self._columns: list[str] = []
        self._stored: dict[int, tuple[int, int]] = {}
        self._computed: dict[int, list[FieldRef]] = {}
        self._tables = built(store, [*_windows(store, refs), *kept(store, refs)])
        selection = access(store, self._tables, as_written=as_written).selection()
        for place, ref in enumerate(refs):
            if ref is not None:
                self._add(selection, place, ref)
        self._source = selection.source()

    def _add(self, selection: Selection, place: int, ref: FieldRef) -> None:
        computed = computed_parts(self._store.catalogue, ref)
        if computed and ref.key not in self._tables:
            self._computed[place] = computed
            return
        columns = selection.add(ref)
        self._stored[place] = (len(self._columns), len(columns))
        self._columns += columns

    def read(self, nums: NDArray[np.uint32]) -> list[Sequence[Value]]:
        """The columns, ``nums`` being ascending and each once."""
        stored = _query(self._store, self._columns, self._source, nums) if self._columns else []
        computed = self._compute(nums)
        columns: list[Sequence[Value]] = []
        for place, ref in enumerate(self._refs):
            if place in computed:
                columns.append(computed[place])
            elif ref is None:
                columns.append([None] * len(nums))
            else:
                columns.append(self._stored_values(stored, place))
        return columns

    def _stored_values(self, stored: list[Sequence[Any]], place: int) -> Sequence[Value]:
        at, width = self._stored[place]
        if width == 1:
            return stored[at]
        return [None if low is None else address(high, low) for high, low in zip(*stored[at : at + 2], strict=True)]

    def _compute(self, nums: NDArray[np.uint32]) -> dict[int, list[Value]]:
        if not self._computed:
            return {}
        events = raw_events(self._store, nums)
        values: dict[int, list[Value]] = {}
        for place, parts in self._computed.items():
            ref = self._refs[place]
            found = [_part(self._store, part, events, nums) for part in parts]
            if ref is None or ref is parts[0]:
                values[place] = found[0]
            else:
                values[place] = all_present(found) if ref.field.is_list else first_present(found)
        return values


def _windows(store: Store, refs: Sequence[FieldRef | None]) -> list[FieldRef]:
    """Fields that need the whole event table, named or as parts of common ones."""
    return [part for ref in refs if ref is not None for part in lazy_parts(store.catalogue, ref, whole_only=True)]


def _part(store: Store, ref: FieldRef, events: Sequence[RawEvent], nums: NDArray[np.uint32]) -> list[Value]:
    if isinstance(ref.field.place, Computed):
        return computed(store, ref, events)
    return [row[0] for row in fetch(store, [ref], nums)]


def first_present(columns: Sequence[Sequence[Value]]) -> list[Value]:
    """For each row the first value that is there, as text."""
    return [
        next((value if isinstance(value, str) else str(value) for value in row if value is not None), None)
        for row in zip(*columns, strict=True)
    ]


def all_present(columns: Sequence[Sequence[Value]]) -> list[Value]:
    """For each row all values that are there, as texts; None where there are none."""
    found: list[Value] = []
    for row in zip(*columns, strict=True):
        lists = [value if isinstance(value, list) else [value] for value in row if value is not None]
        texts = [str(one) for values in lists for one in values]
        found.append(texts or None)
    return found


def computed(store: Store, ref: FieldRef, events: Sequence[RawEvent]) -> list[Value]:
    """A computed field's values; an event whose bytes the dissector stumbles over has none."""
    types = store.dissector.computed_types(ref.field.name, ref.argument)
    if types is None:
        return _of_all(store, ref, events)
    places = _of_types(events, types)
    chosen = events.take(places) if isinstance(events, Events) else [events[place] for place in places]
    found = _of_all(store, ref, chosen)
    values: list[Value] = [None] * len(events)
    for place, value in zip(places, found, strict=True):
        values[place] = value
    return values


def _of_types(events: Sequence[RawEvent], types: frozenset[int]) -> list[int]:
    """Which of the events are of these types."""
    if isinstance(events, Events):
        return [place for place, type_id in enumerate(events.columns["type_id"].tolist()) if type_id in types]
    return [place for place, event in enumerate(events) if event.row["type_id"] in types]


def _of_all(store: Store, ref: FieldRef, events: Sequence[RawEvent]) -> list[Value]:
    try:
        return store.dissector.compute(ref.field.name, ref.argument, events, store.lookup())
    except Exception:
        LOG.exception("%s: field %s", store.spec, ref.key)
        return [_one(store, ref, event) for event in events]


def _one(store: Store, ref: FieldRef, event: RawEvent) -> Value:
    try:
        return store.dissector.compute(ref.field.name, ref.argument, [event], store.lookup())[0]
    except Exception:
        LOG.debug("%s: field %s of row %s", store.spec, ref.key, event.row.get("num"))
        return None


@lru_cache(maxsize=65536)
def address(high: int, low: int) -> str:
    """An address of two halves as text: dotted where it is IPv4 in IPv6, otherwise RFC 5952."""
    if high == 0 and low >> 32 == MAPPED:
        return str(IPv4Address(low & 0xFFFFFFFF))
    return str(IPv6Address(high << 64 | low))


def _query(store: Store, columns: Sequence[str], source: str, nums: NDArray[np.uint32]) -> list[Sequence[Any]]:
    """Columns of rows, ``nums`` being ascending and each once."""
    named = [f"{column} AS v{place}" for place, column in enumerate((*columns, "e.num"))]
    parts = [ask_cells(store, sql) for sql in statements(named, source, nums)]
    found = parts[0]
    if len(parts) > 1:
        found = [list(chain.from_iterable(column)) for column in zip(*parts, strict=True)]
    cells, present = found[:-1], found[-1]
    if len(present) == len(nums):
        return cells
    wanted = set(nums.tolist())
    is_wanted = [num in wanted for num in present]
    return [list(compress(column, is_wanted)) for column in cells]


def statements(columns: Sequence[str], source: str, nums: NDArray[np.uint32]) -> list[str]:
    """SELECTs that give columns of all these rows in order, and perhaps of some between them.

    Args:
        columns: SQL expressions.
        source: what follows FROM, the events being ``e``.
        nums: at least one row, ascending and each once.

    Scattered rows are named in one text inside a range: numbers written one by one cost eight times as much, in
    taking the statement apart and in comparing; bound as a parameter, they would make DuckDB scan the table.
    """
    listed = ", ".join(columns)
    ranges = _ranges(nums)
    if sum(last - first + 1 for first, last in ranges) <= DENSE * len(nums):
        inside = " OR ".join(f"e.num BETWEEN {first} AND {last}" for first, last in ranges)
        return [f"SELECT {listed} FROM {source} WHERE {inside} ORDER BY e.num"]
    parts = [nums[start : start + LISTED].tolist() for start in range(0, len(nums), LISTED)]
    return [
        f"SELECT {listed} FROM {source} WHERE e.num BETWEEN {part[0]} AND {part[-1]} AND e.num IN "
        f"(SELECT unnest(CAST(string_split('{','.join(map(str, part))}', ',') AS UINTEGER[]))) ORDER BY e.num"
        for part in parts
    ]


def _ranges(nums: NDArray[np.uint32]) -> list[tuple[int, int]]:
    """The ranges that ascending rows stand in, parted at the widest gaps: rows that came late lie far from the rest."""
    gaps = np.diff(nums)
    at = np.sort(np.argpartition(gaps, -RANGES)[-RANGES:] if len(gaps) > RANGES else np.arange(len(gaps)))
    at = at[gaps[at] > GAP]
    firsts, lasts = nums[np.concatenate(([0], at + 1))], nums[np.concatenate((at, [len(nums) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
