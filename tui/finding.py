"""Going from match to match (stage ⑤): of the find, else of the filter, and of a cleared filter in the full list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from thresher.tui.listing import Listing
    from thresher.tui.widgets.event_list import EventList
    from thresher.tui.widgets.filter_bar import FilterBar


class Finder:
    """Moves the list's cursor to matches, as soon as it is certain which one is next.

    Args:
        listing: has the matches.
        rows: the list.
        bar: where the find is typed.
        tell: shows a short message.
    """

    def __init__(self, listing: Listing, rows: EventList, bar: FilterBar, tell: Callable[[str], None]) -> None:
        self._listing = listing
        self._rows = rows
        self._bar = bar
        self._tell = tell
        self._direction = 0
        self._may_stay = False

    def begin(self, text: str) -> None:
        """Find these events and go to the first at or after the cursor; an empty text ends the find."""
        self._bar.set_applied(text)
        self._bar.display = bool(text)
        self._direction, self._may_stay = 1, True
        self._listing.find(text)

    def step(self, by: int) -> None:
        """Go on (1) or back (-1) by a match.

        While a filter is in force and nothing is looked for, every row is a match; once it is cleared, its matches are.
        """
        if self._listing.found_text:
            self._direction, self._may_stay = by, False
            self._try(not self._listing.is_searching)
        elif self._listing.text:
            self._rows.move_to(self._rows.cursor + by)
        elif self._listing.last_text:
            self._bar.display = True
            self._bar.set_applied(self._listing.last_text)
            self._direction, self._may_stay = by, False
            self._listing.find(self._listing.last_text)
        else:
            self._tell("Nothing to go to yet: / filters, f finds.")

    def stop(self) -> None:
        """Wait for no match any more."""
        self._direction = 0

    def found(self, is_final: bool) -> None:
        """Matches have come."""
        self._rows.refresh()
        if self._direction:
            self._try(is_final)

    def _try(self, is_final: bool) -> None:
        """Go to the match that is waited for, if more matches cannot change which one it is."""
        by = self._direction
        position = self._listing.position_at(self._rows.cursor) or 0
        if self._may_stay and self._listing.is_match(position):
            self._direction = 0
            return
        found = self._listing.match_from(position, by)
        if found is None:
            if is_final:
                self._direction = 0
                if self._listing.found_text:
                    self._tell("No event on show matches.")
            return
        target, is_around = found
        if not is_final and (is_around or by < 0):
            return
        if is_around:
            self._tell(f"Went on from the {'beginning' if by > 0 else 'end'}.")
        self._direction = 0
        self._rows.move_to(self._listing.row_of(target), centre=True)
