"""The filter in force as a rule of Falco, on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.test_samples import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_filter_in_force_is_shown_as_a_rule_and_copied(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("Y")
        assert any("no filter in force" in toast for toast in screen.toasts)
        await screen.press("slash")
        await screen.type('proc.name == "curl" && evt.failed')
        await screen.press("Y")
        assert screen.has("- rule:")
        assert screen.has("evt.failed = true")
        await screen.press("y")
        assert 'condition: "proc.name = \\"curl\\" and evt.failed = true"' in screen.app.clipboard


async def test_the_part_that_falco_cannot_say_is_named(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await screen.press("slash")
        await screen.type("fd.name[0:4] == /etc")
        await screen.press("Y")
        assert not screen.has("- rule:")
        assert any("a slice has no counterpart" in toast for toast in screen.toasts)
