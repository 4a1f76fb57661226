"""What Ctrl-C does (stage ⑤): it stops a query at once, which DuckDB itself does not hear, or ends following well."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from thresher.capture.store.cancel import Cancel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def interruptible() -> Iterator[Cancel]:
    """A ``Cancel`` that an interrupt signal triggers, for the length of the block."""
    cancel = Cancel()
    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    previous = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reading, cancel), name="thresher-interrupt", daemon=True)
    watcher.start()
    try:
        yield cancel
    finally:
        signal.set_wakeup_fd(previous)
        os.close(writing)
        watcher.join()
        os.close(reading)


@contextmanager
def ending(stop: Callable[[], None]) -> Iterator[None]:
    """An interrupt signal calls ``stop`` for the length of the block; a second one interrupts as always."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def first(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, previous)
        stop()

    previous = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _watch(reading: int, cancel: Cancel) -> None:
    """Read the numbers of signals until the other end is closed."""
    while numbers := os.read(reading, 64):
        if signal.SIGINT in numbers:
            cancel.cancel()
