"""A followed stream, line by line (stage ⑤): two colours for its directions, a cursor on the line of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from thresher.capture.follow import Line

INDENT = "    "
"""Before what the second direction says, so that it can be told without colours."""


class FollowView(ScrollView, can_focus=True):
    """Lines of data and of gaps."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"follow--first", "follow--second", "follow--gap", "follow--cursor"}

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._note = ""
        self.cursor = 0

    def show(self, lines: Sequence[Line], note: str = "", position: int | None = None) -> None:
        """Show lines, the cursor on the first of an event; ``note`` where there are none."""
        self._lines, self._note = lines, note
        places = (index for index, line in enumerate(lines) if position is not None and line.position >= position)
        self.cursor = next(places, 0)
        width = max((cell_len(line.text) for line in lines), default=0) + len(INDENT)
        self.virtual_size = Size(width, max(len(lines), 1))
        self.move_to(self.cursor)

    def __len__(self) -> int:
        return len(self._lines)

    def __bool__(self) -> bool:
        return True

    def current(self) -> Line | None:
        """The line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def move_to(self, index: int) -> None:
        """Put the cursor on a line and bring it into view."""
        self.cursor = max(0, min(index, len(self._lines) - 1))
        top, height = self.scroll_offset.y, max(self.scrollable_content_region.height, 1)
        if not top <= self.cursor < top + height:
            target = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=max(target, 0), animate=False, force=True, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the stream."""
        width, base = self.size.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            text = f" {self._note}" if y == 0 and not self._lines else ""
            return Strip([Segment(text, base + Style(dim=True))]).adjust_cell_length(width, base)
        line = self._lines[index]
        name = "gap" if line.is_note else ("first", "second")[line.direction]
        style = base + self.get_component_rich_style(f"follow--{name}", partial=True)
        if index == self.cursor:
            style += self.get_component_rich_style("follow--cursor", partial=True)
        left = self.scroll_offset.x
        strip = Strip([Segment((INDENT if line.direction else "") + line.text, style)])
        return strip.crop(left, left + width).adjust_cell_length(width, style)

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self.move_to(self.scroll_offset.y + offset.y)
