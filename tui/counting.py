"""The counts behind the timeline (stage ⑤): asked for anew when the selection, the span or the width changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.case import Case, Timeline
    from thresher.tui.jobs import Lane
    from thresher.tui.listing import Listing
    from thresher.tui.widgets.timeline import TimelineStrip


GROWTH = 1.5
"""How much a loading case has to grow before it is counted again."""
OLD_S = 2.0
"""After so long the counts of a live case are made anew."""


class Counter:
    """Brings the counts of the events on show to the timeline.

    Args:
        case: counts.
        listing: knows which events are shown.
        strip: shows the counts.
        lane: asks.
        on_span: told first and last moment of what is open, when they are known.
        fail: shows an error.
    """

    def __init__(
        self,
        case: Case,
        listing: Listing,
        strip: TimelineStrip,
        lane: Lane,
        on_span: Callable[[int, int], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._case, self._listing, self._strip = case, listing, strip
        self._lane, self._on_span, self._fail = lane, on_span, fail
        self._is_due = False
        self._counted = 0
        self._counted_s = 0.0

    def expect(self, *, rows_come: bool, is_loading: bool, is_live: bool = False) -> None:
        """Count another selection.

        Where its first rows are still to come, after them, for they matter more; while a case loads only when there is
        much more to count than last time, or a live one was counted some time ago, and once more at the end.
        """
        count = len(self._listing.positions) if self._listing.positions is not None else 0
        is_old = is_live and time.monotonic() - self._counted_s >= OLD_S
        if is_loading and not rows_come and not is_old and count < GROWTH * self._counted:
            return
        self._is_due = True
        if not rows_come:
            self.rows_came()

    def rows_came(self) -> None:
        """Rows are on screen."""
        if self._is_due:
            self._is_due = False
            self.count()

    def count(self) -> None:
        """Ask for the counts that fit the strip as it is now."""
        listing, zoom, buckets = self._listing, self._strip.zoom, self._strip.buckets
        if listing.positions is None:
            return
        self._counted, self._counted_s = len(listing.positions), time.monotonic()
        start, end = (zoom[0], zoom[1] - 1) if zoom else (None, None)
        chosen = listing.positions if listing.text or listing.internal else None
        self._lane.submit(lambda job: self._case.timeline(buckets, chosen, start, end), self._show, self._fail)

    def _show(self, data: Timeline) -> None:
        self._strip.show(data)
        if self._strip.zoom is None:
            self._on_span(data.start_ns, data.start_ns + data.bucket_ns * len(data.counts))
