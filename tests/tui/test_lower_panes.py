"""Details and bytes: each shows what the other has chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders.fake_case import FakeCase
from thresher.capture.errors import ChangedError

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


async def test_a_line_of_the_details_marks_its_bytes(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("tab", "down", "down")
        assert screen.has("evt.type: openat")
        assert screen.events._bytes.span == (4, 8)


async def test_a_byte_chooses_the_smallest_line_that_covers_it(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("tab", "tab", *["right"] * 5)
        chosen = screen.events._details.chosen()
        assert chosen is not None
        assert chosen.label == "evt.type"


async def test_a_click_on_a_byte_chooses_its_line(opened: Opener) -> None:
    async with opened() as screen:
        await screen.pilot.click("#bytes", offset=(1 + 6 + 3, 2))
        await screen.settle()
        chosen = screen.events._details.chosen()
        assert chosen is not None
        assert chosen.label == "proc.pid"


async def test_the_line_stays_chosen_when_another_event_comes(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("tab", "down", "down", "shift+tab", "down")
        chosen = screen.events._details.chosen()
        assert chosen is not None
        assert (chosen.label, chosen.text) == ("evt.type", "read")


async def test_a_closed_subtree_stays_closed_when_another_event_comes(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("tab", "left")
        assert not screen.has("evt.type: ")
        await screen.press("shift+tab", "down")
        assert not screen.has("evt.type: ")
        await screen.press("tab", "right")
        assert screen.has("evt.type: read")


async def test_json_is_laid_out_with_the_chosen_part_marked(opened: Opener) -> None:
    async with opened(FakeCase(json=True), size=(120, 48)) as screen:
        assert screen.has('"eventName": "GetObject",')
        assert screen.has('  "bucketName": "logs",')


async def test_a_derived_value_tells_what_proves_it(opened: Opener) -> None:
    async with opened() as screen:
        assert screen.has("Process: nginx  ← event 1")


async def test_a_line_of_the_details_filters(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("tab", "down", "down", "exclamation_mark")
        assert screen.events._filter.text == 'not evt.type == "openat"'


async def test_a_capture_that_is_gone_costs_details_and_bytes_but_not_the_list(opened: Opener) -> None:
    case = FakeCase()
    case.missing = ChangedError("shop.scap", "the file is gone", "put it back")
    async with opened(case) as screen:
        assert screen.has("the file is gone; put it back")
        await screen.press("down")
        assert "read" in screen.cursor_line


async def test_enter_on_an_event_goes_to_its_details(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("enter")
        assert screen.app.focused is screen.events._details
