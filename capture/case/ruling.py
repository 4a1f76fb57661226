"""Makes a rule of Falco of a filter over a case (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError

if TYPE_CHECKING:
    from thresher.capture.case.case import Case


def falco_rule(case: Case, text: str, name: str = "") -> str:
    """A rules file of one rule, for the first source that understands the filter.

    Args:
        case: the sources.
        text: the filter.
        name: of the rule; the filter where it has none.

    Raises:
        FilterError: no source understands it, or a part of it has no counterpart in Falco; with that part.
    """
    from thresher.capture.filter.falco_rule import Heading, rule

    heading = Heading(name or text, f"Events that match {text}")
    errors: list[FilterError] = []
    for store in case.stores:
        try:
            return rule(text, heading, store.dissector, store.catalogue, case.around)
        except FilterError as error:
            errors.append(error)
    raise errors[0]
