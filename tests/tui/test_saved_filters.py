"""Saved filters and buttons on screen: chosen, added, edited, completed; the filter in force is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.test_samples import opened
from thresher.capture.filter import saved

CONFIG = """\
[filters]
curls = 'proc.name == "curl"'
trails = "ct.name exists"
same = "proc.pid == $proc.pid"

[macros]
of = "proc.name == $1"

[[buttons]]
label = "Errors // Failed calls"
filter = "evt.failed"
comment = "What the kernel refused"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "thresher" / "config.toml"
    file.parent.mkdir()
    file.write_text(CONFIG)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return file


async def test_filters_are_chosen_added_and_edited(root: Path, config: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("b")
        assert screen.has("Errors // Failed calls")
        assert screen.has("What the kernel refused")
        await screen.press("enter")
        assert screen.events._listing.text == "evt.failed"
        await screen.press("b", "down", "a")
        assert screen.events._listing.text == 'evt.failed and proc.name == "curl"'
        await screen.press("b", "down", "down", "enter")
        assert screen.has("unknown field 'ct.name'"), "a filter of another source is not applied"
        await screen.press("up", "e")
        assert screen.events._filter.text == 'proc.name == "curl"'
        assert screen.events._filter.has_cursor


async def test_a_saved_filter_may_ask_for_what_the_event_under_the_cursor_holds(root: Path, config: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("b", "down", "down", "down", "enter")
        assert screen.events._listing.text == "proc.pid == 4263"


async def test_macros_and_saved_filters_are_called_and_completed(root: Path, config: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("slash", "dollar_sign")
        assert screen.has("${curls}")
        await screen.press("backspace")
        await screen.type("$of(curl) and ${curls}")
        assert len(screen.events._listing.positions) == 35_081


async def test_the_filter_in_force_is_saved_and_can_be_called_at_once(root: Path, config: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("w")
        assert any("no filter in force" in toast for toast in screen.toasts)
        await screen.press("slash")
        await screen.type("evt.failed")
        await screen.press("w")
        await screen.type("refused calls")
        assert saved.read(config).filters["refused calls"] == "evt.failed"
        await screen.press("slash", "ctrl+u")
        await screen.type("${refused_calls} and $of(curl)")
        assert screen.events._filter.error is None
        await screen.press("w")
        await screen.type("of")
        assert any("take another name" in toast for toast in screen.toasts)


async def test_a_file_that_is_wrong_is_told_and_the_capture_opens(root: Path, config: Path) -> None:
    config.write_text("[filters\n")
    async with opened([str(root / "samples" / "alerts" / "falco.jsonl")]) as screen:
        assert len(screen.events._listing.positions)
        assert any("is no TOML" in toast for toast in screen.toasts)
