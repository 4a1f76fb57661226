"""A followed stream as text, hex, raw bytes or JSON (stage ⑤)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from thresher.capture.cli.output import RESET
from thresher.capture.escape import escape
from thresher.capture.follow import hex_lines, text_lines
from thresher.capture.follow.naming import sides
from thresher.capture.timetext import iso

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from thresher.capture.follow import Direction, Line, Piece, Stream

RULE = "=" * 67
COLOURS = ("\x1b[31m", "\x1b[34m")
NOTE_COLOUR = "\x1b[2m"


def as_lines(stream: Stream, field: str, kind: str, only: int | None, colour: bool) -> Iterator[str]:
    """What tshark's follow prints: the ends, then the data, that of the second direction behind a tab."""
    yield RULE
    yield f"Follow: {field},{kind}"
    yield f"Filter: {field} == {stream.number}"
    if stream.name:
        yield f"Name: {escape(stream.name)}"
    for index, who in enumerate(sides(stream)):
        yield f"Node {index}: {escape(who)}"
    lines = text_lines(stream) if kind == "text" else hex_lines(stream)
    for line in lines:
        if only in (None, line.direction):
            yield _drawn(line, colour)
    yield RULE


def _drawn(line: Line, colour: bool) -> str:
    indent = "\t" if line.direction else ""
    if not colour:
        return indent + line.text
    return f"{indent}{NOTE_COLOUR if line.is_note else COLOURS[line.direction]}{line.text}{RESET}"


def as_json(stream: Stream, field: str, only: int | None, zone: tzinfo) -> str:
    """One object: ends, directions, and the pieces in order; data as hex digits, and as text where it is UTF-8."""
    found = {
        field: stream.number,
        "name": stream.name,
        "ends": [{"fd.open_id": end.number, "name": end.name, "processes": end.actors} for end in stream.ends],
        "directions": [_direction(direction) for direction in stream.directions],
        "notes": stream.notes,
        "pieces": [_piece(piece, zone) for piece in stream.pieces if only in (None, piece.direction)],
    }
    return json.dumps(found, indent=2)


def _direction(direction: Direction) -> dict[str, object]:
    found: dict[str, object] = {
        "from_end": direction.source,
        "to_end": direction.target,
        "calls": direction.calls,
        "moved_bytes": direction.moved,
        "captured_bytes": direction.captured,
    }
    if direction.other_calls:
        found["other_end"] = {
            "calls": direction.other_calls,
            "moved_bytes": direction.other_moved,
            "captured_bytes": direction.other_captured,
        }
    return {key: value for key, value in found.items() if value is not None}


def _piece(piece: Piece, zone: tzinfo) -> dict[str, object]:
    found: dict[str, object] = {
        "evt.num": piece.evt_num,
        "time": None if piece.time_ns is None else iso(piece.time_ns, zone),
        "direction": piece.direction,
        "end": piece.end,
        "way": "out" if piece.is_out else "in",
        "process": piece.actor,
        "moved_bytes": piece.moved,
        "captured_bytes": len(piece.data),
        "data": piece.data.hex(),
        "text": _text(piece.data),
    }
    return {key: value for key, value in found.items() if value is not None}


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
