"""The event list: what it shows, and where its keys go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders.fake_case import FakeCase

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


async def test_the_first_events_stand_under_the_header_without_internal_ones(opened: Opener) -> None:
    async with opened() as screen:
        lines = screen.text.splitlines()
        header = next(place for place, line in enumerate(lines) if line.lstrip().startswith("No."))
        assert [line.split()[0].strip("▌") or line.split()[1] for line in lines[header + 1 : header + 11]] == [
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "11",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (["down", "down"], 3),
        (["j", "j", "k"], 2),
        (["G"], 499),
        (["end", "up"], 498),
        (["G", "g", "g"], 1),
        (["end", "home"], 1),
    ],
)
async def test_a_key_moves_the_cursor(opened: Opener, keys: list[str], number: int) -> None:
    async with opened() as screen:
        await screen.press(*keys)
        assert screen.cursor_number == number


async def test_a_page_down_and_up_ends_where_it_began(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("pagedown")
        assert screen.cursor_number > 10
        await screen.press("pageup")
        assert screen.cursor_number == 1


async def test_ten_million_rows_show_their_end_at_once(opened: Opener) -> None:
    async with opened(FakeCase(10_000_000)) as screen:
        await screen.press("G")
        assert "9999999" in screen.cursor_line
        assert len(screen.events._list.windows._kept) < 10


async def test_only_rows_around_the_viewport_are_fetched(opened: Opener) -> None:
    case = FakeCase(100_000)
    asked: list[int] = []
    rows = case.rows
    case.rows = lambda positions, fields: asked.extend(positions) or rows(positions, fields)  # type: ignore[func-returns-value]
    async with opened(case):
        assert len(asked) < 1000


async def test_the_column_cursor_brings_hidden_columns_in_view(opened: Opener) -> None:
    async with opened(FakeCase(50, texts=["begin " + "x" * 100 + " end"]), size=(50, 24)) as screen:
        assert not screen.has("begin")
        await screen.press(*["right"] * 6)
        assert screen.has("begin")
        await screen.press(*["right"] * 9)
        assert screen.has("end")


async def test_what_does_not_fit_ends_in_an_ellipsis(opened: Opener) -> None:
    async with opened(FakeCase(50, texts=["x" * 300]), size=(80, 24)) as screen:
        assert "x…" in screen.cursor_line


async def test_a_click_chooses_row_and_column(opened: Opener) -> None:
    async with opened() as screen:
        await screen.pilot.click("#list", offset=(27, 3))
        await screen.settle()
        assert screen.cursor_number == 3
        assert screen.events._list.current_cell() == ("proc.name", "nginx")


async def test_control_characters_and_markup_of_a_capture_are_only_text(opened: Opener) -> None:
    hostile = "\x1b[2J[bold]not markup[/bold]\u202ekcab\r\n"
    async with opened(FakeCase(20, texts=[hostile])) as screen:
        assert "\x1b" not in screen.text
        assert "\u202e" not in screen.text
        assert "\\x1b[2J[bold]not markup[/bold]\\u202ekcab\\r\\n" in screen.cursor_line


async def test_the_time_column_goes_through_its_four_forms(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("down")
        seen = []
        for _ in range(4):
            seen.append(screen.cursor_line.split("nginx")[0].split()[-1])
            await screen.press("t")
        assert seen == ["22:13:20.001000003", "0.001000003", "0.001000003", "22:13:20.001000003"]
        assert screen.has("time of day")


async def test_the_delta_form_is_the_time_since_the_row_above(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("t", "t", *["down"] * 9)
        assert screen.has("since previous")
        assert screen.cursor_line.split()[2] == "0.002000006", "event 10 is internal and not shown"


async def test_an_error_of_a_fetch_is_told_and_ends_nothing(opened: Opener) -> None:
    case = FakeCase()
    async with opened(case) as screen:
        case.fail_rows = ValueError("row 300 cannot be read")
        await screen.press("G")
        assert any("row 300 cannot be read" in toast for toast in screen.toasts)
        case.fail_rows = None
        await screen.press("g", "g")
        assert screen.cursor_number == 1
