"""Which events are shown and which are found (stage ⑤): selections off the UI thread, also while a case grows."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import Cancelled, ThresherError

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.capture.case import Case, CaseProgress, Positions
    from thresher.tui.jobs import Cancelling, Job, Jobs


@dataclass(frozen=True, slots=True)
class Change:
    """What a selection brought.

    Attributes:
        continues: the rows shown before are still the first ones.
        is_first: the first rows of another selection.
        is_final: nothing follows, unless the case grows.
    """

    continues: bool
    is_first: bool
    is_final: bool


class Listing:
    """The selection on screen, and the find in it.

    Args:
        case: the open case.
        jobs: its lanes run the selections.
        make_cancel: a new token that interrupts a query.
        on_change: the selection changed or grew.
        on_found: the matches of the find are known, or more of them; True where they are all.
        on_progress: ``fraction`` is another one.
        on_error: what went wrong.
    """

    def __init__(
        self,
        case: Case,
        jobs: Jobs,
        make_cancel: Callable[[], Cancelling],
        on_change: Callable[[Change], None],
        on_found: Callable[[bool], None],
        on_progress: Callable[[], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._case = case
        self._select = jobs.lane("select")
        self._search = jobs.lane("find")
        self._make_cancel = make_cancel
        self._on_change, self._on_found = on_change, on_found
        self._on_progress, self._on_error = on_progress, on_error
        self.text = ""
        self.last_text = ""
        self.internal = False
        self.positions: Positions | None = None
        self.fraction = 1.0
        self.total = 0
        self.hidden = 0
        self.was_stopped = False
        self.found_text = ""
        self.found: Positions | None = None
        self._is_first = True
        self._is_running = False
        self._seen = 0
        self._generation = case.progress().generation

    @property
    def is_busy(self) -> bool:
        """Whether a selection is running, or has ended and is not shown yet."""
        return self._is_running

    @property
    def is_searching(self) -> bool:
        """Whether the find is running."""
        return self._search.busy

    # --- the selection ---

    def apply(self, text: str, *, internal: bool | None = None) -> None:
        """Show the events that match; what is running is given up."""
        if text:
            self.last_text = text
        self.text = text
        self.internal = self.internal if internal is None else internal
        self._is_first, self.was_stopped = True, False
        self._run(0)
        if self.found_text:
            self.find(self.found_text)

    def stop(self) -> bool:
        """Give up what is running; the rows that were found stay. Says whether there was anything."""
        stopped = self._select.stop()
        if stopped:
            self.was_stopped, self._is_running = True, False
        return self._search.stop() or stopped

    def follow(self, progress: CaseProgress) -> bool:
        """Look whether the case has grown or was put in its final order; says whether it was re-sorted."""
        if progress.generation != self._generation:
            self._generation = progress.generation
            self._is_first = True
            self._run(0)
            if self.found_text:
                self.find(self.found_text)
            return True
        if progress.rows > self._seen and not self.is_busy and not self.was_stopped:
            self._run(self._seen)
        return False

    def _run(self, start: int) -> None:
        """Select from position ``start`` on; what was found before that is kept."""
        text, internal = self.text, self.internal
        kept = self.positions if start else None
        cancel = self._make_cancel()
        self.fraction, self._is_running = 0.0, True

        def work(job: Job) -> tuple[int, Positions, int, int]:
            rows = self._case.progress().rows
            found = self._case.select(
                text,
                internal=internal,
                cancel=cancel,  # type: ignore[arg-type]
                start=start,
                on_rows=lambda part: job.post(lambda: self._take(joined(kept, part), False)),
                on_progress=lambda share: job.post(lambda: self._advance(share)),
            )
            return rows, joined(kept, found), self._case.count(), self._case.hidden()

        def done(end: tuple[int, Positions, int, int]) -> None:
            self._seen, found, self.total, self.hidden = end
            self.fraction, self._is_running = 1.0, False
            self._take(found, True)

        self._select.submit(work, done, self._failed, cancel)

    def _advance(self, share: float) -> None:
        self.fraction = share
        self._on_progress()

    def _take(self, positions: Positions, is_final: bool) -> None:
        before = self.positions
        is_first, self._is_first = self._is_first, False
        continues = not is_first and before is not None and begins_with(positions, before)
        self.positions = positions
        self._on_change(Change(continues, is_first, is_final))

    def _failed(self, error: Exception) -> None:
        self.was_stopped, self._is_running = True, False
        if not isinstance(error, Cancelled):
            self._on_error(error)

    # --- the find ---

    def find(self, text: str) -> None:
        """Look for the events on show that match ``text``; an empty one ends the find."""
        self.found_text, self.found = text, None
        self._search.stop()
        if not text:
            self._on_found(True)
            return
        within, internal = self.text, self.internal
        cancel = self._make_cancel()
        both = f"({within}) and ({text})" if within and within != text else text

        def work(job: Job) -> Positions:
            return self._case.select(
                both,
                internal=internal,
                cancel=cancel,  # type: ignore[arg-type]
                on_rows=lambda part: job.post(lambda: self._took(part, False)),
            )

        self._search.submit(work, lambda found: self._took(found, True), self._not_found, cancel)

    def _took(self, found: Positions, is_final: bool) -> None:
        self.found = found
        self._on_found(is_final)

    def _not_found(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._on_error(error)

    def is_match(self, position: int) -> bool:
        """Whether the find found this event."""
        if self.found is None:
            return False
        at = bisect_left(self.found, position)
        return at < len(self.found) and int(self.found[at]) == position

    def match_from(self, position: int, by: int) -> tuple[int, bool] | None:
        """The next match after a position (``by`` 1) or before it (-1), and whether the search began anew at an end."""
        if self.found is None or not len(self.found):
            return None
        at = bisect_left(self.found, position)
        if by > 0:
            here = at < len(self.found) and int(self.found[at]) == position
            at += 1 if here else 0
        else:
            at -= 1
        return int(self.found[at % len(self.found)]), not 0 <= at < len(self.found)

    # --- places ---

    def row_of(self, position: int) -> int:
        """The row of an event, or of the next one that is shown."""
        return 0 if self.positions is None else bisect_left(self.positions, position)

    def position_at(self, row: int) -> int | None:
        """The event of a row."""
        if self.positions is None or not 0 <= row < len(self.positions):
            return None
        return int(self.positions[row])


def joined(kept: Positions | None, part: Positions) -> Positions:
    """What was found before, and what is new in ``part``."""
    if kept is None or not len(kept):
        return part
    import numpy as np

    return np.concatenate([kept, part[np.searchsorted(part, kept[-1], side="right") :]])


def begins_with(positions: Positions, before: Positions) -> bool:
    """Whether an ascending selection, which holds all of ``before``, has it at its front."""
    count = len(before)
    return count == 0 or (len(positions) >= count and int(positions[count - 1]) == int(before[-1]))


def said(error: Exception) -> str:
    """An error as one sentence for a message on screen."""
    if isinstance(error, ThresherError):
        return str(error)
    return f"{type(error).__name__}: {error}; this is a defect of Thresher, please report it"
