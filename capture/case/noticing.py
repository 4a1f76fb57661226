"""Judges filters over all sources, and says what deserves a word about one that is right (stage ⑤)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from thresher.capture.case.fields import FieldSet
from thresher.capture.case.referring import for_any_event
from thresher.capture.errors import FilterError

if TYPE_CHECKING:
    from thresher.capture.case.case import Case


class Judge:
    """Reads each filter once in each source of a case, whatever event is selected."""

    def __init__(self, case: Case) -> None:
        self._case, self._catalogues = case, FieldSet(case.stores).catalogues

    def notices(self, text: str) -> list[str]:
        """Deprecated fields, what ``frame`` searches and the like, each once; none of an empty text.

        Raises:
            FilterError: the filter is wrong.
        """
        from thresher.capture.filter import prepare

        around, found = for_any_event(self._case.around), dict[str, None]()
        for catalogue in self._catalogues if text.strip() else ():
            found.update((each.message, None) for each in prepare(text, catalogue, self._case.zone, around).warnings)
        return list(found)


def notices(case: Case, text: str) -> list[str]:
    """The same; none where the filter is wrong, which ``Case.check`` says."""
    with suppress(FilterError):
        return Judge(case).notices(text)
    return []
