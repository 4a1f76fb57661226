"""What may be typed into the go-to dialog (stage ⑤): ``143138``, ``shop:143138``, ``07:10:37.2``, an ISO 8601 time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import UsageError
from thresher.capture.source_names import labels
from thresher.tui.times import parse_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class NumberTarget:
    """An event by its number in a store."""

    store: int
    number: int


@dataclass(frozen=True, slots=True)
class TimeTarget:
    """A moment, ns since 1970."""

    time_ns: int


def parse_target(text: str, specs: Sequence[str], near_ns: int, where: tzinfo) -> NumberTarget | TimeTarget:
    """What the text names.

    Args:
        text: as typed.
        specs: the sources, in the order of their stores.
        near_ns: the day of a time without a date.
        where: the zone of a time without one.

    Raises:
        UsageError: it names nothing; says what can be written.
    """
    typed = text.strip()
    bare = typed.replace(",", "").replace("_", "").removeprefix("#")
    if bare.isdecimal() and bare.isascii():
        return NumberTarget(0, _number(bare))
    name, colon, number = typed.rpartition(":")
    names = labels(specs)
    if colon and number.isdecimal() and (name in names or name in specs):
        return NumberTarget(names.index(name) if name in names else list(specs).index(name), _number(number))
    time_ns = parse_moment(typed, near_ns, where)
    if time_ns is not None:
        return TimeTarget(time_ns)
    if colon and number.isdecimal() and not name.replace(":", "").isdecimal():
        raise UsageError(f"no source is called '{name}'; open are {', '.join(names)}")
    raise UsageError(
        f"'{typed}' is no event number and no time; write 143138, shop:143138, 07:10:37.2 or 2026-11-23 07:10"
    )


def _number(digits: str) -> int:
    if len(digits) > 10 or int(digits) >= 2**32:
        raise UsageError(f"{digits} is no event number: they are below 4,294,967,296")
    return int(digits)
