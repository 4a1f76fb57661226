"""The filter in force for use elsewhere (stage ⑤): as a rule of Falco, to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.errors import ThresherError
from thresher.capture.filter import saved
from thresher.tui.conversing import ON_EVENTS, ConversingScreen
from thresher.tui.screens.dialogs import ShowText

if TYPE_CHECKING:
    from collections.abc import Mapping

ON_FILTERS = ON_EVENTS | {"falco_rule"}
"""Actions of this screen and of those it is made of that need an open case."""


class ExportingScreen(ConversingScreen):
    """A screen of events whose filter can be taken elsewhere."""

    def action_falco_rule(self) -> None:
        """Show a rule of Falco for the filter in force, or the part of it that Falco cannot say."""
        from thresher.capture.case.ruling import falco_rule

        case, text = self._case, self._listing.text
        if case is None:
            return
        if not text:
            self._tell("There is no filter in force that a rule could be made of.")
            return
        try:
            rule = falco_rule(case, text, named(text, saved.current().filters))
        except ThresherError as error:
            self._fail(error)
        else:
            self.app.push_screen(ShowText("A rule of Falco for the filter in force", rule))


def named(text: str, filters: Mapping[str, str]) -> str:
    """The name that a filter was saved under; '' where it was not."""
    return next((name for name, each in filters.items() if each.strip() == text.strip()), "")
