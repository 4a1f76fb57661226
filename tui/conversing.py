"""The way from an event to all that belongs to its thread, process, container, stream, user or key (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList, Static

from thresher.capture.escape import escape
from thresher.tui.noting import NOTING, NotingScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from thresher.capture.case.conversing import Offer


ON_EVENTS = NOTING | {"conversation"}
"""Actions of this screen and of those it is made of that need an open case."""


class ConversingScreen(NotingScreen):
    """A screen of events, from each of which a filter on what belongs to it can be chosen."""

    def action_conversation(self) -> None:
        """Offer the conversations of the event under the cursor."""
        position, case = self._listing.position_at(self._list.cursor), self._case
        if case is None or position is None:
            return
        found: int = position

        def offers(job: object) -> list[Offer]:
            from thresher.capture.case.conversing import conversations

            return conversations(case, found)

        self._jobs.lane("conversations").submit(offers, self._offer, self._fail)

    def _offer(self, offers: Sequence[Offer]) -> None:
        if offers:
            self.app.push_screen(Choose(offers), lambda text: self._filterer.narrow_by(text) if text else None)
        else:
            self._tell("Nothing is known that this event belongs to.")


class Choose(ModalScreen[str | None]):
    """Asks which conversation is meant; ends with its filter, None where it was left."""

    BINDINGS: ClassVar[list[Binding]] = [Binding("escape,q", "dismiss(None)", "Close", show=False)]  # type: ignore[assignment]

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._offers = offers

    def compose(self) -> ComposeResult:
        """A line for each, with its filter."""
        with Vertical(classes="dialog"):
            yield Label("Show only the events of the same …", classes="dialog--title", markup=False)
            yield OptionList(*(self._line(offer) for offer in self._offers))
            yield Static("Enter adds the filter to the one in force, Esc closes", classes="dialog--note", markup=False)

    @staticmethod
    def _line(offer: Offer) -> Text:
        return Text(f"{offer.title:<24} {escape(offer.filter)}", no_wrap=True, overflow="ellipsis")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the filter of the line."""
        self.dismiss(self._offers[event.option_index].filter)
