"""Values as text for a cell, and as a literal of the display filter (stage ⑤)."""

from __future__ import annotations

from thresher.capture.escape import escape
from thresher.capture.model import Field, FieldType, Value
from thresher.capture.timetext import seconds

RIGHT = frozenset({FieldType.INT, FieldType.UINT, FieldType.PORT, FieldType.DURATION})
"""Types whose cells stand to the right."""

CELL_LIMIT = 4096
"""Characters of a value that a cell holds; the details tree has the whole of it."""


def cell_text(value: Value, type_: FieldType) -> str:
    """A value as one line of printable text; '' where it is absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return escape(", ".join(value)[:CELL_LIMIT])
    if isinstance(value, bytes):
        return value[: CELL_LIMIT // 2].hex()
    if type_ is FieldType.DURATION and isinstance(value, int):
        return seconds(value)
    return escape(str(value)[:CELL_LIMIT])


def literal(value: Value, field: Field | None) -> str | None:
    """A value as the display filter writes it; None where it cannot be compared with one."""
    if value is None or (isinstance(value, list) and not value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex(":") or None
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, int) and field is not None and field.type is FieldType.DURATION:
        return f"{value}ns"
    if isinstance(value, (int, float)):
        return str(value)
    bare = field is not None and field.type in (FieldType.IP, FieldType.PORT)
    return value if bare and value else quoted(value)


def quoted(text: str) -> str:
    """A string literal with everything escaped that is not plain text."""
    out = []
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif character.isprintable():
            out.append(character)
        else:
            code = ord(character)
            out.append(f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(out) + '"'


def narrowed(text: str, clause: str) -> str:
    """The filter ``text`` and ``clause`` together."""
    stripped = text.strip()
    if not stripped:
        return clause
    simple = " or " not in stripped and "||" not in stripped and " xor " not in stripped and "^^" not in stripped
    return f"{stripped} and {clause}" if simple else f"({stripped}) and {clause}"
