"""Writes times and durations the way arguments and details show them, in UTC; for stage ②."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clock_text(time_ns: int) -> str:
    """``2025-07-19 19:05:01.147483648``; the number itself where it lies beyond the year 9999."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return str(time_ns)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{rest:09d}"


def duration_text(duration_ns: int) -> str:
    """A duration in the largest unit that leaves a number before the point: ``1.5 ms``."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if abs(duration_ns) >= size:
            whole, rest = divmod(abs(duration_ns), size)
            fraction = f"{rest:0{len(str(size)) - 1}d}".rstrip("0")
            return f"{'-' if duration_ns < 0 else ''}{whole}{'.' if fraction else ''}{fraction} {unit}"
    return f"{duration_ns} ns"
