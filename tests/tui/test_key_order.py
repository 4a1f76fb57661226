"""Keys that come all at once do what they do one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.keys import _character_to_key

if TYPE_CHECKING:
    from tests.tui.conftest import Driver, Opener


async def burst(screen: Driver, *typed: str) -> None:
    """Hand over all keys before the application looks at the first; words are typed letter by letter."""
    for each in typed:
        named = each in ("enter", "escape", "ctrl+u", "down", "tab")
        for key, character in [(each, None)] if named else [(_character_to_key(one), one) for one in each]:
            screen.app.post_message(events.Key(key, character))
    for _ in range(4):
        await screen.settle()


async def test_what_follows_the_slash_is_typed_into_the_bar(opened: Opener) -> None:
    async with opened() as screen:
        await burst(screen, "/proc.name == curl")
        assert screen.events._filter.text == "proc.name == curl"
        assert not screen.events._find.display


async def test_a_filter_is_typed_and_applied_and_the_list_has_the_keys_again(opened: Opener) -> None:
    async with opened() as screen:
        await burst(screen, "/proc.name == curl", "enter", "f")
        assert screen.events._filter.applied == "proc.name == curl"
        assert screen.app.focused is not None
        assert screen.app.focused.id == "find-input"
        assert screen.events._find.text == ""


async def test_a_line_is_emptied_before_it_is_filled(opened: Opener) -> None:
    async with opened() as screen:
        await burst(screen, "/evt.num == 7", "ctrl+u", "evt.num == 8", "enter")
        assert screen.events._filter.applied == "evt.num == 8"


async def test_pasted_text_waits_for_the_keys_before_it(opened: Opener) -> None:
    async with opened() as screen:
        screen.app.post_message(events.Key("slash", "/"))
        screen.app.post_message(events.Paste("evt.num == 7"))
        await burst(screen, "enter")
        assert screen.events._filter.applied == "evt.num == 7"


async def test_a_dialog_has_the_keys_that_follow_the_one_that_opens_it(opened: Opener) -> None:
    async with opened() as screen:
        await burst(screen, "?", "escape", "/evt")
        assert screen.events._filter.text == "evt"
