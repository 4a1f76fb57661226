"""Blocks of many rows are read with few reads, each of bounded size, and given back in the order asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.inputs.spool import Bytes
from thresher.capture.pieces import PADDING
from thresher.capture.store.raw import MOST_AT_ONCE, NEAR, columns_of, read_pieces, with_blocks


class Recorded(Bytes):
    """Bytes in memory that count how they are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads: list[int] = []

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads.append(length)
        return self.data[offset : offset + length]

    def close(self) -> None:
        """Nothing is open."""


def pieces(source: Recorded, places: list[tuple[int, int]]) -> list[bytes]:
    offsets, lengths = (np.array([place[side] for place in places], np.int64) for side in (0, 1))
    return list(read_pieces(offsets, lengths, source))


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 90))))
def test_pieces_are_those_bytes_in_any_order(places: list[tuple[int, int]]) -> None:
    data = bytes(range(250)) * 4
    assert pieces(Recorded(data), places) == [data[start : start + length] for start, length in places]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90))))
def test_pieces_beyond_the_end_are_cut(places: list[tuple[int, int]]) -> None:
    data = bytes(range(200))
    assert pieces(Recorded(data), places) == [data[start : start + length] for start, length in places]


def test_neighbours_are_read_together_and_strangers_apart() -> None:
    source = Recorded(bytes(3 * NEAR))
    pieces(source, [(2 * NEAR + 99, 5), (0, 10), (30, 10)])
    assert source.reads == [40 + len(PADDING), 5 + len(PADDING)]


def test_a_read_stays_bounded() -> None:
    source = Recorded(bytes(2 * MOST_AT_ONCE + 10))
    pieces(source, [(start, 1000) for start in range(0, 2 * MOST_AT_ONCE, 1000)])
    assert len(source.reads) == 2
    assert max(source.reads) <= MOST_AT_ONCE + 1000 + len(PADDING)


def test_rows_without_a_block_have_no_bytes() -> None:
    rows = [
        {"num": 0, "offset_bytes": 2, "length_bytes": 3, "enter_offset": None, "enter_length": None},
        {"num": 1, "offset_bytes": None, "length_bytes": None, "enter_offset": 0, "enter_length": 2},
    ]
    first, second = with_blocks(columns_of(rows), Recorded(b"abcdef"))
    assert (first.block, first.enter) == (b"cde", b"")
    assert (second.block, second.enter) == (b"", b"ab")
    assert first.row["enter_offset"] is None
