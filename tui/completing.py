"""Suggestions for the filter bars (stage ⑤): made off the UI thread, counts coming in one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thresher.capture.case import Case
    from thresher.capture.filter.complete import Suggestion
    from thresher.tui.jobs import Job, Lane

ROUNDS = 1000
"""How often counts are carried on while the list is open."""

Show = Callable[[Sequence["Suggestion"]], None]


class Suggesting:
    """Answers what can stand at the cursor of a bar.

    Args:
        case: whose fields and values are suggested.
        lane: where it is worked out.
        fail: shows an error.
    """

    def __init__(self, case: Case, lane: Lane, fail: Callable[[Exception], None]) -> None:
        self._case = case
        self._names: dict[str, str] = {}
        self._completer = case.completer()
        self._lane = lane
        self._fail = fail

    def ask(self, text: str, cursor: int, show: Show) -> None:
        """Show what can stand at the cursor, again and again while values are still being counted."""
        self._lane.submit(lambda job: self._work(job, text, cursor, show), show, self._fail)

    def know(self, names: Mapping[str, str]) -> None:
        """Offer these macros and saved filters, with their texts, from now on."""
        if names != self._names:
            self._names = dict(names)
            self._completer = self._case.completer(self._names)

    def stop(self) -> None:
        """Nobody looks any more."""
        self._lane.stop()

    def _work(self, job: Job, text: str, cursor: int, show: Show) -> Sequence[Suggestion]:
        completer = self._completer
        seen: Sequence[Suggestion] = ()
        found = completer.complete(text, cursor)
        for _ in range(ROUNDS):
            if job.superseded or not completer.is_counting:
                break
            if found != seen:
                seen = found
                job.post(lambda seen=seen: show(seen))  # type: ignore[misc]
            found = completer.complete(text, cursor)
        return found
