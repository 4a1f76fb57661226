"""Finds the colour rule that rows match (stage ④): the user's and the dissector's in one SELECT over the window."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from thresher.capture.errors import FilterError, ThresherError
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.note_fields import Noted
from thresher.capture.query.condition import condition
from thresher.capture.query.window import select_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from thresher.capture.model import ColourRule, FieldRef
    from thresher.capture.store.store import Store

LOG = logging.getLogger("thresher")

SMALL = 500_000
"""Rows of a store in which a field is made for a colour; in larger ones a rule waits until a filter has made it."""

Rules: TypeAlias = "tuple[ColourRule, ...]"
_expressions: WeakKeyDictionary[Store, tuple[Rules, str]] = WeakKeyDictionary()


def styles(
    store: Store, nums: NDArray[np.uint32], own: Sequence[ColourRule] = (), around: Surroundings = PLAIN
) -> list[str]:
    """The style of the first rule that each row matches, '' for none, in the order of ``nums``.

    Args:
        store: what is asked.
        nums: rows.
        own: the user's rules, which come before the source's.
        around: the macros that these may call.
    """
    rules = (*own, *store.dissector.colour_rules)
    if not rules or not len(nums):
        return [""] * len(nums)
    kept = _expressions.get(store)
    if kept is None or kept[0] != rules:
        kept = (rules, _expression(store, rules, around))
        if not any(_lazy(store, rule, around) for rule in own):
            _expressions[store] = kept
    places = select_rows(store, [kept[1]], "events AS e", nums)
    return ["" if place is None else rules[place].style for (place,) in places]


def _expression(store: Store, rules: Rules, around: Surroundings) -> str:
    """The number of the first rule that matches, as SQL over ``e``; a rule that cannot be compiled matches nothing."""
    cases = []
    for place, rule in enumerate(rules):
        try:
            if _is_ready(store, rule, around):
                found = condition(store, store.catalogue, rule.filter, around=around)
                cases.append(f"WHEN {found} THEN {place}")
        except ThresherError as error:
            if rule in store.dissector.colour_rules:
                LOG.warning("colour rule '%s' of %s is left out: %s", rule.name, store.dissector.name, error)
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _is_ready(store: Store, rule: ColourRule, around: Surroundings) -> bool:
    """Whether nobody has to wait long for what a rule needs; the sources' own need nothing."""
    if rule in store.dissector.colour_rules or store.count() <= SMALL:
        return True
    return all(isinstance(ref.field.place, Noted) or store.is_kept(ref) for ref in _lazy(store, rule, around))


def _lazy(store: Store, rule: ColourRule, around: Surroundings) -> Sequence[FieldRef]:
    """The fields of a rule that are made on first use, notes among them; none where the source does not know it."""
    from thresher.capture.filter import prepare

    try:
        return prepare(rule.filter, store.catalogue, around=around).lazy
    except FilterError:
        return ()
