"""Stops running queries from another thread (stage ③)."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from thresher.capture.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cancel:
    """One piece of work that somebody may stop.

    ``cancel()`` may be called from any thread and more than once. The work passes its cursors through ``watch`` and
    calls ``check`` between steps.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for the work to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` if somebody asked for the work to stop."""
        if self._cancelled.is_set():
            raise Cancelled("cancelled")

    def cancel(self) -> None:
        """Interrupt what is running and everything that would start later."""
        with self._lock:
            if self._cancelled.is_set():
                return
            self._cancelled.set()
            if not self._cursors:
                return
        threading.Thread(target=self._interrupt, name="cancel", daemon=True).start()

    def _interrupt(self) -> None:
        """Interrupt until every cursor has been let go: one that was just about to start would miss a single call."""
        while True:
            with self._lock:
                if not self._cursors:
                    return
                for cursor in self._cursors:
                    cursor.interrupt()
            time.sleep(0.005)

    @contextmanager
    def watch(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
        """The cursor, interruptible for as long as the block runs.

        Raises:
            Cancelled: before or while it ran.
        """
        with self._lock:
            self.check()
            self._cursors.append(cursor)
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise Cancelled("cancelled") from error
        finally:
            with self._lock:
                self._cursors.remove(cursor)
        self.check()


@contextmanager
def watched(cursor: duckdb.DuckDBPyConnection, cancel: Cancel | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same where the caller may not want to cancel."""
    if cancel is None:
        yield cursor
    else:
        with cancel.watch(cursor):
            yield cursor
