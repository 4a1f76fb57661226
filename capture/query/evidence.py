"""Rows by the number that their event has in its own file, however many files were opened with it (stage ④)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.contract import RecordDissector
from thresher.capture.query.asking import ask
from thresher.capture.query.window import select_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from thresher.capture.store.store import Store

LISTED = 10_000
"""Numbers named in one statement."""


class Numbered(NamedTuple):
    """A row, the file it was found in and its ``evt_num`` there; a record that came twice is there twice."""

    num: int
    file_id: int
    evt_num: int


def numbers_before(store: Store) -> dict[int, int]:
    """For each file the ``evt_num`` before its first event, which counting in the file alone begins from.

    Blocks are counted by the capture itself. Records are counted over all files of a set, so that another file in the
    folder would number them anew.
    """
    if not isinstance(store.dissector, RecordDissector):
        return {0: 0}
    rows = ask(
        store,
        "SELECT file_id, min(evt_num) - 1 FROM (SELECT file_id, evt_num FROM events UNION ALL "
        "SELECT file_id, evt_num FROM copies) GROUP BY file_id",
    )
    return {int(file_id): int(before) for file_id, before in rows}


def numbered(store: Store, evt_nums: Sequence[int]) -> list[Numbered]:
    """The rows of events with these numbers; numbers that no event has are passed over."""
    found: list[Numbered] = []
    for start in range(0, len(evt_nums), LISTED):
        listed = ", ".join(str(int(number)) for number in evt_nums[start : start + LISTED])
        places = ["events"] if not isinstance(store.dissector, RecordDissector) else ["events", "copies"]
        for table in places:
            sql = f"SELECT num, coalesce(file_id, 0), evt_num FROM {table} WHERE evt_num IN ({listed})"
            found += [Numbered(*map(int, row)) for row in ask(store, sql)]
    return found


def numbers_of(store: Store, nums: NDArray[np.uint32]) -> list[Numbered]:
    """Where rows are numbered, in the order of ``nums``."""
    rows = select_rows(store, ["coalesce(e.file_id, 0)", "e.evt_num"], "events AS e", nums)
    return [Numbered(int(num), int(row[0]), int(row[1])) for num, row in zip(nums, rows, strict=True)]
