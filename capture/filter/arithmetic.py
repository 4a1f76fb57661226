"""Says between which types arithmetic makes sense and what it gives; part of stage ④."""

from __future__ import annotations

from thresher.capture.filter.functions import NUMBERS
from thresher.capture.model import FieldType

NUMBER, DURATION, TIME, BYTES = FieldType.INT, FieldType.DURATION, FieldType.TIME, FieldType.BYTES

RESULTS: dict[tuple[str, FieldType, FieldType], FieldType] = {
    **{(sign, NUMBER, NUMBER): NUMBER for sign in "+-*/%&"},
    **{(sign, DURATION, DURATION): DURATION for sign in "+-%"},
    ("/", DURATION, DURATION): NUMBER,
    ("*", DURATION, NUMBER): DURATION,
    ("*", NUMBER, DURATION): DURATION,
    ("/", DURATION, NUMBER): DURATION,
    ("+", TIME, DURATION): TIME,
    ("+", DURATION, TIME): TIME,
    ("-", TIME, DURATION): TIME,
    ("-", TIME, TIME): DURATION,
    ("&", BYTES, BYTES): BYTES,
}
"""Sign, type on the left, type on the right, type of the result; all numbers count as ``int``."""


def plain(type_: FieldType) -> FieldType:
    """``int`` for every kind of number, other types as they are."""
    return NUMBER if type_ in NUMBERS else type_


def result(sign: str, left: FieldType, right: FieldType) -> FieldType | None:
    """The type of ``left sign right``; None where it makes no sense."""
    return RESULTS.get((sign, plain(left), plain(right)))


def beside(sign: str, other: FieldType, *, left: bool) -> list[FieldType]:
    """The types that a constant beside a value of type ``other`` may have, the likeliest first.

    Args:
        sign: between the two.
        other: type of the value that is no constant.
        left: the constant is on the left.
    """
    found = [
        (first if left else second)
        for known, first, second in RESULTS
        if known == sign and (second if left else first) is plain(other)
    ]
    likely = (NUMBER, DURATION, BYTES, TIME) if sign in "*/" else (DURATION, NUMBER, BYTES, TIME)
    return sorted(found, key=likely.index) or [NUMBER]
