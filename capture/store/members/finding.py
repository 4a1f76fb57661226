"""Lets the scanner loose on a batch of staged texts, and makes Arrow columns of what it finds (stage ③)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from thresher.capture.store.members.wanted import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

INLINE_BYTES = 12
"""Texts of this length stand in Arrow's view itself; none is a record worth scanning."""
MOST_ROWS = 4_096
"""Whose places stay in the processor's cache until the texts have been copied."""


class Run(NamedTuple):
    """Texts that stand in one buffer."""

    buffer: memoryview
    begins: Numbers
    sizes: Numbers


class Found(NamedTuple):
    """What a scan came to.

    Attributes:
        columns: for each path its texts, NULL where there is none and in rows that are not sure.
        is_sure: rows of which everything is known.
    """

    columns: list[pa.ChunkedArray]
    is_sure: NDArray[np.bool_]


class Finder:
    """Finds the members at some paths.

    Args:
        scanner: the scanner's module, compiled or interpreted.
        paths: keys from the outside in; none goes through another.
    """

    def __init__(self, scanner: ModuleType, paths: Sequence[tuple[str, ...]]) -> None:
        self._gather = scanner.gather
        self._scanner = scanner.Scanner(*tables(paths))
        self._starts = np.zeros((len(paths), MOST_ROWS), np.int32)
        self._lengths = np.zeros((len(paths), MOST_ROWS), np.int32)

    def find(self, texts: pa.ChunkedArray) -> Found:
        """The members of texts, which are valid UTF-8, as views."""
        columns: list[list[pa.Array]] = [[] for _ in self._starts]
        sure = [np.zeros(0, np.uint8)]
        for run in _runs(texts):
            sure.append(self._scanned(run))
            for chunks, starts, lengths in zip(columns, self._starts, self._lengths, strict=True):
                chunks.append(self._column(run, starts[: len(run.sizes)], lengths[: len(run.sizes)]))
        is_sure = np.concatenate(sure).astype(bool)
        return Found([pa.chunked_array(chunks, pa.string()) for chunks in columns], is_sure)

    def _scanned(self, run: Run) -> NDArray[np.uint8]:
        """Which of the texts are sure; their members' places are in ``_starts`` and ``_lengths``."""
        sure = np.zeros(len(run.sizes), np.uint8)
        self._lengths.fill(-1)
        self._scanner.scan(run.buffer, run.begins, run.sizes, self._starts, self._lengths, sure)
        if not sure.all():
            self._lengths[:, np.flatnonzero(sure == 0)] = -1
        return sure

    def _column(self, run: Run, starts: NDArray[np.int32], lengths: NDArray[np.int32]) -> pa.Array:
        count = len(lengths)
        is_there = lengths >= 0
        there = int(np.count_nonzero(is_there))
        if not there:
            return pa.nulls(count, pa.string())
        bounds = np.zeros(count + 1, np.int32)
        np.cumsum(lengths if there == count else np.maximum(lengths, 0), out=bounds[1:])
        content = np.empty(int(bounds[-1]), np.uint8)
        self._gather(run.buffer, starts, lengths, bounds, content)
        valid = None if there == count else pa.py_buffer(np.packbits(is_there, bitorder="little"))
        return pa.Array.from_buffers(pa.string(), count, [valid, pa.py_buffer(bounds), pa.py_buffer(content)])


def _runs(texts: pa.ChunkedArray) -> Iterator[Run]:
    """The texts in their order, a few thousand of one buffer at a time."""
    for chunk in texts.chunks:
        _, views_of, *buffers = chunk.buffers()
        views = np.frombuffer(views_of, np.int32).reshape(-1, 4)[chunk.offset : chunk.offset + len(chunk)]
        sizes, owners, begins = views[:, 0].astype(np.int64), views[:, 2].copy(), views[:, 3].astype(np.int64)
        is_inline = sizes <= INLINE_BYTES
        owners[is_inline], begins[is_inline] = -1, -1
        bounds = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(chunk)]
        for first, end in pairwise(bounds):
            buffer = memoryview(buffers[owners[first]] if owners[first] >= 0 else b"").cast("B")
            for start in range(first, end, MOST_ROWS):
                rows = slice(start, min(start + MOST_ROWS, end))
                yield Run(buffer, begins[rows], sizes[rows])
