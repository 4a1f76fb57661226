"""The key bar (stage ⑤): function keys with a letter each, from the table of actions; a click does the same."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.widget import Widget

from thresher.tui.actions import key_bar


class KeyBar(Widget):
    """One line at the bottom of the screen."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Text:
        """As many entries as there is room for: without the function keys where it is narrow."""
        entries = list(key_bar())
        is_wide = sum(len(key) + len(letter) + len(label) + 3 for key, letter, label, _ in entries) <= self.size.width
        text, self._places = Text(no_wrap=True), []
        for key, letter, label, action in entries:
            name = f"{key} {letter}" if is_wide else letter
            start = text.cell_len
            text.append(name, "bold reverse" if self.app.no_color else "bold")
            text.append(f" {label} " if is_wide else f" {label}  ")
            self._places.append((start, text.cell_len, action))
        return text

    async def on_click(self, event: events.Click) -> None:
        """Do what the entry under the pointer says."""
        for start, end, action in self._places:
            if start <= event.x < end:
                await self.screen.run_action(action)
