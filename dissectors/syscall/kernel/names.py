"""Paths joined and addresses written into the arena, the texts that descriptor versions carry; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .tables import Arena

if not cython.compiled:
    from .columns import *

SLASH = 47
DOT = 46


class Names:
    """Writes names into an arena; each method returns where its text starts, the arena's end is the text's end."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena

    def join(self, base: int, base_size: int, data: memoryview, at: int, size: int) -> int:
        """A path against the folder it is relative to, ``.``, ``..`` and double slashes resolved.

        An absolute path stands for itself, an empty one stays empty, nothing climbs above the root, a slash at the
        end goes; what is longer than any path can be is cut.
        """
        source = data  # keeps the bytes alive: they may be the arena's own, which moves when it grows
        start = self.arena.used
        if size == 0:
            return start
        if source[at] != SLASH and base_size > 0:
            self.arena.copy_own(base, base_size)
        bare = self.arena.used == start
        end = at + size
        while at < end and self.arena.used - start < MAX_PATH:
            byte = source[at]
            fresh = self.arena.used == start or self.arena.data[self.arena.used - 1] == SLASH
            if byte == DOT and fresh and self.is_dot(source, at, end, 1):
                at = at + 2
            elif byte == DOT and fresh and self.is_dot(source, at, end, 2):
                self.climb(start)
                at = at + 3
            elif byte == SLASH and fresh and not (bare and self.arena.used == start):
                at = at + 1
            else:
                self.arena.put(byte)
                at = at + 1
        if self.arena.used - start > 1 and self.arena.data[self.arena.used - 1] == SLASH:
            self.arena.used = self.arena.used - 1
        return start

    def is_dot(self, data: memoryview, at: int, end: int, dots: int) -> int:
        """Whether exactly ``dots`` dots make up the path component at ``at``."""
        if at + dots > end or (dots == 2 and data[at + 1] != DOT):
            return 0
        return 1 if at + dots == end or data[at + dots] == SLASH else 0

    def climb(self, start: int) -> int:
        """Take the last component off the path that is being written, never the root."""
        used = self.arena.used
        if used <= start + 1:
            return 0
        used = used - 1
        while used > start and self.arena.data[used - 1] != SLASH:
            used = used - 1
        self.arena.used = used
        return 0

    def decimal(self, value: int) -> int:
        """A non-negative number in decimal."""
        start = self.arena.used
        scale = 1
        while value // scale >= 10:
            scale = scale * 10
        while scale > 0:
            self.arena.put(48 + value // scale % 10)
            scale = scale // 10
        return start

    def hexadecimal(self, value: int, most: int) -> int:
        """The low ``most`` hexadecimal digits of a number, without leading zeros."""
        start = self.arena.used
        shift = (most - 1) * 4
        while shift >= 0:
            digit = (value >> shift) & 15
            if digit > 0 or self.arena.used > start or shift == 0:
                self.arena.put(digit + 48 if digit < 10 else digit + 87)
            shift = shift - 4
        return start

    def ipv4(self, address: int) -> int:
        """Dotted decimal of a 32-bit number in network order."""
        start = self.decimal((address >> 24) & 255)
        shift = 16
        while shift >= 0:
            self.arena.put(DOT)
            self.decimal((address >> shift) & 255)
            shift = shift - 8
        return start

    def word(self, high: int, low: int, index: int) -> int:
        """One of the eight 16-bit groups of an IPv6 address."""
        half = high if index < 4 else low
        return (half >> (48 - 16 * (index & 3))) & 65535

    def ipv6(self, high: int, low: int) -> int:
        """An IPv6 address as inet_ntop writes it: the longest run of zero groups folded, lower case."""
        start = self.arena.used
        best = -1
        best_size = 1
        index = 0
        while index < 8:
            size = 0
            while index + size < 8 and self.word(high, low, index + size) == 0:
                size = size + 1
            if size > best_size:
                best = index
                best_size = size
            index = index + size + 1
        if best == 0 and (best_size == 6 or (best_size == 5 and self.word(high, low, 5) == 65535)):
            return self.embedded(low, best_size)
        index = 0
        while index < 8:
            if index == best:
                self.arena.put(58)
                if index + best_size == 8:
                    self.arena.put(58)
                index = index + best_size
                continue
            if index > 0:
                self.arena.put(58)
            self.hexadecimal(self.word(high, low, index), 4)
            index = index + 1
        return start

    def embedded(self, low: int, zeros: int) -> int:
        """An IPv6 address that holds an IPv4 one, ``::1.2.3.4`` or ``::ffff:1.2.3.4``."""
        start = self.arena.used
        self.arena.put(58)
        self.arena.put(58)
        if zeros == 5:
            self.hexadecimal(65535, 4)
            self.arena.put(58)
        self.ipv4(low & MASK32)
        return start

    def address(self, kind: int, high: int, low: int) -> int:
        """An address by the kind of its descriptor."""
        if kind == D_IPV4 or kind == D_IPV4SERVER:
            return self.ipv4(low & MASK32)
        return self.ipv6(high, low)

    def endpoint(self, kind: int, high: int, low: int, port: int) -> int:
        """``address:port``."""
        start = self.address(kind, high, low)
        self.arena.put(58)
        self.decimal(port)
        return start

    def arrow(self) -> int:
        """``->``."""
        self.arena.put(45)
        self.arena.put(62)
        return 0

    def unknown(self) -> int:
        """``<unknown>``, the name of a socket whose protocol has no addresses to show."""
        start = self.arena.used
        self.arena.put(60)
        self.arena.put(117)
        self.arena.put(110)
        self.arena.put(107)
        self.arena.put(110)
        self.arena.put(111)
        self.arena.put(119)
        self.arena.put(110)
        self.arena.put(62)
        return start

    def unix_pair(self, source: int, target: int, data: memoryview, at: int, size: int) -> int:
        """``source->target path`` of a unix connection, kernel addresses in hexadecimal."""
        start = self.hexadecimal(source, 16)
        self.arrow()
        self.hexadecimal(target, 16)
        self.arena.put(32)
        self.arena.copy_in(data, at, size)
        return start
