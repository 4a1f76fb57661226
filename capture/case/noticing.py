"""What deserves a word about a filter that is right (stage ⑤): deprecated fields, what ``frame`` searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.case.referring import for_any_event
from thresher.capture.errors import FilterError

if TYPE_CHECKING:
    from thresher.capture.case.case import Case


def notices(case: Case, text: str) -> list[str]:
    """The warnings of a filter, each once; none where it is wrong, which ``Case.check`` says."""
    from thresher.capture.filter import prepare

    around, found = for_any_event(case.around), dict[str, None]()
    for store in case.stores if text.strip() else ():
        try:
            found.update((each.message, None) for each in prepare(text, store.catalogue, case.zone, around).warnings)
        except FilterError:
            continue
    return list(found)
