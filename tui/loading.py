"""Watching a case load (stage ⑤): rows that come, a final order that moves them, its end, what is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.case import Case
    from thresher.tui.jobs import Lane
    from thresher.tui.listing import Listing
    from thresher.tui.statements import Facts


class Watcher:
    """Looks at the progress of a case until it is complete.

    Args:
        case: what loads.
        listing: takes in the rows that came.
        facts: where it is written down.
        lane: asks for the damage.
        on_moved: positions mean other events now.
        on_complete: everything is in.
        on_facts: the facts are other ones.
        fail: shows an error.
    """

    def __init__(
        self,
        case: Case,
        listing: Listing,
        facts: Facts,
        lane: Lane,
        on_moved: Callable[[], None],
        on_complete: Callable[[], None],
        on_facts: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._case, self._listing, self._facts, self._lane = case, listing, facts, lane
        self._on_moved, self._on_complete = on_moved, on_complete
        self._on_facts, self._fail = on_facts, fail
        self._is_over = False

    def look(self) -> None:
        """Take in what has changed, unless everything is in."""
        if self._is_over:
            return
        progress = self._case.progress()
        self._facts.progress = progress
        if progress.error is not None and self._facts.error is None:
            self._facts.error = progress.error
            self._fail(progress.error)
        if self._listing.follow(progress):
            self._on_moved()
        elif progress.complete and not self._listing.is_busy:
            self._is_over = True
            self._on_complete()
            self._lane.submit(lambda job: self._count_damage(), self._damaged, self._fail)
        self._on_facts()

    def _count_damage(self) -> int:
        return sum(len(store.facts().damage) for store in self._case.stores)

    def _damaged(self, count: int) -> None:
        self._facts.damaged = count
        self._on_facts()
