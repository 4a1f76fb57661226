"""Memory and page faults of threads, as clone, exec, brk, mmap, munmap and switch tell them; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Memory:
    """Handlers of what events say of memory."""

    def __init__(self, call: Call, threads: Threads) -> None:
        self.call = call
        self.threads = threads

    def told(self, row: int) -> int:
        """Memory in KiB and page faults, as far as the event tells them."""
        cells = self.threads.rows.cells
        changed = 0
        for step in range(5):
            if self.call.locate(S_VMSIZE + step) == 1:
                value = self.call.exit.number(self.call.index)
                if cells[row, T_VMSIZE + step] != value:
                    cells[row, T_VMSIZE + step] = value
                    changed = 1
        if changed:
            self.threads.tell_memory(row)
        return 0

    def scheduled(self, row: int) -> int:
        """What switch says: page faults of the thread, memory of its process."""
        if row < 0 or self.call.locate(S_VMSWAP) != 1:
            return 0
        self.told(row)
        main = self.threads.families.leader(row)
        if main >= 0 and main != row:
            for column in range(T_VMSIZE, T_VMSWAP + 1):
                self.threads.rows.cells[main, column] = self.threads.rows.cells[row, column]
            self.threads.tell_memory(main)
        return 0
