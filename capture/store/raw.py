"""Brings stored events together with the bytes they were made from (stage ③)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from thresher.capture.contract import RawEvent
from thresher.capture.model import Value

if TYPE_CHECKING:
    import duckdb

    from thresher.capture.inputs.spool import Bytes

NEAR = 64 << 10
"""Blocks that are closer together are read in one go."""
MOST_AT_ONCE = 8 << 20

Row = Mapping[str, Value]
Piece = tuple[int, int]
"""Offset and length of a block."""


def rows_of(cursor: duckdb.DuckDBPyConnection, nums: Sequence[int]) -> list[dict[str, Value]]:
    """The event rows of these numbers, in the order asked for; numbers without a row are left out."""
    result = cursor.execute("SELECT * FROM events WHERE num IN (SELECT unnest(?::UINTEGER[]))", [list(nums)])
    names = [column[0] for column in result.description]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    return [found[num] for num in nums if num in found]


def with_blocks(rows: Sequence[Row], source: Bytes) -> list[RawEvent]:
    """The events of a block capture with their blocks.

    Raises:
        ChangedError: the bytes are gone or are not those that were indexed.
    """
    exits = [piece_of(row, "offset_bytes", "length_bytes") for row in rows]
    enters = [piece_of(row, "enter_offset", "enter_length") for row in rows]
    blocks = read_pieces([piece for piece in (*exits, *enters) if piece is not None], source)
    return [
        RawEvent(row, blocks[block] if block else b"", blocks[enter] if enter else b"")
        for row, block, enter in zip(rows, exits, enters, strict=True)
    ]


def with_texts(rows: Sequence[Row]) -> list[RawEvent]:
    """The events of a JSON log with their texts."""
    return [RawEvent(row, str(row["raw"]).encode()) for row in rows]


def piece_of(row: Row, offset: str, length: str) -> Piece | None:
    """Where a block of the row is; None where the row has none."""
    start, size = row.get(offset), row.get(length)
    if isinstance(start, int) and isinstance(size, int):
        return start, size
    return None


def read_pieces(pieces: Sequence[Piece], source: Bytes) -> dict[Piece, bytes]:
    """The bytes of each piece, neighbours read together."""
    found: dict[Piece, bytes] = {}
    for run in runs(sorted(set(pieces))):
        start = run[0][0]
        data = source.read_at(start, max(offset + length for offset, length in run) - start)
        for offset, length in run:
            found[offset, length] = data[offset - start : offset - start + length]
    return found


def runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Sorted pieces in groups that are worth one read each."""
    run: list[Piece] = []
    end = 0
    for offset, length in pieces:
        if run and (offset > end + NEAR or offset + length - run[0][0] > MOST_AT_ONCE):
            yield run
            run = []
        end = max(end, offset + length) if run else offset + length
        run.append((offset, length))
    if run:
        yield run
