"""Putting filters in force (stage ⑤): typed, taken from a value on screen, cleared, taken back; the cursor stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.errors import ThresherError
from thresher.tui.quick_filter import clause
from thresher.tui.values import narrowed
from thresher.tui.widgets.columns import field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thresher.capture.case import Case
    from thresher.capture.model import Field, Value
    from thresher.tui.listing import Change, Listing
    from thresher.tui.widgets.event_list import EventList
    from thresher.tui.widgets.filter_bar import FilterBar


class Filterer:
    """Changes the listing's filter, and knows on which event the cursor is to stay meanwhile.

    Args:
        case: checks filters.
        listing: applies them.
        rows: the list with the cursor.
        bar: shows them.
        fields: all fields by name.
        tell: shows a short message.
        fail: shows an error.
    """

    def __init__(
        self,
        case: Case,
        listing: Listing,
        rows: EventList,
        bar: FilterBar,
        fields: Mapping[str, Field],
        tell: Callable[[str], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._case, self._listing, self._rows, self._bar = case, listing, rows, bar
        self._fields, self._tell, self._fail = fields, tell, fail
        self._before: list[str] = []
        self._stay: int | None = None
        self.journal: Callable[[str], None] = lambda text: None
        """Told each filter that is put in force."""

    def apply(self, text: str) -> None:
        """Put a filter in force; the cursor stays on its event where that is shown."""
        written = self.with_values(text)
        if written is not None:
            self._change_to(written)

    def _change_to(self, text: str) -> None:
        if text != self._listing.text:
            self._before.append(self._listing.text)
        self._put(text)

    def with_values(self, text: str) -> str | None:
        """A filter with what the event under the cursor holds in place of each ``$field``.

        None where that event has not one such value, which is shown as an error.
        """
        from thresher.capture.case.referring import written_out  # brings the database along

        try:
            return written_out(self._case, text, self._listing.position_at(self._rows.cursor))
        except ThresherError as error:
            self._fail(error)
            return None

    def _put(self, text: str) -> None:
        self._hold()
        self._bar.set_applied(text)
        self._listing.apply(text)
        self.journal(text)

    def back(self) -> None:
        """Put the filter in force that was before."""
        if self._before:
            self._put(self._before.pop())
        else:
            self._tell("There was no other filter before.")

    def clear(self) -> None:
        """Show all events."""
        if self._listing.text or self._bar.text:
            self.apply("")

    def again(self) -> None:
        """Select anew with the filter in force: what it selects has changed."""
        self._hold()
        self._listing.apply(self._listing.text)

    def toggle_internal(self) -> None:
        """Show or hide internal events."""
        self._hold()
        self._listing.apply(self._listing.text, internal=not self._listing.internal)

    def narrow(self, name: str, value: Value, operator: str) -> None:
        """And a comparison with a value to the filter in force."""
        added = clause(name, value, field_of(name, self._fields), operator)
        if added is None:
            self._tell("There is no value here to filter on.")
        else:
            self.narrow_by(added)

    def narrow_by(self, added: str) -> None:
        """And a filter to the one in force."""
        written = self.with_values(added)
        if written is None:
            return
        text = narrowed(self._listing.text, written if " or " not in written else f"({written})")
        try:
            self._case.check(text)
        except ThresherError as error:
            self._fail(error)
            return
        self._change_to(text)

    def _hold(self) -> None:
        self._stay = self._listing.position_at(self._rows.cursor)

    def show(self, change: Change) -> None:
        """Bring what a selection brought to the list, with the cursor where it belongs."""
        positions = self._listing.positions
        if positions is None or self._rows.windows is None:
            return
        self._rows.windows.show(positions, continues=change.continues)
        if change.continues and self._stay is None:
            self._rows.grown(len(positions))
        else:
            note = "" if not change.is_final else "no event matches" if self._listing.text else "no events"
            self._rows.rows_changed(len(positions), self._row(change), note)
        if change.is_final:
            self._stay = None

    def _row(self, change: Change) -> int:
        """The row of the event to stay on, or of the next one shown, once that is known."""
        positions = self._listing.positions
        assert positions is not None
        if self._stay is None:
            return self._rows.cursor if change.continues else 0
        if change.is_final or (len(positions) and int(positions[-1]) >= self._stay):
            return self._listing.row_of(self._stay)
        return 0
