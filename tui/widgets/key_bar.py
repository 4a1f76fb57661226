"""The key bar (stage ⑤): function keys with a letter each, from the table of actions; a click does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from thresher.tui.actions import key_bar

if TYPE_CHECKING:
    from textual import events


class KeyBar(Widget):
    """One line at the bottom of the screen."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Text:
        """As many entries as there is room for: without the function keys where it is narrow."""
        entries = list(key_bar())
        long = [(f"{key} {letter}", f" {label}", action) for key, letter, label, action in entries]
        short = [(letter, label, action) for _, letter, label, action in entries]
        is_wide = sum(len(key) + len(label) + 2 for key, label, _ in long) <= self.size.width
        text, self._places = Text(no_wrap=True), []
        for key, label, action in long if is_wide else short:
            start = text.cell_len
            if start + len(key) + len(label) > self.size.width - 1:
                text.append("…")
                break
            text.append(key, "bold")
            text.append(label)
            self._places.append((start, text.cell_len, action))
            text.append("  " if is_wide else " ")
        return text

    async def on_click(self, event: events.Click) -> None:
        """Do what the entry under the pointer says."""
        for start, end, action in self._places:
            if start <= event.x < end:
                await self.screen.run_action(action)
