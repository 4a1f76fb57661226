"""Small questions about one store that need no filter (stage ④): numbers, times, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.model import EventFlag
from thresher.capture.query.asking import ask, ask_columns, built
from thresher.capture.query.condition import access, condition, shown
from thresher.capture.query.parts import lazy_parts
from thresher.capture.store.access import text_of
from thresher.capture.store.clock import shifted
from thresher.capture.store.homes import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from thresher.capture.model import FieldRef
    from thresher.capture.store.store import Store

FINE = ("ok", "SUCCESS", "")
"""Outcomes that are no failures."""

SLICE = 8 * 122_880
"""Rows read at once where whole columns are: eight row groups."""


def internal_count(store: Store) -> int:
    """How many rows are the recorder's bookkeeping."""
    return _flagged(store, EventFlag.INTERNAL)


def ignored_count(store: Store) -> int:
    """How many rows are ignored and not the recorder's bookkeeping."""
    left_out = store.noted.left_out()
    if not left_out:
        return 0
    return int(ask(store, f"SELECT count(*) FROM events AS e WHERE {SHOWN} AND NOT ({left_out})")[0][0])


def unfinished_count(store: Store) -> int:
    """How many calls have begun whose end is not in the capture."""
    return _flagged(store, EventFlag.UNFINISHED)


def _flagged(store: Store, flag: EventFlag) -> int:
    return int(ask(store, f"SELECT count(*) FROM events WHERE (flags & {flag:d}) <> 0")[0][0])


def num_of(store: Store, evt_num: int) -> int | None:
    """The row of the event with this number, or of the next one that exists."""
    sql = f"SELECT num FROM events WHERE evt_num >= {int(evt_num)} ORDER BY evt_num, num LIMIT 1"
    return _first(ask(store, sql))


def first_at(store: Store, time_ns: int) -> tuple[int, int] | None:
    """Time and row of the earliest event at or after a time."""
    time = shifted("time_ns", store.shift_ns)
    sql = f"SELECT {time} AS t, num FROM events WHERE {time} >= {int(time_ns)} ORDER BY t, num LIMIT 1"
    rows = ask(store, sql)
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


def _first(rows: list[tuple[int]]) -> int | None:
    return int(rows[0][0]) if rows else None


def late_rows(store: Store) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Rows that were stored after rows which follow them in the capture, and the row each stands before.

    Of calls that several threads left unfinished at one place, the first to be stored may be any.
    """
    sql = (
        "SELECT l.num, l.before_num + CASE WHEN b.evt_num < e.evt_num THEN 1 ELSE 0 END AS before_num FROM late AS l "
        "JOIN events AS e USING (num) LEFT JOIN events AS b ON b.num = l.before_num ORDER BY 2, e.evt_num, l.num"
    )
    found = ask_columns(store, sql)
    return found["num"].astype(np.uint32), found["before_num"].astype(np.uint32)


def all_times(store: Store, missing: int) -> NDArray[np.int64]:
    """The time of every row in ns, ``missing`` where there is none."""
    time = shifted("time_ns", store.shift_ns)
    sql = f"SELECT CASE WHEN time_ns > 0 THEN {time} ELSE {missing} END AS t FROM events ORDER BY num"
    found: NDArray[np.int64] = ask_columns(store, sql)["t"]
    return found


def time_span(store: Store) -> tuple[int, int] | None:
    """First and last time of the shown rows in ns."""
    time = shifted("time_ns", store.shift_ns)
    rows = ask(store, f"SELECT min({time}), max({time}) FROM events AS e WHERE {SHOWN} AND time_ns > 0")
    return None if rows[0][0] is None else (int(rows[0][0]), int(rows[0][1]))


def bucket_counts(store: Store, start_ns: int, bucket_ns: int, buckets: int) -> list[tuple[int, int, int]]:
    """Bucket, events and failures of the shown rows in ``buckets`` stretches from ``start_ns`` on."""
    failure, source = _failure(store)
    time, end = shifted("e.time_ns", store.shift_ns), start_ns + bucket_ns * buckets
    where = shown(store.noted.left_out(), internal=False)
    sql = (
        f"SELECT ({time} - ({start_ns})) // {bucket_ns}, count(*), count(*) FILTER (WHERE {failure}) "
        f"FROM {source} WHERE {where} AND {time} >= ({start_ns}) AND {time} < ({end}) GROUP BY 1"
    )
    rows = ask(store, sql)
    return [(int(bucket), int(events), int(failures)) for bucket, events, failures in rows]


def times_of(store: Store, nums: NDArray[np.uint32]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Times in ns and failures of chosen rows, slice by slice; rows without a time are left out.

    Args:
        store: what is asked.
        nums: ascending.
    """
    failure, source = _failure(store)
    time, at = shifted("e.time_ns", store.shift_ns), 0
    while at < len(nums):
        low = int(nums[at])
        until = int(np.searchsorted(nums, low + SLICE))
        high = int(nums[until - 1])
        sql = (
            f"SELECT e.num AS num, {time} AS t, {failure} AS f FROM {source} "
            f"WHERE e.num BETWEEN {low} AND {high} AND e.time_ns > 0"
        )
        found = ask_columns(store, sql)
        wanted = np.zeros(high - low + 1, np.bool_)
        wanted[nums[at:until] - np.uint32(low)] = True
        chosen = wanted[found["num"] - np.uint32(low)]
        yield found["t"][chosen], found["f"][chosen].astype(np.bool_)
        at = until


def top(store: Store, ref: FieldRef, where: str) -> list[tuple[str, int]]:
    """The values of a field as text, with how many events have them, most frequent first."""
    tables = built(store, lazy_parts(store.catalogue, ref))
    selection = access(store, tables).selection()
    value = text_of(selection.add(ref), ref.field.type, ref.field.is_list)
    sql = (
        f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM {selection.source()} WHERE {where}) "
        "WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v"
    )
    return [(str(value), int(count)) for value, count in ask(store, sql)]


def _failure(store: Store) -> tuple[str, str]:
    """A boolean over the shown rows that says whether the event failed, and the source it is over."""
    if store.dissector.failure:
        return f"coalesce({condition(store, store.catalogue, store.dissector.failure)}, FALSE)", "events AS e"
    if store.catalogue.get("outcome") is None:
        return "FALSE", "events AS e"
    ref = store.catalogue.resolve("outcome")
    tables = built(store, lazy_parts(store.catalogue, ref))
    selection = access(store, tables).selection()
    (value,) = selection.add(ref)
    listed = ", ".join(f"'{word}'" for word in FINE)
    return f"coalesce({value} NOT IN ({listed}), FALSE)", selection.source()
