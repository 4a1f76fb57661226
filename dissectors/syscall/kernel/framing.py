"""How blocks are told apart, and found again behind a damaged place; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .params import Params

if not cython.compiled:
    from .columns import *


class Framing:
    """Looks for whole blocks in a chunk."""

    def __init__(self) -> None:
        self.window = Params()

    def resync(self, data: memoryview, start: int, final: int) -> int:
        """The next place from ``start`` on where blocks follow each other again.

        Three whole blocks of known types in a row are taken for certain; at the end of the input fewer will do.
        Returns ``-1 - place`` where the data ends before that can be told of a place, and the length of the data where
        there is none.
        """
        self.window.point(data)
        return self.find_blocks(start, len(data), final)

    def find_blocks(self, at: int, end: int, final: int) -> int:
        """``resync`` without the interpreter."""
        while at + 12 <= end:
            chained = self.chain(at, end, final)
            if chained == 3 or (chained > 0 and final):
                return at
            if chained < 0 and not final:
                return -1 - at
            at = at + 1
        return end if final else -1 - at

    def chain(self, at: int, end: int, final: int) -> int:
        """How many sound blocks follow from ``at``, up to 3; negative where the data ends before that is known.

        At the end of the input those before a block that is cut count.
        """
        count = 0
        while count < 3:
            if at == end:
                return count if count > 0 else -1
            if at + 12 > end:
                return count if final and count > 0 else -1
            kind = self.window.u32(at)
            length = self.window.u32(at + 4)
            if event_shape(kind) == -2 or length < 12 or length > longest(kind):
                return 0
            if at + length > end and final and count > 0:
                return count
            if at + length > end:
                return -1 if count > 0 or length < 65536 else 0
            if self.window.u32(at + length - 4) != length:
                return 0
            at = at + length
            count = count + 1
        return count


def event_shape(kind: int) -> int:
    """Bit 0: the header says how many parameters; bit 1: flags stand before it; -1 metadata, -2 unknown."""
    if kind == 0x204 or kind == EVENT_INTERNAL:
        return 0
    if kind == 0x216 or kind == 0x221:
        return 1
    if kind == 0x208:
        return 2
    if kind == 0x217 or kind == 0x222:
        return 3
    if kind == SECTION_HEADER or (kind & METADATA_MASK) == METADATA_INTERNAL:
        return -1
    if 0x201 <= kind <= 0x220 and not 0x20A <= kind <= 0x20F:
        return -1
    return -2


def longest(kind: int) -> int:
    """The longest a block of this type can sensibly be, in bytes."""
    if kind == 0x204 or kind == 0x208 or kind == 0x216 or kind == 0x217:
        return 262144
    return 268435456
