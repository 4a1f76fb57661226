"""What a successful execve or execveat changes in its process; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .folders import Folders
from .memory import Memory
from .tables import Arena
from .threads import Threads

if not cython.compiled:
    from .columns import *

AT_EMPTY_PATH = 1


class Programs:
    """The handler of exec (libsinsp, parsers.cpp, gives the rules)."""

    def __init__(
        self, call: Call, threads: Threads, fds: Descriptors, folders: Folders, memory: Memory, arena: Arena
    ) -> None:
        self.call = call
        self.threads = threads
        self.fds = fds
        self.folders = folders
        self.memory = memory
        self.arena = arena

    def executed(self, row: int) -> int:
        """A successful execve or execveat: a new program in the same process, the only thread of it."""
        cells = self.threads.rows.cells
        if row < 0:
            return 0
        self.revive(row)
        self.call.text(S_EXE)
        cells[row, T_EXE] = self.call.at
        cells[row, T_EXE + 1] = self.call.size
        cells[row, T_EXECTS] = self.call.time
        if self.call.text(S_COMM) == 0:
            self.call.at = cells[row, T_EXE]
            self.call.size = cells[row, T_EXE + 1]
        cells[row, T_COMM] = self.call.at
        cells[row, T_COMM + 1] = self.call.size
        self.call.listed(S_ARGS)
        cells[row, T_ARGS] = self.call.at
        cells[row, T_ARGS + 1] = self.call.size
        cells[row, T_NARGS] = self.call.items
        known = cells[row, T_PID] >= 0
        cells[row, T_PID] = self.call.number(S_PID, -1)
        if not known:
            cells[row, T_PTID] = self.call.number(S_PTID, -1)
            if not cells[row, T_FLAGS] & CL_CHILD_IN_PIDNS:
                cells[row, T_VTID] = cells[row, T_TID]
                cells[row, T_VPID] = cells[row, T_PID]
            self.threads.link(row)
        self.note_executable(row)
        self.note_attributes(row)
        table = self.threads.table(row)
        self.fds.drop_cloexec(table)
        flags = cells[row, T_FLAGS] & (CL_PIPE_SRC | CL_PIPE_DST | CL_IS_MAIN | CL_INVERTED)
        cells[row, T_FLAGS] = flags | CL_ACTIVE | CL_NAME_CHANGED
        self.alone(row)
        self.threads.touch(row, ORIGIN_EVENT)
        return 0

    def revive(self, row: int) -> int:
        """A main thread counted as dead runs on: another thread of it called exec."""
        group = self.threads.rows.cells[row, T_GROUP] - 1
        if self.threads.rows.cells[row, T_DEAD] and group >= 0:
            self.threads.rows.cells[row, T_DEAD] = 0
            self.threads.groups.cells[group, G_COUNT] = self.threads.groups.cells[group, G_COUNT] + 1
        return 0

    def note_executable(self, row: int) -> int:
        """The executable's path: as the kernel resolved it, else from the enter event's file name and folder."""
        cells = self.threads.rows.cells
        start = self.arena.used
        size = 0
        if self.call.text(S_EXEPATH):
            start = self.call.at
            size = self.call.size
        elif self.call.entered >= 0:
            start = self.path_of_enter(row)
            size = self.arena.used - start
        cells[row, T_EXEPATH] = start
        cells[row, T_EXEPATH + 1] = self.without_deleted(start, size)
        return 0

    def path_of_enter(self, row: int) -> int:
        """The path that the enter event names, at the end of the arena; nothing where it is not known."""
        dirfd = AT_FDCWD
        version = -1
        if self.call.entered == EXECVEAT_ENTER:
            dirfd = self.call.enter_number(S_DIRFD, AT_FDCWD)
            version = self.fds.version_of(self.threads.table(row), dirfd)
            if self.call.enter_number(S_FLAGS, 0) & AT_EMPTY_PATH:
                if version < 0:
                    return self.arena.used
                name = self.fds.versions.cells[version, F_NAME]
                return self.arena.copy_own(name, self.fds.versions.cells[version, F_NAME + 1])
        if not self.call.locate_enter(S_FILENAME) or self.call.enter.is_na(self.call.index):
            return self.arena.used
        self.call.keep(2)
        if dirfd != AT_FDCWD and version < 0 and self.arena.data[self.call.at] != 47:
            return self.arena.used
        return self.folders.resolve(row, dirfd)

    def without_deleted(self, start: int, size: int) -> int:
        """The length of a path without the ``(deleted)`` that the kernel puts behind a removed file's name."""
        if size < 11:
            return size
        tail = start + size - 10
        if self.arena.data[tail] != 32 or self.arena.data[tail + 1] != 40 or self.arena.data[tail + 9] != 41:
            return size
        if self.arena.data[tail + 2] != 100 or self.arena.data[tail + 8] != 100:
            return size
        return size - 10

    def note_attributes(self, row: int) -> int:
        """What newer recorders add to an exec; absent parameters leave what was known."""
        cells = self.threads.rows.cells
        cells[row, T_FDLIMIT] = self.call.number(S_FDLIMIT, -1)
        self.memory.told(row)
        if self.call.listed(S_ENV):
            self.threads.keep_environment(row, self.call.at, self.call.size)
        if self.call.joined(S_CGROUPS):
            cells[row, T_CGROUPS] = self.call.at
            cells[row, T_CGROUPS + 1] = self.call.size
        cells[row, T_TTY] = self.call.number(S_TTY, cells[row, T_TTY])
        cells[row, T_VPGID] = self.call.number(S_VPGID, cells[row, T_VPGID])
        cells[row, T_LOGINUID] = self.call.number(S_LOGINUID, cells[row, T_LOGINUID])
        if self.call.locate(S_CAPEFF):
            cells[row, T_CAPINH] = self.call.number(S_CAPINH, 0)
            cells[row, T_CAPPERM] = self.call.number(S_CAPPERM, 0)
            cells[row, T_CAPEFF] = self.call.number(S_CAPEFF, 0)
        if self.call.locate(S_FLAGS) == 1:
            cells[row, T_EXEFLAGS] = self.call.number(S_FLAGS, 0)
        if self.call.locate(S_EXEMTIME):
            cells[row, T_EXEINO] = self.call.number(S_EXEINO, 0)
            cells[row, T_EXECTIME] = self.call.number(S_EXECTIME, 0)
            cells[row, T_EXEMTIME] = self.call.number(S_EXEMTIME, 0)
        cells[row, T_UID] = self.call.number(S_UID, cells[row, T_UID])
        cells[row, T_GID] = self.call.number(S_GID, cells[row, T_GID])
        cells[row, T_PGID] = self.call.number(S_PGID, -1)
        return 0

    def alone(self, row: int) -> int:
        """All other threads of the process are gone after an exec."""
        group = self.threads.rows.cells[row, T_GROUP] - 1
        if group < 0 or self.threads.groups.cells[group, G_COUNT] <= 1:
            return 0
        link = self.threads.groups.cells[group, G_HEAD]
        while link > 0:
            other = link - 1
            link = self.threads.rows.cells[other, T_NEXT]
            if other != row and not self.threads.families.is_main(other):
                self.threads.remove(self.threads.rows.cells[other, T_TID])
        return 0
