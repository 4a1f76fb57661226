"""Which panes of the events screen are seen (stage ⑤): decided by the terminal's size, the focus and the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.tui.widgets.bytes_pane import BytesPane
from thresher.tui.widgets.details import Details

if TYPE_CHECKING:
    from textual.screen import Screen

WIDE = 100
"""Columns from which details and bytes stand beside each other."""
DUMP_WIDTH = 75
"""Columns of a hex dump with 16 bytes a line, its border and its scrollbar."""
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
    """What is seen: the panes by name, and how they share the lines.

    ``beside`` puts details and bytes beside each other, ``roomy`` spends lines on borders, ``lower`` is the number of
    lines of details and bytes together, 0 for all there are.
    """

    seen: frozenset[str]
    beside: bool
    roomy: bool
    lower: int


def arranged(width: int, height: int, pane: str, maximised: bool, more: int) -> Panes:
    """The panes for a terminal of ``width`` columns and ``height`` lines.

    Args:
        width: in cells.
        height: in cells.
        pane: the one with the focus, of ``ORDER``.
        maximised: whether it has the screen to itself.
        more: lines that the user gave to details and bytes, negative where taken away.
    """
    roomy = height >= ROOMY
    if maximised or height < LOW:
        alone = "list" if pane == "timeline" else pane
        strip = {"timeline"} if height >= LOW or pane == "timeline" else set()
        return Panes(frozenset({alone} | strip), False, roomy, 0)
    beside = width >= WIDE
    hidden = set() if beside or height >= TALL else {"details"} if pane == "bytes" else {"bytes"}
    room = height - (8 if roomy else 4) - 2
    lower = max(4, min(room * (40 if beside else 45) // 100 + more, room - 4))
    return Panes(frozenset(set(ORDER) - hidden), beside, roomy, lower)


class PaneKeeper:
    """Shows and hides the panes of a screen, and moves the focus among them."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self.current = "list"
        self.maximised = False
        self._more = 0

    def arrange(self) -> None:
        """Show the panes for the present size and focus."""
        screen = self._screen
        panes = arranged(screen.size.width, screen.size.height, self.current, self.maximised, self._more)
        for name in ORDER:
            screen.query_one(f"#{name}").display = name in panes.seen
        lower = screen.query_one("#lower")
        lower.display = bool(panes.seen & {"details", "bytes"})
        lower.set_class(panes.beside, "-beside")
        lower.set_class(not panes.beside, "-stacked")
        lower.styles.height = panes.lower or "1fr"
        has_room = panes.beside and screen.size.width >= 2 * DUMP_WIDTH - 14
        screen.query_one("#bytes").styles.width = DUMP_WIDTH if has_room else "1fr"
        for bar in screen.query(".bar"):
            bar.set_class(panes.roomy, "-roomy")
        screen.query_one("#timeline").set_class(not panes.roomy, "-compact")
        screen.query_one("#details", Details).tell_way("" if "bytes" in panes.seen else "Tab: bytes")
        screen.query_one("#bytes", BytesPane).tell_way("" if "details" in panes.seen else "Shift+Tab: details")

    def focused(self, name: str | None) -> None:
        """A pane has got the keyboard."""
        if name in ORDER and name != self.current:
            self.current = name
            self.arrange()

    def go_to(self, name: str) -> None:
        """Give a pane the keyboard, and show it."""
        self.current = name
        self.arrange()
        self._screen.query_one(f"#{name}").focus()

    def turn(self, by: int) -> None:
        """Go to the next or the previous pane."""
        self.go_to(ORDER[(ORDER.index(self.current) + by) % len(ORDER)])

    def maximise(self) -> None:
        """Give the current pane the whole screen, or take it back."""
        self.maximised = not self.maximised
        self.arrange()

    def resize(self, by: int) -> None:
        """Give the current pane more lines, or fewer."""
        self._more += by if self.current in ("details", "bytes") else -by
        self._more = max(-self._screen.size.height, min(self._more, self._screen.size.height))
        self.arrange()
