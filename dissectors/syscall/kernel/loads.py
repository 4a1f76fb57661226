"""Numbers of two, four and eight bytes, little endian, which ``loads.pxd`` reads in one instruction; stage ②.

None looks whether the bytes are there: the callers do, by a range check that no offset can wrap.
"""

from __future__ import annotations


def load16(data: memoryview, at: int) -> int:
    """Two bytes, unsigned."""
    return data[at] | (data[at + 1] << 8)


def load32(data: memoryview, at: int) -> int:
    """Four bytes, unsigned."""
    return int.from_bytes(data[at : at + 4], "little")


def load64(data: memoryview, at: int) -> int:
    """Eight bytes, signed."""
    return int.from_bytes(data[at : at + 8], "little", signed=True)
