"""Descriptor tables of processes, and the versions of what their descriptors stand for; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .tables import Arena, Grid, HashMap

if not cython.compiled:
    from .columns import *


class Descriptors:
    """Tables map descriptor numbers to versions; a version is never changed, an edit makes a new one.

    ``settled`` is the first version made by the event at hand: from there on versions may still be changed.

    ``opens`` counts open files: each version made by ``create`` is one, copies and edits of it stay the same one.

    Table 0 does not exist; ``heads[table, 0]`` is the table's first entry plus one, ``heads[table, 1]`` how many there
    are.
    """

    def __init__(self, arena: Arena, seed: int) -> None:
        self.arena = arena
        self.map = HashMap(seed)
        self.entries = Grid(N_WIDTH)
        self.heads = Grid(2)
        self.versions = Grid(F_WIDTH)
        self.num = 0
        self.offset = 0
        self.settled = 0
        self.opens = 0
        self.heads.take()

    def reset(self) -> int:
        """Forget all tables, as a new section does; versions stay."""
        self.map.clear()
        self.entries.clear()
        self.heads.clear()
        self.heads.take()
        return 0

    def new_table(self) -> int:
        """An empty table."""
        table = self.heads.take()
        self.heads.cells[table, 0] = 0
        self.heads.cells[table, 1] = 0
        return table

    def find(self, table: int, fd: int) -> int:
        """The entry of a descriptor, -1 where the table has none."""
        if table <= 0 or fd < 0 or fd >= SIGN32:
            return -1
        return self.map.get(table * TWO32 + fd)

    def version_of(self, table: int, fd: int) -> int:
        """What a descriptor stands for, -1 where the table has none."""
        entry = self.find(table, fd)
        return -1 if entry < 0 else self.entries.cells[entry, N_VERSION]

    def put(self, table: int, fd: int, version: int, cloexec: int) -> int:
        """Let a descriptor stand for a version; returns the entry, -1 where the number is impossible."""
        if table <= 0 or fd < 0 or fd >= SIGN32:
            return -1
        entry = self.map.get(table * TWO32 + fd)
        if entry < 0:
            entry = self.entries.take()
            head = self.heads.cells[table, 0]
            self.entries.cells[entry, N_TABLE] = table
            self.entries.cells[entry, N_FD] = fd
            self.entries.cells[entry, N_NEXT] = head
            self.entries.cells[entry, N_PREV] = 0
            if head > 0:
                self.entries.cells[head - 1, N_PREV] = entry + 1
            self.heads.cells[table, 0] = entry + 1
            self.heads.cells[table, 1] = self.heads.cells[table, 1] + 1
            self.map.put(table * TWO32 + fd, entry)
        self.entries.cells[entry, N_VERSION] = version
        self.entries.cells[entry, N_CLOEXEC] = 1 if cloexec else 0
        return entry

    def drop(self, entry: int) -> int:
        """Take an entry out of its table."""
        table = self.entries.cells[entry, N_TABLE]
        following = self.entries.cells[entry, N_NEXT]
        before = self.entries.cells[entry, N_PREV]
        if before > 0:
            self.entries.cells[before - 1, N_NEXT] = following
        else:
            self.heads.cells[table, 0] = following
        if following > 0:
            self.entries.cells[following - 1, N_PREV] = before
        self.heads.cells[table, 1] = self.heads.cells[table, 1] - 1
        self.map.remove(table * TWO32 + self.entries.cells[entry, N_FD])
        self.entries.give(entry)
        return 0

    def remove(self, table: int, fd: int) -> int:
        """Close a descriptor."""
        entry = self.find(table, fd)
        if entry >= 0:
            self.drop(entry)
        return 0

    def free_table(self, table: int) -> int:
        """Close all descriptors; the process is gone."""
        if table <= 0:
            return 0
        link = self.heads.cells[table, 0]
        while link > 0:
            following = self.entries.cells[link - 1, N_NEXT]
            self.drop(link - 1)
            link = following
        self.heads.give(table)
        return 0

    def copy_table(self, source: int, target: int) -> int:
        """What a child inherits: all descriptors, standing for the same versions."""
        if source <= 0 or target <= 0:
            return 0
        link = self.heads.cells[source, 0]
        while link > 0:
            entry = link - 1
            link = self.entries.cells[entry, N_NEXT]
            self.put(
                target,
                self.entries.cells[entry, N_FD],
                self.entries.cells[entry, N_VERSION],
                self.entries.cells[entry, N_CLOEXEC],
            )
        return 0

    def drop_cloexec(self, table: int) -> int:
        """What an exec closes."""
        if table <= 0:
            return 0
        link = self.heads.cells[table, 0]
        while link > 0:
            entry = link - 1
            link = self.entries.cells[entry, N_NEXT]
            if self.entries.cells[entry, N_CLOEXEC]:
                self.drop(entry)
        return 0

    def close_range(self, table: int, first: int, last: int, only_mark: int) -> int:
        """Close the descriptors from first to last, or mark them close-on-exec."""
        if table <= 0:
            return 0
        link = self.heads.cells[table, 0]
        while link > 0:
            entry = link - 1
            link = self.entries.cells[entry, N_NEXT]
            if first <= self.entries.cells[entry, N_FD] <= last:
                if only_mark:
                    self.entries.cells[entry, N_CLOEXEC] = 1
                else:
                    self.drop(entry)
        return 0

    def create(self, kind: int, fd: int, origin: int) -> int:
        """A new version of a kind, with nothing known but that."""
        version = self.versions.add()
        for column in range(F_WIDTH):
            self.versions.cells[version, column] = 0
        self.versions.cells[version, F_TYPE] = kind
        self.versions.cells[version, F_FD] = fd
        self.versions.cells[version, F_OFLAGS] = NONE
        self.versions.cells[version, F_INO] = NONE
        self.versions.cells[version, F_DEV] = NONE
        self.versions.cells[version, F_ORIGIN] = origin
        self.versions.cells[version, F_ORIGINOFF] = self.offset
        self.versions.cells[version, F_FROM] = self.num
        self.versions.cells[version, F_OPEN] = self.opens
        self.opens = self.opens + 1
        return version

    def create_unopened(self) -> int:
        """A version for a path that was not opened."""
        version = self.create(D_UNOPENED, -1, ORIGIN_EVENT)
        self.versions.cells[version, F_OPEN] = NONE
        self.opens = self.opens - 1
        return version

    def edit(self, entry: int, settled: int) -> int:
        """A version of the entry's descriptor that may be changed: its own, or a copy where others know the old.

        ``settled`` is the first version made by the event at hand.
        """
        version = self.entries.cells[entry, N_VERSION]
        if version >= settled:
            return version
        fresh = self.versions.add()
        self.versions.copy(version, fresh, F_WIDTH)
        self.versions.cells[fresh, F_ORIGIN] = ORIGIN_EVENT
        self.versions.cells[fresh, F_ORIGINOFF] = self.offset
        self.versions.cells[fresh, F_FROM] = self.num
        self.entries.cells[entry, N_VERSION] = fresh
        return fresh

    def restate(self, entry: int, state: int) -> int:
        """Note how far a socket's connection has come; what proves the rest of the version still does."""
        version = self.entries.cells[entry, N_VERSION]
        if self.versions.cells[version, F_STATE] == state:
            return version
        origin = self.versions.cells[version, F_ORIGIN]
        offset = self.versions.cells[version, F_ORIGINOFF]
        version = self.edit(entry, self.settled)
        self.versions.cells[version, F_STATE] = state
        self.versions.cells[version, F_ORIGIN] = origin
        self.versions.cells[version, F_ORIGINOFF] = offset
        return version

    def set_name(self, version: int, start: int) -> int:
        """Name a version with the text that ends the arena."""
        self.versions.cells[version, F_NAME] = start
        self.versions.cells[version, F_NAME + 1] = self.arena.used - start
        return 0
