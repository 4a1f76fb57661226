"""What setuid, setsid, capset, prctl, unshare and setrlimit change in a thread; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .call import Call
from .threads import Threads

if not cython.compiled:
    from .columns import *


class Identity:
    """Handlers of the calls that change who a thread is and what it may."""

    def __init__(self, call: Call, threads: Threads) -> None:
        self.call = call
        self.threads = threads

    def changed_user(self, row: int) -> int:
        """What setuid and its kin does."""
        if self.call.result != 0 or row < 0 or self.call.locate(S_EID) == 0:
            return 0
        return self.set_shown(row, T_UID, self.call.number(S_EID, -1))

    def changed_group(self, row: int) -> int:
        """What setgid and its kin does."""
        if self.call.result != 0 or row < 0 or self.call.locate(S_EID) == 0:
            return 0
        return self.set_shown(row, T_GID, self.call.number(S_EID, -1))

    def new_session(self, row: int) -> int:
        """What setsid does."""
        if self.call.result < 0 or row < 0:
            return 0
        return self.set_shown(row, T_SID, self.call.result)

    def set_shown(self, row: int, column: int, value: int) -> int:
        """Change what a version shows, if it is a change."""
        if self.threads.rows.cells[row, column] == value:
            return 0
        self.threads.rows.cells[row, column] = value
        return self.threads.touch(row, ORIGIN_EVENT)

    def set_capabilities(self, row: int) -> int:
        """What capset does."""
        if self.call.result < 0 or row < 0:
            return 0
        self.set_shown(row, T_CAPINH, self.call.number(S_CAPINH, 0))
        self.set_shown(row, T_CAPPERM, self.call.number(S_CAPPERM, 0))
        return self.set_shown(row, T_CAPEFF, self.call.number(S_CAPEFF, 0))

    def new_namespace(self, row: int) -> int:
        """Unshare and setns: what comes is another version; a new user namespace gives all capabilities in it."""
        if self.call.result < 0 or row < 0:
            return 0
        if self.threads.rows.cells[row, T_PID] >= 0:
            self.threads.touch(row, ORIGIN_EVENT)
        if not self.call.number(S_FLAGS, 0) & CL_NEWUSER:
            return 0
        for column in range(T_CAPINH, T_CAPEFF + 1):
            self.set_shown(row, column, ALL_CAPS)
        return 0

    def set_reaper(self, row: int) -> int:
        """Prctl PR_SET_CHILD_SUBREAPER (36) and PR_GET_CHILD_SUBREAPER (37)."""
        if self.call.result < 0 or row < 0:
            return 0
        option = self.call.number(S_OPTION, 0)
        group = self.threads.rows.cells[row, T_GROUP] - 1
        if group >= 0 and (option == 36 or option == 37):
            self.threads.groups.cells[group, G_REAPER] = 1 if self.call.number(S_ARG, 0) != 0 else 0
        return 0

    def set_limit(self, row: int, value: int) -> int:
        """The soft limit of open descriptors; -1 is not a limit."""
        main = self.threads.families.leader(row) if row >= 0 else -1
        if main < 0 or value == -1 or self.call.number(S_RESOURCE, 0) != RLIMIT_NOFILE:
            return 0
        return self.set_shown(main, T_FDLIMIT, value)
