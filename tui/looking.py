"""What one event consists of, brought into the lower panes (stage ⑤); the newest cursor position wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.errors import Cancelled, ThresherError
from thresher.capture.model import ByteSource, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.case import Case
    from thresher.tui.jobs import Job, Lane
    from thresher.tui.widgets.bytes_pane import BytesPane
    from thresher.tui.widgets.details import Details


class Found(NamedTuple):
    """An event's number, lines and bytes, and why there are none."""

    number: tuple[int, int]
    nodes: list[Node]
    sources: list[ByteSource]
    note: str


class Inspector:
    """Shows the event under the cursor.

    Args:
        case: has it.
        lane: asks.
        details: shows its lines.
        dump: shows its bytes.
        on_number: told store and number of the event.
        fail: shows an error.
    """

    def __init__(
        self,
        case: Case,
        lane: Lane,
        details: Details,
        dump: BytesPane,
        on_number: Callable[[tuple[int, int] | None], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._case, self._lane = case, lane
        self._details, self._bytes = details, dump
        self._on_number, self._fail = on_number, fail
        self._shown: int | None = None
        self.number: tuple[int, int] | None = None

    def look_at(self, position: int | None) -> None:
        """Show the event at a position of the case; None where there is none."""
        if position == self._shown:
            return
        self._shown = position
        if position is None:
            self._lane.stop()
            self._show(Found((0, 0), [], [], ""))
            self.number = None
            self._on_number(None)
        else:
            self._lane.submit(lambda job: self._fetch(job, position), self._show, self._fail)

    def look_again(self) -> None:
        """Show the same event anew: what is noted about it may have changed."""
        shown, self._shown = self._shown, None
        if shown is not None:
            self.look_at(shown)

    def forget(self) -> None:
        """Positions mean other events now: whatever comes next is new."""
        self._shown = None

    def _fetch(self, job: Job, position: int) -> Found:
        """Runs on the lane's thread; what is missing of an event (its file is gone) is said in its place."""
        number = self._case.number(position)
        try:
            ((nodes, sources),) = self._case.inspect([position])
        except Cancelled:
            raise
        except ThresherError as error:
            return Found(number, [Node("Details are missing", str(error))], [], str(error))
        return Found(number, nodes, sources, "")

    def _show(self, found: Found) -> None:
        self.number = found.number
        self._bytes.show(found.sources, found.note)
        self._details.show(found.nodes)
        self._on_number(found.number)
