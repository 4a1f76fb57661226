"""Reads a filter in a language that was named (stage ⑤), so that it can go on among filters in either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from thresher.capture.case.case import Case


def in_either(case: Case, text: str, lang: str) -> str:
    """The filter as it can be read with ``auto``: itself, or the canonical form of one in a language that was named.

    Raises:
        FilterError: it is wrong, or has something of the other language.
        UsageError: there is no such language.
    """
    from thresher.capture.case.fields import FieldSet
    from thresher.capture.filter.dialects import LANGUAGES

    if lang not in LANGUAGES:
        raise UsageError(f"there is no filter language '{lang}'; {', '.join(LANGUAGES)} are known")
    if lang == "auto":
        case.check(text)
        return text
    return FieldSet(case.stores).canonical(text, case.zone, replace(case.around, dialect=LANGUAGES[lang]))
