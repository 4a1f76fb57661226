"""The filter bar: judged while typed, applied by Enter only, left by Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders.fake_case import FakeCase

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


async def test_enter_applies_a_valid_filter(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("proc.name == curl")
        assert screen.has("100 of 450 (22.2 %)")
        assert "curl" in screen.cursor_line


async def test_an_invalid_filter_is_told_while_it_is_typed_and_never_runs(opened: Opener) -> None:
    async with opened() as screen:
        before = list(screen.case.selected)
        await screen.press("slash")
        await screen.type("proc.nam == curl")
        assert screen.has("unknown field 'proc.nam'")
        assert screen.has("did you mean 'proc.name'?")
        assert screen.events._filter.has_class("-invalid")
        assert screen.case.selected == before


async def test_a_valid_filter_is_shown_as_valid_before_it_is_applied(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc", "full_stop", *"name", "equals_sign", "equals_sign", *"curl")
        assert screen.events._filter.has_class("-valid")
        assert screen.has("not applied yet")
        assert screen.case.selected == [""]


async def test_escape_leaves_the_bar_and_keeps_the_text_unapplied(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"evt", "escape")
        assert screen.app.focused is not None
        assert screen.app.focused.id == "list"
        assert screen.events._filter.text == "evt"
        assert screen.has("450 events")
        await screen.press("slash")
        assert screen.events._filter.text == "evt"


async def test_up_and_down_go_through_the_filters_applied_before(opened: Opener) -> None:
    async with opened() as screen:
        for text in ("proc.name == curl", "proc.name == nginx"):
            await screen.press("slash", "ctrl+u")
            await screen.type(text)
        await screen.press("slash", "up")
        assert screen.events._filter.text == "proc.name == nginx"
        await screen.press("up")
        assert screen.events._filter.text == "proc.name == curl"
        await screen.press("down", "down")
        assert screen.events._filter.text == ""


async def test_tab_completes_a_field_name(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc", "full_stop", *"n")
        await screen.press("tab")
        assert screen.events._filter.text == "proc.name"
        assert screen.events._filter.has_cursor


async def test_the_cursor_stays_on_its_event_when_a_filter_is_applied_and_cleared(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press(*["down"] * 6)
        number = screen.cursor_number
        await screen.press("slash")
        await screen.type("proc.name == curl")
        assert screen.cursor_number == number
        await screen.press("backspace")
        assert screen.has("450 events")
        assert screen.cursor_number == number


async def test_equals_and_exclamation_mark_filter_on_the_value_under_the_cursor(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("right", "right", "equals_sign")
        assert screen.events._filter.text == 'proc.name == "nginx"'
        await screen.press("right", "right", "equals_sign")
        assert screen.events._filter.text == 'proc.name == "nginx" and evt.type == "openat"'
        await screen.press("ctrl+z")
        assert screen.events._filter.text == 'proc.name == "nginx"'
        await screen.press("ctrl+z")
        assert screen.events._filter.text == ""


async def test_escape_stops_a_running_query(opened: Opener) -> None:
    case = FakeCase(slow="curl")
    async with opened(case) as screen:
        await screen.pilot.press("slash", *"proc", "full_stop", *"name", "equals_sign", "equals_sign", *"curl", "enter")
        await screen.pilot.pause()
        assert screen.has("filtering")
        await screen.press("escape")
        assert screen.has("stopped")
        assert any("Stopped" in toast for toast in screen.toasts)


async def test_the_newest_filter_wins_over_one_that_still_runs(opened: Opener) -> None:
    case = FakeCase(slow="curl")
    async with opened(case) as screen:
        await screen.pilot.press("slash", *"proc", "full_stop", *"name", "equals_sign", "equals_sign", *"curl", "enter")
        await screen.pilot.press("slash", "ctrl+u")
        await screen.type("proc.name == nginx")
        assert "nginx" in screen.cursor_line
        assert screen.has("of 450")


async def test_no_match_is_said_in_the_list(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("proc.name == nobody")
        assert screen.has("no event matches")
        await screen.press("n", "down", "G", "enter", "equals_sign")
        assert screen.has("no event matches")


async def test_a_filter_from_the_command_line_is_applied_at_once(opened: Opener) -> None:
    async with opened(text='proc.name == "curl"') as screen:
        assert screen.events._filter.text == 'proc.name == "curl"'
        assert screen.has("of 450")


async def test_a_wrong_filter_from_the_command_line_shows_all_events_and_what_is_wrong(opened: Opener) -> None:
    async with opened(text="proc.nam == 1") as screen:
        assert screen.has("unknown field 'proc.nam'")
        assert screen.has("450 events")


async def test_suggestions_drop_down_while_a_field_is_typed(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc")
        assert screen.has("proc.pid")
        assert screen.has("Tab takes it")


async def test_values_are_suggested_with_their_counts_and_taken_by_enter(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc", "full_stop", *"name", "space", "equals_sign", "equals_sign", "space")
        assert screen.has("90")
        await screen.press("down", "enter")
        assert screen.events._filter.text.startswith("proc.name == ")
        assert screen.events._filter.text != "proc.name == "
        assert screen.case.selected == [""]
        await screen.press("enter")
        assert len(screen.case.selected) == 2


async def test_escape_takes_back_a_choice_before_it_leaves_the_bar(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc", "down", "escape")
        assert screen.events._filter.has_cursor
        assert not screen.has("Tab takes it")
        await screen.press("escape")
        assert not screen.events._filter.has_cursor


async def test_a_suggestion_can_be_clicked(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash", *"proc")
        await screen.pilot.click(".bar--menu", offset=(2, 0))
        await screen.settle()
        assert screen.events._filter.text.startswith("proc.")
