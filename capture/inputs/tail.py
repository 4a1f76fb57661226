"""Reads what comes from a pipe or a growing file without ever waiting for long (stage ①)."""

from __future__ import annotations

import os
import select
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

WAIT_S = 0.2
"""How long it takes at most until somebody hears that nothing has come."""


class Tail:
    """The end of a source that others still write to.

    A pipe ends with its writer. A file never ends by itself, and what was cut off it again ends it.

    Args:
        descriptor: of the source.
        enough: once set, the source is over: a file at its present end, a pipe at once.
    """

    def __init__(self, descriptor: int, enough: threading.Event) -> None:
        self._descriptor = descriptor
        self._enough = enough
        self._is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        self.was_cut = False

    def read(self, size: int) -> bytes | None:
        """Up to ``size`` bytes; empty at the end, None where nothing has come for a moment.

        Raises:
            OSError: reading failed.
        """
        return self._of_file(size) if self._is_file else self._of_pipe(size)

    def _of_pipe(self, size: int) -> bytes | None:
        if self._enough.is_set():
            return b""
        if not self._poll.poll(WAIT_S * 1000):
            return None
        return os.read(self._descriptor, size)

    def _of_file(self, size: int) -> bytes | None:
        is_last = self._enough.is_set()
        data = os.read(self._descriptor, size)
        if data or is_last:
            return data
        if os.fstat(self._descriptor).st_size < os.lseek(self._descriptor, 0, os.SEEK_CUR):
            self.was_cut = True
            return b""
        self._enough.wait(WAIT_S)
        return None
