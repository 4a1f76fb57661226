"""The timeline strip (stage ⑤): events over time as bars, the failed ones in them, an axis, the cursor's place."""

from __future__ import annotations

from datetime import UTC, tzinfo
from itertools import groupby
from math import log1p
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from thresher.capture.timetext import SECOND, duration, moment
from thresher.tui.actions import Where, bindings
from thresher.tui.messages import SpanChanged, TimeChosen
from thresher.tui.palette import bar_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from thresher.capture.case import Timeline

EIGHTHS = " ▁▂▃▄▅▆▇█"
LOG_FROM = 12
"""How many times the tallest bar may exceed the middle one before the scale becomes logarithmic."""
LABEL_EVERY = 22
"""Cells between two labels of the axis, at least."""


class TimelineStrip(Widget, can_focus=True):
    """One bucket a column; the last line is the axis."""

    BINDINGS = bindings(Where.TIMELINE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--axis", "timeline--mark"}

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.zone: tzinfo = UTC
        self.zone_name = "UTC"
        self.data: Timeline | None = None
        self.current_ns: int | None = None
        self.mark: int | None = None
        self.zoom: tuple[int, int] | None = None
        self._whole: tuple[int, int] | None = None
        self._is_log = False

    @property
    def buckets(self) -> int:
        """How many it can show."""
        return max(self.size.width, 1)

    def show(self, data: Timeline) -> None:
        """Show these counts."""
        self.data = data
        self._is_log = needs_log(data.counts)
        if self.zoom is None:
            self._whole = self._span_of(data)
        self.refresh()

    def stand_at(self, time_ns: int | None) -> None:
        """Mark where the list's cursor stands."""
        self.current_ns = time_ns
        self.refresh()

    @staticmethod
    def _span_of(data: Timeline) -> tuple[int, int]:
        return data.start_ns, data.start_ns + data.bucket_ns * len(data.counts)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        """A line of bars, or the axis."""
        width, height = self.size
        base = self.rich_style
        if self.data is None or not any(self.data.counts):
            text = "no events in this span" if self.data is not None and y == 0 else ""
            style = base + self.get_component_rich_style("timeline--axis", partial=True)
            return Strip([Segment(f" {text}", style)]).adjust_cell_length(width, base)
        if y == height - 1:
            return self._axis(width, base)
        return self._bars(height - 2 - y, height - 1, width, base)

    def _bars(self, level: int, rows: int, width: int, base: Style) -> Strip:
        """One line of the bars, ``level`` lines above the axis."""
        assert self.data is not None
        peak = max(self.data.counts)
        dark = self.app.current_theme.dark
        all_, failed = bar_style("all", dark), bar_style("failed", dark)
        place = self._place(self.current_ns)
        mark = self.get_component_rich_style("timeline--mark")
        segments = []
        for column in range(min(width, len(self.data.counts))):
            counts = self.data.counts[column], self.data.failed[column]
            tall, red = (each - 8 * level for each in heights(*counts, peak, rows, is_log=self._is_log))
            style = base + Style(bgcolor=mark.bgcolor) if column in (place, self.mark) else base
            if 0 < red < 8 and tall >= 8:
                segments.append(Segment(EIGHTHS[red], style + failed + Style(bgcolor=all_.color)))
            elif red > 0 and (red >= 8 or 2 * red >= tall):
                segments.append(Segment(EIGHTHS[min(max(tall, red), 8)], style + failed))
            else:
                segments.append(Segment(EIGHTHS[max(0, min(tall, 8))], style + all_))
        return Strip(segments).adjust_cell_length(width, base)

    def _axis(self, width: int, base: Style) -> Strip:
        assert self.data is not None
        style = base + self.get_component_rich_style("timeline--axis", partial=True)
        cells = list(self._labels(width).ljust(width)[:width])
        marks = {}
        if (place := self._place(self.current_ns)) is not None:
            marks[place] = "▲"
        if self.mark is not None and self.has_focus:
            marks[self.mark] = "┃"
        bright = style + bar_style("mark", self.app.current_theme.dark)
        reverse = bright + Style(reverse=True)

        def drawn(column: int) -> tuple[Style, str]:
            cell = cells[column]
            if column not in marks:
                return style, cell
            return (bright, marks[column]) if cell in " ╵" else (reverse, cell)

        runs = groupby(map(drawn, range(len(cells))), lambda each: (each[0], each[1] in "╵▲┃"))
        return Strip([Segment("".join(cell for _, cell in run), key[0]) for key, run in runs], width)

    def _labels(self, width: int) -> str:
        """Times under their columns, and at the right what a column and the tallest bar stand for."""
        assert self.data is not None
        log = ", log scale" if self._is_log else ""
        scale = f" {duration(self.data.bucket_ns)}/column, peak {max(self.data.counts):,}{log} {self.zone_name} "
        room = max(width - len(scale), 0)
        total = self.data.bucket_ns * len(self.data.counts)
        digits = 0 if total > 60 * SECOND else 3 if total > SECOND // 10 else 9
        line = ""
        for column in range(0, room, LABEL_EVERY):
            time_ns = self.data.start_ns + column * self.data.bucket_ns
            long = total > 86_400 * SECOND or column == 0
            label = "╵" + moment(time_ns, "ad" if long else "a", self.zone, digits)
            if column < len(line) + (1 if line else 0):
                continue
            if column + len(label) <= room:
                line = line.ljust(column) + label
        return line.ljust(room) + scale[-width:]

    def _place(self, time_ns: int | None) -> int | None:
        if time_ns is None or self.data is None:
            return None
        column = (time_ns - self.data.start_ns) // self.data.bucket_ns
        return column if 0 <= column < len(self.data.counts) else None

    # --- moving and zooming ---

    def action_move(self, by: int) -> None:
        """Move the mark; at an edge of a zoomed strip, the strip."""
        if self.data is None:
            return
        at = self.mark if self.mark is not None else self._place(self.current_ns)
        if at is None:
            at = 0
        target = at + by
        if self.zoom is not None and not 0 <= target < len(self.data.counts):
            self._pan(by)
        self.mark = max(0, min(target, len(self.data.counts) - 1))
        self.refresh()

    def _pan(self, by: int) -> None:
        if self._whole is None or self.zoom is None:
            return
        start, end = self.zoom
        first, last = self._whole
        step = by * max((end - start) // 4, 1)
        step = max(first - start, min(step, last - end))
        self._zoom_to(start + step, end + step)

    def zoom_by(self, factor: float) -> None:
        """Show ``factor`` times the span, around the mark or the cursor."""
        if self.data is None or self._whole is None:
            return
        start, end = self.zoom or self._whole
        column = self.mark if self.mark is not None else self._place(self.current_ns)
        share = 0.5 if column is None else column / max(len(self.data.counts) - 1, 1)
        size = max(int((end - start) * factor), self.buckets)
        if size >= self._whole[1] - self._whole[0]:
            self.action_whole()
            return
        centre = start + int((end - start) * share)
        first = max(self._whole[0], min(centre - int(size * share), self._whole[1] - size))
        self._zoom_to(first, first + size)

    def _zoom_to(self, start: int, end: int) -> None:
        self.zoom = (start, end)
        self.post_message(SpanChanged())

    def action_whole(self) -> None:
        """Show the whole capture."""
        self.zoom = None
        self.post_message(SpanChanged())

    def action_go(self) -> None:
        """Go to the first event at the mark."""
        if self.data is not None and self.mark is not None:
            self.post_message(TimeChosen(self.data.start_ns + self.mark * self.data.bucket_ns))

    def on_click(self, event: events.Click) -> None:
        """Go where was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and self.data is not None:
            self.mark = max(0, min(offset.x, len(self.data.counts) - 1))
            self.action_go()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in."""
        event.stop()
        self.zoom_by(0.5)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out."""
        event.stop()
        self.zoom_by(2)

    def on_resize(self) -> None:
        """Ask for as many counts as there are columns."""
        self.mark = None
        self.post_message(SpanChanged())

    def on_focus(self) -> None:
        """Put the mark at the cursor."""
        if self.mark is None:
            self.mark = self._place(self.current_ns)
        self.refresh()

    def on_blur(self) -> None:
        """Take the mark away."""
        self.mark = None
        self.refresh()


def heights(count: int, failed: int, peak: int, rows: int, *, is_log: bool) -> tuple[int, int]:
    """Heights of a bar and of its failed part in eighths of a line; whatever is not zero is seen.

    On a logarithmic scale the failed part has the height that its own count would have.
    """
    if not count:
        return 0, 0
    if is_log:
        whole, part = (log1p(each) / log1p(peak) for each in (count, failed))
    else:
        whole, part = count / peak, failed / peak
    tall = max(1, round(whole * rows * 8))
    return tall, min(tall, max(1 if failed * 2 >= count else 0, round(part * rows * 8))) if failed else 0


def needs_log(counts: Sequence[int]) -> bool:
    """Whether a few tall bars would flatten most others out of sight."""
    present = sorted(count for count in counts if count)
    return len(present) > 4 and present[-1] > LOG_FROM * present[len(present) // 2]
