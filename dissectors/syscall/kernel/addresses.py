"""Socket addresses and tuples read from parameters; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .params import Params

if not cython.compiled:
    from .columns import *


def be32(data: memoryview, at: int) -> int:
    """Four bytes in network order."""
    total = 0
    for step in range(4):
        total = total * 256 + data[at + step]
    return total


def be64(data: memoryview, at: int) -> int:
    """Eight bytes in network order, as a signed number of the same bits."""
    high = be32(data, at)
    if high >= SIGN32:
        high = high - TWO32
    return high * TWO32 + be32(data, at + 4)


def is_mapped(high: int, low: int) -> int:
    """Whether an IPv6 address stands for an IPv4 one; all zeros does."""
    if high != 0:
        return 0
    return 1 if low == 0 or (low >= V4 and low - V4 <= MASK32) else 0


def mapped(low: int) -> int:
    """The low half of an IPv4 address that came as IPv6."""
    return V4 if low == 0 else low


class Addresses:
    """The address or tuple read last; a tuple's ends are s… and d…, an address is d…; IPv4 is kept mapped."""

    def __init__(self) -> None:
        self.family = 0
        self.shi = self.slo = self.sport = 0
        self.dhi = self.dlo = self.dport = 0
        self.source = self.target = 0
        self.path = self.path_size = 0

    def read_address(self, params: Params, index: int) -> int:
        """A socket address parameter into family, dhi/dlo, dport or path; 0 where it is none."""
        size = params.size[index]
        at = params.at[index]
        if size < 1:
            return 0
        self.family = params.data[at]
        if self.family == 2 and size >= 7:
            self.dhi = 0
            self.dlo = V4 + be32(params.data, at + 1)
            self.dport = params.u16(at + 5)
        elif self.family == 10 and size >= 19:
            self.dhi = be64(params.data, at + 1)
            self.dlo = be64(params.data, at + 9)
            self.dport = params.u16(at + 17)
        elif self.family == 1:
            self.path = at + 1
            self.path_size = self.until_nul(params.data, at + 1, size - 1)
        else:
            return 0
        return 1

    def read_tuple(self, params: Params, index: int) -> int:
        """A socket tuple parameter into both ends; 0 where it is none."""
        size = params.size[index]
        at = params.at[index]
        if size < 1:
            return 0
        self.family = params.data[at]
        if self.family == 2 and size >= 13:
            self.shi = 0
            self.slo = V4 + be32(params.data, at + 1)
            self.sport = params.u16(at + 5)
            self.dhi = 0
            self.dlo = V4 + be32(params.data, at + 7)
            self.dport = params.u16(at + 11)
        elif self.family == 10 and size >= 37:
            self.shi = be64(params.data, at + 1)
            self.slo = be64(params.data, at + 9)
            self.sport = params.u16(at + 17)
            self.dhi = be64(params.data, at + 19)
            self.dlo = be64(params.data, at + 27)
            self.dport = params.u16(at + 35)
        elif self.family == 1 and size >= 17:
            self.source = params.i64(at + 1)
            self.target = params.i64(at + 9)
            self.path = at + 17
            self.path_size = self.until_nul(params.data, at + 17, size - 17)
        else:
            return 0
        return 1

    def until_nul(self, data: memoryview, at: int, size: int) -> int:
        """Length of a text that may end in a NUL."""
        for step in range(size):
            if data[at + step] == 0:
                return step
        return size
