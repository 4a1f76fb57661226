"""Puts sources whose clocks were off on one clock (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.errors import UsageError
from thresher.capture.source_names import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.store.store import Store

MOST_NS = 100 * 366 * 86_400 * 10**9
"""No clock is off by more than a century."""

USAGE = "write NAME=+2.5s or NAME=-300ms"


def shift(stores: Sequence[Store], wishes: Sequence[str]) -> None:
    """Shift the times of sources, before anything is asked of them.

    Args:
        stores: all sources.
        wishes: ``NAME=+2.5s`` each, where the name is the source's short name or how it was named; of a single source
            the length alone will do.

    Raises:
        UsageError: there is no such source, or the length of time is none.
    """
    names = labels([store.spec for store in stores])
    for wish in wishes:
        name, equals, length = wish.rpartition("=")
        found = [
            store
            for store, label in zip(stores, names, strict=True)
            if name in (label, store.spec) or (not equals and len(stores) == 1)
        ]
        if not found:
            raise UsageError(f"--shift {wish}: there is no source '{name}', there are {', '.join(names)}; {USAGE}")
        found[0].shift_ns = _length(wish, length.strip())


def _length(wish: str, length: str) -> int:
    """The length of a shift in ns."""
    from thresher.capture.filter.times import duration

    if length[:1] not in ("+", "-") or not length[-1:].isalpha():
        raise UsageError(f"--shift {wish}: '{length}' has no sign or no unit; {USAGE}")
    try:
        found = duration(length[1:])
    except ValueError as error:
        raise UsageError(f"--shift {wish}: {error}; {USAGE}") from None
    if not 0 <= found <= MOST_NS:
        raise UsageError(f"--shift {wish}: no clock is off by more than a century; {USAGE}")
    return -found if length[0] == "-" else found


def told(store: Store, label: str) -> str:
    """What is said of a shifted source."""
    seconds, rest = divmod(abs(store.shift_ns), 10**9)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{label}: times are shifted by {'-' if store.shift_ns < 0 else '+'}{seconds:,}{fraction} s"
