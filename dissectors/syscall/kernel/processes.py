"""What clone, fork, vfork and exit do: threads come and go; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .descriptors import Descriptors
from .memory import Memory
from .threads import Threads

if not cython.compiled:
    from .columns import *


LONGEST_NS = 4611686018427387903
"""No time since the machine started is longer."""


class Processes:
    """Handlers of the calls that make and end threads (libsinsp, parsers.cpp, gives the rules)."""

    def __init__(self, call: Call, threads: Threads, fds: Descriptors, memory: Memory) -> None:
        self.call = call
        self.threads = threads
        self.fds = fds
        self.memory = memory

    # --- clone, fork, vfork ---

    def cloned(self, row: int, is_vfork: int) -> int:
        """A clone that returned; returns the row of the thread it returned in, -1 where that stays unknown."""
        if self.call.result < 0:
            return row
        if self.call.result == 0:
            return self.cloned_in_child(row)
        return self.cloned_in_caller(is_vfork)

    def cloned_in_caller(self, is_vfork: int) -> int:
        """The half of a clone that returns the new thread's id."""
        caller = self.threads.get(self.call.tid)
        if caller < 0:
            return -1
        cells = self.threads.rows.cells
        known = cells[caller, T_PID] >= 0
        if not known:
            self.introduce(caller)
        flags = self.call.number(S_FLAGS, 0)
        if flags & (CL_CHILD_IN_PIDNS | CL_NEWPID | CL_PARENT) or self.call.tid != cells[caller, T_VTID]:
            return caller
        if is_vfork or flags & CL_VFORK or self.has_exited(self.call.result, self.call.tid):
            return caller
        child = self.threads.find(self.call.result)
        if child >= 0:
            if cells[child, T_FLAGS] & CL_INVERTED:
                return caller
            self.threads.remove(self.call.result)
            self.drop_leftover(self.call.result)
        child = self.threads.create(self.call.result, ORIGIN_CLONE)
        if child < 0:
            return caller
        cells = self.threads.rows.cells
        cells[child, T_FLAGS] = flags
        if flags & CL_THREAD:
            cells[child, T_PID] = cells[caller, T_PID]
            cells[child, T_PTID] = cells[caller, T_PTID]
            cells[child, T_FLAGS] = flags | CL_FILES
            cells[child, T_EXECTS] = cells[caller, T_EXECTS]
        else:
            cells[child, T_PID] = self.call.result
            cells[child, T_PTID] = self.call.tid
        cells[child, T_VTID] = self.call.result
        cells[child, T_VPID] = cells[child, T_PID]
        self.describe(child)
        if known:
            self.inherit(caller, child, 0 if flags & CL_THREAD else 1)
        else:
            self.lend(child, caller)
        self.threads.map.put(self.call.result, child)
        self.threads.link(child)
        return caller

    def cloned_in_child(self, row: int) -> int:
        """The half of a clone that returns 0, in the new thread."""
        cells = self.threads.rows.cells
        if row >= 0 and cells[row, T_CLONETS] != 0:
            if self.is_fresh(cells[row, T_CLONETS]):
                return row
        if row >= 0:
            self.threads.remove(self.call.tid)
            self.drop_leftover(self.call.tid)
        child = self.threads.create(self.call.tid, ORIGIN_CLONE)
        if child < 0:
            return -1
        cells = self.threads.rows.cells
        flags = self.call.number(S_FLAGS, 0) | CL_INVERTED
        leads = 0 if flags & CL_THREAD else 1
        cells[child, T_FLAGS] = flags if leads else flags | CL_FILES
        cells[child, T_PID] = self.call.number(S_PID, -1)
        cells[child, T_PTID] = self.call.number(S_PTID, -1)
        if self.call.locate(S_VPID):
            cells[child, T_VTID] = self.call.number(S_VTID, -1)
            cells[child, T_VPID] = self.call.number(S_VPID, -1)
        else:
            cells[child, T_VTID] = self.call.tid
        self.threads.map.put(self.call.tid, child)
        self.describe(child)
        self.from_relative(child, leads)
        self.threads.link(child)
        return child

    def from_relative(self, child: int, leads: int) -> int:
        """Take over from the parent, or from the leader of the thread's group, if it is known."""
        cells = self.threads.rows.cells
        tid = cells[child, T_PTID] if leads else cells[child, T_PID]
        source = self.threads.get(tid)
        if source < 0 or source == child:
            return 0
        cells = self.threads.rows.cells
        if cells[source, T_PID] >= 0:
            self.inherit(source, child, leads)
            if not leads:
                cells[child, T_EXECTS] = cells[source, T_EXECTS]
        elif not leads:
            cells[source, T_PID] = cells[child, T_PID]
            cells[source, T_PTID] = cells[child, T_PTID]
            cells[source, T_VPID] = cells[child, T_VPID]
            cells[source, T_VTID] = cells[child, T_VPID]
            self.lend(child, source)
            self.threads.link(source)
        return 0

    def introduce(self, caller: int) -> int:
        """A clone tells who its caller is, where nothing was known of it."""
        cells = self.threads.rows.cells
        cells[caller, T_PID] = self.call.number(S_PID, -1)
        cells[caller, T_PTID] = self.call.number(S_PTID, -1)
        if self.call.locate(S_VPID):
            cells[caller, T_VTID] = self.call.number(S_VTID, -1)
            cells[caller, T_VPID] = self.call.number(S_VPID, -1)
        else:
            cells[caller, T_VTID] = self.call.tid
            cells[caller, T_VPID] = -1
        self.threads.link(caller)
        self.threads.touch(caller, ORIGIN_EVENT)
        return 0

    def describe(self, child: int) -> int:
        """What the clone's own parameters say of the new thread."""
        cells = self.threads.rows.cells
        self.call.text(S_EXE)
        cells[child, T_EXE] = self.call.at
        cells[child, T_EXE + 1] = self.call.size
        if self.call.text(S_COMM) == 0:
            self.call.at = cells[child, T_EXE]
            self.call.size = cells[child, T_EXE + 1]
        cells[child, T_COMM] = self.call.at
        cells[child, T_COMM + 1] = self.call.size
        self.call.listed(S_ARGS)
        cells[child, T_ARGS] = self.call.at
        cells[child, T_ARGS + 1] = self.call.size
        cells[child, T_NARGS] = self.call.items
        self.call.joined(S_CGROUPS)
        cells[child, T_CGROUPS] = self.call.at
        cells[child, T_CGROUPS + 1] = self.call.size
        cells[child, T_FDLIMIT] = self.call.number(S_FDLIMIT, -1)
        cells[child, T_UID] = self.call.number(S_UID, -1)
        cells[child, T_GID] = self.call.number(S_GID, -1)
        cells[child, T_CLONETS] = self.call.time
        cells[child, T_PIDNS] = self.namespace_start(child)
        self.memory.told(child)
        return 0

    def namespace_start(self, child: int) -> int:
        """When the pid namespace of a new thread began: with the machine, or as the child's half of the clone says."""
        if self.call.result != 0 or not self.threads.families.in_namespace(child):
            return self.threads.boot_ns
        since_boot = self.call.number(S_PIDNS, 0)
        if since_boot <= 0 or since_boot > LONGEST_NS:
            return 0
        return self.threads.boot_ns + since_boot

    def inherit(self, source: int, child: int, leads: int) -> int:
        """What a child has from the thread that made it; a process also has its descriptors and folder."""
        cells = self.threads.rows.cells
        for column in range(T_SID, T_TTY + 1):
            cells[child, column] = cells[source, column]
        cells[child, T_LOGINUID] = cells[source, T_LOGINUID]
        for column in range(T_CAPINH, T_EXEFLAGS + 1):
            cells[child, column] = cells[source, column]
        for column in range(2):
            cells[child, T_EXEPATH + column] = cells[source, T_EXEPATH + column]
            cells[child, T_ROOT + column] = cells[source, T_ROOT + column]
        if leads:
            main = self.threads.families.leader(source)
            folder = main if main >= 0 else source
            cells[child, T_CWD] = cells[folder, T_CWD]
            cells[child, T_CWD + 1] = cells[folder, T_CWD + 1]
            cells[child, T_ENV] = cells[folder, T_ENV]
            table = self.threads.table(source)
            if table > 0:
                cells[child, T_TABLE] = self.fds.new_table()
                self.fds.copy_table(table, cells[child, T_TABLE])
        return 0

    def lend(self, child: int, relative: int) -> int:
        """A relative of whom nothing was known runs what the child runs."""
        cells = self.threads.rows.cells
        for column in range(2):
            cells[relative, T_EXE + column] = cells[child, T_EXE + column]
            cells[relative, T_COMM + column] = cells[child, T_COMM + column]
            cells[relative, T_ARGS + column] = cells[child, T_ARGS + column]
        cells[relative, T_NARGS] = cells[child, T_NARGS]
        self.threads.touch(relative, ORIGIN_EVENT)
        return 0

    def has_exited(self, tid: int, ptid: int) -> int:
        """Whether this child of this parent ended less than two seconds ago, before its clone returned."""
        at = self.threads.exited.get(exit_key(tid, ptid))
        if at < 0 or self.call.time < at:
            return 0
        return 1 if self.call.time - at < STALE_NS else 0

    def is_fresh(self, cloned: int) -> int:
        """Whether a clone of this time may be the one whose other half this is; times may be any 64 bits."""
        if cloned >= self.call.time:
            return 1
        return 1 if cloned >= 0 and self.call.time - cloned < STALE_NS else 0

    def drop_leftover(self, tid: int) -> int:
        """A thread id that is used again: what was left of its old owner goes."""
        row = self.threads.find(tid)
        if row >= 0:
            self.threads.forget(row)
        return 0

    # --- exit ---

    def exiting(self, row: int) -> int:
        """procexit: dead, but seen until the next event."""
        if row < 0:
            return 0
        self.threads.families.bury(row)
        if self.threads.rows.cells[row, T_CHILDREN] > 0 and self.call.locate(S_REAPER):
            self.threads.rows.cells[row, T_REAPER] = self.call.number(S_REAPER, -1)
        return 0

    def exited(self, tid: int, time: int) -> int:
        """The event after a procexit: the thread goes."""
        row = self.threads.find(tid)
        if row < 0:
            return 0
        if self.threads.exited.used > 65536:
            self.threads.exited.clear()
        if time > 0:
            self.threads.exited.put(exit_key(tid, self.threads.rows.cells[row, T_PTID]), time)
        return self.threads.remove(tid)


def exit_key(tid: int, ptid: int) -> int:
    """One number of a thread and its parent."""
    return (ptid & 0x7FFFFFFF) * TWO32 + (tid & MASK32)
