"""Reads points in time and lengths of time in a filter as integer nanoseconds; part of stage ④."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction

from thresher.capture.filter import literals

UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "min": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86400 * 10**9,
}
DURATION = re.compile(r"(?P<number>[+-]?(?:[0-9]{1,64}(?:\.[0-9]{1,64})?|\.[0-9]{1,64}))\s*(?P<unit>[a-zµμ]+)")
ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[T ]\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?)?)?)?"
    r"\s*(?P<zone>Z|z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMED = re.compile(
    rf"(?P<name>{'|'.join(MONTHS)}) +(?P<day>\d{{1,2}}), (?P<year>\d{{4}})"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def duration(text: str) -> int:
    """A length of time: ``5ms``, ``1.5s``, ``2m``; a bare number counts nanoseconds.

    Raises:
        ValueError: it is none, or no whole number of nanoseconds.
    """
    match = DURATION.fullmatch(text)
    if match is None:
        try:
            return literals.integer(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a duration, as in 5ms, 1.5s or 2m; a bare number is ns") from None
    if match["unit"] not in UNITS:
        raise ValueError(f"'{match['unit']}' is not a unit of time; ns, us, ms, s, m, h and d are")
    amount = Fraction(match["number"]) * UNITS[match["unit"]]
    if amount.denominator != 1:
        raise ValueError(f"'{text}' is not a whole number of nanoseconds")
    return within_range(amount.numerator, text)


def moment(text: str, zone: tzinfo) -> int:
    """A point in time as ns since 1970: ISO 8601 with parts dropped from the right, or ``Sep 26, 2004 23:18:04.95``.

    Args:
        text: the value.
        zone: holds where the text names none.

    Raises:
        ValueError: it is none.
    """
    match = ISO.fullmatch(text) or NAMED.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a time, as in \"2026-11-23 07:10:30\" or 2026-11-23T07:10:30.5Z")
    parts = match.groupdict()
    month = MONTHS.index(parts["name"]) + 1 if parts.get("name") else int(parts.get("month") or 1)
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    try:
        there = named_zone(parts["zone"], zone)
        when = datetime(int(parts["year"]), month, int(parts["day"] or 1), hour, minute, second, tzinfo=there)
        since = when.astimezone(UTC) - EPOCH
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{text}' is not a time: {error}") from None
    nanoseconds = int((parts["fraction"] or "").ljust(9, "0"))
    return within_range((since.days * 86400 + since.seconds) * 10**9 + nanoseconds, text)


def named_zone(text: str | None, zone: tzinfo) -> tzinfo:
    """The zone that a time names; ``zone`` where it names none."""
    if text is None:
        return zone
    if text in ("Z", "z", "UTC"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def within_range(nanoseconds: int, text: str) -> int:
    """The number, if it fits into signed 64 bits.

    Raises:
        ValueError: it does not.
    """
    if not -(1 << 63) <= nanoseconds < 1 << 63:
        raise ValueError(f"'{text}' is out of range: times go from 1677 to 2262")
    return nanoseconds
