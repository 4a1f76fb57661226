"""Writes events as a capture of their own (stage ⑤): thinned lists, marked state, whole blocks."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.contract import BlockReader
from thresher.capture.errors import UsageError
from thresher.capture.readers.detect import detect
from thresher.capture.store.raw import read_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thresher.capture.evidence import Kept
    from thresher.capture.store.store import Store

    Ints = NDArray[np.int64]

_HEAD = struct.Struct("<II")
_SMALLEST_BLOCK = 12
_LONGEST_BLOCK = 1 << 28
_AT_ONCE = 8192
_HEAD_BYTES = 1 << 16
SECTION = 0x0A0D0D0A
_SHOWN, _STATE, _LIST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Counts:
    """What was written: events that were asked for, and rows that only carry state."""

    events: int
    state: int


class Part:
    """Some events of one store, with what they need.

    Raises:
        UsageError: the store's format cannot be written.
    """

    def __init__(self, store: Store, nums: NDArray[np.uint32], extra: frozenset[str]) -> None:
        self._store = store
        self._nums = np.unique(nums).astype(np.int64)
        reader = detect(store.read_at(0, _HEAD_BYTES), store.spec)
        if not isinstance(reader, BlockReader):
            raise UsageError(f"{store.spec} is no capture of blocks")
        self._reader = reader
        self._lookup = store.lookup()
        self._kept: Kept = store.dissector.keep(self._nums, extra, self._lookup)
        self.counts = Counts(len(self._nums), len(self._kept.state))

    def blocks(self) -> Iterator[bytes]:
        """The bytes of the new capture, block by block."""
        places, lengths, kinds = self._pieces()
        for start in range(0, len(places), _AT_ONCE):
            chosen = slice(start, start + _AT_ONCE)
            found = self._read(places[chosen], lengths[chosen])
            for block, kind in zip(found, kinds[chosen].tolist(), strict=True):
                if kind == _LIST:
                    block = self._thin(block)
                elif kind == _STATE:
                    block = self._reader.marked(block)
                if block:
                    yield block

    def _read(self, places: Ints, lengths: Ints) -> Sequence[bytes]:
        return read_pieces(places, lengths, self._store)

    def _pieces(self) -> tuple[Ints, Ints, Ints]:
        """Where the blocks are, how long, and which kind each is, in the order of the capture."""
        columns = self._lookup.columns(
            "SELECT offset_bytes, length_bytes, enter_offset, enter_length FROM events ORDER BY num"
        )
        own = [np.ma.filled(np.ma.asarray(columns[name]).astype(np.int64), -1) for name in columns]
        state = np.asarray(self._kept.state, np.int64)
        parts = [
            (own[at][rows], own[at + 1][rows], np.full(len(rows), kind))
            for rows, kind in ((self._nums, _SHOWN), (state, _STATE))
            for at in (0, 2)
        ]
        parts.append(self._lists(own))
        places, lengths, kinds = (np.concatenate(column) for column in zip(*parts, strict=True))
        is_there = (places >= 0) & (lengths > 0)
        order = np.argsort(places[is_there], kind="stable")
        return places[is_there][order], lengths[is_there][order], kinds[is_there][order]

    def _lists(self, own: list[Ints]) -> tuple[Ints, Ints, Ints]:
        """The blocks between the events: headers and lists."""
        starts = np.concatenate((own[0], own[2][own[2] >= 0]))
        ends = starts + np.concatenate((own[1], own[3][own[2] >= 0]))
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
        reached = np.concatenate(([0], np.maximum.accumulate(ends)))
        gaps = np.flatnonzero(np.append(starts, self._size()) > reached)
        found: list[tuple[int, int]] = []
        for gap in gaps.tolist():
            found += self._walk(int(reached[gap]), int(np.append(starts, self._size())[gap]))
        places = np.array([place for place, _ in found], np.int64)
        return places, np.array([length for _, length in found], np.int64), np.full(len(found), _LIST)

    def _size(self) -> int:
        return self._store.facts().inflated_bytes

    def _walk(self, start: int, end: int) -> list[tuple[int, int]]:
        """The blocks in a stretch without events, up to what is no block."""
        found: list[tuple[int, int]] = []
        while start + _SMALLEST_BLOCK <= end:
            _, length = _HEAD.unpack(self._store.read_at(start, _HEAD.size))
            if not _SMALLEST_BLOCK <= length <= min(_LONGEST_BLOCK, end - start) or length % 4:
                break
            found.append((start, length))
            start += length
        return found

    def _thin(self, block: bytes) -> bytes:
        block_type = int.from_bytes(block[:4], "little")
        if block_type == SECTION:
            return block
        try:
            body = self._reader.thin(block_type, block[_HEAD.size : -4], self._kept.wanted)
        except ValueError:
            return b""
        if body is None:
            return b""
        body += bytes(-len(body) % 4)
        length = (len(body) + _SMALLEST_BLOCK).to_bytes(4, "little")
        return block_type.to_bytes(4, "little") + length + body + length
