"""Which handler changes the state for which kind of event; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .connections import Connections
from .descriptors import Descriptors
from .files import Files
from .folders import Folders
from .identity import Identity
from .memory import Memory
from .processes import Processes
from .programs import Programs
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Effects:
    """Hands events to their handlers.

    Attributes:
        closing_table, closing_fd: what the event closes; still seen by it.
        leaving: the thread that ends with the event, NONE where none does; leaving_ns: when.
        noted: the event changes the accounts, which are kept outside the kernel.
        drops: marks of the recorder that it lost events.
    """

    def __init__(
        self,
        call: Call,
        threads: Threads,
        fds: Descriptors,
        folders: Folders,
        processes: Processes,
        programs: Programs,
        memory: Memory,
        files: Files,
        connections: Connections,
        identity: Identity,
    ) -> None:
        self.call = call
        self.threads = threads
        self.fds = fds
        self.folders = folders
        self.processes = processes
        self.programs = programs
        self.memory = memory
        self.files = files
        self.connections = connections
        self.identity = identity
        self.closing_table = 0
        self.closing_fd = 0
        self.leaving = NONE
        self.leaving_ns = 0
        self.noted = 0
        self.drops = 0

    def handle(self, row: int, kind: int, what: int) -> int:
        """Let the event change the state; returns the thread it is shown with."""
        if what == K_READ or what == K_WRITE:
            self.connections.transferred(row, what)
            if self.call.layout[self.call.type, S_CONTROL] >= 0 and self.call.locate(S_CONTROL) == 1:
                self.files.received(row)
        elif what == K_CLOSE:
            if self.call.result >= 0 and self.call.version >= 0 and row >= 0:
                self.closing_table = self.threads.table(row)
                self.closing_fd = self.call.fd
        elif what == K_OPEN:
            self.files.opened(row, kind)
        elif what == K_GENERIC:
            self.call.type = GENERIC_BASE + (self.call.number(S_CODE, 0) & 65535)
        elif what <= K_FCNTL:
            self.changed_descriptor(row, kind, what)
        elif what == K_CLONE:
            row = self.processes.cloned(row, 0)
        elif what == K_VFORK:
            row = self.processes.cloned(row, 1)
        elif what == K_EXEC:
            if self.call.result >= 0:
                self.programs.executed(row)
        elif what == K_PROCEXIT:
            self.processes.exiting(row)
            self.leaving = self.call.tid
            self.leaving_ns = self.call.time
        else:
            self.changed_more(row, kind, what)
        return row

    def changed_descriptor(self, row: int, kind: int, what: int) -> int:
        """Sockets, pipes and copies of descriptors."""
        if row < 0:
            return 0
        if what == K_SOCKET:
            self.connections.made_socket(row)
        elif what == K_BIND:
            self.connections.bound(row)
        elif what == K_CONNECT:
            self.connections.connected(row)
        elif what == K_ACCEPT:
            self.connections.accepted(row)
        elif what == K_SOCKETPAIR or what == K_PIPE:
            self.files.made_pair(row, what)
        elif what == K_DUP:
            self.files.duplicated(row)
        elif what == K_FCNTL:
            self.files.controlled(row)
        return 0

    def changed_more(self, row: int, kind: int, what: int) -> int:
        """Everything else that changes state."""
        if what == K_NEWFD or what == K_MEMFD or what == K_PIDFDOPEN:
            self.files.made_other(row, kind, what)
        elif what == K_CHDIR:
            self.folders.changed_folder(row)
        elif what == K_FCHDIR:
            self.folders.changed_folder_by_fd(row, self.call.version)
        elif what == K_CHROOT:
            self.folders.changed_root(row)
        elif what == K_UID:
            self.identity.changed_user(row)
        elif what == K_GID:
            self.identity.changed_group(row)
        elif what == K_SETSID:
            self.identity.new_session(row)
        elif what == K_PIDFDGET:
            self.files.fetched(row)
        elif what == K_CLOSERANGE:
            if self.call.result >= 0 and row >= 0:
                only_mark = self.call.number(S_FLAGS, 0) & 4
                self.fds.close_range(
                    self.threads.table(row), self.call.number(S_FIRST, 0), self.call.number(S_LAST, 0), only_mark
                )
        else:
            self.changed_rest(row, what)
        return 0

    def changed_rest(self, row: int, what: int) -> int:
        """What is rare."""
        if what == K_PRCTL:
            self.identity.set_reaper(row)
        elif what == K_CAPSET:
            self.identity.set_capabilities(row)
        elif what == K_NEWUSER:
            self.identity.new_namespace(row)
        elif what == K_RLIMIT:
            if self.call.result >= 0:
                self.identity.set_limit(row, self.call.number(S_CUR, -1))
        elif what == K_PRLIMIT:
            self.limited_other()
        elif what == K_MEMORY:
            if row >= 0:
                self.memory.told(row)
        elif what == K_SWITCH:
            self.memory.scheduled(row)
        elif what == K_SOCKOPT:
            if row >= 0:
                self.connections.asked(row)
        elif what == K_USER:
            self.noted = 1
        elif what == K_DROP:
            self.drops = self.drops + 1
        return 0

    def limited_other(self) -> int:
        """prlimit: the limit of another process, or of the caller."""
        if self.call.result != 0:
            return 0
        tid = self.call.number(S_PID, 0)
        row = self.threads.find(tid if tid != 0 else self.call.tid)
        return self.identity.set_limit(row, self.call.number(S_CUR, -1))
