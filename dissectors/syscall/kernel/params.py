"""The parameters of one event block, bounds-checked: where each is and what number it holds; stage ②."""

from __future__ import annotations

from . import cython_stub as cython

if not cython.compiled:
    from .columns import *
    from .loads import load16, load32, load64

MOST = 64


def _zeros(count: int) -> memoryview:
    return memoryview(bytearray(8 * count)).cast("q")


class Params:
    """Where the parameters of the current event are; ``data`` is the chunk or copy that holds its block."""

    def __init__(self) -> None:
        self.data = memoryview(b"")
        self.count = 0
        self.at = _zeros(MOST)
        self.size = _zeros(MOST)

    def u16(self, at: int) -> int:
        """Two bytes of the block; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 2:
            return 0
        return load16(self.data, at)

    def u32(self, at: int) -> int:
        """Four bytes of the block, unsigned; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 4:
            return 0
        return load32(self.data, at)

    def i64(self, at: int) -> int:
        """Eight bytes of the block, signed; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 8:
            return 0
        return load64(self.data, at)

    def point(self, data: memoryview) -> int:
        """Read from this chunk or copy from now on."""
        self.data = data
        self.count = 0
        return 0

    @cython.boundscheck(False)
    def find(self, lengths: int, end: int, count: int, wide: int, wanted: int) -> int:
        """Place ``count`` parameters whose lengths start at ``lengths``; -1 where they do not fit before ``end``.

        Only the first ``wanted`` are kept; a file may know more parameters than the table.
        """
        step = 4 if wide else 2
        self.count = 0
        if count < 0 or lengths + count * step > end:
            return -1
        at = lengths + count * step
        for index in range(count):
            length = self.u32(lengths + index * 4) if wide else self.u16(lengths + index * 2)
            if at + length > end:
                return -1
            if index < wanted and index < MOST:  # both arrays have room for MOST
                self.at[index] = at
                self.size[index] = length
                self.count = index + 1
            at += length
        return at

    def infer(self, lengths: int, end: int, wanted: int) -> int:
        """Place the parameters of a block that does not say how many there are.

        Lengths and values together fill the block exactly, and grow with each parameter: one count fits at most.
        """
        total = 0
        count = 0
        at = lengths
        while at + total < end:
            if at + 2 > end:
                return -1
            total += self.u16(at)
            at += 2
            count += 1
        if at + total != end:
            return -1
        return self.find(lengths, end, count, 0, wanted)

    def has(self, index: int) -> int:
        """Whether the parameter is there and not empty."""
        return 1 if 0 <= index < self.count and self.size[index] > 0 else 0

    def number(self, index: int) -> int:
        """The parameter as an integer: eight bytes signed, fewer unsigned; 0 for what is not a number."""
        length = self.size[index]
        at = self.at[index]
        if length >= 8:
            return self.i64(at)
        if length >= 4:
            return self.u32(at)
        if length >= 2:
            return self.u16(at)
        if length == 1:
            return self.data[at]
        return 0

    def text_size(self, index: int) -> int:
        """Length of a text parameter up to its first NUL."""
        at = self.at[index]
        length = self.size[index]
        for step in range(length):
            if self.data[at + step] == 0:
                return step
        return length

    def is_na(self, index: int) -> int:
        """Whether a text is the recorder's ``<NA>``."""
        at = self.at[index]
        if self.text_size(index) != 4:
            return 0
        if self.data[at] == 60 and self.data[at + 1] == 78 and self.data[at + 2] == 65 and self.data[at + 3] == 62:
            return 1
        return 0
