"""What a parser of spoken bytes hands back: fields with the bytes they were read from; part of stage ②."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from thresher.capture.model import Value

CUT = "…"
"""Stands at the end of every text of which the capture holds only the beginning, so that it equals no whole one."""


TRUNCATED = ".truncated"
"""End of the names of fields that say that the capture holds only the beginning of a message."""


class Item(NamedTuple):
    """One value of a message.

    Attributes:
        field: its field.
        value: as the field's type wants it; an element of it where the field is a list.
        start, end: its bytes in the message.
    """

    field: str
    value: Value
    start: int
    end: int


class Protocol(NamedTuple):
    """How messages of one protocol are told from other bytes, and read; all functions take any bytes whatever.

    Attributes:
        name: first part of the names of its fields.
        begins: whether bytes begin like a message; true as well of the first few bytes of such a beginning.
        is_complete: whether all that ``read`` looks at is there.
        read: the values of a message, empty where it is none; the second argument says that the bytes are only a
            beginning.
    """

    name: str
    begins: Callable[[bytes], bool]
    is_complete: Callable[[bytes], bool]
    read: Callable[[bytes, bool], list[Item]]


def text(data: bytes) -> str:
    r"""Bytes as text; those that are not UTF-8 are written as ``\\xNN``."""
    return data.decode("utf-8", "backslashreplace")
