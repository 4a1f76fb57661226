"""The rows of the event table, written column by column until they are taken; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .probes import Probes
from .tables import Grid
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Rows:
    """Pending rows.

    Attributes:
        out: C_WIDTH columns with room for rows.
        count: rows pending. ``first``: number of the first of them.
        late: rows stored after ones that follow them: row and the row they belong before.
    """

    def __init__(self, out: memoryview, call: Call, threads: Threads, fds: Descriptors) -> None:
        self.out = out
        self.room = out.nbytes // (8 * C_WIDTH)
        self.count = 0
        self.first = 0
        self.late = Grid(2)
        self.call = call
        self.threads = threads
        self.fds = fds
        self.probes = Probes(threads, fds)

    @cython.boundscheck(False)
    def emit(self, length: int, flags: int, cpu: int, row: int) -> int:
        """Write the event's row."""
        if self.threads.dirty.used > 0:
            self.threads.commit()
        at = self.count
        if at >= self.room or row >= self.threads.rows.room:
            raise IndexError("no room for a row")
        version = -1
        if row >= 0:
            if self.threads.rows.cells[row, T_EPOCH] != self.threads.families.epoch:
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
        self.out[C_NUM, at] = self.call.block
        self.out[C_TYPE, at] = self.call.type
        self.out[C_OFFSET, at] = self.call.offset
        self.out[C_LENGTH, at] = length
        self.out[C_FLAGS, at] = flags
        self.out[C_CPU, at] = cpu
        self.out[C_TID, at] = self.call.tid
        self.out[C_PROC, at] = version if version >= 0 else NONE
        self.out[C_FDID, at] = self.call.version if self.call.version >= 0 else NONE
        self.out[C_FD, at] = self.call.fd
        self.out[C_RES, at] = self.call.result
        self.out[C_SIZE, at] = self.call.moved
        if self.probes.what > 0:
            self.probes.note(row)
        self.count = at + 1
        return 1

    def flush_unfinished(self) -> int:
        """Rows for enter events whose exit will not come any more."""
        for kept in range(self.threads.unfinished.used):
            if self.count + 2 > self.room:
                self.enlarge()
            self.emit_unfinished(kept)
        self.threads.unfinished.used = 0
        return self.renumber()

    def emit_unfinished(self, kept: int) -> int:
        """The row of an enter event that a thread left behind."""
        cells = self.threads.unfinished.cells
        at = self.count
        out = self.out
        cpu = cells[kept, U_CPU]
        flags = FLAG_UNFINISHED | (cpu >> 16)
        before = cells[kept, U_BEFORE]
        if before != self.first + at:
            flags = flags | FLAG_LATE
            row = self.late.add()
            self.late.cells[row, 0] = self.first + at
            self.late.cells[row, 1] = before
        out[C_TIME, at] = cells[kept, U_TIME]
        out[C_NUM, at] = cells[kept, U_NUM]
        out[C_TYPE, at] = cells[kept, U_CALL]
        out[C_OFFSET, at] = cells[kept, U_OFFSET]
        out[C_LENGTH, at] = cells[kept, U_LENGTH]
        out[C_FLAGS, at] = flags
        out[C_CPU, at] = cpu & 0xFFFF
        out[C_TID, at] = cells[kept, U_TID]
        out[C_PROC, at] = cells[kept, U_PROC] if cells[kept, U_PROC] >= 0 else NONE
        out[C_FDID, at] = cells[kept, U_FDID] if cells[kept, U_FDID] >= 0 else NONE
        out[C_FD, at] = cells[kept, U_FD]
        out[C_RES, at] = NONE
        out[C_LATENCY, at] = NONE
        out[C_SIZE, at] = NONE
        out[C_ENTER, at] = NONE
        out[C_ENTERLEN, at] = NONE
        self.threads.keep_parent(cells[kept, U_TID], cells[kept, U_PROC], cells[kept, U_PARENT], self.first + at)
        if self.probes.what > 0:
            self.probes.add(cells[kept, U_PROBE])
        self.count = at + 1
        return 0

    def enlarge(self) -> int:
        """Room for more rows than were foreseen."""
        wider = memoryview(bytearray(16 * C_WIDTH * self.room)).cast("B").cast("q", (C_WIDTH, self.room * 2))
        for column in range(C_WIDTH):
            for at in range(self.count):
                wider[column, at] = self.out[column, at]
        self.out = wider
        self.room = self.room * 2
        return 0

    def renumber(self) -> int:
        """Rows of unfinished calls may have come in between."""
        self.call.num = self.first + self.count
        self.threads.num = self.call.num
        self.fds.num = self.call.num
        return 0
