"""Moments in the terminal (stage ⑤): the four ways to show one, and the ways in which the go-to dialog names one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from enum import Enum

from thresher.capture.timetext import EPOCH, SECOND, zone

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\Z", re.ASCII)
MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\Z",
    re.ASCII,
)


class TimeFormat(Enum):
    """How the time column is shown; the value is the word on the status bar."""

    FULL = "date and time"
    CLOCK = "time of day"
    RELATIVE = "since start"
    DELTA = "since previous"

    def next(self) -> TimeFormat:
        """The one after this, around."""
        members = list(TimeFormat)
        return members[(members.index(self) + 1) % len(members)]


def zone_name(where: tzinfo, time_ns: int) -> str:
    """What the screen calls the zone: UTC, or its abbreviation at that time and the offset."""
    if where is UTC:
        return "UTC"
    try:
        moment = datetime.fromtimestamp(time_ns // SECOND, where)
    except (OverflowError, ValueError, OSError):
        return str(where)
    offset = f"{moment:%z}"
    written, named = f"{offset[:3]}:{offset[3:5]}", moment.tzname() or ""
    return f"UTC{written}" if not named or named.startswith(("+", "-", "UTC")) else f"{named} ({written})"


def parse_moment(text: str, near_ns: int, where: tzinfo) -> int | None:
    """The moment that ``text`` names in ns since 1970; None where it names none.

    ``07:10:37.2`` is that time on the day of ``near_ns``; a date with or without a time is ISO 8601; without a zone of
    its own it is in ``where``.

    Raises:
        UsageError: a zone is out of range.
    """
    if match := CLOCK.match(text):
        day = datetime.fromtimestamp(near_ns // SECOND, where)
        return _moment((day.year, day.month, day.day), match.group(1, 2, 3), match[4], where)
    if match := MOMENT.match(text):
        date = (int(match[1]), int(match[2]), int(match[3]))
        return _moment(date, match.group(4, 5, 6), match[7], zone(match[8]) if match[8] else where)
    return None


def _moment(
    date: tuple[int, int, int], time: tuple[str | None, ...], fraction: str | None, where: tzinfo
) -> int | None:
    hour, minute, second = (int(part or 0) for part in time)
    try:
        past = datetime(*date, hour, minute, second, tzinfo=where) - EPOCH
    except ValueError:
        return None
    return (past.days * 86_400 + past.seconds) * SECOND + int((fraction or "").ljust(9, "0"))


def zone_word(where: tzinfo) -> str:
    """What ``--tz`` takes for a zone: UTC, Europe/Berlin or +02:00."""
    if where is UTC:
        return "UTC"
    name = getattr(where, "key", "")
    offset = f"{datetime.now(where):%z}"
    return name or f"{offset[:3]}:{offset[3:5]}"
