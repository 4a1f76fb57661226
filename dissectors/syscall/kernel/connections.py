"""What socket, bind, connect, accept, send and receive do to a process's descriptors; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .addresses import Addresses
from .call import Call
from .descriptors import Descriptors
from .sockets import Sockets
from .streams import Streams
from .threads import Threads

if not cython.compiled:
    from .columns import *


EINTR = 4
EISCONN = 106
EALREADY = 114
EINPROGRESS = 115
SOL_SOCKET = 1
SO_ERROR = 4


class Connections:
    """Handlers of the calls on sockets (libsinsp, parsers.cpp, gives the rules)."""

    def __init__(
        self, call: Call, threads: Threads, fds: Descriptors, sockets: Sockets, streams: Streams, seen: Addresses
    ) -> None:
        self.call = call
        self.threads = threads
        self.fds = fds
        self.sockets = sockets
        self.streams = streams
        self.seen = seen

    def made_socket(self, row: int) -> int:
        """socket: a descriptor of a family and protocol."""
        if self.call.result < 0:
            return self.call.show(-1, -1)
        flags = self.call.number(S_FLAGS, 0)
        version = self.fds.create(D_UNKNOWN, self.call.result, ORIGIN_EVENT)
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.sockets.opened(
            version, self.call.number(S_DOMAIN, 0), self.call.number(S_TYPE, 0), self.call.number(S_PROTO, 0)
        )
        self.fds.put(self.threads.own_table(row), self.call.result, version, flags & O_CLOEXEC)
        return self.call.show(self.call.result, version)

    def bound(self, row: int) -> int:
        """bind: a socket gets an address of its own."""
        entry = self.fds.find(self.threads.table(row), self.call.fd)
        if self.call.result < 0 or entry < 0 or self.call.locate(S_ADDR) != 1:
            return 0
        if self.seen.read_address(self.call.exit, self.call.index):
            version = self.fds.edit(entry, self.fds.settled)
            self.sockets.bound(version, self.call.exit.data)
            self.call.version = version
        return 0

    def connected(self, row: int) -> int:
        """connect: the tuple, with the address of the enter event where the exit only repeats what it read later."""
        entry = self.fds.find(self.threads.table(row), self.call.fd)
        if entry < 0 or self.call.result == NONE:
            return 0
        if self.call.result < 0 and self.call.result != -EINPROGRESS:
            return self.failed(entry)
        state = CONN_PENDING if self.call.result < 0 else CONN_MADE
        aimed = 0
        if self.call.locate_enter(S_ADDR):
            aimed = self.seen.read_address(self.call.enter, self.call.index)
        aimed_hi = self.seen.dhi
        aimed_lo = self.seen.dlo
        aimed_port = self.seen.dport
        if self.call.locate(S_TUPLE) != 1:
            if not aimed and self.call.locate(S_ADDR) == 1:
                aimed = self.seen.read_address(self.call.exit, self.call.index)
            if aimed and self.seen.family != 1:
                version = self.fds.edit(entry, self.fds.settled)
                self.sockets.aimed(version)
                self.fds.versions.cells[version, F_STATE] = state
                self.call.version = version
            return 0
        index = self.call.index
        repeated = 0
        if aimed and self.call.locate(S_ADDR) == 1 and self.seen.read_address(self.call.exit, self.call.index):
            repeated = 1
        said_hi = self.seen.dhi
        said_lo = self.seen.dlo
        said_port = self.seen.dport
        if not self.seen.read_tuple(self.call.exit, index):
            return 0
        if repeated and self.seen.family != 1:
            if self.seen.dhi == said_hi and self.seen.dlo == said_lo and self.seen.dport == said_port:
                self.seen.dhi = aimed_hi
                self.seen.dlo = aimed_lo
                self.seen.dport = aimed_port
        version = self.fds.edit(entry, self.fds.settled)
        self.sockets.connected(version, self.call.exit.data)
        self.fds.versions.cells[version, F_STATE] = state
        self.streams.met(version)
        self.call.version = version
        return 0

    def failed(self, entry: int) -> int:
        """A connect that failed; one that waits for an earlier one, or finds it done, says nothing new."""
        if self.call.result == -EALREADY or self.call.result == -EISCONN or self.call.result == -EINTR:
            return 0
        self.call.version = self.fds.restate(entry, CONN_FAILED)
        return 0

    def asked(self, row: int) -> int:
        """What getsockopt of SO_ERROR tells: how a connect that did not wait ended."""
        entry = self.fds.find(self.threads.table(row), self.call.fd)
        if self.call.result < 0 or entry < 0 or self.call.number(S_LEVEL, 0) != SOL_SOCKET:
            return 0
        if self.call.number(S_OPTNAME, 0) != SO_ERROR or self.call.locate(S_VAL) != 1:
            return 0
        if self.fds.versions.cells[self.fds.entries.cells[entry, N_VERSION], F_STATE] != CONN_PENDING:
            return 0
        if self.call.exit.size[self.call.index] == 9:
            error = self.call.exit.i64(self.call.exit.at[self.call.index] + 1)
            self.call.version = self.fds.restate(entry, CONN_MADE if error == 0 else CONN_FAILED)
        return 0

    def accepted(self, row: int) -> int:
        """accept, accept4: a descriptor for the connection that came in."""
        if self.call.result < 0:
            return self.call.show(-1, -1)
        if self.call.locate(S_TUPLE) != 1 or not self.seen.read_tuple(self.call.exit, self.call.index):
            return self.call.show(self.call.result, -1)
        version = self.fds.create(D_UNKNOWN, self.call.result, ORIGIN_EVENT)
        self.sockets.accepted(version, self.call.exit.data)
        flags = self.call.number(S_FLAGS, 0) & O_CLOEXEC
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.fds.versions.cells[version, F_STATE] = CONN_MADE
        self.fds.put(self.threads.own_table(row), self.call.result, version, flags)
        self.streams.met(version)
        return self.call.show(self.call.result, version)

    def transferred(self, row: int, what: int) -> int:
        """Reads and writes: those with a tuple tell the ends of sockets without a connection."""
        if row < 0 or self.call.fd == NONE or self.call.result == NONE or self.call.result < 0:
            return 0
        version = self.call.version
        if version >= 0:
            kind = self.fds.versions.cells[version, F_TYPE]
            if (kind == D_IPV4 or kind == D_IPV6) and self.fds.versions.cells[version, F_STATE] != CONN_MADE:
                self.answered(row)
        source = self.call.locate(S_TUPLE)
        if source == 0:
            return 0
        entry = self.fds.find(self.threads.table(row), self.call.fd)
        if entry < 0:
            entry = self.guessed_socket(row, source) if what == K_WRITE else -1
            if entry < 0:
                return 0
        version = self.fds.entries.cells[entry, N_VERSION]
        cells = self.fds.versions.cells
        kind = cells[version, F_TYPE]
        is_tcp = cells[version, F_L4] == 1 and (kind == D_IPV4 or kind == D_IPV6)
        if cells[version, F_NAME + 1] > 0 and is_tcp:
            return 0
        source = self.call.locate(S_TUPLE)
        if source == 1:
            if self.seen.read_tuple(self.call.exit, self.call.index):
                self.sockets.transferred(entry, self.fds.settled, self.call.exit.data, 1 if what == K_READ else 0)
        elif self.seen.read_tuple(self.call.enter, self.call.index):
            self.sockets.transferred(entry, self.fds.settled, self.call.enter.data, 1 if what == K_READ else 0)
        self.call.version = self.fds.entries.cells[entry, N_VERSION]
        return 0

    def answered(self, row: int) -> int:
        """Data went through an internet socket: it is connected, if that was not known (libsinsp, parsers.cpp)."""
        entry = self.fds.find(self.threads.table(row), self.call.fd)
        if entry >= 0:
            self.call.version = self.fds.restate(entry, CONN_MADE)
        return 0

    def guessed_socket(self, row: int, source: int) -> int:
        """A send on a descriptor nothing is known of, with addresses: it must be a UDP socket."""
        readable = 0
        if source == 1:
            readable = self.seen.read_tuple(self.call.exit, self.call.index)
        else:
            readable = self.seen.read_tuple(self.call.enter, self.call.index)
        if not readable or self.seen.family == 1:
            return -1
        version = self.fds.create(D_UNKNOWN, self.call.fd, ORIGIN_GUESS)
        self.sockets.opened(version, self.seen.family, 2, 17)
        return self.fds.put(self.threads.own_table(row), self.call.fd, version, 0)
