"""The initial state: process and descriptor lists taken in, families linked, sockets given their roles; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .descriptors import Descriptors
from .names import Names
from .sockets import Sockets
from .streams import Streams
from .tables import Arena, Grid, HashMap
from .threads import Threads

if not cython.compiled:
    from .addresses import is_mapped, mapped
    from .columns import *


class Lists:
    """Takes the lists of a section; ``settle`` once they are complete. ``row`` is the event row to come."""

    def __init__(
        self,
        threads: Threads,
        fds: Descriptors,
        sockets: Sockets,
        streams: Streams,
        names: Names,
        arena: Arena,
        seed: int,
    ) -> None:
        self.threads = threads
        self.fds = fds
        self.sockets = sockets
        self.streams = streams
        self.names = names
        self.arena = arena
        self.ports = Grid(1)
        self.listed = HashMap(seed)
        self.row = 0

    def reset(self) -> int:
        """The lists of a new section say nothing of the old one."""
        self.ports.clear()
        self.listed.clear()
        return 0

    def settle(self) -> int:
        """Process and descriptor lists are complete: link families, give sockets their roles."""
        self.threads.num = self.row
        for row in range(self.threads.rows.used):
            if self.threads.map.get(self.threads.rows.cells[row, T_TID]) == row:
                self.threads.link(row)
        for row in range(self.threads.rows.used):
            if self.threads.map.get(self.threads.rows.cells[row, T_TID]) == row:
                self.settle_sockets(self.threads.rows.cells[row, T_TABLE])
        self.threads.commit()
        return 0

    def settle_sockets(self, table: int) -> int:
        """Sockets from the descriptor list: who listens on the near port is the server."""
        if table <= 0:
            return 0
        link = self.fds.heads.cells[table, 0]
        cells = self.fds.versions.cells
        while link > 0:
            version = self.fds.entries.cells[link - 1, N_VERSION]
            link = self.fds.entries.cells[link - 1, N_NEXT]
            kind = cells[version, F_TYPE]
            if (kind == D_IPV4 or kind == D_IPV6) and cells[version, F_ROLE] == 0:
                if self.is_listening(cells[version, F_CPORT]):
                    self.sockets.swap(version)
                    self.sockets.rename(version)
                    cells[version, F_ROLE] = 2
                else:
                    cells[version, F_ROLE] = 1
            self.streams.met(version)
        return 0

    def is_listening(self, port: int) -> int:
        """Whether some process listens on the port."""
        for row in range(self.ports.used):
            if self.ports.cells[row, 0] == port:
                return 1
        return 0

    def add_process(self, numbers: memoryview, texts: memoryview, sizes: memoryview, offset: int) -> int:
        """A thread of the process list.

        Args:
            numbers: T_TID … T_ISMAIN in that order; behind them the parent's id, the number of arguments, the start
                of the pid namespace, and T_VMSIZE … T_PFMINOR.
            texts: comm, exe, exepath, args, cwd, root, cgroups, environment one after the other.
            sizes: their lengths.
            offset: the block they came in.
        """
        tid = numbers[T_TID]
        self.threads.offset = offset
        old = self.threads.find(tid)
        if old >= 0:
            self.threads.forget(old)
        row = self.threads.create(tid, ORIGIN_PROCLIST)
        if row < 0:
            return 0
        self.threads.map.put(tid, row)
        cells = self.threads.rows.cells
        for column in range(T_COMM):
            cells[row, column] = numbers[column]
        cells[row, T_PTID] = numbers[T_COMM]
        cells[row, T_NARGS] = numbers[T_COMM + 1]
        cells[row, T_PIDNS] = numbers[T_COMM + 2]
        for column in range(5):
            cells[row, T_VMSIZE + column] = numbers[T_COMM + 3 + column]
        self.threads.num = self.row
        self.threads.tell_memory(row)
        at = 0
        for text in range(7):
            cells[row, T_COMM + text * 2] = self.arena.copy_in(texts, at, sizes[text])
            cells[row, T_COMM + text * 2 + 1] = sizes[text]
            at += sizes[text]
        if sizes[7] > 0:
            self.threads.keep_environment(row, self.arena.copy_in(texts, at, sizes[7]), sizes[7])
        start = self.names.join(0, 0, self.arena.data, cells[row, T_CWD], cells[row, T_CWD + 1])
        if self.arena.used == start or self.arena.data[self.arena.used - 1] != 47:
            self.arena.put(47)
        cells[row, T_CWD] = start
        cells[row, T_CWD + 1] = self.arena.used - start
        return 0

    def add_descriptor(self, numbers: memoryview, name: memoryview, offset: int) -> int:
        """A descriptor of the descriptor lists; 0 where its thread is not in the process list.

        Args:
            numbers: tid, fd, inode, kind, source and target (high, low, port), protocol, pointers, flags, device;
                then 1 where the recorder lists no processes, so that this may be the first word of a thread.
            name: its path, or what else the list calls it.
            offset: the block it came in.
        """
        row = self.threads.find(numbers[0])
        if row < 0 and numbers[15]:
            self.threads.num = self.row
            self.threads.offset = offset
            row = self.threads.get(numbers[0])
        if row < 0:
            return 0
        kind = numbers[3]
        if kind == 16:
            kind = D_FILE
        self.fds.offset = offset
        self.fds.num = self.row
        version = self.fds.create(kind, numbers[1], ORIGIN_FDLIST)
        cells = self.fds.versions.cells
        cells[version, F_INO] = numbers[2]
        cells[version, F_L4] = numbers[10]
        cells[version, F_OFLAGS] = numbers[13]
        cells[version, F_DEV] = numbers[14]
        cells[version, F_NAME] = self.arena.copy_in(name, 0, len(name))
        cells[version, F_NAME + 1] = len(name)
        if kind == D_UNIX:
            cells[version, F_USRC] = numbers[11]
            cells[version, F_UDST] = numbers[12]
            cells[version, F_ROLE] = 2 if len(name) > 0 else 1
        elif D_IPV4 <= kind <= D_IPV6SERVER:
            self.put_ends(version, kind, numbers)
        self.recognize(version)
        if self.threads.rows.cells[row, T_TABLE] == 0:
            self.threads.rows.cells[row, T_TABLE] = self.fds.new_table()
        self.fds.put(self.threads.rows.cells[row, T_TABLE], numbers[1], version, numbers[13] & O_CLOEXEC)
        return 1

    def recognize(self, version: int) -> int:
        """Sockets with one inode are one open file; the ends of a pipe share an inode and cannot be told apart."""
        cells = self.fds.versions.cells
        kind = cells[version, F_TYPE]
        ino = cells[version, F_INO]
        is_socket = D_IPV4 <= kind <= D_IPV6SERVER or kind == D_UNIX or kind == D_NETLINK
        is_pipe = kind == D_PIPE and not (
            cells[version, F_NAME + 1] > 0 and self.arena.data[cells[version, F_NAME]] == 47
        )
        if ino <= 0 or ino > MASK32 or not (is_socket or is_pipe):
            return 0
        key = ino * 2 + (1 if is_pipe else 0)
        first = self.listed.get(key)
        if first < 0:
            self.listed.put(key, cells[version, F_OPEN])
        elif is_socket:
            cells[version, F_OPEN] = first
        else:
            self.streams.attach(cells[version, F_OPEN], first)
        return 0

    def put_ends(self, version: int, kind: int, numbers: memoryview) -> int:
        """The addresses of a socket from a descriptor list."""
        cells = self.fds.versions.cells
        if kind == D_IPV4SERVER or kind == D_IPV6SERVER:
            cells[version, F_SHI] = numbers[4]
            cells[version, F_SLO] = numbers[5]
            cells[version, F_SPORT] = numbers[6]
            # a bound UDP socket may be anybody's; who listens on TCP serves
            cells[version, F_ROLE] = 2 if cells[version, F_L4] == 1 else 0
            port = self.ports.add()
            self.ports.cells[port, 0] = numbers[6]
            return self.sockets.rename_server(version)
        cells[version, F_CHI] = numbers[4]
        cells[version, F_CLO] = numbers[5]
        cells[version, F_CPORT] = numbers[6]
        cells[version, F_SHI] = numbers[7]
        cells[version, F_SLO] = numbers[8]
        cells[version, F_SPORT] = numbers[9]
        if kind == D_IPV6 and is_mapped(numbers[4], numbers[5]) and is_mapped(numbers[7], numbers[8]):
            cells[version, F_TYPE] = D_IPV4
            cells[version, F_CLO] = mapped(numbers[5])
            cells[version, F_SLO] = mapped(numbers[8])
        if cells[version, F_L4] == 1:
            cells[version, F_STATE] = CONN_MADE
        self.sockets.fill_wildcards(version)
        return self.sockets.rename(version)
