"""Screens on a case in memory: open one, let it come to rest, read what stands on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import pytest
from textual import events

from tests.builders.fake_case import FakeCancel, FakeCase
from thresher.tui.app import ThresherApp
from thresher.tui.opening import Start
from thresher.tui.screens.events import EventsScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

LIMIT_S = 30
"""A case in memory answers at once; a test that waits longer waits for something that never ends."""


class Driver:
    """A running application, driven by keys."""

    def __init__(self, app: ThresherApp, pilot: Pilot[None], case: FakeCase) -> None:
        self.app, self.pilot, self.case = app, pilot, case

    async def settle(self) -> None:
        """Until nothing is under way and everything is drawn."""
        for _ in range(3):
            await asyncio.wait_for(self.app.jobs.idle(), LIMIT_S)
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Paste text into the line that has the keyboard, then Enter."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()
        await self.press("enter")

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    def line(self, wanted: str) -> str:
        """The first line with this text in it."""
        return next(line for line in self.text.splitlines() if wanted in line)

    def has(self, wanted: str) -> bool:
        return wanted in self.text

    @property
    def cursor_line(self) -> str:
        return self.line("▌")

    @property
    def cursor_number(self) -> int:
        """Number of the event under the list's cursor."""
        listing = self.events._listing
        position = listing.position_at(self.events._list.cursor)
        assert position is not None
        return position + 1

    @property
    def events(self) -> EventsScreen:
        return self.app._events

    @property
    def toasts(self) -> list[str]:
        return [each.message for each in self.app._notifications]


Opener = Callable[..., AbstractAsyncContextManager[Driver]]


def made(case: FakeCase, zone: tzinfo = UTC, opener: Callable[[], Any] | None = None, **start: Any) -> ThresherApp:
    """The application on this case."""
    begin = Start(("/evidence/shop.scap",), zone, **start)
    return ThresherApp(opener or (lambda: case), lambda jobs: EventsScreen(jobs, FakeCancel, begin))


@pytest.fixture
def opened() -> Opener:
    """Opens a case on a screen of a size."""

    @asynccontextmanager
    async def open_it(
        case: FakeCase | None = None, size: tuple[int, int] = (120, 40), **start: Any
    ) -> AsyncIterator[Driver]:
        case = case or FakeCase()
        app = made(case, **start)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot, case)
            await driver.settle()
            yield driver

    return open_it
