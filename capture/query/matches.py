"""Finds the rows of a condition slice by slice (stage ④): the first ones early, stoppable, with progress."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.query.asking import ask_columns
from thresher.capture.store.homes import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

ROW_GROUP = 122_880
"""DuckDB stores and skips rows in groups of this many."""

START = 2 * ROW_GROUP
"""The first slice: small, so that the first rows come early."""

MOST = 64 * ROW_GROUP
AIM_S = 0.1
"""How long a slice should take: short enough to stop and to show progress, long enough to use all cores."""


def matches(
    store: Store, condition: str, first: int, count: int, cancel: Cancel | None = None
) -> Iterator[tuple[NDArray[np.uint32], int]]:
    """The rows among ``first`` … ``count`` - 1 that meet a condition.

    Args:
        store: what is asked.
        condition: SQL over ``e``.
        first: first row looked at.
        count: one past the last row looked at.
        cancel: stops it from another thread.

    Yields:
        Matching rows of a slice, ascending, and how far the search has come (one past the last row looked at).

    Raises:
        Cancelled: ``cancel`` was called.
    """
    size = START
    at = first
    while at < count:
        until = min(at + size, count)
        began = time.perf_counter()
        within = bounded(condition, at, until - 1)
        sql = f"SELECT e.num AS num FROM events AS e WHERE e.num BETWEEN {at} AND {until - 1} AND {within}"
        nums = ask_columns(store, sql, cancel)["num"]
        took = time.perf_counter() - began
        yield _ascending(np.asarray(nums, dtype=np.uint32)), until
        at = until
        size = _next_size(size, took)


def _ascending(nums: NDArray[np.uint32]) -> NDArray[np.uint32]:
    if len(nums) > 1 and not bool(np.all(nums[1:] > nums[:-1])):
        nums.sort()
    return nums


def _next_size(size: int, took_s: float) -> int:
    """A slice that should take ``AIM_S``, in whole row groups, at most four times the last."""
    wanted = size * min(AIM_S / max(took_s, 1e-6), 4.0)
    return min(max(int(wanted) // ROW_GROUP, 1) * ROW_GROUP, MOST)
