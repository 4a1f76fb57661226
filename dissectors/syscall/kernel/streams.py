"""Which open files are ends of one connection, pipe or socket pair; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .descriptors import Descriptors
from .tables import Grid, HashMap

if not cython.compiled:
    from .columns import *

E_OPEN = 0
E_ROLE = 1
E_FIRST = 2
E_WIDTH = 8


class Streams:
    """Joins open files, which ``Descriptors`` numbers as they come.

    The end of a connection waits under its addresses until the other end comes; then both are one stream. Each open
    file is joined once: addresses are used again, and a socket that has its peer waits for no other.

    Attributes:
        joined: open files and the stream they belong to, where it is not their own number, since they were last taken.
    """

    def __init__(self, fds: Descriptors, seed: int) -> None:
        self.fds = fds
        self.waiting = HashMap(seed)
        self.ends = Grid(E_WIDTH)
        self.roots = HashMap(seed)
        self.joined = Grid(2)

    def reset(self) -> int:
        """Nobody of a new section is the other end of what came before."""
        self.waiting.clear()
        self.ends.clear()
        return 0

    def pair(self, one: int, other: int) -> int:
        """Two open files are the two ends of one stream, named after the one that came first."""
        if one == other or self.roots.get(one) >= 0 or self.roots.get(other) >= 0:
            return 0
        first = one if one < other else other
        self.roots.put(first, first)
        return self.attach(one if other == first else other, first)

    def attach(self, open_file: int, stream: int) -> int:
        """An open file belongs to a stream."""
        if open_file == stream or self.roots.get(open_file) >= 0:
            return 0
        self.roots.put(stream, stream)
        self.roots.put(open_file, stream)
        row = self.joined.add()
        self.joined.cells[row, 0] = open_file
        self.joined.cells[row, 1] = stream
        return 0

    def met(self, version: int) -> int:
        """A socket has the addresses of both ends: join it with the other end, or let it wait for it.

        Only TCP and unix connections have exactly two ends; a UDP server's socket hears many.
        """
        cells = self.fds.versions.cells
        if self.roots.get(cells[version, F_OPEN]) >= 0:
            return 0
        end = self.ends.take()
        self.ends.cells[end, E_OPEN] = cells[version, F_OPEN]
        self.ends.cells[end, E_ROLE] = cells[version, F_ROLE]
        if not self.read_ends(version, end):
            return self.ends.give(end)
        mark = self.mark_of(end)
        other = self.waiting.get(mark)
        if other < 0:
            return self.waiting.put(mark, end)
        if self.is_other_end(end, other):
            self.pair(self.ends.cells[end, E_OPEN], self.ends.cells[other, E_OPEN])
            self.waiting.remove(mark)
            self.ends.give(end)
        else:
            self.waiting.put(mark, end)
        return self.ends.give(other)

    def read_ends(self, version: int, end: int) -> int:
        """Copy both ends, in an order that is the same seen from either; 0 where they do not name a connection."""
        cells = self.fds.versions.cells
        kind = cells[version, F_TYPE]
        if kind == D_UNIX:
            source = cells[version, F_USRC]
            target = cells[version, F_UDST]
            if source == 0 or target == 0:
                return 0
            self.ends.cells[end, E_FIRST] = source if source < target else target
            self.ends.cells[end, E_FIRST + 1] = target if source < target else source
            return 1
        if (kind != D_IPV4 and kind != D_IPV6) or cells[version, F_L4] != 1:
            return 0
        if cells[version, F_CPORT] == 0 or cells[version, F_SPORT] == 0:
            return 0
        for step in range(4):
            self.ends.cells[end, E_FIRST + step] = cells[version, F_CHI + step]
        self.ends.cells[end, E_FIRST + 4] = cells[version, F_CPORT]
        self.ends.cells[end, E_FIRST + 5] = cells[version, F_SPORT]
        return 1

    def mark_of(self, end: int) -> int:
        """One number of both ends; different ends may share it."""
        high = self.waiting.seed
        low = MASK32 - self.waiting.seed
        for column in range(E_FIRST, E_WIDTH):
            value = self.ends.cells[end, column]
            high = ((high ^ (value & MASK32)) * MIX) & MASK32
            high = high ^ (high >> 15)
            low = ((low ^ ((value >> 32) & MASK32) ^ high) * MIX) & MASK32
            low = low ^ (low >> 16)
        return (high & 2147483647) * TWO32 + low

    def is_other_end(self, one: int, other: int) -> int:
        """Whether two ends have the same addresses and opposite roles."""
        if self.ends.cells[one, E_ROLE] == self.ends.cells[other, E_ROLE]:
            return 0
        for column in range(E_FIRST, E_WIDTH):
            if self.ends.cells[one, column] != self.ends.cells[other, column]:
                return 0
        return 1
