"""The event list (stage ⑤): draws only the lines on screen, for any number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from thresher.tui.actions import Where, bindings
from thresher.tui.messages import CursorMoved, LookedInto, NumberBegun
from thresher.tui.palette import row_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from thresher.capture.model import Value
    from thresher.capture.notes import Note
    from thresher.tui.widgets.columns import Columns
    from thresher.tui.windows import Row, RowWindows

MATCH = "◆"
IGNORED, REFERENCE, MARKED, COMMENT, TAG = "−", "○", "●", '"', "#"
NOTED = {MARKED: Style(bold=True, underline=True), IGNORED: Style(dim=True, strike=True)}
"""How rows with a note are drawn, beside the sign in front of them."""


def glyph(note: Note) -> str:
    """The sign of a note, that of the weightiest part of it; '' where there is none."""
    flags = ((note.ignored, IGNORED), (note.is_reference, REFERENCE), (note.marked, MARKED), (note.comment, COMMENT))
    return next((sign for is_set, sign in flags if is_set), TAG if note.tags else "")


class EventList(ScrollView, can_focus=True):
    """Rows of a selection under a header, with a cursor on one row and one column.

    Attributes:
        sticks: a cursor on the last row stays on it while rows come.
    """

    BINDINGS = bindings(Where.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-list--header", "event-list--cursor", "event-list--cursor-blurred", "event-list--cell",
        "event-list--waiting", "event-list--empty", "event-list--more",
    }  # fmt: skip

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.columns: Columns | None = None
        self.windows: RowWindows | None = None
        self.cursor = 0
        self.column = 0
        self.note = "opening …"
        self.matches: Callable[[int], bool] | None = None
        self.sticks = False
        self._rides = True
        self._count = 0
        self._prefix = False
        self._direction = 1

    # --- what it shows ---

    def attach(self, columns: Columns, windows: RowWindows) -> None:
        """Begin to show rows."""
        self.columns, self.windows = columns, windows
        self.column = 0
        self.lay_out()

    def rows_changed(self, count: int, cursor: int, note: str = "") -> None:
        """The selection is another one, or longer: how many rows it has, where the cursor stands now."""
        self._count, self.note = count, note
        self._rides = self._rides and self.sticks
        self.cursor = max(0, count - 1 if self._rides else min(cursor, count - 1))
        if self.columns is not None:
            self.columns.forget()
        self.lay_out()
        self._show_cursor(centre=True)
        self.post_message(CursorMoved(self.cursor))

    def grown(self, count: int) -> None:
        """Rows were added at the end."""
        was_empty = not self._count
        self._count, self.note = count, ""
        self._ride()
        self.lay_out()
        if was_empty:
            self.post_message(CursorMoved(self.cursor))

    def _ride(self) -> None:
        """Where the cursor goes along with the end, put it on the last row that is there to be shown."""
        if not (self.sticks and self._rides and self.windows is not None):
            return
        if self.windows.get(self._count - 1) is None:
            self.windows.want(self._count - self.page_rows, self._count - 1)
        self.cursor = max(self.cursor, self.windows.last_before(self._count))
        self._show_cursor()

    def rows_came(self) -> None:
        """Rows that were asked for have come."""
        self._ride()
        self.lay_out()
        self.post_message(CursorMoved(self.cursor))

    def lay_out(self) -> None:
        """Place the columns anew and draw everything."""
        if self.columns is None:
            return
        width = self.columns.place(self.view_width)
        wanted = Size(width, self._count + 1)
        if self.virtual_size != wanted:
            self.virtual_size = wanted
        self.refresh()

    @property
    def view_width(self) -> int:
        """Cells of a line, without the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def page_rows(self) -> int:
        """Rows that fit under the header."""
        return max(self.size.height - 1, 0)

    @property
    def count(self) -> int:
        """Rows there are."""
        return self._count

    def current(self) -> Row | None:
        """The row under the cursor, where it has been fetched."""
        return self.windows.get(self.cursor) if self.windows is not None and self._count else None

    def current_cell(self) -> tuple[str, Value] | None:
        """Field and value under the cursor."""
        row = self.current()
        if row is None or self.columns is None:
            return None
        return self.columns.columns[self.column].field, row.values[self.column]

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        """The header, or a row."""
        width = self.view_width
        if self.columns is None or self.windows is None:
            return self._note_line(y, width)
        if y == 0:
            return self._header(width)
        index = self.scroll_offset.y + y - 1
        if index >= self._count:
            return self._note_line(y, width) if not self._count else Strip.blank(width, self.rich_style)
        if y == 1:
            self.windows.want(index, index + self.page_rows - 1, self._direction)
        return self._row(index, width)

    def _note_line(self, y: int, width: int) -> Strip:
        style = self.get_component_rich_style("event-list--empty")
        text = f" {self.note}" if y == 1 else ""
        return Strip([Segment(text, style)]).adjust_cell_length(width, self.rich_style)

    def _header(self, width: int) -> Strip:
        assert self.columns is not None
        style = self.get_component_rich_style("event-list--header")
        chosen = style + Style(underline=True, bold=True)
        segments = [Segment(" ", style)]
        for index, text in enumerate(self.columns.header()):
            segments += [
                Segment(text, chosen if index == self.column and self.has_focus else style),
                Segment(" ", style),
            ]
        return self._cropped(segments, width, style)

    def _row(self, index: int, width: int) -> Strip:
        if self.columns is None or self.windows is None:
            return Strip.blank(width)
        base = self.rich_style
        row = self.windows.get(index)
        is_cursor = index == self.cursor
        if row is not None:
            if self.columns.learn(row):
                self.call_later(self.lay_out)
            base += row_style(row.style, self.app.current_theme.dark)
        if is_cursor:
            if "#" in (row.style if row is not None else ""):
                base = self.rich_style  # a foreground that was chosen for another background
            name = "event-list--cursor" if self.has_focus else "event-list--cursor-blurred"
            base += Style(bgcolor=self.get_component_rich_style(name).bgcolor, bold=True if self.has_focus else None)
        if row is None:
            style = base + self.get_component_rich_style("event-list--waiting", partial=True)
            return Strip([Segment(" …", style)]).adjust_cell_length(width, style)
        base += NOTED.get(glyph(row.note), Style())
        is_match = self.matches is not None and self.matches(row.position)
        mark = MATCH if is_match else glyph(row.note) or ("▌" if is_cursor else " ")
        segments = [Segment(mark, base)]
        for place, text in enumerate(self.columns.cells(row)):
            in_cell = is_cursor and place == self.column and self.has_focus
            segments += [Segment(text, base + Style(underline=True) if in_cell else base), Segment(" ", base)]
        return self._cropped(segments, width, base)

    def _cropped(self, segments: list[Segment], width: int, style: Style) -> Strip:
        """The part of a line in view; ``…`` or ``›`` at its right edge where more follows."""
        line = Strip(segments)
        text_end = len(line.text.rstrip())
        left = self.scroll_offset.x
        part = line.crop_extend(left, left + width, style)
        if text_end > left + width and width > 1:
            more = style + self.get_component_rich_style("event-list--more", partial=True)
            return Strip([*part.crop(0, width - 1), Segment("…", more)], width)
        return part

    # --- moving ---

    def move_to(self, index: int, *, centre: bool = False) -> None:
        """Put the cursor on a row, and the row on screen."""
        index = max(0, min(index, self._count - 1))
        before, self.cursor = self.cursor, index
        self._rides = index == self._count - 1
        self._direction = 1 if index >= before else -1
        self._show_cursor(centre=centre)
        for each in {before, index}:
            self._refresh_row(each)
        if before != index:
            self.post_message(CursorMoved(index))

    def _refresh_row(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _show_cursor(self, *, centre: bool = False) -> None:
        page = self.page_rows
        if page <= 0:
            return
        top = self.scroll_offset.y
        if top <= self.cursor < top + page:
            return
        edge = self.cursor if self.cursor < top else self.cursor - page + 1
        target = self.cursor - page // 2 if centre else edge
        self.scroll_to(y=max(0, target), animate=False, force=True, immediate=True)

    def action_cursor(self, by: int) -> None:
        """Move by rows."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A page on, with the viewport moving along."""
        step = by * max(self.page_rows - 1, 1)
        top = max(0, min(self.scroll_offset.y + step, self._count - self.page_rows))
        self._direction = by
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        self.move_to(self.cursor + step)

    def action_first(self) -> None:
        """Go to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self.move_to(self._count - 1)

    def action_column(self, by: int) -> None:
        """Move the column cursor; beyond the last column scroll its text, and scroll back before leaving it."""
        if self.columns is None or not self.columns.layouts:
            return
        last = len(self.columns.layouts) - 1
        place = self.columns.layouts[self.column]
        shown_from = self.scroll_offset.x
        if self.column == last and by > 0:
            self.action_scroll_by(10)
        elif self.column == last and by < 0 and shown_from > max(place.start - 1, 0):
            self.action_scroll_by(-10)
        else:
            self.column = max(0, min(self.column + by, last))
            self._show_column()
        self.refresh()

    def _show_column(self) -> None:
        assert self.columns is not None
        place = self.columns.layouts[self.column]
        left, width = self.scroll_offset.x, self.view_width
        end = place.start + min(place.width, width)
        if place.start - 1 < left:
            self.scroll_to(x=0 if self.column == 0 else place.start - 1, animate=False, force=True, immediate=True)
        elif end > left + width:
            self.scroll_to(x=end - width, animate=False, force=True, immediate=True)

    def action_scroll_by(self, by: int) -> None:
        """Scroll sideways by cells."""
        self.scroll_to(x=max(0, self.scroll_offset.x + by), animate=False, force=True, immediate=True)

    def action_look(self) -> None:
        """Ask for the details."""
        self.post_message(LookedInto())

    def action_prefix(self) -> None:
        """Wait for the key after ``g``."""
        self._prefix = True

    def on_key(self, event: events.Key) -> None:
        """``g`` and the key after it; here and not by a binding, so that two quick keys cannot overtake each other."""
        was_begun, self._prefix = self._prefix, False
        if not was_begun and event.key == "g":
            self.action_prefix()
        elif not was_begun:
            return
        elif event.key == "g":
            self.action_first()
        elif event.character is not None and event.character.isdecimal():
            self.post_message(NumberBegun(event.character))
        else:
            return
        event.stop()
        event.prevent_default()

    # --- mouse and size ---

    def on_click(self, event: events.Click) -> None:
        """Choose the row and column that were clicked."""
        offset = event.get_content_offset(self)
        if offset is None or self.columns is None:
            return
        self.column = self.columns.at(offset.x + self.scroll_offset.x)
        index = self.scroll_offset.y + offset.y - 1
        if offset.y >= 1 and index < self._count:
            self.move_to(index)
            if event.chain == 2:
                self.post_message(LookedInto())
        self.refresh()

    def on_resize(self) -> None:
        """Lay out for the new width, with the cursor on screen."""
        self.lay_out()
        self._show_cursor()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember which way the prefetch looks."""
        super().watch_scroll_y(old_value, new_value)
        self._direction = 1 if new_value >= old_value else -1

    def on_focus(self) -> None:
        """Show the cursor as active."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as inactive."""
        self._prefix = False
        self.refresh()
