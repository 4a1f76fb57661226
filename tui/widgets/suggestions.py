"""The list that drops down from a filter bar (stage ⑤): what can stand at the cursor, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from thresher.capture.filter.complete import Suggestion

LINES = 8
NAME_WIDTH = 40
"""Cells of a name; longer ones are cut."""


class Suggestions(Static):
    """Lines of suggestions, one of which may be chosen; hidden while there are none."""

    class Picked(Message):
        """A line was clicked."""

        def __init__(self, suggestion: Suggestion) -> None:
            super().__init__()
            self.suggestion = suggestion

    def __init__(self) -> None:
        super().__init__("", classes="bar--menu", markup=False)
        self.offers: Sequence[Suggestion] = ()
        self.chosen: int | None = None
        self._top = 0

    @property
    def is_open(self) -> bool:
        """Whether it is on screen."""
        return bool(self.display)

    def show(self, offers: Sequence[Suggestion], column: int) -> None:
        """Put suggestions in place; what was chosen stays so while it is among them."""
        chosen = self.current()
        inserts = [each.insert for each in offers]
        self.offers = offers
        self.chosen = inserts.index(chosen.insert) if chosen is not None and chosen.insert in inserts else None
        self._top = 0
        self.styles.offset = (column, 0)
        self.display = bool(offers)
        self._draw()

    def hide(self) -> None:
        """Take it off the screen."""
        self.offers, self.chosen = (), None
        self.display = False

    def move(self, by: int) -> None:
        """Choose the next line; moving up from the first chooses none."""
        at = (-1 if self.chosen is None else self.chosen) + by
        self.chosen = None if at < 0 else min(at, len(self.offers) - 1)
        self._draw()

    def current(self) -> Suggestion | None:
        """The chosen suggestion."""
        return None if self.chosen is None else self.offers[self.chosen]

    def _draw(self) -> None:
        if not self.offers:
            return
        at = self.chosen or 0
        self._top = max(min(self._top, at), at - LINES + 1)
        shown = self.offers[self._top : self._top + LINES]
        names = [escape(each.insert) for each in shown]
        width = min(max(map(cell_len, names)), NAME_WIDTH)
        room = max(self.app.size.width - width - 3, 0)
        lines = Text()
        for place, (name, each) in enumerate(zip(names, shown, strict=True), self._top):
            style = "reverse" if place == self.chosen else ""
            lines.append(f" {set_cell_size(_cut(name, width), width)} ", style)
            lines.append(f"{_cut(_remark(each), room)} ", style or "dim")
            lines.append("\n")
        more = len(self.offers) - self._top - len(shown)
        lines.append(f" {more} more ↓" if more else " Tab takes it, ↓ chooses", "dim italic")
        self.update(lines)

    def on_click(self, event: events.Click) -> None:
        """Take the line that was clicked."""
        event.stop()
        at = self._top + event.y
        if at < len(self.offers):
            self.post_message(self.Picked(self.offers[at]))


def _cut(text: str, width: int) -> str:
    """The text in so many cells."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)) + "…"


def _remark(suggestion: Suggestion) -> str:
    """What stands behind a name: a count, or type and meaning."""
    if suggestion.count is not None:
        mark = "≥ " if suggestion.at_least else ""
        return f"{mark}{suggestion.count:,}"
    return escape("  ".join(part for part in (suggestion.type, suggestion.text) if part))
