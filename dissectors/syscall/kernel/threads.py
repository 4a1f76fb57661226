"""Threads as they come and go, and the versions of what is known of them; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .descriptors import Descriptors
from .families import Families
from .tables import Arena, Grid, HashMap

if not cython.compiled:
    from .columns import *


M_WIDTH = 7


class Threads:
    """All threads alive. Links between rows are kept plus one, so that 0 is none.

    Attributes:
        versions: rows made since they were last taken; row r is version ``base + r``.
        parents: finished parentage intervals since they were last taken.
        ends: ended versions since they were last taken.
        unfinished: enter events of threads that went away.
        memory: what changed of memory and page faults since it was last taken: row, thread, five numbers.
        environments: offset and length of each in the arena; a thread has the number of its own, plus one.
        boot_ns: when the machine started, 0 where that is not known.
        num: the event row being made. ``offset``: its block.
    """

    def __init__(self, arena: Arena, fds: Descriptors, seed: int) -> None:
        self.arena = arena
        self.fds = fds
        self.families = Families(seed)
        self.rows = self.families.rows
        self.map = HashMap(seed)
        self.groups = self.families.groups
        self.group_map = self.families.group_map
        self.exited = HashMap(seed)
        self.versions = Grid(T_SHOWN)
        self.parents = Grid(P_WIDTH)
        self.ends = Grid(X_WIDTH)
        self.unfinished = Grid(U_WIDTH)
        self.dirty = Grid(1)
        self.environments = Grid(2)
        self.memory = Grid(M_WIDTH)
        self.base = 0
        self.boot_ns = 0
        self.num = 0
        self.offset = 0

    # --- looking up ---

    def find(self, tid: int) -> int:
        """The row of a thread, -1 where it is not known."""
        return self.map.get(tid)

    def get(self, tid: int) -> int:
        """The row of a thread; one that was never announced gets a row that says nothing; -1 where there is no room."""
        row = self.map.get(tid)
        if row < 0:
            row = self.create(tid, ORIGIN_GUESS)
            if row >= 0:
                self.map.put(tid, row)
        return row

    def create(self, tid: int, origin: int) -> int:
        """A row with nothing known but the thread id, not yet in the map; -1 where there are too many."""
        if self.map.used >= MAX_THREADS:
            return -1
        row = self.rows.take()
        for column in range(T_PID, T_LOGINUID + 1):
            self.rows.cells[row, column] = -1
        self.rows.cells[row, T_TID] = tid
        self.rows.cells[row, T_TTY] = 0
        self.rows.cells[row, T_FDLIMIT] = -1
        self.rows.cells[row, T_PTID] = -1
        self.rows.cells[row, T_REAPER] = -1
        self.rows.cells[row, T_VERSION] = -1
        self.rows.cells[row, T_PARVER] = -1
        self.rows.cells[row, T_ETYPE] = -1
        self.touch(row, origin)
        return row

    def keep_environment(self, row: int, at: int, size: int) -> int:
        """The thread's environment is this text, NULs between its parts."""
        kept = self.environments.add()
        self.environments.cells[kept, 0] = at
        self.environments.cells[kept, 1] = size
        self.rows.cells[row, T_ENV] = kept + 1
        return 0

    def tell_memory(self, row: int) -> int:
        """The thread's memory or page faults are other ones from the event at hand on."""
        told = self.memory.add()
        self.memory.cells[told, 0] = self.num
        self.memory.cells[told, 1] = self.rows.cells[row, T_TID]
        for column in range(5):
            self.memory.cells[told, 2 + column] = self.rows.cells[row, T_VMSIZE + column]
        return 0

    def owner(self, row: int) -> int:
        """Whose descriptor table the thread uses, -1 where that is not known."""
        if self.rows.cells[row, T_FLAGS] & CL_FILES:
            return self.families.leader(row)
        return row

    def table(self, row: int) -> int:
        """The thread's descriptor table, 0 where there is none."""
        owner = self.owner(row)
        return 0 if owner < 0 else self.rows.cells[owner, T_TABLE]

    def own_table(self, row: int) -> int:
        """The thread's descriptor table, made where there is none; 0 where nobody can own it."""
        owner = self.owner(row)
        if owner < 0:
            return 0
        if self.rows.cells[owner, T_TABLE] == 0:
            self.rows.cells[owner, T_TABLE] = self.fds.new_table()
        return self.rows.cells[owner, T_TABLE]

    # --- joining groups and families ---

    def link(self, row: int) -> int:
        """Put a thread into its group and under its parent, if it is known whose they are."""
        pid = self.rows.cells[row, T_PID]
        if pid < 0 or self.rows.cells[row, T_GROUP] > 0:
            return 0
        group = self.group_map.get(pid)
        if group < 0:
            group = self.groups.take()
            self.groups.cells[group, G_PID] = pid
            self.groups.cells[group, G_REAPER] = 1 if pid == 1 or self.rows.cells[row, T_VPID] == 1 else 0
            self.group_map.put(pid, group)
        self.families.join(group, row)
        parent = self.map.get(self.rows.cells[row, T_PTID])
        if pid != 1 and parent >= 0 and parent != row and self.rows.cells[parent, T_PID] >= 0:
            self.families.adopt(parent, row)
        return 0

    # --- going away ---

    def remove(self, tid: int) -> int:
        """A thread is gone: its children go to a reaper, the process's main thread stays until the last one leaves."""
        row = self.map.get(tid)
        if row < 0:
            return 0
        group = self.rows.cells[row, T_GROUP] - 1
        if group < 0:
            return self.forget(row)
        self.families.bury(row)
        if self.rows.cells[row, T_CHILDREN] > 0:
            self.hand_over(row)
        main = self.families.leader(row)
        if self.groups.cells[group, G_COUNT] <= 0 and main >= 0 and main != row:
            self.forget(main)
        if main != row or self.groups.cells[group, G_COUNT] <= 0:
            self.forget(row)
        return 0

    def hand_over(self, row: int) -> int:
        """Give a thread's children to whom the kernel gives them."""
        reaper = -1
        wanted = self.rows.cells[row, T_REAPER]
        if wanted > 0:
            reaper = self.map.get(wanted)
            if reaper >= 0 and (self.rows.cells[reaper, T_PID] < 0 or reaper == row):
                reaper = -1
        if reaper < 0:
            reaper = self.families.find_reaper(row)
        if reaper >= 0 and self.rows.cells[reaper, T_PID] != self.rows.cells[row, T_PID]:
            group = self.rows.cells[reaper, T_GROUP] - 1
            if group >= 0:
                self.groups.cells[group, G_REAPER] = 1
        link = self.rows.cells[row, T_CHILDREN]
        while link > 0:
            child = link - 1
            link = self.rows.cells[child, T_SIBNEXT]
            self.families.orphan(child)
            if reaper >= 0 and reaper != child:
                self.families.adopt(reaper, child)
            else:
                self.rows.cells[child, T_PTID] = 0
            self.touch(child, ORIGIN_EVENT)
        return 0

    def forget(self, row: int) -> int:
        """Free a row and all that hangs on it."""
        if self.rows.cells[row, T_ETYPE] >= 0:
            self.abandon(row)
        self.end_version(row, END_EXIT)
        link = self.rows.cells[row, T_CHILDREN]
        while link > 0:
            child = link - 1
            link = self.rows.cells[child, T_SIBNEXT]
            self.families.orphan(child)
            self.rows.cells[child, T_PTID] = 0
            self.touch(child, ORIGIN_EVENT)
        self.families.orphan(row)
        self.families.bury(row)
        self.families.part(row)
        self.fds.free_table(self.rows.cells[row, T_TABLE])
        if self.map.get(self.rows.cells[row, T_TID]) == row:
            self.map.remove(self.rows.cells[row, T_TID])
        self.rows.cells[row, T_DIRTY] = 0
        self.rows.cells[row, T_VERSION] = -1
        self.rows.cells[row, T_LASTNUM] = -1
        self.rows.give(row)
        self.families.epoch = self.families.epoch + 1
        return 0

    def abandon(self, row: int) -> int:
        """Keep the enter event that a thread leaves unfinished."""
        kept = self.unfinished.add()
        for column in range(U_TID):
            self.unfinished.cells[kept, column] = self.rows.cells[row, T_ETYPE + column]
        self.unfinished.cells[kept, U_TID] = self.rows.cells[row, T_TID]
        self.rows.cells[row, T_ETYPE] = -1
        return 0

    def reset(self) -> int:
        """Forget all threads, as a new section of a file does; versions stay."""
        self.end_all()
        self.map.clear()
        self.rows.clear()
        self.groups.clear()
        self.group_map.clear()
        self.exited.clear()
        self.dirty.clear()
        return 0

    # --- versions ---

    def touch(self, row: int, origin: int) -> int:
        """Something shown of this thread changes with the event at hand."""
        self.rows.cells[row, T_ORIGIN] = origin
        self.rows.cells[row, T_ORIGINOFF] = self.offset
        if self.rows.cells[row, T_DIRTY] == 0:
            self.rows.cells[row, T_DIRTY] = 1
            listed = self.dirty.add()
            self.dirty.cells[listed, 0] = row
        return 0

    def touch_group(self, row: int) -> int:
        """Something shown of all threads of a process changes."""
        group = self.rows.cells[row, T_GROUP] - 1
        if group < 0:
            return self.touch(row, ORIGIN_EVENT)
        link = self.groups.cells[group, G_HEAD]
        while link > 0:
            self.touch(link - 1, ORIGIN_EVENT)
            link = self.rows.cells[link - 1, T_NEXT]
        return 0

    def commit(self) -> int:
        """Make a version of every thread that changed."""
        for listed in range(self.dirty.used):
            row = self.dirty.cells[listed, 0]
            if self.rows.cells[row, T_DIRTY]:
                self.rows.cells[row, T_DIRTY] = 0
                self.make_version(row)
        self.dirty.used = 0
        return 0

    def make_version(self, row: int) -> int:
        """A row of what is known of the thread now."""
        self.end_version(row, END_CHANGE)
        main = self.families.leader(row)
        source = main if main >= 0 else row
        parent = self.rows.cells[source, T_PARENT] - 1
        ppid = self.rows.cells[source, T_PTID]
        if parent >= 0 and self.rows.cells[parent, T_PID] >= 0:
            ppid = self.rows.cells[parent, T_PID]
        self.rows.cells[row, T_PPID] = ppid
        self.rows.cells[row, T_CWD] = self.rows.cells[source, T_CWD]
        self.rows.cells[row, T_CWD + 1] = self.rows.cells[source, T_CWD + 1]
        self.rows.cells[row, T_ENV] = self.rows.cells[source, T_ENV]
        self.rows.cells[row, T_ISMAIN] = self.families.is_main(row)
        self.rows.cells[row, T_FROM] = self.num
        version = self.versions.add()
        for column in range(T_SHOWN):
            self.versions.cells[version, column] = self.rows.cells[row, column]
        self.rows.cells[row, T_VERSION] = self.base + version
        self.families.epoch = self.families.epoch + 1
        return 0

    def end_version(self, row: int, reason: int) -> int:
        """The row's version holds no longer."""
        version = self.rows.cells[row, T_VERSION]
        if version < 0:
            return 0
        self.end_parentage(row, self.num)
        self.rows.cells[row, T_PARVER] = -1
        ended = self.ends.add()
        self.ends.cells[ended, X_VERSION] = version
        self.ends.cells[ended, X_TO] = self.num
        self.ends.cells[ended, X_REASON] = reason
        return 0

    def end_all(self) -> int:
        """Every version that still holds ends with the recording."""
        for row in range(self.rows.used):
            if self.rows.cells[row, T_VERSION] >= 0:
                self.end_version(row, END_CAPTURE)
                self.rows.cells[row, T_VERSION] = -1
        return 0

    def end_parentage(self, row: int, until: int) -> int:
        """Write down the interval in which the row's version had its parent's version."""
        if self.rows.cells[row, T_PARVER] < 0 or self.rows.cells[row, T_PARFROM] >= until:
            return 0
        made = self.parents.add()
        self.parents.cells[made, P_CHILD] = self.rows.cells[row, T_VERSION]
        self.parents.cells[made, P_FROM] = self.rows.cells[row, T_PARFROM]
        self.parents.cells[made, P_TO] = until
        self.parents.cells[made, P_PARENT] = self.rows.cells[row, T_PARVER]
        return 0

    def keep_parent(self, tid: int, version: int, parent: int, num: int) -> int:
        """Let a version have this parent's version at row ``num``, of an event from before what is known now."""
        if version < 0 or parent < 0:
            return 0
        row = self.map.get(tid)
        if row >= 0 and self.rows.cells[row, T_VERSION] == version:
            if self.rows.cells[row, T_PARVER] == parent:
                return 0
            self.end_parentage(row, num)
            self.rows.cells[row, T_PARFROM] = num + 1
        made = self.parents.add()
        self.parents.cells[made, P_CHILD] = version
        self.parents.cells[made, P_FROM] = num
        self.parents.cells[made, P_TO] = num + 1
        self.parents.cells[made, P_PARENT] = parent
        return 0

    def refresh(self, row: int) -> int:
        """Follow the parents of a thread as far as something may have changed, and note who they are now."""
        depth = 0
        while row >= 0 and depth < DEEPEST and self.rows.cells[row, T_EPOCH] != self.families.epoch:
            self.rows.cells[row, T_EPOCH] = self.families.epoch
            parent = self.parent_of(row)
            version = -1 if parent < 0 else self.rows.cells[parent, T_VERSION]
            if version != self.rows.cells[row, T_PARVER]:
                self.end_parentage(row, self.num)
                self.rows.cells[row, T_PARVER] = version
                self.rows.cells[row, T_PARFROM] = self.num
            row = parent
            depth = depth + 1
        return 0

    def parent_of(self, row: int) -> int:
        """The main thread of the parent process, -1 where there is none."""
        main = self.families.leader(row)
        parent = self.rows.cells[main if main >= 0 else row, T_PARENT] - 1
        if parent < 0:
            return -1
        main = self.families.leader(parent)
        return main if main >= 0 else parent

    def flush_parentage(self, first: int) -> int:
        """Cut the intervals of all threads seen since row ``first``, and of their ancestors, at the row to come."""
        for row in range(self.rows.used):
            if self.rows.cells[row, T_LASTNUM] > first and self.rows.cells[row, T_VERSION] >= 0:
                self.flush_line(row)
        return 0

    def flush_line(self, row: int) -> int:
        """Cut the intervals of a thread and of its ancestors."""
        depth = 0
        while row >= 0 and depth < DEEPEST:
            if self.rows.cells[row, T_PARVER] >= 0:
                if self.rows.cells[row, T_PARFROM] >= self.num:
                    return 0
                self.end_parentage(row, self.num)
                self.rows.cells[row, T_PARFROM] = self.num
            row = self.parent_of(row)
            depth = depth + 1
        return 0
