"""What open, pipe, dup, fcntl and the makers of other descriptors do; which descriptor an event is about; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .folders import Folders
from .names import Names
from .streams import Streams
from .tables import Arena
from .threads import Threads

if not cython.compiled:
    from .columns import *


SOL_SOCKET = 1
SCM_RIGHTS = 1
MAX_RECEIVED = 1048576
"""Descriptor numbers stay below the system's limit of open files; larger ones are not descriptors."""


class Files:
    """Handlers of the calls that make and copy descriptors (libsinsp, parsers.cpp, gives the rules)."""

    def __init__(
        self,
        info: memoryview,
        call: Call,
        threads: Threads,
        fds: Descriptors,
        names: Names,
        folders: Folders,
        streams: Streams,
        arena: Arena,
    ) -> None:
        self.info = info
        self.call = call
        self.threads = threads
        self.fds = fds
        self.names = names
        self.folders = folders
        self.streams = streams
        self.arena = arena

    def look(self, row: int, kind: int) -> int:
        """Which descriptor the event is about, and what it stands for now."""
        index = self.info[kind, I_FD]
        found = NONE
        if index >= 0 and self.call.exit.has(index):
            found = self.call.exit.number(index)
        elif self.call.entered >= 0 and row >= 0 and self.info[kind, I_FDSHOWN]:
            found = self.threads.rows.cells[row, T_EFD]
        if found == NONE:
            return 0
        self.call.fd = found
        if row >= 0 and found >= 0:
            self.call.version = self.fds.version_of(self.threads.table(row), found)
        return 0

    def opened(self, row: int, kind: int) -> int:
        """open, openat, openat2, creat, open_by_handle_at: what the enter event said counts, where there is one."""
        if row < 0 or self.call.result == NONE:
            return 0
        flags = self.call.number(S_FLAGS, 0)
        source = self.call.locate_enter(S_NAME)
        if source and not self.call.enter.is_na(self.call.index):
            self.call.keep(source)
            at = self.call.at
            size = self.call.size
            flags = self.call.enter_number(S_FLAGS, 0) | (flags - (flags & (O_F_CREATED - 1)))
            dirfd = self.call.enter_number(S_DIRFD, AT_FDCWD)
        else:
            self.call.text(S_NAME)
            at = self.call.at
            size = self.call.size
            dirfd = self.call.number(S_DIRFD, AT_FDCWD)
        self.call.at = at
        self.call.size = size
        if kind == HANDLE_EXIT:
            start = self.names.join(0, 0, self.arena.data, at, size)
        else:
            start = self.folders.resolve(row, dirfd)
        self.fds.offset = self.call.offset
        if self.call.result >= 0:
            what = D_DIRECTORY if flags & O_DIRECTORY else D_FILE
            version = self.fds.create(what, self.call.result, ORIGIN_EVENT)
        elif size > 0:
            version = self.fds.create_unopened()
        else:
            return self.call.show(-1, -1)
        flags = flags | (self.call.number(S_CREATFLAGS, 0) & 3) << 15
        self.fds.set_name(version, start)
        self.fds.versions.cells[version, F_RAW] = at
        self.fds.versions.cells[version, F_RAW + 1] = size
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.fds.versions.cells[version, F_DEV] = self.call.number(S_DEV, NONE)
        self.fds.versions.cells[version, F_INO] = self.call.number(S_INO, NONE)
        if self.call.result >= 0:
            self.fds.put(self.threads.own_table(row), self.call.result, version, flags & O_CLOEXEC)
            return self.call.show(self.call.result, version)
        return self.call.show(-1, version)

    def made_pair(self, row: int, what: int) -> int:
        """pipe, pipe2 and socketpair make two descriptors; the event is shown with the second."""
        if self.call.result < 0:
            return 0
        first = self.call.number(S_FD1, -1)
        second = self.call.number(S_FD2, -1)
        if first == second or first < 0 or second < 0:
            return 0
        table = self.threads.own_table(row)
        version = -1
        flags = self.call.number(S_FLAGS, 0)
        for step in range(2):
            fd = second if step else first
            version = self.fds.create(D_PIPE if what == K_PIPE else D_UNIX, fd, ORIGIN_EVENT)
            if what == K_PIPE:
                self.fds.versions.cells[version, F_INO] = self.call.number(S_INO, NONE)
                self.fds.versions.cells[version, F_OFLAGS] = flags
            else:
                self.fds.versions.cells[version, F_USRC] = self.call.number(S_SOURCE, 0)
                self.fds.versions.cells[version, F_UDST] = self.call.number(S_PEER, 0)
            self.fds.put(table, fd, version, flags & O_CLOEXEC)
        self.streams.pair(self.fds.versions.cells[version - 1, F_OPEN], self.fds.versions.cells[version, F_OPEN])
        return self.call.show(second, version)

    def duplicated(self, row: int) -> int:
        """dup, dup2, dup3: another number for the same open file."""
        if self.call.result < 0 or self.call.version < 0:
            return 0
        if self.call.result == 0:
            self.threads.rows.cells[row, T_FLAGS] |= CL_PIPE_DST
        elif self.call.result == 1:
            self.threads.rows.cells[row, T_FLAGS] |= CL_PIPE_SRC
        self.fds.put(
            self.threads.own_table(row), self.call.result, self.call.version, self.call.number(S_FLAGS, 0) & O_CLOEXEC
        )
        self.call.fd = self.call.result
        return 0

    def controlled(self, row: int) -> int:
        """fcntl: copies of a descriptor, and its close-on-exec mark."""
        command = self.call.number(S_CMD, 0)
        if self.call.result < 0 or self.call.version < 0:
            return 0
        table = self.threads.table(row)
        if command == F_SETFD:
            entry = self.fds.find(table, self.call.fd)
            if entry >= 0:
                self.fds.entries.cells[entry, N_CLOEXEC] = self.call.number(S_ARG, 0) & 1
        elif command == F_DUPFD or command == F_DUPFD_CLOEXEC:
            cloexec = 1 if command == F_DUPFD_CLOEXEC else 0
            self.fds.put(table, self.call.result, self.call.version, cloexec)
            self.call.fd = self.call.result
        return 0

    def made_other(self, row: int, kind: int, what: int) -> int:
        """eventfd, signalfd, timerfd, inotify, epoll, bpf, userfaultfd, io_uring, memfd, pidfd."""
        if row < 0 or self.call.result == NONE or self.call.result < 0:
            return 0
        version = self.fds.create(self.info[kind, I_FDSHOWN] >> 8, self.call.result, ORIGIN_EVENT)
        flags = self.call.number(S_FLAGS, 0)
        self.fds.versions.cells[version, F_OFLAGS] = flags
        if what == K_MEMFD:
            self.call.text(S_NAME)
            self.fds.versions.cells[version, F_NAME] = self.call.at
            self.fds.versions.cells[version, F_NAME + 1] = self.call.size
        elif what == K_PIDFDOPEN:
            pid = self.call.number(S_PID, 0)
            if pid >= 0:
                self.name_pidfd(version, pid)
        self.fds.put(self.threads.own_table(row), self.call.result, version, flags & O_CLOEXEC)
        return self.call.show(self.call.result, version)

    def name_pidfd(self, version: int, pid: int) -> int:
        """``/proc/PID``."""
        start = self.arena.used
        self.arena.put(47)
        self.arena.put(112)
        self.arena.put(114)
        self.arena.put(111)
        self.arena.put(99)
        self.arena.put(47)
        self.names.decimal(pid)
        self.fds.versions.cells[version, F_UDST] = pid
        return self.fds.set_name(version, start)

    def fetched(self, row: int) -> int:
        """pidfd_getfd copies a descriptor out of another process."""
        if row < 0 or self.call.result == NONE or self.call.result < 0:
            return 0
        table = self.threads.table(row)
        version = self.fds.version_of(table, self.call.number(S_SOURCE, -1))
        if version < 0 or self.fds.versions.cells[version, F_TYPE] != D_PIDFD:
            return 0
        other = self.threads.find(self.fds.versions.cells[version, F_UDST])
        if other < 0:
            return 0
        copied = self.fds.version_of(self.threads.table(other), self.call.number(S_TARGETFD, -1))
        if copied < 0:
            return 0
        self.fds.put(self.threads.own_table(row), self.call.result, copied, 1)
        return self.call.show(self.call.result, copied)

    def received(self, row: int) -> int:
        """What SCM_RIGHTS brings: descriptors another process sent, of which only the numbers are recorded."""
        if row < 0 or self.call.result == NONE or self.call.result < 0:
            return 0
        at = self.call.exit.at[self.call.index]
        end = at + self.call.exit.size[self.call.index]
        while at + 16 <= end:
            length = self.call.exit.u32(at)
            if length < 16 or length > end - at:
                return 0
            if self.call.exit.u32(at + 8) == SOL_SOCKET and self.call.exit.u32(at + 12) == SCM_RIGHTS:
                for step in range((length - 16) // 4):
                    self.sent(row, self.call.exit.u32(at + 16 + step * 4))
            at += (length + 7) // 8 * 8
        return 0

    def sent(self, row: int, fd: int) -> int:
        """A descriptor of an unknown kind takes this number."""
        if fd >= MAX_RECEIVED:
            return 0
        version = self.fds.create(D_UNKNOWN, fd, ORIGIN_EVENT)
        return self.fds.put(self.threads.own_table(row), fd, version, 0)
