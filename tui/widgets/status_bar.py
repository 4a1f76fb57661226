"""The status bar (stage ⑤): what is open and shown, in as many words as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Part:
    """A statement on the bar.

    Attributes:
        texts: from the longest wording to the shortest.
        rank: the highest give up words first.
        style: how it is drawn.
    """

    texts: tuple[str, ...]
    rank: int
    style: str = ""


class StatusBar(Widget):
    """Statements beside each other; those of least rank keep their words longest."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._parts: list[Part] = []

    def show(self, parts: list[Part]) -> None:
        """Show these, in this order."""
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def render(self) -> Text:
        """The bar for the present width."""
        return worded(self._parts, self.size.width)


def worded(parts: list[Part], width: int) -> Text:
    """The parts in the longest words that fit; what has no room at all is told by a ``…`` at the end."""
    chosen = {index: 0 for index, part in enumerate(parts) if part.texts and part.texts[0]}
    order = sorted(chosen, key=lambda index: -parts[index].rank)
    dropped = False
    for index in order:
        while _length(parts, chosen, dropped) > width and chosen[index] < len(parts[index].texts) - 1:
            chosen[index] += 1
    for index in order:
        if _length(parts, chosen, dropped) > width and len(chosen) > 1:
            del chosen[index]
            dropped = True
    text = Text(" ", no_wrap=True, overflow="ellipsis")
    for place, (index, wording) in enumerate(sorted(chosen.items())):
        text.append("  " if place else "")
        text.append(parts[index].texts[wording], parts[index].style)
    if dropped:
        text.append(" …")
    if text.cell_len > width:
        text.truncate(max(width, 1), overflow="ellipsis")
    return text


def _length(parts: list[Part], chosen: dict[int, int], dropped: bool) -> int:
    words = sum(cell_len(parts[index].texts[wording]) for index, wording in chosen.items())
    return 1 + words + 2 * max(len(chosen) - 1, 0) + 2 * dropped
