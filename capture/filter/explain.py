"""Takes a filter apart into the conditions it is made of, to show and count them one by one; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.filter.ast import And, Around, Expression, First, Not, Or, Xor
from thresher.capture.filter.parser import read
from thresher.capture.filter.render import render
from thresher.capture.filter.surroundings import PLAIN, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.registry import Catalogue

LABELS = {And: "all of", Or: "one of", Xor: "an odd number of"}


class Condition(NamedTuple):
    """One node of a filter's tree.

    Attributes:
        depth: 0 for the whole filter.
        label: what it asks of those below it; the test itself where there are none.
        text: its canonical text, a filter of its own.
    """

    depth: int
    label: str
    text: str


def conditions(text: str, catalogue: Catalogue, around: Surroundings = PLAIN) -> list[Condition]:
    """The tree of a filter from top to bottom, read in what is around it.

    Raises:
        FilterError: the filter is wrong.
    """
    return list(_walk(read(text, catalogue, around), 0))


def _walk(node: Expression, depth: int) -> Iterator[Condition]:
    text = render(node)
    match node:
        case And(items) | Or(items) | Xor(items):
            yield Condition(depth, LABELS[type(node)], text)
            for item in items:
                yield from _walk(item, depth + 1)
        case Not(item):
            yield Condition(depth, "not", text)
            yield from _walk(item, depth + 1)
        case Around(item) | First(item):
            yield Condition(depth, text, text)
            yield from _walk(item, depth + 1)
        case _:
            yield Condition(depth, text, text)
