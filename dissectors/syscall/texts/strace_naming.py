"""Finds out whose the lines are that name no thread, from what strace prints only while it traces one; stage ①."""

from __future__ import annotations

from thresher.dissectors.syscall.texts.strace_lines import Kind, Line

NO_THREAD = -1
"""The thread of lines that name none, where nothing tells it."""
_OWN_ID = frozenset({"gettid", "set_tid_address"})
"""Calls that return the id of the thread that makes them; every program makes the second one when it starts."""


class Naming:
    """Threads as strace attaches to them and as they end; with one left, strace leaves its number out."""

    def __init__(self) -> None:
        self.first: int | None = None
        self._alive: set[int] = set()

    def attached(self, tid: int) -> None:
        """Strace says that it traces another thread."""
        self._alive.add(tid)

    def whose(self, line: Line) -> int:
        """The thread of a line; ``first`` is set where the line tells whose the lines before it were."""
        if line.tid is not None:
            if line.tid not in self._alive and self.first is None:
                self.first = line.tid
            self._alive.add(line.tid)
            return line.tid
        if self.first is None and line.kind is Kind.CALL and line.name in _OWN_ID and (line.result or 0) > 0:
            self.first = line.result
            self._alive.add(line.result or 0)
        if len(self._alive) == 1:
            return next(iter(self._alive))
        return NO_THREAD

    def ended(self, tid: int) -> None:
        """A thread is gone."""
        self._alive.discard(tid)
