"""Values as text for a cell, and filters put together (stage ⑤)."""

from __future__ import annotations

from thresher.capture.escape import escape
from thresher.capture.model import FieldType, Value
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


def narrowed(text: str, clause: str) -> str:
    """The filter ``text`` and ``clause`` together."""
    stripped = text.strip()
    if not stripped:
        return clause
    simple = " or " not in stripped and "||" not in stripped and " xor " not in stripped and "^^" not in stripped
    return f"{stripped} and {clause}" if simple else f"({stripped}) and {clause}"
