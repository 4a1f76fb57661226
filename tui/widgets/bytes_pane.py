"""The bytes pane (stage ⑤): an event's bytes as hex or JSON text, with the chosen field's part and a cursor in them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from thresher.capture.escape import escape
from thresher.tui.actions import Where, bindings
from thresher.tui.messages import ByteChosen
from thresher.tui.widgets.byte_layout import Line, Piece, hex_lines, json_lines, line_of, offset_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from thresher.capture.model import ByteSource, Node


class BytesPane(ScrollView, can_focus=True):
    """One of an event's byte sources at a time."""

    BINDINGS = bindings(Where.BYTES)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bytes--offset", "bytes--span", "bytes--cursor"}

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.border_title = "Bytes"
        self._sources: list[ByteSource] = []
        self._source = 0
        self._span = (0, 0)
        self._cursor = 0
        self._lines: list[Line] = []
        self._note = ""
        self._way = ""

    def tell_way(self, way: str) -> None:
        """Say in the title how to get to what is hidden behind this pane."""
        self._way = way
        self._title()

    def show(self, sources: Sequence[ByteSource], note: str = "") -> None:
        """Show another event's bytes, or say why there are none."""
        self._sources, self._note = list(sources), note
        self._source = min(self._source, max(len(self._sources) - 1, 0))
        self._span, self._cursor = (0, 0), 0
        self.lay_out()
        self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def mark(self, node: Node) -> None:
        """Show the bytes of a line of the details tree, without moving a cursor that is already in them."""
        if node.source < len(self._sources) and node.end > node.start:
            if node.source != self._source:
                self._source = node.source
                self.lay_out()
            self._span = (node.start, node.end)
            if not node.start <= self._cursor < node.end:
                self._cursor = node.start
            self._bring_in_view(node.start)
        else:
            self._span = (0, 0)
        self.refresh()

    @property
    def span(self) -> tuple[int, int]:
        """First and one past the last byte of the chosen field."""
        return self._span

    @property
    def data(self) -> bytes:
        """The bytes on show."""
        return self._sources[self._source].data if self._sources else b""

    def lay_out(self) -> None:
        """Break the bytes into lines for the present width."""
        width = max(self.scrollable_content_region.width, 1)
        if self._sources:
            source = self._sources[self._source]
            self._lines = json_lines(source.data, width) if source.kind == "json" else hex_lines(source.data, width)
        else:
            self._lines = []
        self._title()
        self.virtual_size = Size(width, max(len(self._lines), 1))
        self.refresh()

    def _title(self) -> None:
        """Which bytes these are, as text and not as markup."""
        parts = ["Bytes"]
        if self._sources:
            source, count = self._sources[self._source], len(self._sources)
            parts = [f"{source.title}, {len(source.data):,} bytes"]
            parts += [f"{self._source + 1} of {count}, ] for the next"] if count > 1 else []
        parts += [self._way] if self._way else []
        self.border_title = Content(escape(parts[0] + "".join(f" ({part})" for part in parts[1:])))

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        """One line of the dump."""
        width, base = self.size.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            text = f" {self._note}" if y == 0 and not self._lines else ""
            return Strip([Segment(text, base + Style(dim=True))]).adjust_cell_length(width, base)
        segments: list[Segment] = []
        for piece in self._lines[index]:
            segments += self._drawn(piece, base)
        return Strip(segments).simplify().adjust_cell_length(width, base)

    def _drawn(self, piece: Piece, base: Style) -> list[Segment]:
        """A piece in up to three styles: before, in and after the chosen span, and the cursor's byte."""
        if piece.start == piece.end:
            inside = self._span[0] < piece.start < self._span[1] and not piece.text.strip() and len(piece.text) <= 2
            style = base + self._part("span") if inside else base + self._part("offset")
            return [Segment(piece.text, style)]
        if piece.end - piece.start != len(piece.text):
            return [Segment(piece.text, self._style_at(piece.start, base))]
        cuts = {piece.start, piece.end}
        for each in (*self._span, self._cursor, self._cursor + 1):
            if piece.start < each < piece.end:
                cuts.add(each)
        edges = sorted(cuts)
        return [
            Segment(piece.text[start - piece.start : end - piece.start], self._style_at(start, base))
            for start, end in itertools.pairwise(edges)
        ]

    def _style_at(self, offset: int, base: Style) -> Style:
        style = base
        if self._span[0] <= offset < self._span[1]:
            style += self._part("span")
        if offset == self._cursor and self.has_focus:
            style += self._part("cursor")
        return style

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"bytes--{name}", partial=True)

    # --- moving ---

    def action_move(self, columns: int, lines: int) -> None:
        """Move the cursor by bytes or lines."""
        if not self.data:
            return
        if lines:
            target = line_of(self._lines, self._cursor) + lines
            if not 0 <= target < len(self._lines):
                return
            here = self._lines[target - lines]
            within = self._cursor - here[0].start
            there = self._lines[target]
            self._choose(min(there[0].start + within, max(piece.end for piece in there) - 1))
        else:
            self._choose(self._cursor + columns)

    def _choose(self, offset: int) -> None:
        self._cursor = max(0, min(offset, len(self.data) - 1))
        self._bring_in_view(self._cursor)
        self.refresh()
        self.post_message(ByteChosen(self._source, self._cursor))

    def _bring_in_view(self, offset: int) -> None:
        index, height = line_of(self._lines, offset), self.size.height
        top = self.scroll_offset.y
        if height > 0 and not top <= index < top + height:
            target = index if index < top else index - height + 1
            self.scroll_to(y=max(target, 0), animate=False, force=True, immediate=True)

    def action_next_source(self) -> None:
        """Show the event's next source of bytes."""
        self._turn(1)

    def action_previous_source(self) -> None:
        """Show the event's previous source of bytes."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if len(self._sources) > 1:
            self._source = (self._source + by) % len(self._sources)
            self._span, self._cursor = (0, 0), 0
            self.lay_out()

    def on_click(self, event: events.Click) -> None:
        """Choose the byte that was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = self.scroll_offset.y + offset.y
        if index < len(self._lines):
            found = offset_at(self._lines[index], offset.x)
            if found is not None:
                self._choose(found)

    def on_resize(self) -> None:
        """Lay the bytes out for the new width."""
        self.lay_out()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()
