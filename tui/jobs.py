"""Work off the UI thread (stage ⑤): one thread a lane, the newest request wins, one signal for *all is done*."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Deliver = Callable[[Callable[[], None]], object]
"""Runs a function on the UI thread, soon; may be called from any thread."""


class Cancelling(Protocol):
    """What stops a query: ``thresher.capture.case.Cancel``."""

    def cancel(self) -> None:
        """Stop the query; from any thread."""


@dataclass(slots=True, eq=False)
class Job:
    """One request: what to run on the lane's thread, and what to do with its end on the UI thread."""

    work: Callable[[Job], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    lane: Lane
    cancel: Cancelling | None = None
    superseded: bool = False

    def post(self, partial: Callable[[], None]) -> None:
        """Hand a part of the result to the UI thread, unless something newer was asked for meanwhile."""
        self.lane.deliver(lambda: None if self.superseded else partial())

    def stop(self) -> None:
        """Give the result up, and interrupt the query behind it."""
        self.superseded = True
        if self.cancel is not None:
            self.cancel.cancel()


class Lane:
    """One thread and at most one waiting request; all methods are for the UI thread.

    Args:
        name: of the thread.
        deliver: runs a function on the UI thread.
        change: told +1 for each request begun and -1 for each ended.
    """

    def __init__(self, name: str, deliver: Deliver, change: Callable[[int], None]) -> None:
        self.name = name
        self.deliver = deliver
        self._change = change
        self._wake = threading.Condition()
        self._waiting: Job | None = None
        self._running: Job | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a request that still counts is waiting or running."""
        return any(job is not None and not job.superseded for job in (self._waiting, self._running))

    def submit(
        self,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        cancel: Cancelling | None = None,
    ) -> Job:
        """Run ``work`` on the lane's thread; what runs or waits there is given up."""
        job = Job(work, done, failed, self, cancel)
        with self._wake:
            self.stop()
            self._waiting = job
            self._change(+1)
            self._wake.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"thresher-{self.name}", daemon=True)
            self._thread.start()
        return job

    def stop(self) -> bool:
        """Give up what runs and what waits; says whether there was anything."""
        with self._wake:
            was_busy = self.busy
            if self._waiting is not None:
                self._waiting.stop()
                self._waiting = None
                self._change(-1)
            if self._running is not None:
                self._running.stop()
        return was_busy

    def close(self, timeout_s: float) -> None:
        """Stop, end the thread and wait for it."""
        self.stop()
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._waiting is None and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                job, self._waiting = self._waiting, None
                self._running = job
            assert job is not None
            end = self._end_of(job)
            with self._wake:
                self._running = None
            self.deliver(end)

    def _end_of(self, job: Job) -> Callable[[], None]:
        """Run the work; what is left to do on the UI thread. Nothing that a job raises may end the application."""
        try:
            result = job.work(job)
        except Exception as error:
            return lambda end=error: self._finish(job, job.failed, end)  # type: ignore[misc]
        return lambda: self._finish(job, job.done, result)

    def _finish(self, job: Job, then: Callable[[Any], None], end: object) -> None:
        try:
            if not job.superseded:
                then(end)
        finally:
            self._change(-1)


class Jobs:
    """All lanes of an application.

    Args:
        deliver: runs a function on the UI thread.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lanes: dict[str, Lane] = {}
        self._count = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def lane(self, name: str) -> Lane:
        """The lane of this name, made on first use."""
        if name not in self._lanes:
            self._lanes[name] = Lane(name, self._deliver, self._changed)
        return self._lanes[name]

    async def idle(self) -> None:
        """Wait until nothing is under way and every result has been shown."""
        await self._quiet.wait()

    def close(self) -> None:
        """Stop all lanes; a query that does not listen is left behind after a second."""
        for lane in self._lanes.values():
            lane.stop()
        for lane in self._lanes.values():
            lane.close(1.0)

    def _changed(self, by: int) -> None:
        self._count += by
        if self._count:
            self._quiet.clear()
        else:
            self._quiet.set()
