"""Runs of plain bytes, which ``runs.pxd`` passes over and copies eight at a time; part of stage ③.

Neither looks whether the bytes are there: the callers do.
"""

from __future__ import annotations

QUOTE, BACKSLASH, SPACE = 0x22, 0x5C, 0x20


def plain_end(data: memoryview, at: int, end: int) -> int:
    """Where the first quote, backslash or control character is, ``end`` where there is none."""
    while at < end and data[at] not in (QUOTE, BACKSLASH) and data[at] >= SPACE:
        at += 1
    return at


def copied(data: memoryview, at: int, out: memoryview, to: int, count: int) -> int:
    """Copy so many bytes."""
    out[to : to + count] = data[at : at + count]
    return 0


def alike(one: memoryview, at: int, other: memoryview, there: int, count: int) -> int:
    """Whether so many bytes are the same."""
    return int(one[at : at + count] == other[there : there + count])
