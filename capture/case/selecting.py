"""Runs one filter over all stores of a case in slices (stage ④): first rows early, progress, a way to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.capture import query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from thresher.capture.case.order import Order, Positions
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store


class Selecting:
    """One run of a filter.

    Args:
        stores: the stores of the case.
        order: the order that positions refer to.
        conditions: an SQL condition over ``e`` for each store, '' for all rows.
        internal: include the recorder's bookkeeping.
        start: first position wanted.
    """

    def __init__(
        self, stores: Sequence[Store], order: Order, conditions: Sequence[str], internal: bool, start: int
    ) -> None:
        self._stores = stores
        self._order = order
        self._conditions = [query.shown(condition, internal) for condition in conditions]
        self._start = start
        self._found: list[Positions] = []

    def run(
        self,
        cancel: Cancel | None,
        on_rows: Callable[[Positions], None] | None,
        on_progress: Callable[[float], None] | None,
    ) -> Positions:
        """Look through all rows.

        Raises:
            Cancelled: ``cancel`` was called.
        """
        total = max(len(self._order), 1)
        done = 0
        for store, (condition, count) in enumerate(zip(self._conditions, self._order.counts, strict=True)):
            first = self._start if self._order.is_identity else 0
            for nums, until in query.matches(self._stores[store], condition, first, count, cancel):
                self._keep(store, nums)
                if on_progress is not None:
                    on_progress((done + until) / total)
                if on_rows is not None and len(nums):
                    on_rows(self._so_far())
            done += count
        found = self._so_far()
        if on_progress is not None:
            on_progress(1.0)
        if on_rows is not None:
            on_rows(found)
        return found

    def _keep(self, store: int, nums: Positions) -> None:
        positions = self._order.positions(store, nums)
        if self._start and not self._order.is_identity:
            positions = positions[positions >= self._start]
        if len(positions):
            self._found.append(positions)

    def _so_far(self) -> Positions:
        """All positions found, ascending; joined once and kept joined."""
        if not self._found:
            return np.empty(0, np.uint32)
        if len(self._found) > 1:
            joined = np.concatenate(self._found)
            if not self._order.is_identity:
                joined.sort()
            self._found = [joined]
        elif not self._order.is_identity:
            self._found[0].sort()
        return self._found[0]
