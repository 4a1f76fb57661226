"""Takes members out of JSON records in one pass over their bytes; what is not plain it leaves alone; part of stage ③.

A record is *sure* where it is JSON by the letter of RFC 8259 and what is wanted stands in it once and as it is: texts
without escapes, numbers in few digits. For all others somebody slower has the say, so that nothing is guessed here.
"""

from __future__ import annotations

from . import cython_stub as cython

if not cython.compiled:
    from .runs import alike, copied, plain_end

MOST_DEPTH = 64
SLOTS = 64
"""Places that a key of one object can hash to."""
_FIRST, _NEXT, _BEHIND = 0, 1, 2
"""Where in an object or list: at its beginning, behind a comma, behind a value."""
_LIST = -2
"""Stands for a node while a list is open; -1 is an object in which nothing is wanted."""
_START, _SIZE, _COLUMN, _NODE, _OTHER = 0, 1, 2, 3, 4
"""Columns of an entry: its key's place, what it leads to (-1 for nothing), and the next entry of the same slot."""
_DIGITS, _FEW_DIGITS, _MOST_DIGITS = 18, 15, 40
"""Of a wanted whole number, of one with a fraction, and of any other number."""


def slot(size: int, first: int, last: int) -> int:
    """What a key of so many bytes hashes to, given two of them."""
    return (size * 7 + first * 3 + last) & (SLOTS - 1)


class Scanner:
    """The paths wanted, as a tree of objects.

    Args:
        keys: the texts of all keys.
        entries: for each key where it stands in ``keys``, its length, its column, its node, and another entry.
        slots: for each node and hash the first entry, or -1.
    """

    def __init__(self, keys: bytes, entries: memoryview, slots: memoryview) -> None:
        self.keys = memoryview(keys)
        self.entries = entries
        self.slots = slots
        self.seen = memoryview(bytearray(8 * max(1, len(entries)))).cast("q")
        self.stack = memoryview(bytearray(8 * MOST_DEPTH)).cast("q")
        self.data = memoryview(b"")
        self.serial = 0
        self.has_escape = 0
        self.is_plain = 0

    def scan(
        self,
        data: memoryview,
        begins: memoryview,
        sizes: memoryview,
        starts: memoryview,
        lengths: memoryview,
        sure: memoryview,
    ) -> None:
        """Find the members of records that stand in one buffer.

        Args:
            data: the buffer, valid UTF-8 wherever there is a record.
            begins: where each record begins in it; one that is not in it is not sure.
            sizes: how long it is.
            starts: (column, row) gets where a text begins in the buffer.
            lengths: (column, row) gets its length; stays as it was where there is none.
            sure: gets 1 for a record whose members are all found.
        """
        self.data = data
        self.starts = starts
        self.lengths = lengths
        self.all(begins, sizes, sure)

    def all(self, begins: memoryview, sizes: memoryview, sure: memoryview) -> int:
        """Every record in turn; the lock is given up here, where the arrays have their types."""
        with cython.nogil:
            count = begins.shape[0]
            row = 0
            while row < count:
                at = begins[row]
                end = at + sizes[row]
                if 0 <= at <= end <= self.data.shape[0]:
                    sure[row] = self.record(row, at, end)
                row = row + 1
        return 0

    def record(self, row: int, at: int, end: int) -> int:
        """One record; 1 where it is sure."""
        self.serial = self.serial + 1
        depth = 0
        node = 0
        state = _FIRST
        at = self.space(at, end)
        if at >= end or self.data[at] != 0x7B:
            return 0
        at = at + 1
        while True:
            at = self.space(at, end)
            if at >= end:
                return 0
            byte = self.data[at]
            if state != _NEXT and byte == (0x5D if node == _LIST else 0x7D):
                if depth == 0:
                    return 1 if self.space(at + 1, end) == end else 0
                depth = depth - 1
                node = self.stack[depth]
                state = _BEHIND
                at = at + 1
                continue
            if state == _BEHIND:
                if byte != 0x2C:
                    return 0
                state = _NEXT
                at = at + 1
                continue
            entry = -1
            if node != _LIST:
                stop = self.text_end(at, end)
                if stop < 0:
                    return 0
                if node >= 0:
                    entry = self.wanted(node, at + 1, stop - 1)
                    if entry == -2:
                        return 0
                at = self.space(stop, end)
                if at >= end or self.data[at] != 0x3A:
                    return 0
                at = self.space(at + 1, end)
                if at >= end:
                    return 0
                byte = self.data[at]
            inner = self.entries[entry, _NODE] if entry >= 0 else -1
            if byte == 0x7B or byte == 0x5B:
                if depth >= MOST_DEPTH or (entry >= 0 and (inner < 0 or byte == 0x5B)):
                    return 0
                self.stack[depth] = node
                depth = depth + 1
                node = inner if byte == 0x7B else _LIST
                state = _FIRST
                at = at + 1
                continue
            stop = self.value_end(at, end, byte)
            if stop < 0 or (entry >= 0 and byte != 0x6E and not self.kept(entry, row, at, stop)):
                return 0
            state = _BEHIND
            at = stop

    def kept(self, entry: int, row: int, at: int, stop: int) -> int:
        """Note where a value that is wanted stands; 0 where it is not plain, or no object where one is wanted."""
        if self.entries[entry, _NODE] >= 0 or not self.is_plain:
            return 0
        column = self.entries[entry, _COLUMN]
        quote = 1 if self.data[at] == 0x22 else 0
        self.starts[column, row] = at + quote
        self.lengths[column, row] = stop - at - 2 * quote
        return 1

    def space(self, at: int, end: int) -> int:
        """The next byte that is no white space."""
        while at < end and (
            self.data[at] == 0x20 or self.data[at] == 0x0A or self.data[at] == 0x0D or self.data[at] == 0x09
        ):
            at = at + 1
        return at

    def wanted(self, node: int, at: int, end: int) -> int:
        """The entry of a key, -1 where it is not wanted, -2 where that is not sure."""
        if self.has_escape:
            return -2
        size = end - at
        if size == 0:
            return -1
        entry = self.slots[node, slot(size, self.data[at], self.data[end - 1])]
        while entry >= 0:
            if self.entries[entry, _SIZE] == size and self.is_key(self.entries[entry, _START], at, size):
                if self.seen[entry] == self.serial:
                    return -2
                self.seen[entry] = self.serial
                return entry
            entry = self.entries[entry, _OTHER]
        return -1

    def is_key(self, start: int, at: int, size: int) -> int:
        """Whether so many bytes are those of a key."""
        if start < 0 or at < 0 or start > self.keys.shape[0] - size or at > self.data.shape[0] - size:
            return 0
        return alike(self.keys, start, self.data, at, size)

    def value_end(self, at: int, end: int, byte: int) -> int:
        """Where a text, number or literal ends; -1 where that is not sure."""
        self.is_plain = 1
        if byte == 0x22:
            stop = self.text_end(at, end)
            self.is_plain = 0 if self.has_escape else 1
            return stop
        if byte == 0x74:
            return self.literal_end(at, end, 0x72, 0x75, 0x65, -1)
        if byte == 0x66:
            return self.literal_end(at, end, 0x61, 0x6C, 0x73, 0x65)
        if byte == 0x6E:
            return self.literal_end(at, end, 0x75, 0x6C, 0x6C, -1)
        return self.number_end(at, end)

    def literal_end(self, at: int, end: int, one: int, two: int, three: int, four: int) -> int:
        """Where ``true``, ``false`` or ``null`` ends, given what follows its first letter."""
        size = 4 if four < 0 else 5
        if end - at < size:
            return -1
        if self.data[at + 1] != one or self.data[at + 2] != two or self.data[at + 3] != three:
            return -1
        if size == 5 and self.data[at + 4] != four:
            return -1
        return at + size

    def text_end(self, at: int, end: int) -> int:
        """Behind the closing quote of a text; -1 where there is none that is sure."""
        self.has_escape = 0
        if at >= end or self.data[at] != 0x22:
            return -1
        at = plain_end(self.data, at + 1, end)
        while at < end:
            if self.data[at] == 0x22:
                return at + 1
            if self.data[at] != 0x5C or end - at < 2:
                return -1
            self.has_escape = 1
            at = self.escape_end(at + 1, end)
            if at < 0:
                return -1
            at = plain_end(self.data, at, end)
        return -1

    def escape_end(self, at: int, end: int) -> int:
        """Behind an escape whose letter is at ``at``; -1 for one that is none, or half a pair of surrogates."""
        byte = self.data[at]
        if byte != 0x75:
            if (
                byte == 0x22 or byte == 0x5C or byte == 0x2F or byte == 0x62
                or byte == 0x66 or byte == 0x6E or byte == 0x72 or byte == 0x74
            ):  # fmt: skip
                return at + 1
            return -1
        if end - at < 5:
            return -1
        index = 1
        while index < 5:
            byte = self.data[at + index]
            if not (0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x46 or 0x61 <= byte <= 0x66):
                return -1
            index = index + 1
        first = self.data[at + 1]
        if first == 0x64 or first == 0x44:
            byte = self.data[at + 2]
            if not 0x30 <= byte <= 0x37:
                return -1
        return at + 5

    def number_end(self, at: int, end: int) -> int:
        """Behind a number; -1 where it is none, or none of a form that is sure to be read alike everywhere."""
        begin = at
        if self.data[at] == 0x2D:
            at = at + 1
        first = at
        at = self.digits_end(at, end)
        if at == first or (self.data[first] == 0x30 and (at > first + 1 or first > begin)):
            return -1
        most = _DIGITS
        if at < end and self.data[at] == 0x2E:
            fraction = at + 1
            at = self.digits_end(fraction, end)
            if at == fraction:
                return -1
            most = _FEW_DIGITS
        if at - begin > _MOST_DIGITS or (at < end and (self.data[at] == 0x65 or self.data[at] == 0x45)):
            return -1
        self.is_plain = 1 if at - begin <= most else 0
        return at

    def digits_end(self, at: int, end: int) -> int:
        """Behind the digits."""
        while at < end and 0x30 <= self.data[at] <= 0x39:
            at = at + 1
        return at


def gather(data: memoryview, starts: memoryview, lengths: memoryview, bounds: memoryview, out: memoryview) -> None:
    """Copy texts out of a buffer.

    Args:
        data: the buffer.
        starts: where each text begins.
        lengths: how long it is; nothing is copied of less than one byte.
        bounds: where it goes.
        out: takes the texts.
    """
    gather_all(data, starts, lengths, bounds, out)


def gather_all(data: memoryview, starts: memoryview, lengths: memoryview, bounds: memoryview, out: memoryview) -> int:
    """``gather`` itself; the lock is given up here, where the arrays have their types."""
    with cython.nogil:
        count = lengths.shape[0]
        row = 0
        while row < count:
            size = lengths[row]
            if size > 0:
                start = starts[row]
                to = bounds[row]
                if start < 0 or to < 0 or start > data.shape[0] - size or to > out.shape[0] - size:
                    raise IndexError
                copied(data, start, out, to, size)
            row = row + 1
    return 0
