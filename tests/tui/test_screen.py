"""The screen as a whole: sizes, panes, loading, dialogs, the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.builders.fake_case import FakeCase
from tests.tui.conftest import made
from thresher.capture.errors import UnreadableError
from thresher.capture.model import Damage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Opener


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 48), (60, 45), (40, 12)], ids=str)
async def test_no_line_is_wider_than_the_terminal_and_the_bars_are_there(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as screen:
        lines = screen.text.splitlines()
        assert len(lines) == size[1]
        assert max(map(len, lines)) <= size[0]
        assert "Help" in lines[-1]
        assert "#1" in lines[-2]
        assert screen.has("No.")


async def test_narrow_and_low_shows_details_or_bytes_and_says_where_the_other_is(opened: Opener) -> None:
    async with opened(size=(80, 24)) as screen:
        assert screen.has("Header: event 1")
        assert not screen.has("0000  00 01")
        assert screen.has("Tab: bytes")
        await screen.press("tab", "tab")
        assert screen.has("0000  00 01")
        assert not screen.has("Header: event 1")
        assert screen.has("Shift+Tab: details")


async def test_narrow_and_tall_shows_details_above_bytes(opened: Opener) -> None:
    async with opened(size=(80, 48)) as screen:
        assert screen.has("Header: event 1")
        assert screen.has("0000  00 01")


async def test_z_gives_the_pane_the_screen_and_takes_it_back(opened: Opener) -> None:
    async with opened() as screen:
        before = screen.text
        await screen.press("z")
        assert not screen.has("Header: event 1")
        assert screen.text.count("SUCCESS") > before.count("SUCCESS")
        await screen.press("escape")
        assert screen.text == before


async def test_plus_and_minus_move_lines_between_the_panes(opened: Opener) -> None:
    async with opened() as screen:
        height = screen.events._list.size.height
        await screen.press("plus", "plus")
        assert screen.events._list.size.height == height + 2
        await screen.press("minus")
        assert screen.events._list.size.height == height + 1


async def test_tab_goes_round_the_panes(opened: Opener) -> None:
    async with opened() as screen:
        seen = []
        for _ in range(4):
            await screen.press("tab")
            assert screen.app.focused is not None
            seen.append(screen.app.focused.id)
        assert seen == ["details", "bytes", "timeline", "list"]


async def test_rows_are_shown_before_the_load_ends_and_the_list_grows(opened: Opener) -> None:
    case = FakeCase(1000, loaded=200)
    async with opened(case) as screen:
        assert screen.has("180 events")
        assert screen.has("loading 20 %")
        await screen.press("down", "down")
        case.grow(300)
        await screen.pilot.pause(0.3)
        await screen.settle()
        assert screen.has("450 events")
        assert screen.cursor_number == 3
        case.grow(1000)
        await screen.pilot.pause(0.5)
        await screen.settle()
        assert screen.has("900 events")
        assert not screen.has("loading")
        assert screen.cursor_number == 3, "the end of the load re-sorted: the cursor is on the same event"


async def test_a_filter_keeps_up_with_a_growing_capture(opened: Opener) -> None:
    case = FakeCase(1000, loaded=200)
    async with opened(case, text='proc.name == "curl"') as screen:
        assert screen.has("40 of 180")
        case.grow(300)
        await screen.pilot.pause(0.3)
        await screen.settle()
        assert screen.has("100 of 450")


async def test_damage_is_told_on_the_status_bar(opened: Opener) -> None:
    case = FakeCase(damage=[Damage("shop.scap", 100, 20, "a block is cut")])
    async with opened(case) as screen:
        await screen.pilot.pause(0.3)
        await screen.settle()
        assert screen.has("⚠ damaged at 1 place")


async def test_a_name_from_the_command_line_cannot_act_on_the_terminal(opened: Opener) -> None:
    async with opened(FakeCase(spec="\x1b]0;title\x07[red]x.scap")) as screen:
        assert screen.has("\\x1b]0;title\\x07[red]x")


async def test_help_lists_every_action_and_closes(opened: Opener) -> None:
    async with opened(size=(120, 200)) as screen:
        await screen.press("question_mark")
        for words in (
            "Edit the display filter",
            "Show or hide the recorder's own",
            "Move on a column",
            "Filters by example",
        ):
            assert screen.has(words)
        await screen.press("escape")
        assert screen.app.focused is screen.events._list


async def test_the_command_that_prints_the_same_is_shown(opened: Opener) -> None:
    async with opened(text='proc.name == "curl"') as screen:
        await screen.press("c")
        assert screen.has("thresher read -r /evidence/shop.scap -Y 'proc.name == \"curl\"'")
        await screen.press("escape")
        assert not screen.has("thresher read")


async def test_the_palette_runs_an_action_by_its_name(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("ctrl+p")
        await screen.pilot.press(*"internal")
        await screen.pilot.pause(0.3)
        await screen.press("down", "enter")
        await screen.settle()
        assert screen.has("with 50 internal")


async def test_a_click_on_the_key_bar_does_what_it_says(opened: Opener) -> None:
    async with opened() as screen:
        place = re.search("Internal", screen.text.splitlines()[-1])
        assert place is not None
        await screen.pilot.click("#keys", offset=(place.start(), 0))
        await screen.settle()
        assert screen.has("with 50 internal")


@pytest.mark.parametrize("keys", [["q"], ["f10"], ["ctrl+c"], ["slash", "ctrl+c"], ["colon", "ctrl+c"]], ids=str)
async def test_it_can_be_left_from_anywhere(opened: Opener, keys: list[str]) -> None:
    async with opened() as screen:
        await screen.pilot.press(*keys)
        await screen.pilot.pause()
        assert screen.app._exit
        case = screen.case
    assert case.closed


async def test_a_letter_typed_into_the_filter_is_a_letter(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"qtiznfc")
        assert screen.events._filter.text == "qtiznfc"
        assert not screen.app._exit


async def test_what_cannot_be_opened_ends_with_its_exit_code() -> None:
    def opener() -> FakeCase:
        raise UnreadableError("nothing.scap", "no such file")

    app = made(FakeCase(), opener=opener)
    async with app.run_test() as pilot:
        await pilot.pause(0.2)
        await app.jobs.idle()
        await pilot.pause()
    assert app.return_code == 3
    assert str(app.error) == "nothing.scap: no such file"


async def test_keys_do_nothing_harmful_before_the_case_is_open() -> None:
    case = FakeCase()

    def opener() -> FakeCase:
        case.release.wait(20)
        return case

    app = made(case, opener=opener)
    async with app.run_test() as pilot:
        await pilot.press(*"ntic=!", "down", "G", "tab", "plus", "escape", "slash", "x", "enter", "escape", "colon")
        assert "opening" in "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        case.release.set()
        await app.jobs.idle()
        await pilot.pause()
        assert app.case is case


def test_the_page_of_keys_is_the_one_made_from_the_table(root: Path) -> None:
    from thresher.tui.actions import keys_page

    assert (root / "docs" / "keys.md").read_text("utf-8") == keys_page()
