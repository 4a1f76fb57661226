"""Brings stored events together with the bytes they were made from (stage ③)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from thresher.capture.contract import Events, RawEvent
from thresher.capture.model import Value
from thresher.capture.pieces import PADDING, Pieces

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from thresher.capture.inputs.spool import Bytes

NEAR = 64 << 10
"""Blocks that are closer together are read in one go."""
MOST_AT_ONCE = 32 << 20


class ReadsAt(Protocol):
    """Something that has bytes at places."""

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes there."""


Row = Mapping[str, Value]


def rows_of(cursor: duckdb.DuckDBPyConnection, nums: Sequence[int]) -> list[dict[str, Value]]:
    """The event rows of these numbers, in the order asked for; numbers without a row are left out.

    The numbers are literals: a list bound as a parameter would make DuckDB scan the table.
    """
    if not nums:
        return []
    listed = ", ".join(str(int(num)) for num in nums)
    result = cursor.execute(
        f"SELECT * FROM events WHERE num BETWEEN {int(min(nums))} AND {int(max(nums))} AND num IN ({listed})"
    )
    names = [column[0] for column in result.description]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    return [found[num] for num in nums if num in found]


def columns_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows column by column; absent cells are masked."""
    names = dict.fromkeys(name for row in rows for name in row)
    cells = {name: [row.get(name) for row in rows] for name in names}
    return {
        name: np.ma.masked_array(
            [0 if value is None else value for value in values], [value is None for value in values]
        )
        for name, values in cells.items()
    }


def with_blocks(columns: Mapping[str, Any], source: Bytes) -> Events:
    """The events of a block capture with their blocks.

    Args:
        columns: the columns of the event table as numpy arrays, masked where absent.
        source: where the blocks are.

    Raises:
        ChangedError: the bytes are gone or are not those that were indexed.
    """
    own = pieces_of(columns, "offset_bytes", "length_bytes")
    entered = pieces_of(columns, "enter_offset", "enter_length")
    pieces = read_pieces(np.concatenate((own[0], entered[0])), np.concatenate((own[1], entered[1])), source)
    rows = len(own[0])
    return Events(columns, pieces[:rows], pieces[rows:])


def with_texts(rows: Sequence[Row]) -> list[RawEvent]:
    """The events of a JSON log with their texts."""
    return [RawEvent(row, str(row["raw"]).encode()) for row in rows]


def pieces_of(columns: Mapping[str, Any], offset: str, length: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the blocks of the rows start, and how long they are; no bytes where a row has none."""
    rows = len(columns["num"])
    if offset not in columns or length not in columns:
        return np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    starts, sizes = np.ma.asarray(columns[offset]), np.ma.asarray(columns[length])
    is_there = ~(np.ma.getmaskarray(starts) | np.ma.getmaskarray(sizes))
    return (
        np.where(is_there, starts.filled(0), 0).astype(np.int64),
        np.where(is_there, sizes.filled(0), 0).astype(np.int64),
    )


def read_pieces(offsets: NDArray[np.int64], lengths: NDArray[np.int64], source: ReadsAt) -> Pieces:
    """The bytes of each piece, neighbours read together; what lies beyond the end of the source is not there."""
    starts, sizes = np.zeros((2, len(offsets)), np.int64)
    present = np.flatnonzero(lengths)
    places = present[np.argsort(offsets[present], kind="stable")]
    firsts, ends = offsets[places], offsets[places] + lengths[places]
    parts: list[bytes] = []
    at = 0
    for first, last in runs(firsts, ends):
        base = int(firsts[first])
        data = source.read_at(base, int(ends[first:last].max()) - base + len(PADDING))
        chosen = places[first:last]
        starts[chosen] = at + np.minimum(firsts[first:last] - base, len(data))
        sizes[chosen] = np.minimum(ends[first:last] - base, len(data)) - (starts[chosen] - at)
        parts.append(data)
        at += len(data)
    is_padded = len(parts) == 1 and int((starts + sizes).max()) + len(PADDING) <= at
    return Pieces(parts[0] if is_padded else b"".join([*parts, PADDING]), starts, sizes)


def runs(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Groups of pieces that are worth one read each, as first and one past the last; ``starts`` ascends."""
    if not len(starts):
        return []
    gaps = starts[1:] > np.maximum.accumulate(ends)[:-1] + NEAR
    steps = np.diff((starts - starts[0]) // MOST_AT_ONCE) > 0
    cuts = (np.flatnonzero(gaps | steps) + 1).tolist()
    return list(zip([0, *cuts], [*cuts, len(starts)], strict=True))
