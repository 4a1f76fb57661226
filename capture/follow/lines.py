"""A stream as lines for people (stage ⑤): text or hex, each line with its direction and the event it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.escape import escape

if TYPE_CHECKING:
    from thresher.capture.follow.stream import Piece, Stream

HEX_BYTES = 16


class Line(NamedTuple):
    """One line.

    Attributes:
        text: safe for a terminal.
        direction: 0 or 1, index into ``Stream.directions``.
        position: the event that its first byte came from.
        is_note: it says what is missing and is no data.
    """

    text: str
    direction: int
    position: int
    is_note: bool = False


def text_lines(stream: Stream) -> Iterator[Line]:
    """The data as text, UTF-8 where it is, everything else escaped; a turn and a gap begin a new line."""
    for direction, run in groupby(stream.pieces, key=lambda piece: piece.direction):
        pieces: list[Piece] = []
        for piece in run:
            pieces.append(piece)
            if piece.missing:
                yield from _text_run(pieces, direction)
                yield gap(piece)
                pieces = []
        yield from _text_run(pieces, direction)


def hex_lines(stream: Stream) -> Iterator[Line]:
    """The data as a hex dump, a call at a time; offsets count the captured bytes of each direction."""
    offsets = [0, 0]
    for piece in stream.pieces:
        for start in range(0, len(piece.data), HEX_BYTES):
            row = piece.data[start : start + HEX_BYTES]
            yield Line(hex_row(offsets[piece.direction] + start, row), piece.direction, piece.position)
        offsets[piece.direction] += len(piece.data)
        if piece.missing:
            yield gap(piece)


def gap(piece: Piece) -> Line:
    """What stands where bytes are missing."""
    said = "more bytes" if piece.data else "bytes"
    return Line(f"[{piece.missing:,} {said} not captured]", piece.direction, piece.position, is_note=True)


def hex_row(offset: int, row: bytes) -> str:
    """Offset, sixteen bytes, and the printable among them."""
    left = " ".join(f"{byte:02x}" for byte in row[:8])
    right = " ".join(f"{byte:02x}" for byte in row[8:])
    shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
    return f"{offset:08x}  {left:<23}  {right:<23}  {shown}"


def _text_run(pieces: Sequence[Piece], direction: int) -> Iterator[Line]:
    """Pieces of one direction without a gap between them, line by line."""
    data = b"".join(piece.data for piece in pieces)
    ends, total = [], 0
    for piece in pieces:
        total += len(piece.data)
        ends.append(total)
    at = place = 0
    for raw in data.split(b"\n"):
        if at >= len(data):
            return
        while ends[place] <= at:
            place += 1
        text = raw.removesuffix(b"\r").decode("utf-8", "surrogateescape")
        yield Line(escape(text.expandtabs(8)), direction, pieces[place].position)
        at += len(raw) + 1
