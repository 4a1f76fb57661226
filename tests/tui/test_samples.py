"""The screen on real captures: what the samples' stories say is found by keys."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from tests.tui.conftest import Driver
from thresher.capture.case import Case, open_case
from thresher.tui.app import ThresherApp, _new_cancel
from thresher.tui.opening import Start
from thresher.tui.screens.events import EventsScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from thresher.capture.notes import CaseFile

from contextlib import asynccontextmanager
from datetime import UTC


@asynccontextmanager
async def opened(specs: list[str], case_file: CaseFile | None = None) -> AsyncIterator[Driver]:
    """The application on real captures, with everything read."""

    def opener() -> Case:
        case = open_case(specs, cache=False, case_file=case_file)
        case.wait()
        return case

    app = ThresherApp(opener, lambda jobs: EventsScreen(jobs, _new_cancel, Start(tuple(specs), UTC)))
    async with app.run_test(size=(160, 48)) as pilot:
        driver = Driver(app, pilot, None)  # type: ignore[arg-type]
        while app.case is None:
            assert app.error is None, app.error
            await asyncio.sleep(0.02)
        await driver.settle()
        yield driver


async def test_shop_who_read_the_secrets(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        assert screen.has("150,966 events")
        await screen.press("slash")
        await screen.type('fd.name contains "secrets.env"')
        assert screen.has("of 150,966")
        assert "cat" in screen.cursor_line
        await screen.press("down", "down", "tab", "down", "right", "down", "down")
        assert screen.has("data: DB_PASSWORD=demo-not-a-real-secret")
        start, end = screen.events._bytes.span
        assert screen.events._bytes.data[start:end].startswith(b"DB_PASSWORD=")
        await screen.press("slash")
        await screen.type("proc.pid == $proc.pid")
        assert re.fullmatch(r"proc\.pid == \d+", screen.events._filter.applied)
        assert "cat" in screen.cursor_line


async def test_shop_and_cloud_stand_on_one_clock(root: Path) -> None:
    async with opened([str(root / "samples" / "shop"), str(root / "samples" / "cloud")]) as screen:
        assert screen.has("shop + cloud")
        await screen.press("colon")
        await screen.type("shop:143898")
        assert "secrets.env" in screen.cursor_line
        await screen.press("colon")
        await screen.type("07:12:37")
        assert "07:12:37" in screen.cursor_line
