"""Growing tables of 64-bit integers, a hash map and a byte arena, all that the kernel (stage ②) keeps state in."""

from __future__ import annotations

from . import cython_stub as cython

if not cython.compiled:
    from .columns import *


class Grid:
    """Rows of ``width`` integers that grow by doubling; a freed row is used again."""

    def __init__(self, width: int, rows: int = 64) -> None:
        self.width = width
        self.room = rows
        self.used = 0
        self.free = -1
        self.cells = memoryview(bytearray(8 * rows * width)).cast("B").cast("q", (rows, width))

    def view(self) -> memoryview:
        """All used rows, flat, for readers outside the kernel."""
        return memoryview(self.cells).cast("B")[: self.used * self.width * 8]

    def grow(self) -> int:
        """Twice the room."""
        fresh = memoryview(bytearray(16 * self.room * self.width)).cast("B")
        fresh[: self.room * self.width * 8] = memoryview(self.cells).cast("B")
        self.room = self.room * 2
        self.cells = fresh.cast("q", (self.room, self.width))
        return 0

    def add(self) -> int:
        """A row at the end; what it holds is left to the caller."""
        if self.used == self.room:
            self.grow()
        row = self.used
        self.used = row + 1
        return row

    def take(self) -> int:
        """A row of zeros, a freed one where there is one."""
        row = self.free
        if row < 0:
            row = self.add()
        else:
            self.free = self.cells[row, 0]
        for column in range(self.width):
            self.cells[row, column] = 0
        return row

    def give(self, row: int) -> int:
        """Free a row that came from ``take``."""
        self.cells[row, 0] = self.free
        self.free = row
        return 0

    def copy(self, source: int, target: int, width: int) -> int:
        """Copy the first ``width`` columns of one row to another."""
        for column in range(width):
            self.cells[target, column] = self.cells[source, column]
        return 0

    def clear(self) -> int:
        """Forget all rows."""
        self.used = 0
        self.free = -1
        return 0


class HashMap:
    """Integers to integers ≥ 0, open addressing; ``seed`` keeps file contents from choosing collisions."""

    def __init__(self, seed: int) -> None:
        self.seed = seed & 0x7FFFFFFF
        self.room = 1024
        self.used = 0
        self.keys = memoryview(bytearray(8 * self.room)).cast("q")
        self.values = memoryview(bytearray(b"\xff" * (8 * self.room))).cast("q")

    @cython.boundscheck(False)
    def slot_of(self, key: int) -> int:
        """Where the key is, or the free place where it would go; the mask keeps it inside the arrays."""
        mixed = (key ^ (key >> 32) ^ self.seed) & MASK32
        mixed = (mixed * MIX) & MASK32
        mixed = mixed ^ (mixed >> 15)
        mixed = (mixed * MIX) & MASK32
        mixed = mixed ^ (mixed >> 16)
        mask = self.room - 1
        at = mixed & mask
        while self.values[at] >= 0 and self.keys[at] != key:
            at = (at + 1) & mask
        return at

    def get(self, key: int) -> int:
        """The value, -1 where the key is absent."""
        return self.values[self.slot_of(key)]

    def put(self, key: int, value: int) -> int:
        """Set the value of a key."""
        at = self.slot_of(key)
        if self.values[at] < 0:
            if self.used * 2 >= self.room:
                self.grow()
                at = self.slot_of(key)
            self.used = self.used + 1
            self.keys[at] = key
        self.values[at] = value
        return 0

    def remove(self, key: int) -> int:
        """Take the key out; what probed past it moves up."""
        hole = self.slot_of(key)
        if self.values[hole] < 0:
            return 0
        mask = self.room - 1
        self.values[hole] = -1
        self.used = self.used - 1
        at = (hole + 1) & mask
        while self.values[at] >= 0:
            moved_key = self.keys[at]
            moved_value = self.values[at]
            self.values[at] = -1
            home = self.slot_of(moved_key)
            self.keys[home] = moved_key
            self.values[home] = moved_value
            at = (at + 1) & mask
        return 0

    def grow(self) -> int:
        """Twice the room."""
        old_keys = self.keys
        old_values = self.values
        old_room = self.room
        self.room = old_room * 2
        self.keys = memoryview(bytearray(8 * self.room)).cast("q")
        self.values = memoryview(bytearray(b"\xff" * (8 * self.room))).cast("q")
        for at in range(old_room):
            if old_values[at] >= 0:
                home = self.slot_of(old_keys[at])
                self.keys[home] = old_keys[at]
                self.values[home] = old_values[at]
        return 0

    def clear(self) -> int:
        """Forget all keys."""
        for at in range(self.room):
            self.values[at] = -1
        self.used = 0
        return 0


class Arena:
    """Bytes that are only ever added: names, paths, arguments; others keep (offset, length)."""

    def __init__(self, room: int = 1 << 16) -> None:
        self.room = room
        self.used = 0
        self.data = memoryview(bytearray(room))

    def grow(self, wanted: int) -> int:
        """Room for ``wanted`` bytes."""
        while self.room < wanted:
            self.room = self.room * 2
        fresh = memoryview(bytearray(self.room))
        fresh[: self.used] = self.data[: self.used]
        self.data = fresh
        return 0

    def reserve(self, count: int) -> int:
        """Room for ``count`` bytes; returns where they start."""
        start = self.used
        if start + count > self.room:
            self.grow(start + count)
        self.used = start + count
        return start

    def put(self, byte: int) -> int:
        """Append one byte."""
        if self.used == self.room:
            self.grow(self.used + 1)
        self.data[self.used] = byte
        self.used = self.used + 1
        return 0

    def copy_in(self, source: memoryview, start: int, count: int) -> int:
        """Copy bytes from elsewhere; returns where they start here."""
        target = self.reserve(count)
        for at in range(count):
            self.data[target + at] = source[start + at]
        return target

    def copy_own(self, start: int, count: int) -> int:
        """Copy bytes that are already here to the end."""
        target = self.reserve(count)
        for at in range(count):
            self.data[target + at] = self.data[start + at]
        return target

    def gather(self, rows: Grid, column: int, first: int, last: int, offsets: memoryview) -> bytes:
        """The texts that ``rows`` keep at ``column`` (offset) and ``column + 1`` (length), one after the other.

        ``offsets`` takes their ends as 32-bit integers, behind a first 0.
        """
        total = 0
        for row in range(first, last):
            total = total + rows.cells[row, column + 1]
        made = bytearray(total)
        self.gather_into(rows, column, first, last, offsets, memoryview(made))
        return bytes(made)

    def gather_into(self, rows: Grid, column: int, first: int, last: int, offsets: memoryview, made: memoryview) -> int:
        """``gather`` into a buffer of the right size."""
        at = 0
        for row in range(first, last):
            start = rows.cells[row, column]
            for step in range(rows.cells[row, column + 1]):
                made[at] = self.data[start + step]
                at = at + 1
            offsets[row - first + 1] = at
        return at
