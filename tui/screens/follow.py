"""The follow screen (stage ⑤): what was said on a stream, as text or hex, one direction or both."""

from __future__ import annotations

import shlex
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual.screen import Screen
from textual.widgets import Static

from thresher.capture.escape import escape
from thresher.capture.follow import hex_lines, text_lines
from thresher.tui.actions import Where, bindings
from thresher.tui.listing import said
from thresher.tui.screens.dialogs import ShowText
from thresher.tui.widgets.follow_view import FollowView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from thresher.capture.follow import Line, Stream
    from thresher.tui.jobs import Cancelling, Job, Lane

MOST_LINES = 200_000
"""Lines that are shown; the command line prints them all."""
DIRECTIONS = (None, 0, 1)
HINT = "x text or hex · d direction · Enter goes to the event · c command · Esc closes"


class Followed(NamedTuple):
    """A stream, the capture and the field that name it, and the event it was followed from."""

    stream: Stream
    spec: str
    field: str
    position: int


class FollowScreen(Screen[tuple[int, int] | None]):
    """A stream; ends with the store and number of the event to go to, or with None.

    Args:
        fetch: reads the stream; runs on the lane's thread.
        lane: where.
        cancel: interrupts it.
        number: store and number of the event at a position.
    """

    BINDINGS = bindings(Where.FOLLOW)
    AUTO_FOCUS = "#follow"

    def __init__(
        self,
        fetch: Callable[[Job], Followed],
        lane: Lane,
        cancel: Cancelling,
        number: Callable[[int], tuple[int, int]],
    ) -> None:
        super().__init__()
        self._fetch, self._lane, self._cancel, self._number = fetch, lane, cancel, number
        self._found: Followed | None = None
        self._is_hex = False
        self._only = 0

    def compose(self) -> ComposeResult:
        """Who is on both ends, the lines, and the keys."""
        self._head = Static("", id="follow-head", markup=False)
        self._view = FollowView(id="follow")
        yield from (self._head, self._view, Static(HINT, id="follow-keys", markup=False))

    def on_mount(self) -> None:
        """Read the stream."""
        self._view.show([], "reading …")
        self._lane.submit(self._fetch, self._show, self._fail, self._cancel)

    def _show(self, found: Followed) -> None:
        self._found = found
        self._lay_out(found.position)

    def _fail(self, error: Exception) -> None:
        self._view.show([], escape(said(error)))

    def _lay_out(self, position: int | None) -> None:
        """Show the stream in the form that is chosen."""
        if self._found is None:
            return
        stream, only = self._found.stream, DIRECTIONS[self._only]
        lines = hex_lines(stream) if self._is_hex else text_lines(stream)
        shown = list(islice((line for line in lines if only in (None, line.direction)), MOST_LINES + 1))
        self._head.update(Text("\n".join(map(escape, self._heading(stream, len(shown))))))
        self._view.show(shown[:MOST_LINES], "nothing was captured of this direction", position)

    def _heading(self, stream: Stream, count: int) -> list[str]:
        from thresher.capture.follow.naming import sides

        assert self._found is not None
        which = ("both directions", "first direction", "second direction")[self._only]
        form = "hex" if self._is_hex else "text"
        first, second = sides(stream)
        moved = " · ".join(f"{each.captured:,} of {each.moved:,} bytes" for each in stream.directions)
        more = [f"only the first {MOST_LINES:,} lines are shown; c has a command that prints all"]
        return [
            f"{self._found.field} {stream.number}  {stream.name}  ({form}, {which}; captured {moved})",
            f"  {first}",
            f"    {second}",
            *stream.notes,
            *(more if count > MOST_LINES else []),
        ]

    # --- keys ---

    def action_cursor(self, by: int) -> None:
        """Move by lines."""
        self._view.move_to(self._view.cursor + by)

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self._view.move_to(self._view.cursor + by * max(self._view.size.height - 1, 1))

    def action_edge(self, last: int) -> None:
        """Go to the first or the last line."""
        self._view.move_to(len(self._view) if last else 0)

    def action_next_form(self) -> None:
        """Text or hex; the cursor stays with its event."""
        self._is_hex = not self._is_hex
        self._lay_out(self._here())

    def action_next_direction(self) -> None:
        """Both directions, the first, the second."""
        self._only = (self._only + 1) % len(DIRECTIONS)
        self._lay_out(self._here())

    def _here(self) -> int | None:
        line: Line | None = self._view.current()
        return line.position if line is not None else None

    def action_go(self) -> None:
        """Close, and go to the event of the line."""
        position = self._here()
        self.dismiss(None if position is None else self._number(position))

    def action_command(self) -> None:
        """Show the command that prints the same."""
        if self._found is None:
            return
        only = DIRECTIONS[self._only]
        words = ["thresher", "follow", "-r", self._found.spec, "--stream", str(self._found.stream.number)]
        words += ["-T", "hex"] if self._is_hex else []
        words += [] if only is None else ["--direction", str(only)]
        self.app.push_screen(ShowText("This prints the stream on screen", shlex.join(words)))

    def action_leave(self) -> None:
        """Go back; what is still being read is given up."""
        self._lane.stop()
        self.dismiss(None)
