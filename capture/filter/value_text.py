"""An event's value as the display filter writes it; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.model import FieldType
from thresher.capture.timetext import iso

if TYPE_CHECKING:
    from thresher.capture.model import Field, Value


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
    if isinstance(value, int) and field is not None and field.type is FieldType.TIME:
        return f'"{iso(value)}"'
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
