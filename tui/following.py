"""The way from an event to the stream it works on, and back to an event of the stream (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from thresher.tui.screens.follow import Followed, FollowScreen
from thresher.tui.targets import NumberTarget

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.case import Cancel, Case
    from thresher.tui.going import Guide
    from thresher.tui.jobs import Cancelling, Job, Jobs
    from thresher.tui.listing import Listing
    from thresher.tui.widgets.event_list import EventList


class FollowingScreen(Screen[None]):
    """A screen of events, from each of which its stream can be followed."""

    _case: Case | None
    _jobs: Jobs
    _make_cancel: Callable[[], Cancelling]
    _listing: Listing
    _list: EventList
    _guide: Guide

    def action_follow(self) -> None:
        """Show what was said on the stream of the event under the cursor."""
        position = self._listing.position_at(self._list.cursor)
        case = self._case
        if case is None or position is None:
            return
        found: int = position
        screen = FollowScreen(
            lambda job: followed(case, found, job), self._jobs.lane("follow"), self._make_cancel(), case.number
        )
        self.app.push_screen(screen, lambda number: self._guide.go(NumberTarget(*number)) if number else None)


def followed(case: Case, position: int, job: Job) -> Followed:
    """Runs on the lane's thread."""
    from thresher.capture.case import following

    cancel: Cancel | None = job.cancel  # type: ignore[assignment]
    store, number = following.stream_of(case, position)
    return Followed(
        following.follow(case, number, store, cancel),
        case.stores[store].spec,
        following.declared(case, store).stream,
        position,
    )
