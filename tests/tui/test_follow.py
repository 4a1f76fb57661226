"""Following a stream on screen: from an event to what was said, and back to another event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.test_samples import opened
from thresher.tui.screens.follow import FollowScreen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Driver

ID = "143384"
"""What ``id`` wrote into the reverse shell's socket."""


async def go_to(screen: Driver, number: str) -> None:
    await screen.press("colon")
    await screen.type(number)


async def test_the_stream_of_an_event_is_shown_with_the_cursor_on_the_event(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await go_to(screen, ID)
        await screen.press("F")
        assert screen.has("bash (4431), id (4432), uname (4433), cat (4434), ls (4435)")
        assert screen.has("python3 (4398)")
        view = screen.app.screen.query_one("FollowView")
        assert view.current().text == "uid=0(root) gid=0(root) groups=0(root)"  # type: ignore[attr-defined]
        assert screen.has("[57 more bytes not captured]")
        assert screen.has("    uname -a")


async def test_text_turns_to_hex_and_one_direction_can_be_left_out(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await go_to(screen, ID)
        await screen.press("F", "x")
        assert screen.has("75 69 64 3d 30 28 72 6f  6f 74 29")
        await screen.press("x", "d", "d")
        assert screen.has("    cat /srv/shop/secrets.env")
        assert not screen.has("DB_PASSWORD")
        await screen.press("c")
        assert screen.has("--direction 1")


async def test_enter_goes_to_the_event_of_a_line(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await go_to(screen, ID)
        await screen.press("F", "home", "enter")
        assert not isinstance(screen.app.screen, FollowScreen)
        assert screen.has("cannot set terminal process group")
        assert "143051" in screen.cursor_line.replace(",", "")


async def test_an_event_without_a_stream_says_so_and_escape_goes_back(root: Path) -> None:
    async with opened([str(root / "samples" / "shop")]) as screen:
        await go_to(screen, "2")
        await screen.press("F")
        assert screen.has("works on no open file that is known")
        await screen.press("escape")
        assert not isinstance(screen.app.screen, FollowScreen)
