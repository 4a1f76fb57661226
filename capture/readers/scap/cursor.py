"""Reads little-endian values from a metadata block and says at which byte it went wrong; reader side of stage ①."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.model import Metadata

U8 = struct.Struct("<B")
U16 = struct.Struct("<H")
U32 = struct.Struct("<I")
U64 = struct.Struct("<Q")
I64 = struct.Struct("<q")


class MalformedBlock(ValueError):
    """A metadata block that cannot be read to its end.

    Attributes:
        position: the byte of the block's body at which reading stopped.
        records: what had been read by then; each is whole.
    """

    def __init__(self, what: str, position: int, records: Sequence[Metadata] = ()) -> None:
        self.position = position
        self.records = list(records)
        super().__init__(f"{what} at byte {position} of the block's body")


class Cursor:
    """A position in a block's body that never passes ``end``.

    ``end`` is the body's length, or that of the entry being read.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.position = 0
        self.end = len(body)

    @property
    def left(self) -> int:
        """Bytes before ``end``."""
        return self.end - self.position

    def number(self, form: struct.Struct, what: str) -> int:
        """The next integer.

        Raises:
            MalformedBlock: fewer bytes are left.
        """
        start = self._advance(form.size, what)
        return int(form.unpack_from(self.body, start)[0])

    def optional(self, form: struct.Struct, default: int) -> int:
        """The next integer where it still fits; else ``default``, as for all optional ones behind it."""
        if self.left >= form.size:
            return self.number(form, "")
        self.position = self.end
        return default

    def take(self, count: int, what: str) -> bytes:
        """The next ``count`` bytes.

        Raises:
            MalformedBlock: fewer are left.
        """
        start = self._advance(count, what)
        return self.body[start : self.position]

    def string(self, what: str) -> bytes:
        """A string behind its 16-bit length.

        Raises:
            MalformedBlock: it is longer than what is left.
        """
        return self.take(self.number(U16, what), what)

    def enter(self, length: int, start: int, what: str) -> None:
        """Limit reading to an entry of ``length`` bytes that began at ``start``.

        Raises:
            MalformedBlock: the entry is longer than its block, or shorter than what was read of it.
        """
        if start + length > self.end or start + length < self.position:
            raise MalformedBlock(f"{what} claims {length} bytes of {self.end - start}", start)
        self.end = start + length

    def leave(self) -> None:
        """Pass over what is left of the entry and lift its limit."""
        self.position = self.end
        self.end = len(self.body)

    def _advance(self, count: int, what: str) -> int:
        if count > self.left:
            raise MalformedBlock(f"{what} needs {count} bytes, {self.left} are left", self.position)
        start = self.position
        self.position += count
        return start


def text(raw: bytes) -> str:
    r"""Bytes as text, up to a NUL; bytes that are not UTF-8 are written as ``\\xNN``."""
    return raw.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
