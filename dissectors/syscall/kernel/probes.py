"""What a second pass over a capture asks of the state at every row, for fields that no table holds; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .descriptors import Descriptors
from .tables import Grid
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Probes:
    """One number a row, from the state after the row's event; ``what`` is 0 where nobody asks.

    Attributes:
        values: a number for each pending row, NONE where the state has no answer.
    """

    def __init__(self, threads: Threads, fds: Descriptors) -> None:
        self.threads = threads
        self.fds = fds
        self.values = Grid(1)
        self.what = 0
        self.argument = 0

    def choose(self, what: int, argument: int) -> None:
        """Ask this of every row from now on, a PROBE_ constant; ``argument`` is a descriptor number."""
        self.what = what
        self.argument = argument

    def view(self) -> memoryview:
        """The numbers of the pending rows."""
        return self.values.view()

    def taken(self) -> None:
        """The numbers have been copied."""
        self.values.clear()

    def note(self, row: int) -> int:
        """Add the number of a row; ``row`` is that of the thread table, -1 where there is none."""
        return self.add(self.value(row) if row >= 0 else NONE)

    def add(self, answer: int) -> int:
        """Add a row's number as it was found before."""
        at = self.values.add()
        self.values.cells[at, 0] = answer
        return 0

    def value(self, row: int) -> int:
        """The answer for a thread; a thread that nothing is known of has none."""
        if self.threads.rows.cells[row, T_PID] < 0:
            return NONE
        if self.what == PROBE_OPEN:
            table = self.threads.table(row)
            return self.fds.heads.cells[table, 1] if table > 0 else 0
        if self.what == PROBE_DESCRIPTOR:
            version = self.fds.version_of(self.threads.table(row), self.argument)
            return version if version >= 0 else NONE
        if self.what == PROBE_KINDS:
            return self.kinds(self.threads.table(row))
        if self.what == PROBE_THREADS or self.what == PROBE_CHILDREN:
            return self.thread_count(row)
        if self.what == PROBE_SHELL:
            return self.oldest_shell(row)
        found = self.session(row)
        return self.threads.rows.cells[found, T_VERSION] if found >= 0 else NONE

    def kinds(self, table: int) -> int:
        """A bit for every kind of descriptor that is open."""
        if table <= 0:
            return NONE
        found = 0
        link = self.fds.heads.cells[table, 0]
        while link > 0:
            version = self.fds.entries.cells[link - 1, N_VERSION]
            bit = 1
            bit = bit << (self.fds.versions.cells[version, F_TYPE] & 31)
            found = found | bit
            link = self.fds.entries.cells[link - 1, N_NEXT]
        return found

    def thread_count(self, row: int) -> int:
        """Living threads of the process, with or without the main one."""
        group = self.threads.rows.cells[row, T_GROUP] - 1
        if group < 0:
            return NONE
        count = self.threads.groups.cells[group, G_COUNT]
        main = self.threads.families.leader(row)
        if self.what == PROBE_CHILDREN and main >= 0 and self.threads.rows.cells[main, T_DEAD] == 0:
            count = count - 1
        return count

    def oldest_shell(self, row: int) -> int:
        """Process id of the highest of the process and its ancestors whose command ends in ``sh``."""
        found = NONE
        step = self.threads.families.leader(row)
        depth = 0
        while step >= 0 and depth < DEEPEST:
            if self.is_shell(step):
                found = self.threads.rows.cells[step, T_PID]
            step = self.threads.rows.cells[step, T_PARENT] - 1
            depth = depth + 1
        return found

    def is_shell(self, row: int) -> int:
        """Whether the thread's command ends in ``sh``."""
        end = self.threads.rows.cells[row, T_COMM] + self.threads.rows.cells[row, T_COMM + 1]
        if self.threads.rows.cells[row, T_COMM + 1] < 2:
            return 0
        return 1 if self.threads.arena.data[end - 2] == 115 and self.threads.arena.data[end - 1] == 104 else 0

    def session(self, row: int) -> int:
        """The thread that leads the session or group: the one of that id, else the highest ancestor that shares it."""
        column = T_SID
        if self.what == PROBE_VPGID:
            column = T_VPGID
        elif self.what == PROBE_PGID:
            column = T_PGID
        wanted = self.threads.rows.cells[row, column]
        if wanted <= 0:
            return -1
        if column == T_PGID or self.threads.families.in_namespace(row) == 0:
            found = self.threads.find(wanted)
            if found >= 0 and self.threads.rows.cells[found, T_PID] >= 0:
                return found
        step = self.threads.families.leader(row)
        found = step
        depth = 0
        while step >= 0 and depth < DEEPEST and self.threads.rows.cells[step, column] == wanted:
            found = step
            step = self.threads.rows.cells[step, T_PARENT] - 1
            depth = depth + 1
        return found
