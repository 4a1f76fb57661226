"""Walks the blocks of a capture and replays what each event does; the kernel's entry, stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .addresses import Addresses
from .call import Call
from .connections import Connections
from .descriptors import Descriptors
from .effects import Effects
from .enters import Enters
from .files import Files
from .folders import Folders
from .framing import Framing
from .identity import Identity
from .lists import Lists
from .memory import Memory
from .names import Names
from .processes import Processes
from .programs import Programs
from .rows import Rows
from .sockets import Sockets
from .streams import Streams
from .tables import Arena, Grid
from .threads import Threads

if not cython.compiled:
    from .columns import *
    from .framing import event_shape, longest
    from .loads import load16, load32, load64


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
        self.types = len(info)
        self.arena = Arena()
        names = Names(self.arena)
        self.fds = Descriptors(self.arena, seed)
        self.threads = Threads(self.arena, self.fds, seed)
        seen = Addresses()
        self.sockets = Sockets(self.fds, names, self.arena, seen)
        self.call = Call(layout, self.arena)
        self.rows = Rows(out, self.call, self.threads, self.fds)
        self.streams = Streams(self.fds, seed)
        self.lists = Lists(self.threads, self.fds, self.sockets, self.streams, names, self.arena, seed)
        folders = Folders(self.call, self.threads, self.fds, names, self.arena)
        memory = Memory(self.call, self.threads)
        self.processes = Processes(self.call, self.threads, self.fds, memory)
        programs = Programs(self.call, self.threads, self.fds, folders, memory, self.arena)
        self.files = Files(info, self.call, self.threads, self.fds, names, folders, self.streams, self.arena)
        connections = Connections(self.call, self.threads, self.fds, self.sockets, self.streams, seen)
        identity = Identity(self.call, self.threads)
        self.effects = Effects(
            self.call,
            self.threads,
            self.fds,
            folders,
            self.processes,
            programs,
            memory,
            self.files,
            connections,
            identity,
        )
        self.enters = Enters(info, self.call, self.threads, self.files, self.rows)
        self.framing = Framing()
        self.bad_events = Grid(2)
        self.data = memoryview(b"")
        self.stop = STOP_END
        self.unsettled = 1
        self.event_bytes = 0
        self.unknown_bytes = 0

    # --- walking ---

    def u16(self, at: int) -> int:
        """Two bytes of the chunk; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 2:
            return 0
        return load16(self.data, at)

    def u32(self, at: int) -> int:
        """Four bytes of the chunk, unsigned; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 4:
            return 0
        return load32(self.data, at)

    def i64(self, at: int) -> int:
        """Eight bytes of the chunk, signed; 0 outside it, where callers never look."""
        if at < 0 or at > len(self.data) - 8:
            return 0
        return load64(self.data, at)

    def walk(self, data: memoryview, start: int, base: int, most: int) -> int:
        """Go through whole blocks from ``start``, until something else is to be done first.

        ``base`` is the offset of ``data[0]`` in the stream; at most ``most`` rows are left pending. Returns where it
        stopped; ``stop_reason()`` says why.
        """
        self.data = data
        self.call.exit.point(data)
        self.call.base = base
        with cython.nogil:
            stopped = self.walk_blocks(start, len(data), most)
        return stopped

    def walk_blocks(self, at: int, end: int, most: int) -> int:
        """``walk`` without the interpreter."""
        self.stop = STOP_END
        while at + 12 <= end:
            if self.rows.count + 4 > self.rows.room or self.rows.count >= most:
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
                self.begin()
            if not self.event(at, length, shape):
                self.stop = STOP_DAMAGE
                return at
            at += length
            self.event_bytes = self.event_bytes + length
            if self.effects.noted:
                self.effects.noted = 0
                self.stop = STOP_NOTE
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
        self.call.block = self.call.block + 1
        kind = self.u16(header + 20)
        self.call.time = self.i64(header)
        self.call.tid = self.i64(header + 8)
        self.call.type = kind
        self.call.offset = self.call.base + at
        self.call.entered = -1
        self.call.result = NONE
        self.call.exit.count = 0
        self.threads.offset = self.call.offset
        self.fds.offset = self.call.offset
        self.fds.settled = self.fds.versions.used
        self.call.fd = NONE
        self.call.version = -1
        self.call.moved = NONE
        self.rows.renumber()
        cpu = self.u16(at + 8)
        self.late_removals()
        if kind >= self.types:
            return self.rows.emit(length, block_flags & 1, cpu, -1)
        if not self.place(header, fixed, size, kind):
            self.note_bad(at)
        if block_flags & 1:
            block_flags = FLAG_STATE_ONLY | FLAG_INTERNAL
        else:
            block_flags = self.info[kind, I_INTERNAL]
        return self.replay(length, block_flags, cpu, kind)

    @cython.boundscheck(False)
    def place(self, header: int, fixed: int, size: int, kind: int) -> int:
        """Find the parameters of the event; 0 where they do not fit."""
        if kind < 0 or kind >= self.types:
            raise IndexError("no such event type")
        wanted = self.info[kind, I_NPARAMS]
        lengths = header + fixed
        if fixed == 26:
            count = self.u32(header + 22)
            return self.call.exit.find(lengths, header + size, count, self.info[kind, I_LARGE], wanted) >= 0
        return self.call.exit.infer(lengths, header + size - self.info[kind, I_SHORT], wanted) >= 0

    def note_bad(self, at: int) -> int:
        """Remember an event whose parameters do not fit; its row has none."""
        row = self.bad_events.add()
        self.bad_events.cells[row, 0] = self.call.base + at
        self.bad_events.cells[row, 1] = self.call.type
        self.call.exit.count = 0
        return 0

    def late_removals(self) -> int:
        """What the event before took away is seen by it, and gone for this one."""
        if self.effects.closing_table > 0:
            self.fds.remove(self.effects.closing_table, self.effects.closing_fd)
            self.effects.closing_table = 0
        if self.effects.leaving != NONE:
            self.processes.exited(self.effects.leaving, self.effects.leaving_ns)
            self.effects.leaving = NONE
            self.rows.flush_unfinished()
        return 0

    # --- one event ---

    @cython.boundscheck(False)
    def replay(self, length: int, flags: int, cpu: int, kind: int) -> int:
        """One event of a known type."""
        if kind < 0 or kind >= self.types:
            raise IndexError("no such event type")
        row = -1
        lookup = self.info[kind, I_LOOKUP]
        if lookup == L_GET:
            row = self.threads.get(self.call.tid)
        elif lookup == L_FIND:
            row = self.threads.find(self.call.tid)
        if self.info[kind, I_PAIRS]:
            return self.enters.keep(row, length, cpu, kind, flags)
        if row >= 0:
            self.enters.pair(row, kind)
        if self.info[kind, I_RESULT] and self.call.exit.has(0):
            self.call.result = self.call.exit.number(0)
        self.files.look(row, kind)
        if self.info[kind, I_KIND] != K_NONE:
            row = self.effects.handle(row, kind, self.info[kind, I_KIND])
        if self.info[kind, I_IO] and self.call.result != NONE and self.call.result >= 0:
            self.call.moved = self.call.result
        if self.threads.unfinished.used > 0:
            self.rows.flush_unfinished()
        return self.rows.emit(length, flags, cpu, row)

    # --- sections ---

    def begin(self) -> int:
        """The first event of a section: the lists are complete."""
        self.unsettled = 0
        self.lists.row = self.rows.first + self.rows.count
        return self.lists.settle()

    def next_version(self) -> int:
        """Which version of a thread comes next; what the event at hand changed has its own already."""
        return self.threads.base + self.threads.versions.used

    def add_process(self, numbers: memoryview, texts: memoryview, sizes: memoryview, offset: int) -> int:
        """See ``Lists.add_process``."""
        self.lists.row = self.rows.first + self.rows.count
        return self.lists.add_process(numbers, texts, sizes, offset)

    def add_descriptor(self, numbers: memoryview, name: memoryview, offset: int) -> int:
        """See ``Lists.add_descriptor``."""
        self.lists.row = self.rows.first + self.rows.count
        return self.lists.add_descriptor(numbers, name, offset)

    def new_section(self) -> None:
        """A section header in mid-file: everything known belongs to the recording before."""
        self.rows.renumber()
        self.late_removals()
        self.flush_pending()
        self.threads.reset()
        self.fds.reset()
        self.lists.reset()
        self.streams.reset()
        self.sockets.interfaces.clear()
        self.unsettled = 1

    def flush_pending(self) -> int:
        """All enter events still waiting become unfinished rows."""
        for row in range(self.threads.rows.used):
            if self.threads.rows.cells[row, T_ETYPE] >= 0:
                if self.threads.map.get(self.threads.rows.cells[row, T_TID]) == row:
                    self.threads.abandon(row)
        return self.rows.flush_unfinished()

    # --- for the dissector ---

    def stop_reason(self) -> int:
        """Why ``walk`` returned, a STOP_ constant."""
        return self.stop

    def resync(self, data: memoryview, start: int, final: int) -> int:
        """See ``Framing.resync``."""
        return self.framing.resync(data, start, final)

    def last_offset(self) -> int:
        """Where the block of the event handled last starts."""
        return self.call.offset

    def pending(self) -> int:
        """Rows that wait to be taken."""
        return self.rows.count

    def block_count(self) -> int:
        """Event blocks so far."""
        return self.call.block

    def event_byte_count(self) -> int:
        """Bytes of event blocks so far."""
        return self.event_bytes

    def unknown_byte_count(self) -> int:
        """Bytes of blocks of unknown types so far."""
        return self.unknown_bytes

    def drop_count(self) -> int:
        """Marks of lost events so far."""
        return self.effects.drops

    def rows_view(self) -> tuple[memoryview, int, int]:
        """The pending rows column by column, how many there are, and how many fit."""
        return memoryview(self.rows.out).cast("B"), self.rows.count, self.rows.room

    def taken(self) -> None:
        """The pending rows and the versions, intervals and ends that belong to them have been copied."""
        self.rows.first = self.rows.first + self.rows.count
        self.rows.count = 0
        self.threads.base = self.threads.base + self.threads.versions.used
        self.threads.versions.clear()
        self.threads.parents.clear()
        self.threads.ends.clear()
        self.rows.late.clear()
        self.streams.joined.clear()
        self.threads.memory.clear()
        self.bad_events.clear()

    def before_taking(self) -> None:
        """Bring intervals up to the rows that are pending."""
        self.threads.num = self.rows.first + self.rows.count
        self.threads.flush_parentage(self.rows.first)

    def at_end(self) -> None:
        """The capture is over: waiting enter events are unfinished."""
        if self.unsettled:
            self.begin()
        self.rows.renumber()
        self.late_removals()
        self.flush_pending()

    def end_versions(self) -> None:
        """After the last rows: every version that still holds ends with the capture."""
        self.threads.num = self.rows.first + self.rows.count
        self.threads.end_all()
