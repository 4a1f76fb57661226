"""Whole screens as text and as pictures; ``THRESHER_RENEW=1`` and ``--snapshot-update`` write them anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.fake_case import FakeCase
from tests.tui.conftest import Driver, made

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.conftest import Opener

GOLDEN = Path(__file__).parent / "golden"
SMALL, LARGE = (80, 24), (160, 48)
WRONG = ["slash", *"proc", "full_stop", *"nam", "space", "equals_sign", "equals_sign", *"1"]

TEXTS = {
    "small": (SMALL, [], {}),
    "large": (LARGE, [], {}),
    "between": ((100, 30), ["down", "tab", "down", "down"], {}),
    "narrow-and-tall": ((60, 48), [], {}),
    "low": ((80, 12), [], {}),
    "bytes-on-a-small-screen": (SMALL, ["tab", "tab", *["right"] * 5], {}),
    "maximised": (SMALL, ["z"], {}),
    "wrong-filter": (SMALL, WRONG, {}),
    "filter-left": (SMALL, [*WRONG, "escape"], {}),
    "go-to": (SMALL, ["colon", *"xx", "enter"], {}),
    "no-match": (SMALL, [], {"text": "proc.name == nobody"}),
    "internal": (SMALL, ["i"], {}),
    "command": (SMALL, ["c"], {"text": "proc.name == curl"}),
    "help": (SMALL, ["question_mark"], {}),
}
PICTURES = {
    "small": (SMALL, ["down", "down"], {}, {}),
    "large": (LARGE, [*["down"] * 6, "tab", "down", "down"], {}, {}),
    "json": (LARGE, ["tab", "tab", *["right"] * 3], {}, {"json": True}),
    "wrong-filter": ((100, 40), WRONG, {}, {}),
    "help": (LARGE, ["question_mark"], {}, {}),
}


@pytest.mark.parametrize("name", TEXTS)
async def test_the_screen_reads_as_recorded(opened: Opener, name: str) -> None:
    size, keys, start = TEXTS[name]
    async with opened(size=size, **start) as screen:
        await screen.press(*keys)
        shown = screen.text + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("THRESHER_RENEW"):
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


@pytest.mark.parametrize("name", PICTURES)
def test_the_screen_looks_as_recorded(snap_compare: Any, name: str) -> None:
    size, keys, start, kind = PICTURES[name]
    case = FakeCase(**kind)
    app = made(case, **start)

    async def run_before(pilot: Pilot[None]) -> None:
        driver = Driver(app, pilot, case)
        await driver.settle()
        await driver.press(*keys)
        for bar in (driver.events._filter, driver.events._find):
            bar._input.cursor_blink = False
        await driver.settle()

    assert snap_compare(app, terminal_size=size, run_before=run_before)
