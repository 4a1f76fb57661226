"""A source whose clock was off, on screen: said to be shifted, by the command too."""

from __future__ import annotations

from datetime import UTC

from thresher.tui.opening import Start, commands
from thresher.tui.statements import Facts, statements


def test_the_status_line_says_which_sources_are_shifted() -> None:
    parts = [part.texts[0] for part in statements(Facts(["shop"], shifts=("shop=+2.5s",)))]
    assert "shifted shop=+2.5s" in parts


def test_the_command_shifts_alike() -> None:
    text = commands(Start(("a.scap",), UTC, shifts=("a=+2.5s",)), ["a.scap"], "", False, None)
    assert "--shift a=+2.5s" in text
