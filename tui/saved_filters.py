"""Saved filters and filter buttons (stage ⑤): chosen from a list, and the filter in force saved under a name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import set_cell_size
from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList, Static

from thresher.capture.errors import ThresherError
from thresher.capture.escape import escape
from thresher.capture.filter import saved
from thresher.tui.exporting import ON_FILTERS, ExportingScreen
from thresher.tui.screens.dialogs import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from thresher.tui.completing import Suggesting
    from thresher.tui.widgets.filter_bar import FilterBar

ON_CASES = ON_FILTERS | {"saved_filters", "save_filter"}
"""Actions of this screen and of those it is made of that need an open case."""

NAME_WIDTH = 28
"""Cells of a name; longer ones are cut."""
TOLD = 3
"""Problems of the configuration file that are told at once."""


class Chosen(NamedTuple):
    """What was chosen from the list, and what to do with it: ``apply``, ``and`` or ``edit``."""

    text: str
    do: str


class SavedFiltersScreen(ExportingScreen):
    """A screen of events with a filter that can be saved, and be one of those that are saved."""

    _suggesting: Suggesting
    _filter: FilterBar

    def attach_notes(self) -> None:
        """Show the notes of the case; say what is wrong with the configuration file's filters."""
        super().attach_notes()
        for problem in self._reread().problems[:TOLD]:
            self.notify(escape(problem), severity="warning", timeout=20, markup=False)

    def _reread(self) -> saved.Saved:
        """What is saved now, known to filters and to completion from now on."""
        found = saved.current()
        if self._case is not None:
            self._case.around, self._case.colours = found.around(), found.colours
        self._suggesting.know(found.offered())
        return found

    def action_saved_filters(self) -> None:
        """Choose one of the buttons and saved filters."""
        found, case = self._reread(), self._case
        offers = [*found.buttons, *(saved.Button(name, text) for name, text in found.filters.items())]
        if case is None:
            return
        if offers:
            from thresher.capture.case.referring import judged  # brings the database along

            check = partial(judged, case)
            self.app.push_screen(SavedFilters(offers, check), lambda chosen: self._put(chosen) if chosen else None)
        else:
            self._tell(f"No filters are saved: w saves the one in force; {found.path} may name more.")

    def _put(self, chosen: Chosen) -> None:
        if chosen.do == "apply":
            self._filterer.apply(chosen.text)
        elif chosen.do == "and":
            self._filterer.narrow_by(chosen.text)
        else:
            self._filter.text = chosen.text
            self._filter.enter()

    def action_save_filter(self) -> None:
        """Ask for a name for the filter in force, and save it."""
        text = self._listing.text
        if not text:
            self._tell("There is no filter in force that could be saved.")
            return
        dialog = Ask("Name of the filter", "", f"Enter saves it in {saved.current().path}, Esc leaves it")
        self.app.push_screen(dialog, lambda name: self._save(name.strip(), text) if name is not None else None)

    def _save(self, name: str, text: str) -> None:
        before = self._reread()
        try:
            saved.save(before.path, name, text)
        except ThresherError as error:
            self._fail(error)
            return
        self._reread()
        instead = f", in place of {before.filters[name]}" if before.filters.get(name, text) != text else ""
        self._tell(escape(f"Saved as '{name}'{instead}; in filters it is ${{{saved.word(name)}}}."))


class SavedFilters(ModalScreen[Chosen | None]):
    """Asks which saved filter is meant, and ends with it; None where the list was left.

    Args:
        offers: what may be chosen.
        check: raises what is wrong with a filter.
    """

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        Binding("escape,q,b", "dismiss(None)", "Close", show=False),
        Binding("a", "choose('and')", "And", show=False),
        Binding("e", "choose('edit')", "Edit", show=False),
    ]

    def __init__(self, offers: Sequence[saved.Button], check: Callable[[str], object]) -> None:
        super().__init__()
        self._offers, self._check = offers, check

    def compose(self) -> ComposeResult:
        """A line for each, with its filter, and below what the one under the cursor is for."""
        with Vertical(classes="dialog"):
            yield Label("Saved filters and buttons", classes="dialog--title", markup=False)
            yield OptionList(*(self._line(offer) for offer in self._offers))
            yield Static("", classes="dialog--comment", markup=False)
            yield Static(
                "Enter applies, a adds it to the filter, e edits it, Esc closes", classes="dialog--note", markup=False
            )

    @staticmethod
    def _line(offer: saved.Button) -> Text:
        name = set_cell_size(escape(offer.label), NAME_WIDTH)
        return Text(f"{name} {escape(offer.filter)}", no_wrap=True, overflow="ellipsis")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the filter under the cursor is for, or what is wrong with it."""
        offer = self._offers[event.option_index]
        said = self.query_one(".dialog--comment", Static)
        try:
            self._check(offer.filter)
        except ThresherError as error:
            said.update(Text(escape(str(error)), style="italic"))
        else:
            said.update(Text(escape(offer.comment or offer.filter)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Put the filter of the line in force."""
        self._end(event.option_index, "apply")

    def action_choose(self, do: str) -> None:
        """Take the filter under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._end(at, do)

    def _end(self, at: int, do: str) -> None:
        """End, unless the filter cannot run; one that is wrong may be edited."""
        text = self._offers[at].filter
        try:
            self._check(text)
        except ThresherError:
            if do != "edit":
                self.app.bell()
                return
        self.dismiss(Chosen(text, do))
