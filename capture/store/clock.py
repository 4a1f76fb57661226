"""The time of an event on the common clock: as recorded, and shifted by what its source's clock was off (stage ③)."""

from __future__ import annotations

import re

LATEST = (1 << 63) - 1

_TIME = re.compile(r"\be\.time_ns\b")
_SAY_WHEN = re.compile(r"evt\.(?:raw|date)?time(?:\.|$)")
"""Fields that tell when an event happened; all others tell how long something took, or what the record says."""


def shifted(time: str, shift_ns: int) -> str:
    """SQL for a time in ns since 1970 on the common clock; 0, which stands for none, and what is before it stay."""
    if not shift_ns:
        return time
    bounded = f"least({time}, {LATEST - max(shift_ns, 0)})"
    return f"(CASE WHEN {time} > 0 THEN greatest({bounded} + ({shift_ns:d}), 1) ELSE {time} END)"


def on_common_clock(field: str, expression: str, shift_ns: int) -> str:
    """The expression of a field over ``e``, on the common clock where it says when the event happened."""
    if not shift_ns or not _SAY_WHEN.match(field):
        return expression
    return _TIME.sub(lambda _: shifted("e.time_ns", shift_ns), expression)
