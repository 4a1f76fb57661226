"""Which panes of the events screen are seen (stage ⑤): decided by the terminal's size, the focus and the user."""

from __future__ import annotations

from dataclasses import dataclass

WIDE = 100
"""Columns from which details and bytes stand beside each other."""
TALL = 40
"""Lines from which they stand above each other where it is not wide."""
ROOMY = 34
"""Lines from which the filter bar has a border and the timeline a third line of bars."""
LOW = 16
"""Lines below which only one pane is seen."""

ORDER = ("list", "details", "bytes", "timeline")
"""The way that Tab goes round."""


@dataclass(frozen=True, slots=True)
class Panes:
    """What is seen.

    Attributes:
        list, details, bytes, timeline: whether that pane is.
        beside: details and bytes stand beside each other, otherwise one above the other.
        roomy: there are lines to spare for borders.
        lower: lines of details and bytes together; 0 leaves it to the list's minimum.
    """

    list: bool
    details: bool
    bytes: bool
    timeline: bool
    beside: bool
    roomy: bool
    lower: int


def arranged(width: int, height: int, pane: str, maximised: str, more: int) -> Panes:
    """The panes for a terminal of this size.

    Args:
        width, height: in cells.
        pane: the one with the focus, of ``ORDER``.
        maximised: the one that has the screen to itself, '' for none.
        more: lines that the user gave to details and bytes, negative where taken away.
    """
    alone = maximised or (pane if height < LOW else "")
    roomy = height >= ROOMY
    if alone:
        return Panes(
            alone in ("list", "timeline"), alone == "details", alone == "bytes", alone != "bytes" and height >= 10,
            False, roomy, 0,
        )  # fmt: skip
    beside = width >= WIDE
    both = beside or height >= TALL
    upper = 4 if not roomy else 8
    room = height - upper - 2
    lower = max(4, min(room * (40 if beside else 45) // 100 + more, room - 4))
    return Panes(True, both or pane != "bytes", both or pane == "bytes", True, beside, roomy, lower)
