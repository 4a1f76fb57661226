"""The shown order of a case's rows (stage ④): which store and row stands at a position, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Positions: TypeAlias = NDArray[np.uint32]
"""Positions in the shown order of a case, ascending."""

NO_TIME = np.iinfo(np.int64).max
"""Rows without a time stand after all others."""


class Part(NamedTuple):
    """The rows of one store among some positions: ``nums[i]`` is the row asked for at ``places[i]``."""

    store: int
    nums: NDArray[np.uint32]
    places: NDArray[np.intp] | None
    """None where all of them are of this store, in the order asked for."""


class Order:
    """An immutable permutation of the rows of k stores; nothing is kept where it is the identity.

    Args:
        counts: rows of each store that the order covers.
        nums: row in its store at each position; None for one store in the order of its rows.
        stores: store at each position; None for one store.
    """

    def __init__(
        self,
        counts: Sequence[int],
        nums: NDArray[np.uint32] | None = None,
        stores: NDArray[np.uint16] | None = None,
    ) -> None:
        self.counts = tuple(counts)
        self.nums = nums
        self.stores = stores
        self._inverse: dict[int, Positions] = {}

    def __len__(self) -> int:
        return sum(self.counts)

    @property
    def is_identity(self) -> bool:
        """Whether a position is simply the row's number in the only store."""
        return self.nums is None

    def split(self, positions: NDArray[np.integer]) -> list[Part]:
        """The stores and rows behind positions, grouped by store."""
        if self.nums is None:
            return [Part(0, positions.astype(np.uint32, copy=False), None)]
        nums = self.nums[positions]
        if self.stores is None:
            return [Part(0, nums, None)]
        stores = self.stores[positions]
        present = np.unique(stores)
        if len(present) == 1:
            return [Part(int(present[0]), nums, None)]
        parts = []
        for store in present:
            places = np.flatnonzero(stores == store)
            parts.append(Part(int(store), nums[places], places))
        return parts

    def at(self, position: int) -> tuple[int, int]:
        """Store and row at a position.

        Raises:
            IndexError: there is no such position.
        """
        if not 0 <= position < len(self):
            raise IndexError(f"position {position} of {len(self)}")
        num = position if self.nums is None else int(self.nums[position])
        return (0 if self.stores is None else int(self.stores[position])), num

    def positions(self, store: int, nums: NDArray[np.uint32]) -> Positions:
        """Where rows of a store stand, in the order of ``nums``; rows the order does not cover yet are left out."""
        known = nums[nums < self.counts[store]]
        if self.nums is None:
            return known
        return self._inverse_of(store)[known]

    def _inverse_of(self, store: int) -> Positions:
        found = self._inverse.get(store)
        if found is None:
            assert self.nums is not None
            places = (
                np.arange(len(self.nums), dtype=np.uint32)
                if self.stores is None
                else np.flatnonzero(self.stores == store).astype(np.uint32)
            )
            found = np.empty(self.counts[store], dtype=np.uint32)
            found[self.nums[places]] = places
            self._inverse[store] = found
        return found


def extended(order: Order, counts: Sequence[int]) -> Order:
    """The order with the rows that have arrived since, behind all that it has; old positions stay valid."""
    if tuple(counts) == order.counts:
        return order
    if len(counts) == 1 and order.is_identity:
        return Order(counts)
    nums = [order.nums if order.nums is not None else np.empty(0, np.uint32)]
    stores = [order.stores if order.stores is not None else np.zeros(len(nums[0]), np.uint16)]
    for store, (old, new) in enumerate(zip(order.counts, counts, strict=True)):
        nums.append(np.arange(old, new, dtype=np.uint32))
        stores.append(np.full(max(new - old, 0), store, np.uint16))
    return Order(counts, np.concatenate(nums), np.concatenate(stores))


def by_file(count: int, late: NDArray[np.uint32], before: NDArray[np.uint32]) -> Order:
    """The order of one capture's blocks: rows as stored, each late one put before the row it precedes.

    Args:
        count: rows of the store.
        late: rows stored too late, in their own order.
        before: for each, the row it stands before; ``count`` or more for the end.
    """
    if not len(late):
        return Order((count,))
    timely = np.delete(np.arange(count, dtype=np.uint32), late)
    return Order((count,), np.insert(timely, np.searchsorted(timely, before), late))


def by_time(times: Sequence[NDArray[np.int64]]) -> Order:
    """The order by time, then store, then row.

    Args:
        times: for each store, the time of each row in ns since 1970, ``NO_TIME`` where it has none.
    """
    counts = [len(part) for part in times]
    joined = times[0] if len(times) == 1 else np.concatenate(times)
    if len(times) == 1 and bool(np.all(joined[1:] >= joined[:-1])):
        return Order(counts)
    ranks = np.argsort(joined, kind="stable")
    nums = np.concatenate([np.arange(count, dtype=np.uint32) for count in counts])[ranks]
    if len(times) == 1:
        return Order(counts, nums)
    return Order(counts, nums, np.repeat(np.arange(len(counts), dtype=np.uint16), counts)[ranks])
