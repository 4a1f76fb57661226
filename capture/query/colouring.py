"""Finds the colour rule that rows match (stage ④): all rules of the dissector in one SELECT over the window."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from thresher.capture.errors import ThresherError
from thresher.capture.query.condition import condition
from thresher.capture.query.window import select_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from thresher.capture.store.store import Store

LOG = logging.getLogger("thresher")
_expressions: WeakKeyDictionary[Store, str] = WeakKeyDictionary()


def styles(store: Store, nums: NDArray[np.uint32]) -> list[str]:
    """The style of the first rule that each row matches, '' for none, in the order of ``nums``."""
    rules = store.dissector.colour_rules
    if not rules or not len(nums):
        return [""] * len(nums)
    expression = _expressions.get(store)
    if expression is None:
        expression = _expression(store)
        _expressions[store] = expression
    places = select_rows(store, [expression], "events AS e", nums)
    return ["" if place is None else rules[place].style for (place,) in places]


def _expression(store: Store) -> str:
    """The number of the first rule that matches, as SQL over ``e``; a rule that cannot be compiled matches nothing."""
    cases = []
    for place, rule in enumerate(store.dissector.colour_rules):
        try:
            cases.append(f"WHEN {condition(store, store.catalogue, rule.filter)} THEN {place}")
        except ThresherError as error:
            LOG.warning("colour rule '%s' of %s is left out: %s", rule.name, store.dissector.name, error)
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
