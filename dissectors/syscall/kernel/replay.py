"""Walks the blocks of a capture and replays what each event does to threads and descriptors; the kernel's entry, stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .names import Names
from .processes import Processes
from .sockets import Sockets
from .tables import Arena, Grid
from .threads import Threads

if not cython.compiled:
    from .columns import *  # noqa: F403
    from .sockets import is_mapped, mapped


class Replay:
    """State of one capture while it is walked, and the rows that come out of it.

    Args:
        info: I_WIDTH integers for every event type.
        layout: S_WIDTH parameter indices for every event type.
        out: room for the rows until they are taken, C_WIDTH columns of it.
        seed: for the hash maps.
    """

    def __init__(self, info: memoryview, layout: memoryview, out: memoryview, seed: int) -> None:
        self.info = info
        self.types = info.shape[0]
        self.arena = Arena()
        self.saved = Arena()
        self.names = Names(self.arena)
        self.fds = Descriptors(self.arena, seed)
        self.threads = Threads(self.arena, self.fds, seed)
        self.sockets = Sockets(self.fds, self.names, self.arena)
        self.call = Call(layout, self.arena)
        self.processes = Processes(self.call, self.threads, self.fds, self.names, self.arena)
        self.ports = Grid(1)
        self.late = Grid(2)
        self.out = out
        self.room = out.shape[1]
        self.rows = 0
        self.first = 0
        self.blocks = 0
        self.data = memoryview(b"")
        self.base = 0
        self.stop = STOP_END
        self.unsettled = 1
        self.settled = 0
        self.leaving = NONE
        self.leaving_time = 0
        self.closing_table = 0
        self.closing_fd = 0
        self.event_bytes = 0
        self.unknown_bytes = 0
        self.drops = 0
        self.bad_events = Grid(2)
        self.fd = NONE
        self.version = -1
        self.size = NONE

    # --- walking ---

    @cython.boundscheck(False)
    def u16(self, at: int) -> int:
        """Two bytes of the chunk, little endian; 0 outside it, where callers never look."""
        if at < 0 or at + 2 > self.data.shape[0]:
            return 0
        low = self.data[at]
        high = self.data[at + 1]
        return low | (high << 8)

    @cython.boundscheck(False)
    def u32(self, at: int) -> int:
        """Four bytes of the chunk, unsigned; 0 outside it, where callers never look."""
        if at < 0 or at + 4 > self.data.shape[0]:
            return 0
        a = self.data[at]
        b = self.data[at + 1]
        d = self.data[at + 2]
        e = self.data[at + 3]
        return a | (b << 8) | (d << 16) | (e << 24)

    def i64(self, at: int) -> int:
        """Eight bytes of the chunk, signed."""
        low = self.u32(at)
        high = self.u32(at + 4)
        if high >= SIGN32:
            high = high - TWO32
        return low + high * TWO32

    def walk(self, data: memoryview, start: int, base: int, most: int) -> int:
        """Go through whole blocks from ``start``, until something else is to be done first.

        ``base`` is the offset of ``data[0]`` in the stream; at most ``most`` rows are left pending. Returns where it
        stopped; ``stop_reason()`` says why.
        """
        self.data = data
        self.call.exit.point(data)
        self.base = base
        with cython.nogil:
            stopped = self.walk_blocks(start, data.shape[0], most)
        return stopped

    def walk_blocks(self, at: int, end: int, most: int) -> int:
        self.stop = STOP_END
        while at + 12 <= end:
            if self.rows + 4 > self.room or self.rows >= most:
                self.stop = STOP_FULL
                return at
            kind = self.u32(at)
            length = self.u32(at + 4)
            shape = event_shape(kind)
            if length < 12 or length > longest(kind):
                self.stop = STOP_DAMAGE
                return at
            if at + length > end:
                return at
            if self.u32(at + length - 4) != length:
                self.stop = STOP_DAMAGE
                return at
            if shape < 0:
                if shape == -2:
                    self.unknown_bytes = self.unknown_bytes + length
                    at += length
                    continue
                self.stop = STOP_METADATA
                return at
            if self.unsettled:
                self.settle()
            if not self.event(at, length, shape):
                self.stop = STOP_DAMAGE
                return at
            at += length
            self.event_bytes = self.event_bytes + length
            if self.stop == STOP_NOTE:
                return at
        return at

    def event(self, at: int, length: int, shape: int) -> int:
        """One event block; 0 where it is no event at all."""
        end = at + length - 4
        header = at + 10
        block_flags = 0
        if shape & 2:
            if header + 4 > end:
                return 0
            block_flags = self.u32(header)
            header += 4
        fixed = 26 if shape & 1 else 22
        if header + fixed > end:
            return 0
        size = self.u32(header + 16)
        if size < fixed or header + size > end:
            return 0
        self.blocks = self.blocks + 1
        kind = self.u16(header + 20)
        self.call.time = self.i64(header)
        self.call.tid = self.i64(header + 8)
        self.call.type = kind
        self.call.num = self.first + self.rows
        self.call.offset = self.base + at
        self.call.entered = -1
        self.call.result = NONE
        self.call.exit.count = 0
        self.threads.num = self.call.num
        self.threads.offset = self.call.offset
        self.fds.num = self.call.num
        self.fds.offset = self.call.offset
        self.settled = self.fds.versions.used
        self.fd = NONE
        self.version = -1
        self.size = NONE
        cpu = self.u16(at + 8)
        self.late_removals()
        if kind >= self.types:
            return self.emit(length, block_flags & 1, cpu, -1)
        if not self.place(header, fixed, size, kind):
            self.note_bad(at)
        if block_flags & 1:
            block_flags = FLAG_STATE_ONLY | FLAG_INTERNAL
        else:
            block_flags = self.info[kind, I_INTERNAL]
        return self.replay(length, block_flags, cpu, kind)

    def place(self, header: int, fixed: int, size: int, kind: int) -> int:
        """Find the parameters of the event; 0 where they do not fit."""
        wanted = self.info[kind, I_NPARAMS]
        lengths = header + fixed
        if fixed == 26:
            count = self.u32(header + 22)
            return self.call.exit.find(lengths, header + size, count, self.info[kind, I_LARGE], wanted) >= 0
        return self.call.exit.infer(lengths, header + size - self.info[kind, I_SHORT], wanted) >= 0

    def note_bad(self, at: int) -> int:
        row = self.bad_events.add()
        self.bad_events.cells[row, 0] = self.base + at
        self.bad_events.cells[row, 1] = self.call.type
        self.call.exit.count = 0
        return 0

    def late_removals(self) -> int:
        """What the event before took away is seen by it, and gone for this one."""
        if self.closing_table > 0:
            self.fds.remove(self.closing_table, self.closing_fd)
            self.closing_table = 0
        if self.leaving != NONE:
            self.processes.exited(self.leaving, self.call.time)
            self.leaving = NONE
            self.flush_unfinished()
            self.renumber()
        return 0

    def renumber(self) -> int:
        """Rows of unfinished calls may have come in between."""
        self.call.num = self.first + self.rows
        self.threads.num = self.call.num
        self.fds.num = self.call.num
        return 0

    # --- one event ---

    def replay(self, length: int, flags: int, cpu: int, kind: int) -> int:
        row = -1
        lookup = self.info[kind, I_LOOKUP]
        if lookup == L_GET:
            row = self.threads.get(self.call.tid)
        elif lookup == L_FIND:
            row = self.threads.find(self.call.tid)
        if self.info[kind, I_PAIRS] and not flags & FLAG_STATE_ONLY:
            return self.enter(row, length, cpu, kind)
        if row >= 0:
            self.pair(row, kind)
        if self.info[kind, I_RESULT] and self.call.exit.has(0):
            self.call.result = self.call.exit.number(0)
        self.look_at_descriptor(row, kind)
        if self.info[kind, I_KIND] != K_NONE:
            row = self.handle(row, kind, self.info[kind, I_KIND])
        if self.info[kind, I_IO] and self.call.result != NONE and self.call.result >= 0:
            self.size = self.call.result
        if self.threads.unfinished.used > 0:
            self.flush_unfinished()
            self.renumber()
        return self.emit(length, flags, cpu, row)

    def pair(self, row: int, kind: int) -> int:
        """Find the enter event that this exit ends."""
        held = self.threads.rows.cells[row, T_ETYPE]
        if held < 0:
            return 0
        if kind & 1 and (held == kind - 1 or (held == EXECVEAT_ENTER and self.info[kind, I_KIND] == K_EXEC)):
            self.call.entered = held
            self.load_enter(row, held)
        elif kind & 1 and self.info[kind, I_RESULT]:
            self.threads.abandon(row)
            self.flush_unfinished()
            self.renumber()
        return 0

    def load_enter(self, row: int, held: int) -> int:
        """Place the parameters of the enter event's kept copy."""
        cells = self.threads.rows.cells
        self.call.enter.point(self.saved.data)
        self.call.enter.count = 0
        size = cells[row, T_ESAVED]
        if size > 0:
            start = cells[row, T_EBUF] - 1
            if size & 1:
                self.call.enter.find(start + 4, start + (size >> 1), self.call.enter.u32(start), 0, self.info[held, I_NPARAMS])
            else:
                self.call.enter.infer(start, start + (size >> 1), self.info[held, I_NPARAMS])
        return 0

    def enter(self, row: int, length: int, cpu: int, kind: int) -> int:
        """An enter event waits in its thread for the exit."""
        if row < 0:
            return self.emit_unfinished_here(length, cpu)
        cells = self.threads.rows.cells
        if cells[row, T_ETYPE] >= 0:
            self.threads.abandon(row)
            self.flush_unfinished()
            self.renumber()
        table = self.threads.table(row)
        self.look_at_descriptor(row, kind)
        self.threads.commit()
        self.threads.refresh(row)
        cells = self.threads.rows.cells
        cells[row, T_ETYPE] = kind
        cells[row, T_ETIME] = self.call.time
        cells[row, T_EOFFSET] = self.call.offset
        cells[row, T_ELENGTH] = length
        cells[row, T_ENUM] = self.blocks
        cells[row, T_EBEFORE] = self.call.num
        cells[row, T_ECPU] = cpu
        cells[row, T_EFD] = self.fd
        cells[row, T_EFDID] = self.version if table > 0 else -1
        cells[row, T_EPROC] = cells[row, T_VERSION]
        cells[row, T_LASTNUM] = self.call.num
        cells[row, T_ESAVED] = 0
        if self.info[kind, I_KEEP]:
            self.save_enter(row)
        return 1

    def save_enter(self, row: int) -> int:
        """Copy the parameters of the enter event; its block will be gone when the exit comes."""
        cells = self.threads.rows.cells
        header = self.call.offset - self.base + 10
        shape = event_shape(self.u32(self.call.offset - self.base))
        if shape & 2:
            header += 4
        wide = shape & 1
        start = header + 22
        size = self.u32(header + 16) - 22
        if size <= 0 or size > MAX_SAVED:
            return 0
        if cells[row, T_EROOM] < size:
            room = 256
            while room < size:
                room = room * 2
            cells[row, T_EBUF] = self.saved.reserve(room) + 1
            cells[row, T_EROOM] = room
        target = cells[row, T_EBUF] - 1
        for step in range(size):
            self.saved.data[target + step] = self.data[start + step]
        cells[row, T_ESAVED] = size * 2 + wide
        return 0

    def look_at_descriptor(self, row: int, kind: int) -> int:
        """Which descriptor the event is about, and what it stands for now."""
        index = self.info[kind, I_FD]
        found = NONE
        if index >= 0 and self.call.exit.has(index):
            found = self.call.exit.number(index)
        elif self.call.entered >= 0 and row >= 0 and self.info[kind, I_FDSHOWN]:
            found = self.threads.rows.cells[row, T_EFD]
        if found == NONE:
            return 0
        self.fd = found
        if row >= 0 and found >= 0:
            self.version = self.fds.version_of(self.threads.table(row), found)
        return 0

    @cython.boundscheck(False)
    def emit(self, length: int, flags: int, cpu: int, row: int) -> int:
        """Write the event's row."""
        if self.threads.dirty.used > 0:
            self.threads.commit()
        at = self.rows
        if at >= self.room or self.out.shape[1] < self.room or row >= self.threads.rows.room:
            raise IndexError("no room for a row")
        version = -1
        if row >= 0:
            if self.threads.rows.cells[row, T_EPOCH] != self.threads.epoch:
                self.threads.refresh(row)
            version = self.threads.rows.cells[row, T_VERSION]
            self.threads.rows.cells[row, T_LASTNUM] = self.call.num + 1
        self.out[C_LATENCY, at] = NONE
        self.out[C_ENTER, at] = NONE
        self.out[C_ENTERLEN, at] = NONE
        if self.call.entered >= 0:
            started = self.threads.rows.cells[row, T_ETIME] if row >= 0 else NONE
            if row >= 0 and self.threads.rows.cells[row, T_ETYPE] == self.call.entered:
                flags = flags | FLAG_MERGED
                self.out[C_ENTER, at] = self.threads.rows.cells[row, T_EOFFSET]
                self.out[C_ENTERLEN, at] = self.threads.rows.cells[row, T_ELENGTH]
                if 0 <= started <= self.call.time:
                    self.out[C_LATENCY, at] = self.call.time - started
                self.threads.rows.cells[row, T_ETYPE] = -1
        self.out[C_TIME, at] = self.call.time
        self.out[C_NUM, at] = self.blocks
        self.out[C_TYPE, at] = self.call.type
        self.out[C_OFFSET, at] = self.call.offset
        self.out[C_LENGTH, at] = length
        self.out[C_FLAGS, at] = flags
        self.out[C_CPU, at] = cpu
        self.out[C_TID, at] = self.call.tid
        self.out[C_PROC, at] = version if version >= 0 else NONE
        self.out[C_FDID, at] = self.version if self.version >= 0 else NONE
        self.out[C_FD, at] = self.fd
        self.out[C_RES, at] = self.call.result
        self.out[C_SIZE, at] = self.size
        self.rows = at + 1
        return 1

    def emit_unfinished_here(self, length: int, cpu: int) -> int:
        """An enter event whose thread cannot be kept: a row of its own, in its place."""
        return self.emit(length, FLAG_UNFINISHED, cpu, -1)

    def flush_unfinished(self) -> int:
        """Rows for enter events whose exit will not come any more."""
        for kept in range(self.threads.unfinished.used):
            if self.rows + 2 > self.room:
                self.enlarge()
            self.emit_unfinished(kept)
        self.threads.unfinished.used = 0
        return 0

    def emit_unfinished(self, kept: int) -> int:
        cells = self.threads.unfinished.cells
        at = self.rows
        out = self.out
        flags = FLAG_UNFINISHED
        before = cells[kept, U_BEFORE]
        if before != self.first + at:
            flags = flags | FLAG_LATE
            row = self.late.add()
            self.late.cells[row, 0] = self.first + at
            self.late.cells[row, 1] = before
        out[C_TIME, at] = cells[kept, U_TIME]
        out[C_NUM, at] = cells[kept, U_NUM]
        out[C_TYPE, at] = cells[kept, U_TYPE]
        out[C_OFFSET, at] = cells[kept, U_OFFSET]
        out[C_LENGTH, at] = cells[kept, U_LENGTH]
        out[C_FLAGS, at] = flags
        out[C_CPU, at] = cells[kept, U_CPU]
        out[C_TID, at] = cells[kept, U_TID]
        out[C_PROC, at] = cells[kept, U_PROC] if cells[kept, U_PROC] >= 0 else NONE
        out[C_FDID, at] = cells[kept, U_FDID] if cells[kept, U_FDID] >= 0 else NONE
        out[C_FD, at] = cells[kept, U_FD]
        out[C_RES, at] = NONE
        out[C_LATENCY, at] = NONE
        out[C_SIZE, at] = NONE
        out[C_ENTER, at] = NONE
        out[C_ENTERLEN, at] = NONE
        self.rows = at + 1
        return 0

    def enlarge(self) -> int:
        """Room for more rows than were foreseen."""
        wider = memoryview(bytearray(16 * C_WIDTH * self.room)).cast("B").cast("q", (C_WIDTH, self.room * 2))
        for column in range(C_WIDTH):
            for at in range(self.rows):
                wider[column, at] = self.out[column, at]
        self.out = wider
        self.room = self.room * 2
        return 0

    # --- what calls do ---

    def handle(self, row: int, kind: int, what: int) -> int:
        """Let the event change the state; returns the thread it is shown with."""
        if what == K_READ or what == K_WRITE:
            self.transferred(row, what)
        elif what == K_CLOSE:
            if self.call.result >= 0 and self.version >= 0 and row >= 0:
                self.closing_table = self.threads.table(row)
                self.closing_fd = self.fd
        elif what == K_OPEN:
            self.opened(row, kind)
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
                self.processes.executed(row)
        elif what == K_PROCEXIT:
            self.processes.exiting(row)
            self.leaving = self.call.tid
        else:
            self.changed_more(row, kind, what)
        return row

    def changed_descriptor(self, row: int, kind: int, what: int) -> int:
        """Sockets, pipes and copies of descriptors."""
        if row < 0:
            return 0
        if what == K_SOCKET:
            self.made_socket(row)
        elif what == K_BIND:
            self.bound(row)
        elif what == K_CONNECT:
            self.connected(row)
        elif what == K_ACCEPT:
            self.accepted(row)
        elif what == K_SOCKETPAIR or what == K_PIPE:
            self.made_pair(row, what)
        elif what == K_DUP:
            self.duplicated(row)
        elif what == K_FCNTL:
            self.controlled(row)
        return 0

    def changed_more(self, row: int, kind: int, what: int) -> int:
        """Everything else that changes state."""
        if what == K_NEWFD or what == K_MEMFD or what == K_PIDFDOPEN:
            self.made_other(row, kind, what)
        elif what == K_CHDIR:
            self.processes.changed_folder(row)
        elif what == K_FCHDIR:
            self.processes.changed_folder_by_fd(row, self.version)
        elif what == K_CHROOT:
            self.processes.changed_root(row)
        elif what == K_UID:
            self.processes.changed_user(row)
        elif what == K_GID:
            self.processes.changed_group(row)
        elif what == K_SETSID:
            self.processes.new_session(row)
        elif what == K_PIDFDGET:
            self.fetched(row)
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
        if what == K_PRCTL:
            self.processes.set_reaper(row)
        elif what == K_CAPSET:
            self.processes.set_capabilities(row)
        elif what == K_NEWUSER:
            self.processes.new_namespace(row)
        elif what == K_RLIMIT:
            if self.call.result >= 0:
                self.processes.set_limit(row, self.call.number(S_CUR, -1))
        elif what == K_PRLIMIT:
            self.limited_other()
        elif what == K_USER:
            self.stop = STOP_NOTE
        elif what == K_DROP:
            self.drops = self.drops + 1
        return 0

    def limited_other(self) -> int:
        if self.call.result != 0:
            return 0
        tid = self.call.number(S_PID, 0)
        row = self.threads.find(tid if tid != 0 else self.call.tid)
        return self.processes.set_limit(row, self.call.number(S_CUR, -1))

    def show(self, fd: int, version: int) -> int:
        """The descriptor that the event is shown with."""
        self.fd = fd
        self.version = version
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
            start = self.processes.resolve(row, dirfd)
        what = D_UNOPENED
        if self.call.result >= 0:
            what = D_DIRECTORY if flags & O_DIRECTORY else D_FILE
        elif size == 0:
            return self.show(-1, -1)
        self.fds.offset = self.call.offset
        version = self.fds.create(what, self.call.result if self.call.result >= 0 else -1, ORIGIN_EVENT)
        self.fds.set_name(version, start)
        self.fds.versions.cells[version, F_RAW] = at
        self.fds.versions.cells[version, F_RAW + 1] = size
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.fds.versions.cells[version, F_DEV] = self.call.number(S_DEV, NONE)
        self.fds.versions.cells[version, F_INO] = self.call.number(S_INO, NONE)
        if self.call.result >= 0:
            self.fds.put(self.threads.own_table(row), self.call.result, version, flags & O_CLOEXEC)
            return self.show(self.call.result, version)
        return self.show(-1, version)

    def made_socket(self, row: int) -> int:
        if self.call.result < 0:
            return self.show(-1, -1)
        flags = self.call.number(S_FLAGS, 0)
        version = self.fds.create(D_UNKNOWN, self.call.result, ORIGIN_EVENT)
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.sockets.opened(
            version, self.call.number(S_DOMAIN, 0), self.call.number(S_TYPE, 0), self.call.number(S_PROTO, 0)
        )
        self.fds.put(self.threads.own_table(row), self.call.result, version, flags & O_CLOEXEC)
        return self.show(self.call.result, version)

    def bound(self, row: int) -> int:
        entry = self.fds.find(self.threads.table(row), self.fd)
        if self.call.result < 0 or entry < 0 or self.call.locate(S_ADDR) != 1:
            return 0
        if self.sockets.read_address(self.call.exit, self.call.index):
            version = self.fds.edit(entry, self.settled)
            self.sockets.bound(version, self.call.exit.data)
            self.version = version
        return 0

    def connected(self, row: int) -> int:
        """connect: the tuple, with the address of the enter event where the exit only repeats what it read later."""
        entry = self.fds.find(self.threads.table(row), self.fd)
        if entry < 0 or (self.call.result < 0 and self.call.result != -115):
            return 0
        aimed = 0
        if self.call.locate_enter(S_ADDR):
            aimed = self.sockets.read_address(self.call.enter, self.call.index)
        aimed_hi = self.sockets.dhi
        aimed_lo = self.sockets.dlo
        aimed_port = self.sockets.dport
        if self.call.locate(S_TUPLE) != 1:
            if aimed and self.sockets.family != 1:
                version = self.fds.edit(entry, self.settled)
                self.sockets.aimed(version)
                self.version = version
            return 0
        index = self.call.index
        repeated = 0
        if aimed and self.call.locate(S_ADDR) == 1 and self.sockets.read_address(self.call.exit, self.call.index):
            repeated = 1
        said_hi = self.sockets.dhi
        said_lo = self.sockets.dlo
        said_port = self.sockets.dport
        if not self.sockets.read_tuple(self.call.exit, index):
            return 0
        if repeated and self.sockets.family != 1:
            if self.sockets.dhi == said_hi and self.sockets.dlo == said_lo and self.sockets.dport == said_port:
                self.sockets.dhi = aimed_hi
                self.sockets.dlo = aimed_lo
                self.sockets.dport = aimed_port
        version = self.fds.edit(entry, self.settled)
        self.sockets.connected(version, self.call.exit.data)
        self.version = version
        return 0

    def accepted(self, row: int) -> int:
        if self.call.result < 0:
            return self.show(-1, -1)
        if self.call.locate(S_TUPLE) != 1 or not self.sockets.read_tuple(self.call.exit, self.call.index):
            return self.show(self.call.result, -1)
        version = self.fds.create(D_UNKNOWN, self.call.result, ORIGIN_EVENT)
        self.sockets.accepted(version, self.call.exit.data)
        flags = self.call.number(S_FLAGS, 0) & O_CLOEXEC
        self.fds.versions.cells[version, F_OFLAGS] = flags
        self.fds.put(self.threads.own_table(row), self.call.result, version, flags)
        return self.show(self.call.result, version)

    def transferred(self, row: int, what: int) -> int:
        """Reads and writes: those with a tuple tell the ends of sockets without a connection."""
        if row < 0 or self.fd == NONE or self.call.result == NONE or self.call.result < 0:
            return 0
        source = self.call.locate(S_TUPLE)
        if source == 0:
            return 0
        entry = self.fds.find(self.threads.table(row), self.fd)
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
            if self.sockets.read_tuple(self.call.exit, self.call.index):
                self.sockets.transferred(entry, self.settled, self.call.exit.data, 1 if what == K_READ else 0)
        elif self.sockets.read_tuple(self.call.enter, self.call.index):
            self.sockets.transferred(entry, self.settled, self.call.enter.data, 1 if what == K_READ else 0)
        self.version = self.fds.entries.cells[entry, N_VERSION]
        return 0

    def guessed_socket(self, row: int, source: int) -> int:
        """A send on a descriptor nothing is known of, with addresses: it must be a UDP socket."""
        readable = 0
        if source == 1:
            readable = self.sockets.read_tuple(self.call.exit, self.call.index)
        else:
            readable = self.sockets.read_tuple(self.call.enter, self.call.index)
        if not readable or self.sockets.family == 1:
            return -1
        version = self.fds.create(D_UNKNOWN, self.fd, ORIGIN_GUESS)
        self.sockets.opened(version, self.sockets.family, 2, 17)
        return self.fds.put(self.threads.own_table(row), self.fd, version, 0)

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
        return self.show(second, version)

    def duplicated(self, row: int) -> int:
        if self.call.result < 0 or self.version < 0:
            return 0
        if self.call.result == 0:
            self.threads.rows.cells[row, T_FLAGS] |= CL_PIPE_DST
        elif self.call.result == 1:
            self.threads.rows.cells[row, T_FLAGS] |= CL_PIPE_SRC
        self.fds.put(self.threads.own_table(row), self.call.result, self.version, self.call.number(S_FLAGS, 0) & O_CLOEXEC)
        self.fd = self.call.result
        return 0

    def controlled(self, row: int) -> int:
        """fcntl: copies of a descriptor, and its close-on-exec mark."""
        command = self.call.number(S_CMD, 0)
        if self.call.result < 0 or self.version < 0:
            return 0
        table = self.threads.table(row)
        if command == F_SETFD:
            entry = self.fds.find(table, self.fd)
            if entry >= 0:
                self.fds.entries.cells[entry, N_CLOEXEC] = self.call.number(S_ARG, 0) & 1
        elif command == F_DUPFD or command == F_DUPFD_CLOEXEC:
            cloexec = 1 if command == F_DUPFD_CLOEXEC else 0
            self.fds.put(table, self.call.result, self.version, cloexec)
            self.fd = self.call.result
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
        return self.show(self.call.result, version)

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
        return self.show(self.call.result, copied)

    # --- initial state ---

    def settle(self) -> int:
        """Process and descriptor lists are complete: link families, give sockets their roles."""
        self.unsettled = 0
        self.threads.num = self.first + self.rows
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
        return 0

    def is_listening(self, port: int) -> int:
        for row in range(self.ports.used):
            if self.ports.cells[row, 0] == port:
                return 1
        return 0

    def new_section(self) -> None:
        """A section header in mid-file: everything known belongs to the recording before."""
        self.flush_pending()
        self.threads.reset()
        self.fds.reset()
        self.ports.clear()
        self.sockets.interfaces.clear()
        self.leaving = NONE
        self.closing_table = 0
        self.unsettled = 1

    def flush_pending(self) -> int:
        """All enter events still waiting become unfinished rows."""
        for row in range(self.threads.rows.used):
            if self.threads.rows.cells[row, T_ETYPE] >= 0:
                if self.threads.map.get(self.threads.rows.cells[row, T_TID]) == row:
                    self.threads.abandon(row)
        return self.flush_unfinished()

    def add_process(self, numbers: memoryview, texts: memoryview, sizes: memoryview, offset: int) -> int:
        """A thread of the process list.

        Args:
            numbers: T_TID … T_ISMAIN in that order, and the parent's id behind them.
            texts: comm, exe, exepath, args, cwd, root, cgroups one after the other.
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
        at = 0
        for text in range(7):
            cells[row, T_COMM + text * 2] = self.arena.copy_in(texts, at, sizes[text])
            cells[row, T_COMM + text * 2 + 1] = sizes[text]
            at += sizes[text]
        start = self.names.join(0, 0, self.arena.data, cells[row, T_CWD], cells[row, T_CWD + 1])
        if self.arena.used == start or self.arena.data[self.arena.used - 1] != 47:
            self.arena.put(47)
        cells[row, T_CWD] = start
        cells[row, T_CWD + 1] = self.arena.used - start
        return 0

    def add_descriptor(self, numbers: memoryview, name: memoryview, offset: int) -> int:
        """A descriptor of the descriptor lists; 0 where its thread is not in the process list.

        Args:
            numbers: tid, fd, inode, kind, source and target (high, low, port), protocol, pointers, flags, device.
            name: its path, or what else the list calls it.
            offset: the block it came in.
        """
        row = self.threads.find(numbers[0])
        if row < 0:
            return 0
        kind = numbers[3]
        if kind == 16:
            kind = D_FILE
        self.fds.offset = offset
        self.fds.num = self.first + self.rows
        version = self.fds.create(kind, numbers[1], ORIGIN_FDLIST)
        cells = self.fds.versions.cells
        cells[version, F_INO] = numbers[2]
        cells[version, F_L4] = numbers[10]
        cells[version, F_OFLAGS] = numbers[13]
        cells[version, F_DEV] = numbers[14]
        cells[version, F_NAME] = self.arena.copy_in(name, 0, name.shape[0])
        cells[version, F_NAME + 1] = name.shape[0]
        if kind == D_UNIX:
            cells[version, F_USRC] = numbers[11]
            cells[version, F_UDST] = numbers[12]
            cells[version, F_ROLE] = 2 if name.shape[0] > 0 else 1
        elif D_IPV4 <= kind <= D_IPV6SERVER:
            self.put_ends(version, kind, numbers)
        if self.threads.rows.cells[row, T_TABLE] == 0:
            self.threads.rows.cells[row, T_TABLE] = self.fds.new_table()
        self.fds.put(self.threads.rows.cells[row, T_TABLE], numbers[1], version, 0)
        return 1

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
        self.sockets.fill_wildcards(version)
        return self.sockets.rename(version)

    # --- for the dissector ---

    def stop_reason(self) -> int:
        return self.stop

    def last_offset(self) -> int:
        """Where the block of the event handled last starts."""
        return self.call.offset

    def resync(self, data: memoryview, start: int, final: int) -> int:
        """The next place from ``start`` on where blocks follow each other again.

        Three whole blocks of known types in a row are taken for certain; at the end of the input fewer will do.
        Returns ``-1 - place`` where the data ends before that can be told of a place, and the length of the data where
        there is none.
        """
        self.data = data
        return self.find_blocks(start, data.shape[0], final)

    def find_blocks(self, at: int, end: int, final: int) -> int:
        while at + 12 <= end:
            chained = self.chain(at, end)
            if chained == 3 or (chained > 0 and final):
                return at
            if chained < 0 and not final:
                return -1 - at
            at = at + 1
        return end if final else -1 - at

    def chain(self, at: int, end: int) -> int:
        """How many sound blocks follow from ``at``, up to 3; negative where the data ends before that is known."""
        count = 0
        while count < 3:
            if at == end:
                return count if count > 0 else -1
            if at + 12 > end:
                return -1
            kind = self.u32(at)
            length = self.u32(at + 4)
            if event_shape(kind) == -2 or length < 12 or length > longest(kind):
                return 0
            if at + length > end:
                return -1 if count > 0 or length < 65536 else 0
            if self.u32(at + length - 4) != length:
                return 0
            at = at + length
            count = count + 1
        return count

    def pending(self) -> int:
        return self.rows

    def block_count(self) -> int:
        return self.blocks

    def event_byte_count(self) -> int:
        return self.event_bytes

    def unknown_byte_count(self) -> int:
        return self.unknown_bytes

    def drop_count(self) -> int:
        return self.drops

    def rows_view(self) -> tuple[memoryview, int, int]:
        """The pending rows column by column, how many there are, and how many fit."""
        return memoryview(self.out).cast("B"), self.rows, self.room

    def taken(self) -> None:
        """The pending rows and the versions, intervals and ends that belong to them have been copied."""
        self.first = self.first + self.rows
        self.rows = 0
        self.threads.base = self.threads.base + self.threads.versions.used
        self.threads.versions.clear()
        self.threads.parents.clear()
        self.threads.ends.clear()
        self.late.clear()
        self.bad_events.clear()

    def before_taking(self) -> None:
        """Bring intervals up to the rows that are pending."""
        self.threads.num = self.first + self.rows
        self.threads.flush_parentage(self.first)

    def at_end(self) -> None:
        """The capture is over: waiting enter events are unfinished."""
        if self.unsettled:
            self.settle()
        if self.closing_table > 0:
            self.closing_table = 0
        self.flush_pending()

    def end_versions(self) -> None:
        """After the last rows: every version that still holds ends with the capture."""
        self.threads.num = self.first + self.rows
        for row in range(self.threads.rows.used):
            if self.threads.rows.cells[row, T_VERSION] >= 0:
                self.threads.end_version(row, END_CAPTURE)
                self.threads.rows.cells[row, T_VERSION] = -1


def event_shape(kind: int) -> int:
    """Bit 0: the header says how many parameters; bit 1: flags stand before it; -1 metadata, -2 unknown."""
    if kind == 0x204 or kind == EVENT_INTERNAL:
        return 0
    if kind == 0x216 or kind == 0x221:
        return 1
    if kind == 0x208:
        return 2
    if kind == 0x217 or kind == 0x222:
        return 3
    if kind == SECTION_HEADER or (kind & METADATA_MASK) == METADATA_INTERNAL:
        return -1
    if 0x201 <= kind <= 0x220 and not 0x20A <= kind <= 0x20F:
        return -1
    return -2


def longest(kind: int) -> int:
    """The longest a block of this type can sensibly be, in bytes."""
    if kind == 0x204 or kind == 0x208 or kind == 0x216 or kind == 0x217:
        return 262144
    return 268435456
