"""Times and time zones as text (stage ⑤): ISO 8601, and the forms that ``-t`` names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND: Final = 1_000_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FORMATS: Final = {
    "a": "time of day in the chosen zone",
    "ad": "date and time in the chosen zone",
    "adoy": "year, day of the year and time in the chosen zone",
    "d": "since the event before it in the capture, in seconds",
    "dd": "since the event before it on the list, in seconds",
    "e": "since 1970 in UTC, in seconds",
    "r": "since the first event, in seconds",
    "u": "time of day in UTC",
    "ud": "date and time in UTC",
    "udoy": "year, day of the year and time in UTC",
}
"""What ``-t`` takes, each with up to nine digits behind a dot: ``ad.3``."""

_PATTERNS: Final = {"a": "%H:%M:%S", "ad": "%Y-%m-%d %H:%M:%S", "adoy": "%Y/%j %H:%M:%S", "iso": "%Y-%m-%dT%H:%M:%S"}
_OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)\Z")


def zone(name: str) -> tzinfo:
    """A time zone by its name: ``UTC``, ``local``, ``Europe/Berlin``, ``+02:00``.

    Raises:
        UsageError: there is no such zone.
    """
    if name in ("", "Z") or name.upper() == "UTC":
        return UTC
    if name == "local":
        local = datetime.now().astimezone().tzinfo
        return local if local is not None else UTC
    offset = _OFFSET.match(name)
    if offset and int(offset[2]) < 24 and int(offset[3]) < 60:
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-length if offset[1] == "-" else length)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"unknown time zone '{name}'; use UTC, local, an offset as +02:00, or a name as Europe/Berlin"
        ) from error


@lru_cache(maxsize=65536)
def _whole(second: int, pattern: str, where: tzinfo) -> tuple[str, str]:
    """A second as text without its fraction, and the offset that ISO 8601 puts behind it."""
    try:
        moment = (EPOCH + timedelta(seconds=second)).astimezone(where)
    except OverflowError:
        return f"{second} s since 1970", ""
    text = moment.strftime(_PATTERNS[pattern]) if moment.year > 999 else moment.isoformat(" ", "seconds")[:19]
    if where is UTC:
        return text, "Z"
    offset = moment.strftime("%z")
    return text, f"{offset[:3]}:{offset[3:5]}"


def iso(time_ns: int, where: tzinfo = UTC) -> str:
    """ISO 8601 with nine digits and the zone: ``2026-11-23T07:10:37.123456789Z``."""
    second, rest = divmod(time_ns, SECOND)
    text, offset = _whole(second, "iso", where)
    return f"{text}.{rest:09d}{offset}"


def moment(time_ns: int, pattern: str, where: tzinfo, digits: int = 9) -> str:
    """A time as ``a``, ``ad`` or ``adoy`` show it, with this many digits behind the second (cut, not rounded)."""
    second, rest = divmod(time_ns, SECOND)
    text, _ = _whole(second, pattern, where)
    return f"{text}.{rest:09d}"[: len(text) + 1 + digits] if digits else text


def seconds(duration_ns: int, digits: int = 9) -> str:
    """A duration in seconds with this many digits behind the dot (cut towards zero): ``-0.000000001``."""
    whole, rest = divmod(abs(duration_ns), SECOND)
    text = f"{'-' if duration_ns < 0 else ''}{whole}"
    return f"{text}.{rest:09d}"[: len(text) + 1 + digits] if digits else text


def many_seconds(durations_ns: Sequence[int], digits: int = 9) -> list[str]:
    """The same of many durations."""
    if digits != 9 or (durations_ns and min(durations_ns) < 0):
        return [seconds(duration_ns, digits) for duration_ns in durations_ns]
    return [f"{duration_ns // SECOND}.{duration_ns % SECOND:09d}" for duration_ns in durations_ns]


def duration(duration_ns: int) -> str:
    """A duration for people, in the largest unit that leaves a whole part: ``1.5 ms``, ``2 h 03 min``."""
    sign = "-" if duration_ns < 0 else ""
    size = abs(duration_ns)
    if size < 60 * SECOND:
        for unit, length in (("s", SECOND), ("ms", 1_000_000), ("us", 1000)):
            if size >= length:
                return f"{sign}{size / length:.4g} {unit}"
        return f"{sign}{size} ns"
    minutes, rest = divmod(size // SECOND, 60)
    if minutes < 60:
        return f"{sign}{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours} h {minutes:02d} min" if hours < 48 else f"{sign}{hours // 24} d {hours % 24:02d} h"


def time_format(text: str) -> tuple[str, int]:
    """The name and the number of digits of a ``-t`` value.

    Raises:
        UsageError: it is none.
    """
    name, dot, digits = text.partition(".")
    if name not in FORMATS or (dot and not (digits.isdecimal() and int(digits) <= 9)):
        raise UsageError(f"unknown time format '{text}'; use one of {', '.join(FORMATS)}, as in 'ad' or 'ad.3'")
    return name, int(digits) if dot else 9
