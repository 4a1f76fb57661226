"""Threads, their groups and parents, and the versions of what is known of them; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .descriptors import Descriptors
from .tables import Arena, Grid, HashMap

if not cython.compiled:
    from .columns import *  # noqa: F403

DEEPEST = 64


class Threads:
    """All threads alive. Links between rows are kept plus one, so that 0 is none.

    Attributes:
        versions: rows made since they were last taken; row r is version ``base + r``.
        parents: finished parentage intervals since they were last taken.
        ends: ended versions since they were last taken.
        unfinished: enter events of threads that went away.
        num: the event row being made. ``offset``: its block.
        epoch: counts every change that may give a thread another parent version.
    """

    def __init__(self, arena: Arena, fds: Descriptors, seed: int) -> None:
        self.arena = arena
        self.fds = fds
        self.rows = Grid(T_WIDTH)
        self.map = HashMap(seed)
        self.groups = Grid(G_WIDTH)
        self.group_map = HashMap(seed)
        self.exited = HashMap(seed)
        self.versions = Grid(T_SHOWN)
        self.parents = Grid(P_WIDTH)
        self.ends = Grid(X_WIDTH)
        self.unfinished = Grid(U_WIDTH)
        self.dirty = Grid(1)
        self.base = 0
        self.num = 0
        self.offset = 0
        self.epoch = 1

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

    def is_main(self, row: int) -> int:
        if self.rows.cells[row, T_TID] == self.rows.cells[row, T_PID]:
            return 1
        return 1 if self.rows.cells[row, T_FLAGS] & CL_IS_MAIN else 0

    def leader(self, row: int) -> int:
        """The main thread of the row's process, -1 where it is not known."""
        if self.is_main(row):
            return row
        group = self.rows.cells[row, T_GROUP]
        if group == 0:
            return -1
        head = self.groups.cells[group - 1, G_HEAD] - 1
        return head if head >= 0 and self.is_main(head) else -1

    def owner(self, row: int) -> int:
        """Whose descriptor table the thread uses, -1 where that is not known."""
        if self.rows.cells[row, T_FLAGS] & CL_FILES:
            return self.leader(row)
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
        self.join(group, row)
        parent = self.map.get(self.rows.cells[row, T_PTID])
        if pid != 1 and parent >= 0 and parent != row and self.rows.cells[parent, T_PID] >= 0:
            self.adopt(parent, row)
        return 0

    def join(self, group: int, row: int) -> int:
        """Add a thread to a group's list, the main thread in front."""
        self.rows.cells[row, T_GROUP] = group + 1
        self.groups.cells[group, G_COUNT] = self.groups.cells[group, G_COUNT] + 1
        head = self.groups.cells[group, G_HEAD]
        if head == 0:
            self.groups.cells[group, G_HEAD] = row + 1
            self.groups.cells[group, G_TAIL] = row + 1
        elif self.is_main(row):
            self.rows.cells[row, T_NEXT] = head
            self.rows.cells[head - 1, T_PREV] = row + 1
            self.groups.cells[group, G_HEAD] = row + 1
        else:
            tail = self.groups.cells[group, G_TAIL]
            self.rows.cells[tail - 1, T_NEXT] = row + 1
            self.rows.cells[row, T_PREV] = tail
            self.groups.cells[group, G_TAIL] = row + 1
        return 0

    def part(self, row: int) -> int:
        """Take a thread out of its group's list."""
        group = self.rows.cells[row, T_GROUP] - 1
        if group < 0:
            return 0
        following = self.rows.cells[row, T_NEXT]
        before = self.rows.cells[row, T_PREV]
        if before > 0:
            self.rows.cells[before - 1, T_NEXT] = following
        else:
            self.groups.cells[group, G_HEAD] = following
        if following > 0:
            self.rows.cells[following - 1, T_PREV] = before
        else:
            self.groups.cells[group, G_TAIL] = before
        self.rows.cells[row, T_GROUP] = 0
        if self.groups.cells[group, G_HEAD] == 0:
            self.group_map.remove(self.groups.cells[group, G_PID])
            self.groups.give(group)
        return 0

    def adopt(self, parent: int, child: int) -> int:
        """Make one thread the child of another."""
        first = self.rows.cells[parent, T_CHILDREN]
        self.rows.cells[child, T_PARENT] = parent + 1
        self.rows.cells[child, T_PTID] = self.rows.cells[parent, T_TID]
        self.rows.cells[child, T_SIBNEXT] = first
        self.rows.cells[child, T_SIBPREV] = 0
        if first > 0:
            self.rows.cells[first - 1, T_SIBPREV] = child + 1
        self.rows.cells[parent, T_CHILDREN] = child + 1
        self.epoch = self.epoch + 1
        return 0

    def orphan(self, child: int) -> int:
        """Take a thread from its parent."""
        parent = self.rows.cells[child, T_PARENT]
        if parent == 0:
            return 0
        following = self.rows.cells[child, T_SIBNEXT]
        before = self.rows.cells[child, T_SIBPREV]
        if before > 0:
            self.rows.cells[before - 1, T_SIBNEXT] = following
        else:
            self.rows.cells[parent - 1, T_CHILDREN] = following
        if following > 0:
            self.rows.cells[following - 1, T_SIBPREV] = before
        self.rows.cells[child, T_PARENT] = 0
        self.epoch = self.epoch + 1
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
        self.bury(row)
        if self.rows.cells[row, T_CHILDREN] > 0:
            self.hand_over(row)
        main = self.leader(row)
        if self.groups.cells[group, G_COUNT] <= 0 and main >= 0 and main != row:
            self.forget(main)
        if main != row or self.groups.cells[group, G_COUNT] <= 0:
            self.forget(row)
        return 0

    def bury(self, row: int) -> int:
        """Count a thread out of its group, once."""
        group = self.rows.cells[row, T_GROUP] - 1
        if group >= 0 and self.rows.cells[row, T_DEAD] == 0:
            self.groups.cells[group, G_COUNT] = self.groups.cells[group, G_COUNT] - 1
            self.rows.cells[row, T_DEAD] = 1
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
            reaper = self.find_reaper(row)
        if reaper >= 0 and self.rows.cells[reaper, T_PID] != self.rows.cells[row, T_PID]:
            group = self.rows.cells[reaper, T_GROUP] - 1
            if group >= 0:
                self.groups.cells[group, G_REAPER] = 1
        link = self.rows.cells[row, T_CHILDREN]
        while link > 0:
            child = link - 1
            link = self.rows.cells[child, T_SIBNEXT]
            self.orphan(child)
            if reaper >= 0 and reaper != child:
                self.adopt(reaper, child)
            else:
                self.rows.cells[child, T_PTID] = 0
            self.touch(child, ORIGIN_EVENT)
        return 0

    def find_reaper(self, row: int) -> int:
        """A living thread of the same process, else of the nearest ancestor that reaps; -1 where there is none."""
        found = self.living(self.rows.cells[row, T_GROUP] - 1, row)
        if found >= 0:
            return found
        parent = self.rows.cells[row, T_PARENT] - 1
        depth = 0
        while parent >= 0 and depth < DEEPEST:
            if self.in_namespace(parent) != self.in_namespace(row):
                return -1
            group = self.rows.cells[parent, T_GROUP] - 1
            if group >= 0 and self.groups.cells[group, G_REAPER]:
                found = self.living(group, row)
                if found >= 0:
                    return found
            parent = self.rows.cells[parent, T_PARENT] - 1
            depth = depth + 1
        return -1

    def living(self, group: int, but: int) -> int:
        """The first thread of a group that is not dead, nor the one given."""
        if group < 0 or self.groups.cells[group, G_COUNT] <= 0:
            return -1
        link = self.groups.cells[group, G_HEAD]
        while link > 0:
            if link - 1 != but and self.rows.cells[link - 1, T_DEAD] == 0:
                return link - 1
            link = self.rows.cells[link - 1, T_NEXT]
        return -1

    def in_namespace(self, row: int) -> int:
        """Whether the thread lives in a pid namespace of its own."""
        if self.rows.cells[row, T_FLAGS] & CL_CHILD_IN_PIDNS:
            return 1
        return 1 if self.rows.cells[row, T_TID] != self.rows.cells[row, T_VTID] else 0

    def forget(self, row: int) -> int:
        """Free a row and all that hangs on it."""
        if self.rows.cells[row, T_ETYPE] >= 0:
            self.abandon(row)
        self.end_version(row, END_EXIT)
        link = self.rows.cells[row, T_CHILDREN]
        while link > 0:
            child = link - 1
            link = self.rows.cells[child, T_SIBNEXT]
            self.orphan(child)
            self.rows.cells[child, T_PTID] = 0
            self.touch(child, ORIGIN_EVENT)
        self.orphan(row)
        self.bury(row)
        self.part(row)
        self.fds.free_table(self.rows.cells[row, T_TABLE])
        if self.map.get(self.rows.cells[row, T_TID]) == row:
            self.map.remove(self.rows.cells[row, T_TID])
        self.rows.cells[row, T_DIRTY] = 0
        self.rows.cells[row, T_VERSION] = -1
        self.rows.cells[row, T_LASTNUM] = -1
        self.rows.give(row)
        self.epoch = self.epoch + 1
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
        """Forget all threads, as a new section of a file does."""
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
        self.end_version(row, END_CHANGE)
        main = self.leader(row)
        source = main if main >= 0 else row
        parent = self.rows.cells[source, T_PARENT] - 1
        ppid = self.rows.cells[source, T_PTID]
        if parent >= 0 and self.rows.cells[parent, T_PID] >= 0:
            ppid = self.rows.cells[parent, T_PID]
        self.rows.cells[row, T_PPID] = ppid
        self.rows.cells[row, T_CWD] = self.rows.cells[source, T_CWD]
        self.rows.cells[row, T_CWD + 1] = self.rows.cells[source, T_CWD + 1]
        self.rows.cells[row, T_ISMAIN] = self.is_main(row)
        self.rows.cells[row, T_FROM] = self.num
        version = self.versions.add()
        for column in range(T_SHOWN):
            self.versions.cells[version, column] = self.rows.cells[row, column]
        self.rows.cells[row, T_VERSION] = self.base + version
        self.epoch = self.epoch + 1
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

    def refresh(self, row: int) -> int:
        """Follow the parents of a thread as far as something may have changed, and note who they are now."""
        depth = 0
        while row >= 0 and depth < DEEPEST and self.rows.cells[row, T_EPOCH] != self.epoch:
            self.rows.cells[row, T_EPOCH] = self.epoch
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
        main = self.leader(row)
        parent = self.rows.cells[main if main >= 0 else row, T_PARENT] - 1
        if parent < 0:
            return -1
        main = self.leader(parent)
        return main if main >= 0 else parent

    def flush_parentage(self, first: int) -> int:
        """Cut the intervals of all threads seen since row ``first``, and of their ancestors, at the row to come."""
        for row in range(self.rows.used):
            if self.rows.cells[row, T_LASTNUM] > first and self.rows.cells[row, T_VERSION] >= 0:
                self.flush_line(row)
        return 0

    def flush_line(self, row: int) -> int:
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
