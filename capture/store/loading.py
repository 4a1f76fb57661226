"""How far the ingest of a store has come, shared between the threads that load it and those that ask (stage ③)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from thresher.capture.errors import Cancelled
from thresher.capture.store.facts import Progress

if TYPE_CHECKING:
    from thresher.capture.model import Damage


class Loading:
    """State of one ingest; every method may be called from any thread.

    Attributes:
        stop: set when somebody wants the ingest to end.
        enough: set when what has come of sources that are still written to is to be all; the ingest ends well.
        damage: found so far.
    """

    def __init__(self, total_bytes: int) -> None:
        self.stop = threading.Event()
        self.enough = threading.Event()
        self.damage: list[Damage] = []
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._rows = 0
        self._error: Exception | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def finished(cls, total_bytes: int, rows: int) -> Loading:
        """The state of a store that was opened complete."""
        loading = cls(total_bytes)
        loading.advance(total_bytes, rows)
        loading.end()
        return loading

    @property
    def rows(self) -> int:
        """Rows that can be queried."""
        return self._rows

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self._ended.is_set()

    def advance(self, done_bytes: int, rows: int) -> None:
        """A batch is in."""
        self._done_bytes = done_bytes
        self._rows = rows

    def end(self, error: Exception | None = None) -> None:
        """Nothing more will come."""
        self._error = error
        self._ended.set()

    def progress(self) -> Progress:
        """A snapshot."""
        ended = self._ended.is_set()
        return Progress(self._done_bytes, self._total_bytes, self._rows, ended, self._error)

    def start(self, thread: threading.Thread) -> None:
        """Run the ingest in a thread."""
        self._thread = thread
        thread.start()

    def wait(self) -> None:
        """Until the ingest has ended; raises what ended it early."""
        self._ended.wait()
        if self._error is not None:
            raise self._error

    def give_up(self) -> None:
        """Make the ingest end and wait until it has."""
        self.stop.set()
        self.enough.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def check(self) -> None:
        """Raise ``Cancelled`` if the ingest is to end."""
        if self.stop.is_set():
            raise Cancelled("loading was given up")
