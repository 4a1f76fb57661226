"""Carries work on step by step in a thread of its own, for as long as somebody asks for it; part of stage ④."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from thresher.capture.errors import ThresherError

PATIENCE_S = 0.5
"""How long work goes on that nobody has asked for again."""


NAME = "counting"
"""Of the threads."""


class Work(Protocol):
    """What is done in steps."""

    @property
    def is_done(self) -> bool:
        """Whether no step is left."""

    def step(self) -> None:
        """Do a little."""


class Steps:
    """One piece of work at a time: a newer one takes the place of an older one after its step.

    The thread is there only while there is something to do, and never longer than ``PATIENCE_S`` and a step after it
    was last asked for, so that a program that ends need not wait.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._work: Work | None = None
        self._until = 0.0
        self._is_running = False
        self._is_stopped = False
        self._error: ThresherError | None = None

    def carry_on(self, work: Work, wait_s: float) -> None:
        """Go on with a piece of work, and wait so long for its end.

        Raises:
            ThresherError: what a step raised.
        """
        if work.is_done or self._is_stopped:
            return
        end = time.monotonic() + wait_s
        with self._changed:
            self._work, self._error = work, None
            self._until = time.monotonic() + PATIENCE_S
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name=NAME).start()
            while not work.is_done and self._error is None and (left := end - time.monotonic()) > 0:
                self._until = time.monotonic() + PATIENCE_S
                self._changed.wait(min(left, PATIENCE_S / 2))
            if self._error is not None:
                raise self._error

    def stop(self) -> None:
        """Do no more, for good; returns when the step that is being done has ended."""
        with self._changed:
            self._is_stopped, self._work = True, None
            self._changed.wait_for(lambda: not self._is_running)

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                self._step(work)
        finally:
            with self._changed:
                self._is_running = False
                self._changed.notify_all()

    def _step(self, work: Work) -> None:
        error: ThresherError | None = None
        try:
            work.step()
        except ThresherError as raised:
            error = raised
        with self._changed:
            if error is not None and self._work is work:
                self._error, self._work = error, None
            self._changed.notify_all()

    def _next(self) -> Work | None:
        """The work to do a step of; None where the thread is to end."""
        with self._changed:
            work = self._work
            if work is None or work.is_done or time.monotonic() > self._until:
                self._is_running, self._work = False, None
                return None
            return work
