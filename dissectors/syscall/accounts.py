"""Names of users and groups as they change while versions of threads are made, each container's for itself; stage ②."""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from thresher.dissectors.syscall import batches
from thresher.dissectors.syscall.containers import HOST, SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = tuple[NDArray[np.int64], NDArray[np.bool_]]

_FULL = 64


class Change(NamedTuple):
    """From version ``first`` of a thread on, a number has this name; None where the account was removed."""

    first: int
    place: str
    number: int
    name: str | None


class Accounts:
    """Users or groups: a number by the place where it is known, a container or '' for the machine."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str | None] = {}
        self._changes: list[Change] = []
        self._applied = 0

    def put(self, first: int, place: str, number: int, name: str | None) -> None:
        """An account is known, or gone, from version ``first`` of a thread on."""
        insort(self._changes, Change(first, place, number, name), lo=self._applied, key=_first)

    def clear(self, first: int) -> None:
        """From version ``first`` on nothing is known: what comes was recorded elsewhere."""
        keys = {*self._known, *((change.place, change.number) for change in self._changes[self._applied :])}
        for place, number in sorted(keys):
            self.put(first, place, number, None)

    def names(self, first: int, columns: Sequence[Numbers], containers: pa.Array) -> list[pa.Array]:
        """The names of the accounts of consecutive versions.

        Args:
            first: which version the first one is.
            columns: numbers of accounts, and where there is none.
            containers: the ids of the containers of each version.
        """
        count = len(containers)
        waiting = {change.first for change in self._changes[self._applied :]}
        bounds = sorted(version for version in waiting if first < version < first + count)
        parts: list[list[pa.Array]] = [[pa.array([], pa.string())] for _ in columns]
        for start, stop in pairwise((first, *bounds, first + count)):
            self._apply(start)
            chosen = slice(start - first, stop - first)
            for part, (numbers, _) in zip(parts, columns, strict=True):
                part.append(self._named(numbers[chosen], containers.slice(start - first, stop - start)))
        del self._changes[: self._applied]
        self._applied = 0
        whole = (pa.concat_arrays(part) for part in parts)
        return [batches.masked(made, absent) for made, (_, absent) in zip(whole, columns, strict=True)]

    def _apply(self, version: int) -> None:
        end = bisect_right(self._changes, version, lo=self._applied, key=_first)
        for change in self._changes[self._applied : end]:
            self._known[change.place, change.number] = change.name
        self._applied = end

    def _named(self, numbers: NDArray[np.int64], containers: pa.Array) -> pa.Array:
        if any(place for place, _ in self._known):
            encoded = containers.dictionary_encode()
            places = encoded.dictionary.to_pylist()
            which = encoded.indices.to_numpy(zero_copy_only=False)
            distinct, inverse = np.unique(np.stack((numbers, which)), axis=1, return_inverse=True)
            words = [self._name(places[place], number) for number, place in distinct.T.tolist()]
        else:
            single, inverse = np.unique(numbers, return_inverse=True)
            words = [self._known.get(("", number)) for number in single.tolist()]
        return pa.array(words, pa.string()).take(pa.array(inverse.reshape(-1).astype(np.int32)))

    def _name(self, container: str, number: int) -> str | None:
        """Of the process's own container where that ever had the account; else of the machine."""
        own = (place_of(container), number)
        return self._known[own] if own in self._known else self._known.get(("", number))


def _first(change: Change) -> int:
    return change.first


def place_of(container: str) -> str:
    """Where an account exists, by the id of a container as events write it: '' is the machine."""
    if container == HOST:
        return ""
    return container[:SHORT] if len(container) == _FULL else container
