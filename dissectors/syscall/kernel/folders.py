"""Paths made absolute, and what chdir, fchdir and chroot do; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .names import Names
from .tables import Arena
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Folders:
    """What relative paths are relative to."""

    def __init__(self, call: Call, threads: Threads, fds: Descriptors, names: Names, arena: Arena) -> None:
        self.call = call
        self.threads = threads
        self.fds = fds
        self.names = names
        self.arena = arena

    def resolve(self, row: int, dirfd: int) -> int:
        """The text kept last as a path: absolute, or relative to a descriptor, or to the current folder.

        Returns where the result starts in the arena; it ends at the arena's end. A folder that is not known shows
        as ``<UNKNOWN>``.
        """
        at = self.call.at
        size = self.call.size
        base = self.arena.used
        base_size = 0
        if size > 0 and self.arena.data[at] == 47:
            return self.names.join(0, 0, self.arena.data, at, size)
        if dirfd == AT_FDCWD:
            main = self.threads.families.leader(row)
            if main < 0:
                self.arena.put(46)
                self.arena.put(47)
                base_size = 2
            else:
                base = self.threads.rows.cells[main, T_CWD]
                base_size = self.threads.rows.cells[main, T_CWD + 1]
        else:
            version = self.fds.version_of(self.threads.table(row), dirfd)
            base = self.folder_of(version)
            base_size = self.arena.used - base
        return self.names.join(base, base_size, self.arena.data, at, size)

    def folder_of(self, version: int) -> int:
        """A descriptor's path with a slash behind it, at the end of the arena."""
        if version < 0:
            start = self.names.unknown()
            for step in range(1, 8):
                self.arena.data[start + step] = self.arena.data[start + step] - 32
            return start
        size = self.fds.versions.cells[version, F_NAME + 1]
        start = self.arena.copy_own(self.fds.versions.cells[version, F_NAME], size)
        if size > 0 and self.arena.data[start + size - 1] != 47:
            self.arena.put(47)
        return start

    def enter_folder(self, row: int, at: int, size: int) -> int:
        """The process's current folder becomes this path."""
        main = self.threads.families.leader(row)
        if main < 0:
            return 0
        cells = self.threads.rows.cells
        start = self.names.join(cells[main, T_CWD], cells[main, T_CWD + 1], self.arena.data, at, size)
        if self.arena.used == start or self.arena.data[self.arena.used - 1] != 47:
            self.arena.put(47)
        cells[main, T_CWD] = start
        cells[main, T_CWD + 1] = self.arena.used - start
        self.threads.touch_group(main)
        return 0

    def changed_folder(self, row: int) -> int:
        """chdir, and getcwd, which says where the process is."""
        if self.call.result < 0 or row < 0:
            return 0
        self.call.text(S_PATH)
        return self.enter_folder(row, self.call.at, self.call.size)

    def changed_folder_by_fd(self, row: int, version: int) -> int:
        """What fchdir does."""
        if self.call.result < 0 or row < 0 or version < 0:
            return 0
        name = self.fds.versions.cells[version, F_NAME]
        return self.enter_folder(row, name, self.fds.versions.cells[version, F_NAME + 1])

    def changed_root(self, row: int) -> int:
        """What chroot does."""
        if self.call.result != 0 or row < 0:
            return 0
        self.call.text(S_PATH)
        start = self.resolve(row, AT_FDCWD)
        self.threads.rows.cells[row, T_ROOT] = start
        self.threads.rows.cells[row, T_ROOT + 1] = self.arena.used - start
        return self.threads.touch(row, ORIGIN_EVENT)
