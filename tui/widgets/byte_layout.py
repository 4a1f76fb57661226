"""Bytes as lines of pieces that know where they came from (stage ⑤): a hex dump, or JSON laid out unchanged."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
LAYOUT_LIMIT = 512 * 1024
"""Bytes of JSON that are laid out; what is larger is only wrapped."""
DEPTH_LIMIT = 24
"""Levels that still move a line to the right."""


class Piece(NamedTuple):
    """Text that stands for the bytes from ``start`` to ``end``; equal where the layout put it there."""

    text: str
    start: int
    end: int


Line = list[Piece]


def bytes_a_line(width: int, size: int) -> int:
    """16, 8 or 4, whatever a hex dump of ``size`` bytes has room for."""
    return next((count for count in (16, 8, 4) if hex_width(count, size) <= width), 2)


def offset_digits(size: int) -> int:
    """Digits of an offset."""
    return max(4, len(f"{max(size - 1, 0):x}"))


def hex_width(count: int, size: int) -> int:
    """Cells of a line of a hex dump with ``count`` bytes."""
    return offset_digits(size) + 2 + 3 * count + (count > 8) + 1 + count


def hex_lines(data: bytes, width: int) -> list[Line]:
    """A hex dump: offset, bytes, the printable among them as text."""
    count, digits = bytes_a_line(width, len(data)), offset_digits(len(data))
    return [_hex_line(data, start, count, digits) for start in range(0, len(data), count)]


def _hex_line(data: bytes, start: int, count: int, digits: int) -> Line:
    row = data[start : start + count]
    line = [Piece(f"{start:0{digits}x}  ", start, start)]
    for index, byte in enumerate(row):
        line.append(Piece(f"{byte:02x}", start + index, start + index + 1))
        line.append(Piece("  " if index == 7 and count > 8 else " ", start + index, start + index))
    missing = count - len(row)
    padding = 3 * missing + (1 if count > 8 and len(row) < 8 else 0) + 1
    line.append(Piece(" " * padding, start, start))
    line += [Piece(chr(byte) if 32 <= byte < 127 else "·", start + at, start + at + 1) for at, byte in enumerate(row)]
    return line


def json_lines(data: bytes, width: int) -> list[Line]:
    """JSON with a member a line; only blanks between the tokens are the layout's own, every byte stays what it is."""
    width = max(width, 8)
    if len(data) > LAYOUT_LIMIT:
        return text_lines(data, width)
    lines: list[Line] = []
    line: Line = []
    depth = 0
    tokens = list(TOKEN.finditer(data))
    for index, match in enumerate(tokens):
        token = match[0]
        following = tokens[index + 1][0] if index + 1 < len(tokens) else b""
        if token in (b"}", b"]"):
            depth = max(depth - 1, 0)
            if not (index and tokens[index - 1][0] in (b"{", b"[")):
                lines += _broken(line, width)
                line = [_indent(depth, match.start())]
        line += _pieces(data, match.start(), match.end())
        if token == b":":
            line.append(Piece(" ", match.end(), match.end()))
        if token in (b"{", b"["):
            depth += 1
        if token == b"," or (token in (b"{", b"[") and following not in (b"}", b"]")):
            lines += _broken(line, width)
            line = [_indent(depth, match.end())]
    if len(line) > 1 or not lines:
        lines += _broken(line, width)
    return lines


def text_lines(data: bytes, width: int) -> list[Line]:
    """Text as it is, broken at the width."""
    return [line for start in range(0, len(data), 4096) for line in _broken(_pieces(data, start, start + 4096), width)]


def _indent(depth: int, at: int) -> Piece:
    return Piece("  " * min(depth, DEPTH_LIMIT), at, at)


def _pieces(data: bytes, start: int, end: int) -> Line:
    """A stretch as one piece, or a character a piece where bytes and characters are not one to one."""
    raw = data[start : min(end, len(data))]
    if raw.isascii():
        text = raw.decode("ascii")
        return [Piece(text if text.isprintable() else "".join(map(_seen, text)), start, start + len(raw))]
    pieces, at = [], start
    for character in raw.decode("utf-8", "surrogateescape"):
        length = len(character.encode("utf-8", "surrogateescape"))
        pieces.append(Piece(_seen(character), at, at + length))
        at += length
    return pieces


def _seen(character: str) -> str:
    """One printable character for one character."""
    if character.isprintable() and cell_len(character):
        return character
    code = ord(character)
    return chr(0x2400 + code) if code < 32 else "·"


def _broken(line: Line, width: int) -> list[Line]:
    """A line as lines of at most ``width`` cells; what runs on stands under the first one's text."""
    margin = len(line[0].text) + 2 if line and not line[0].text.strip() and line[0].start == line[0].end else 0
    margin = min(margin, width // 2)
    lines: list[Line] = [[]]
    room = width
    for piece in line:
        text, start = piece.text, piece.start
        while text and cell_len(text) > room:
            taken = room if len(text) > 1 and text.isascii() else 0
            if taken:
                lines[-1].append(Piece(text[:taken], start, start + taken if piece.end > piece.start else start))
                start += taken if piece.end > piece.start else 0
            text = text[taken:]
            lines.append([Piece(" " * margin, start, start)])
            room = width - margin
        if text or piece.text == "":
            lines[-1].append(Piece(text, start, piece.end))
            room -= cell_len(text)
    return lines


def offset_at(line: Line, cell: int) -> int | None:
    """The byte under a cell of a line; None beside the text."""
    at = 0
    for piece in line:
        width = cell_len(piece.text)
        if at <= cell < at + width:
            if piece.end - piece.start == len(piece.text):
                return piece.start + cell - at
            return piece.start
        at += width
    return None


def line_of(lines: list[Line], offset: int) -> int:
    """The last line that begins at or before a byte."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if lines[middle] and lines[middle][0].start <= offset:
            low = middle + 1
        else:
            high = middle
    return max(low - 1, 0)
