"""Container ids of versions of processes, and the rows of the table of containers; stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from thresher.dissectors.syscall import batches
from thresher.dissectors.syscall.containers import HOST, container_id
from thresher.dissectors.syscall.tables import CONTAINERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thresher.dissectors.syscall.known_containers import KnownContainers

NEVER = -1
TYPES: dict[str, Any] = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "UINTEGER": pa.uint32(),
}
"""DuckDB's types of the columns to Arrow's."""


class Containers:
    """The containers of one capture, numbered in the order in which they were met."""

    def __init__(self, known: KnownContainers) -> None:
        self._known = known
        self._numbers = {HOST: 0}
        self._by_cgroups: dict[str, int] = {}
        self._of_version: NDArray[np.int32] = np.zeros(1024, np.int32)
        self._versions = 0
        self._first: NDArray[np.int64] = np.full(64, NEVER, np.int64)
        self._last: NDArray[np.int64] = np.full(64, NEVER, np.int64)

    def ids(self, cgroups: pa.Array) -> pa.Array:
        """The container id of each of the next versions of processes, by their cgroups."""
        encoded = cgroups.dictionary_encode()
        numbers = [self._number(line) for line in encoded.dictionary.to_pylist()]
        numbers.append(0)
        chosen = np.array(numbers, np.int32)[encoded.indices.fill_null(len(numbers) - 1).to_numpy(zero_copy_only=False)]
        self._add_versions(chosen)
        words = pa.array(list(self._numbers), pa.string())
        return words.take(pa.array(chosen))

    def _number(self, cgroups: str) -> int:
        if cgroups not in self._by_cgroups:
            identity = container_id(cgroups)
            self._known.see(cgroups)
            self._by_cgroups[cgroups] = self._numbers.setdefault(identity, len(self._numbers))
        return self._by_cgroups[cgroups]

    def _add_versions(self, chosen: NDArray[np.int32]) -> None:
        wanted = self._versions + len(chosen)
        if wanted > len(self._of_version):
            self._of_version = np.concatenate((self._of_version, np.zeros(wanted, np.int32)))
        self._of_version[self._versions : wanted] = chosen
        self._versions = wanted

    def note(self, processes: NDArray[np.int64], first_row: int) -> None:
        """The process versions of consecutive event rows, negative where a row has none."""
        rows = np.flatnonzero((processes >= 0) & (processes < self._versions))
        if not len(rows):
            return
        numbers = self._of_version[processes[rows]]
        room = len(self._numbers) - len(self._first)
        if room > 0:
            self._first = np.concatenate((self._first, np.full(room + 64, NEVER, np.int64)))
            self._last = np.concatenate((self._last, np.full(room + 64, NEVER, np.int64)))
        # one thread's events often follow each other: only where the container changes has anything to be sorted
        starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
        ends = np.concatenate((starts[1:] - 1, [len(rows) - 1]))
        seen, places = np.unique(numbers[starts], return_index=True)
        fresh = self._first[seen] == NEVER
        self._first[seen[fresh]] = first_row + rows[starts[places[fresh]]]
        seen, places = np.unique(numbers[ends][::-1], return_index=True)
        self._last[seen] = first_row + rows[ends[len(ends) - 1 - places]]

    def batch(self) -> pa.RecordBatch:
        """The rows of the table ``containers``."""
        rows = [(*row, *self._span(str(row[0])), None) for row in self._known.rows()]
        names = [column.name for column in CONTAINERS.columns]
        return batches.rows_of(names, rows, [TYPES[column.type] for column in CONTAINERS.columns])

    def _span(self, identity: str) -> tuple[int | None, int | None]:
        number = self._numbers.get(identity, NEVER)
        if not 0 <= number < len(self._first) or self._first[number] == NEVER:
            return None, None
        return int(self._first[number]), int(self._last[number])
