"""The events of a case as they come (stage ④): each once, whatever order the case has in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.case.case import Case
    from thresher.capture.case.order import Positions
    from thresher.capture.store.cancel import Cancel

PAUSE_S = 0.1
"""How often it is looked whether rows have come."""


def arrivals(
    case: Case, text: str = "", *, internal: bool = False, cancel: Cancel | None = None
) -> Iterator[Positions]:
    """The positions of the events that match a filter, in parts, until the case is complete.

    Positions are to be used before the next part is asked for. Events that the final order puts between others that
    were given already, such as calls that never returned, come last.

    Raises:
        FilterError: the filter is wrong.
        Cancelled: ``cancel`` was called.
        ThresherError: what ended the reading of a source.
    """
    seen: tuple[int, ...] = (0,) * len(case.stores)
    first, generation = 0, case.progress().generation
    while True:
        progress = case.progress()
        order = case._ordering.current()
        if progress.generation != generation:
            yield _unseen(case, case.select(text, internal=internal, cancel=cancel), seen)
            break
        if len(order) > first:
            found = case.select(text, internal=internal, cancel=cancel, start=first)
            if case.progress().generation != generation:
                continue
            yield found[found < len(order)]
            first, seen = len(order), order.counts
        if progress.complete and len(case._ordering.current()) == first:
            break
        case.wait_for(PAUSE_S)
    case.wait()


def stop_following(case: Case) -> None:
    """Let what has come of sources that are still written to be all; the case is complete soon."""
    for store in case.stores:
        store.stop_following()


def _unseen(case: Case, positions: Positions, seen: tuple[int, ...]) -> Positions:
    """Those whose rows were not there when the order still was that of arrival."""
    kept = np.zeros(len(positions), bool)
    for part in case._ordering.current().split(positions):
        places = slice(None) if part.places is None else part.places
        kept[places] = part.nums >= seen[part.store]
    return positions[kept]
