"""Going to an event by number or time (stage ⑤): the case is asked off the UI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.tui.targets import NumberTarget, TimeTarget, parse_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from thresher.capture.case import Case
    from thresher.tui.jobs import Job, Lane
    from thresher.tui.listing import Listing
    from thresher.tui.widgets.event_list import EventList


class Guide:
    """Takes the list's cursor to places.

    Args:
        case: knows where events are.
        listing: knows which of them are shown.
        rows: the list.
        lane: asks.
        where: the zone of times without one.
        tell: shows a short message.
        fail: shows an error.
    """

    def __init__(
        self,
        case: Case,
        listing: Listing,
        rows: EventList,
        lane: Lane,
        where: tzinfo,
        tell: Callable[[str], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._case, self._listing, self._rows, self._lane = case, listing, rows, lane
        self._zone, self._tell, self._fail = where, tell, fail

    def target(self, text: str, near_ns: int) -> NumberTarget | TimeTarget:
        """What a text names; a time without a date is on the day of ``near_ns``.

        Raises:
            UsageError: it names nothing.
        """
        return parse_target(text, [store.spec for store in self._case.stores], near_ns, self._zone)

    def go(self, target: NumberTarget | TimeTarget, *, quiet: bool = False) -> None:
        """Put the cursor there, or on the next event that is shown; says so unless ``quiet``."""
        case = self._case

        def work(job: Job) -> tuple[int, int]:
            if isinstance(target, TimeTarget):
                return case.position_at(target.time_ns), 0
            position = case.position_of(target.number, target.store)
            return position, case.number(position)[1]

        def done(found: tuple[int, int]) -> None:
            position, number = found
            if isinstance(target, NumberTarget) and number != target.number and not quiet:
                self._tell(f"There is no event {target.number:,}; this is {number:,}.")
            self._show(position, quiet)

        self._lane.submit(work, done, self._fail)

    def _show(self, position: int, quiet: bool) -> None:
        row = self._listing.row_of(position)
        if self._listing.position_at(row) != position and not quiet:
            self._tell("That event is not on show (filtered out, or internal); this is the nearest.")
        self._rows.move_to(row, centre=True)
