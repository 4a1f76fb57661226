"""Thread groups and parents: who leads, who is whose child, who reaps; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .tables import Grid, HashMap

if not cython.compiled:
    from .columns import *


class Families:
    """Links between rows of the thread table, kept plus one, so that 0 is none.

    Attributes:
        epoch: counts every change that may give a thread another parent version.
    """

    def __init__(self, seed: int) -> None:
        self.rows = Grid(T_WIDTH)
        self.groups = Grid(G_WIDTH)
        self.group_map = HashMap(seed)
        self.epoch = 1

    def is_main(self, row: int) -> int:
        """Whether the thread leads its process."""
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

    def bury(self, row: int) -> int:
        """Count a thread out of its group, once."""
        group = self.rows.cells[row, T_GROUP] - 1
        if group >= 0 and self.rows.cells[row, T_DEAD] == 0:
            self.groups.cells[group, G_COUNT] = self.groups.cells[group, G_COUNT] - 1
            self.rows.cells[row, T_DEAD] = 1
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
