"""The display filter of stage ④: text to tree to checked tree, and with ``compile`` to SQL.

``parse`` and ``check`` are the two steps, ``prepare`` is both; ``validate`` is for every keystroke. None of them loads
a database. The language is described in ``grammar.md`` beside this file and in ``docs/filter.md``.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError
from thresher.capture.filter.check import check
from thresher.capture.filter.parser import parse, read
from thresher.capture.filter.render import render
from thresher.capture.filter.surroundings import PLAIN, Surroundings

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.filter.typed import Checked
    from thresher.capture.registry import Catalogue

__all__ = ["canonical", "check", "parse", "prepare", "render", "validate"]


def prepare(text: str, catalogue: Catalogue, zone: tzinfo = UTC, around: Surroundings = PLAIN) -> Checked:
    """A filter that can run.

    Args:
        text: as typed, in either dialect.
        catalogue: the fields of the source.
        zone: holds for times that name none.
        around: dialect, macros and what else the text leaves open.

    Raises:
        FilterError: with the place, what is wrong, and what was probably meant.
    """
    return check(read(text, catalogue, around), catalogue, text=text, zone=zone)


def canonical(text: str, catalogue: Catalogue, around: Surroundings = PLAIN) -> str:
    """The canonical form of a filter, its macros expanded.

    Raises:
        FilterError: as ``prepare``.
    """
    expression = read(text, catalogue, around)
    check(expression, catalogue, text=text)
    return render(expression)


def validate(text: str, catalogue: Catalogue, zone: tzinfo = UTC, around: Surroundings = PLAIN) -> FilterError | None:
    """What is wrong with a filter, None where nothing is; blank text is the filter that shows everything."""
    if not text.strip():
        return None
    try:
        prepare(text, catalogue, zone, around)
    except FilterError as error:
        return error
    return None
