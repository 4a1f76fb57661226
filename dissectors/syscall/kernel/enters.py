"""Enter events: kept in their thread until the exit comes, then read beside it; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .files import Files
from .rows import Rows
from .tables import Arena
from .threads import Threads

if not cython.compiled:
    from .columns import *
    from .framing import event_shape


class Enters:
    """Pairs the two halves of a call; ``saved`` holds copies of enter parameters, a place a thread."""

    def __init__(self, info: memoryview, call: Call, threads: Threads, files: Files, rows: Rows) -> None:
        self.info = info
        self.call = call
        self.threads = threads
        self.files = files
        self.rows = rows
        self.saved = Arena()

    def pair(self, row: int, kind: int) -> int:
        """Find the enter event that this exit ends."""
        held = self.threads.rows.cells[row, T_ETYPE]
        if held < 0:
            return 0
        if kind & 1 and (held == kind - 1 or (held == EXECVEAT_ENTER and self.info[kind, I_KIND] == K_EXEC)):
            self.call.entered = held
            self.load(row, held)
        elif kind & 1 and self.info[kind, I_RESULT]:
            self.threads.abandon(row)
            self.rows.flush_unfinished()
        return 0

    def load(self, row: int, held: int) -> int:
        """Place the parameters of the enter event's kept copy."""
        cells = self.threads.rows.cells
        self.call.enter.point(self.saved.data)
        self.call.enter.count = 0
        size = cells[row, T_ESAVED]
        if size > 0:
            start = cells[row, T_EBUF] - 1
            if size & 1:
                self.call.enter.find(
                    start + 4, start + (size >> 1), self.call.enter.u32(start), 0, self.info[held, I_NPARAMS]
                )
            else:
                self.call.enter.infer(start, start + (size >> 1), self.info[held, I_NPARAMS])
        return 0

    def keep(self, row: int, length: int, cpu: int, kind: int, flags: int) -> int:
        """An enter event waits in its thread for the exit; its mark as state only waits with it."""
        flags = flags & (FLAG_STATE_ONLY | FLAG_INTERNAL)
        if row < 0:
            self.name_call(kind)
            return self.rows.emit(length, flags | FLAG_UNFINISHED, cpu, -1)
        cells = self.threads.rows.cells
        if cells[row, T_ETYPE] >= 0:
            self.threads.abandon(row)
            self.rows.flush_unfinished()
        table = self.threads.table(row)
        self.files.look(row, kind)
        self.threads.commit()
        self.threads.refresh(row)
        cells = self.threads.rows.cells
        cells[row, T_ETYPE] = kind
        cells[row, T_ETIME] = self.call.time
        cells[row, T_EOFFSET] = self.call.offset
        cells[row, T_ELENGTH] = length
        cells[row, T_ENUM] = self.call.block
        cells[row, T_EBEFORE] = self.call.num
        cells[row, T_ECPU] = cpu | (flags << 16)
        cells[row, T_EFD] = self.call.fd
        cells[row, T_EFDID] = self.call.version if table > 0 else -1
        cells[row, T_EPROC] = cells[row, T_VERSION]
        cells[row, T_EPARENT] = cells[row, T_PARVER]
        cells[row, T_EPROBE] = self.rows.probes.value(row) if self.rows.probes.what > 0 else NONE
        cells[row, T_LASTNUM] = self.call.num
        cells[row, T_ESAVED] = 0
        if self.info[kind, I_KEEP]:
            self.save(row)
        self.name_call(kind)
        cells[row, T_ECALL] = self.call.type
        return 1

    def name_call(self, kind: int) -> int:
        """A generic event says itself which call it is."""
        if self.info[kind, I_KIND] == K_GENERIC:
            self.call.type = GENERIC_BASE + (self.call.number(S_CODE, 0) & 65535)
        return 0

    def save(self, row: int) -> int:
        """Copy the parameters of the enter event; its block will be gone when the exit comes."""
        cells = self.threads.rows.cells
        header = self.call.offset - self.call.base + 10
        shape = event_shape(self.call.exit.u32(self.call.offset - self.call.base))
        if shape & 2:
            header += 4
        wide = shape & 1
        start = header + 22
        size = self.call.exit.u32(header + 16) - 22
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
            self.saved.data[target + step] = self.call.exit.data[start + step]
        cells[row, T_ESAVED] = size * 2 + wide
        return 0
