"""Going to numbers, times and matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("77", 77),
        ("shop:88", 88),
        ("22:13:20.2", 201),
        ("2023-11-14 22:13:20.3", 301),
        ("2023-11-14T22:13:20.3Z", 301),
    ],
)
async def test_the_dialog_takes_numbers_and_times(opened: Opener, typed: str, number: int) -> None:
    async with opened() as screen:
        await screen.press("colon")
        await screen.type(typed)
        assert screen.cursor_number == number


async def test_g_and_a_digit_begin_a_number(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("g", "4", "2", "enter")
        assert screen.cursor_number == 42


async def test_what_names_nothing_is_told_in_the_dialog(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("colon")
        await screen.type("tomorrow")
        assert screen.has("is no event number and no time")
        await screen.press("escape")
        assert screen.cursor_number == 1


async def test_an_event_that_is_not_on_show_is_told_with_the_nearest(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("colon")
        await screen.type("20")
        assert screen.cursor_number == 21
        assert any("not on show" in toast for toast in screen.toasts)


async def test_find_goes_from_match_to_match_without_hiding_others(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("f")
        await screen.type("evt.res == EACCES")
        assert screen.cursor_number == 7
        assert screen.has("450 events")
        assert screen.has("found")
        await screen.press("n")
        assert screen.cursor_number == 21
        await screen.press("N")
        assert screen.cursor_number == 7


async def test_find_goes_round(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("f")
        await screen.type("evt.res == EACCES")
        await screen.press("N")
        assert screen.cursor_number > 400
        assert any("from the end" in toast for toast in screen.toasts)


async def test_matches_are_marked(opened: Opener) -> None:
    async with opened(size=(120, 60)) as screen:
        await screen.press("f")
        await screen.type("evt.res == EACCES")
        assert [line.split()[1] for line in screen.text.splitlines() if line.startswith("◆")][:2] == ["7", "21"]


async def test_the_find_keeps_to_the_filter(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("proc.name == nginx")
        await screen.press("f")
        await screen.type("evt.res == EACCES")
        assert screen.cursor_number == 21
        assert "nginx" in screen.line("◆")


async def test_after_a_filter_is_cleared_n_goes_through_its_matches(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("evt.res == EACCES")
        await screen.press("backspace")
        assert screen.cursor_number == 7
        await screen.press("n")
        assert screen.cursor_number == 21
        assert screen.has("450 events")


async def test_under_a_filter_n_goes_to_the_next_row(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("evt.res == EACCES")
        await screen.press("n")
        assert screen.cursor_number == 21


async def test_n_without_anything_to_look_for_says_so(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("n")
        assert any("Nothing to go to yet" in toast for toast in screen.toasts)


async def test_internal_events_come_and_go_and_are_always_counted(opened: Opener) -> None:
    async with opened() as screen:
        assert screen.has("without 50 internal")
        await screen.press("i")
        assert screen.has("500 events")
        assert screen.has("with 50 internal")
        await screen.press("i")
        assert screen.has("450 events")


async def test_a_place_from_the_command_line_is_gone_to(opened: Opener) -> None:
    async with opened(go_to="333") as screen:
        assert screen.cursor_number == 333
