"""Finds for every event what was said last of its thread's memory, by an event or the process list (stage ②)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thresher.capture.evidence import Numbers
from thresher.dissectors.syscall.fields.memory import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.contract import Lookup

ROWS_AT_ONCE = 983_040
"""Whole row groups of the store, so that each part goes to disk compressed."""

_BORN = "max(CASE WHEN origin <> 0 THEN from_num END) OVER (PARTITION BY tid ORDER BY proc_id)"
_LIVES = f"SELECT tid, is_main, coalesce({_BORN}, 0)::BIGINT AS born FROM processes ORDER BY proc_id"


def told(what: str, lookup: Lookup) -> Iterator[Numbers]:
    """The column of ``memory`` that ``what`` names, for all events in order, where their thread was told of.

    What was said of a thread that had the number before is not said of this one.
    """
    is_main_only, column = what.startswith(MAIN), what.removeprefix(MAIN)
    lives = lookup.columns(_LIVES)
    rows = lookup.columns(f"SELECT tid, from_num, {column} AS told FROM memory ORDER BY tid, from_num")
    late = lookup.columns("SELECT num, before_num FROM late ORDER BY num")
    tids, places = np.unique(np.ma.getdata(lives["tid"]), return_inverse=True)
    place = _keyed(places, 0)
    changes = _keyed(np.searchsorted(tids, rows["tid"]), rows["from_num"])
    for columns in _events(lookup):
        known = ~np.ma.getmaskarray(columns["proc_id"])
        process = np.where(known, np.ma.getdata(columns["proc_id"]), 0)
        if not len(rows["tid"]) or not len(tids):
            continue
        when = place[process] + _when(columns["num"], late)
        found = np.searchsorted(changes, when, side="right") - 1
        known &= (found >= 0) & (changes[found] >= place[process] + lives["born"][process])
        values = np.ma.getdata(rows["told"])[found]
        if is_main_only:
            values = np.where(np.ma.getdata(lives["is_main"])[process], values, 0)
        yield Numbers(columns["num"], np.ma.masked_array(values, ~known | np.ma.getmaskarray(rows["told"])[found]))


def _keyed(place: Any, num: Any) -> Any:
    """A thread and a row as one number: threads by their place among all, so that any thread id fits."""
    return (np.asarray(place, np.int64) << 32) + np.asarray(num, np.int64)


def _events(lookup: Lookup) -> Iterator[dict[str, Any]]:
    """Number and process of all events, some at a time."""
    first = 0
    while True:
        within = f"num >= {first} AND num < {first + ROWS_AT_ONCE}"
        columns = lookup.columns(f"SELECT num, proc_id FROM events WHERE {within} ORDER BY num")
        if not len(columns["num"]):
            return
        yield columns
        first += ROWS_AT_ONCE


def _when(nums: Any, late: dict[str, Any]) -> Any:
    """The row up to which what was said counts: rows stored late are told nothing that came after their place."""
    when = np.asarray(nums, np.int64)
    if len(late["num"]):
        places = np.minimum(np.searchsorted(late["num"], nums), len(late["num"]) - 1)
        is_late = late["num"][places] == nums
        when = np.where(is_late, np.asarray(late["before_num"], np.int64)[places] - 1, when)
    return when
