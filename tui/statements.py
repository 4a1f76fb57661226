"""What the status bar says (stage ⑤), from the facts of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.escape import escape
from thresher.tui.widgets.status_bar import Part

if TYPE_CHECKING:
    from thresher.capture.case import CaseProgress
    from thresher.tui.listing import Listing


@dataclass(slots=True)
class Facts:
    """Everything the bar may tell.

    Attributes:
        names: short names of the sources.
        shown, total, hidden, ignored: events on show, all of them, the internal and the ignored ones left out.
        fraction: how far a running selection is, None where none runs.
        found: matches of the find, None without one.
        number: store and number of the event under the cursor.
        damaged: stretches that could not be read.
        shifts: what is added to the times of sources.
    """

    names: list[str]
    shown: int = 0
    total: int = 0
    hidden: int = 0
    ignored: int = 0
    internal: bool = False
    text: str = ""
    fraction: float | None = None
    was_stopped: bool = False
    found: int | None = None
    number: tuple[int, int] | None = None
    time_ns: int | None = None
    zone: str = "UTC"
    time_format: str = ""
    damaged: int = 0
    shifts: tuple[str, ...] = ()
    progress: CaseProgress | None = None
    error: Exception | None = None

    @property
    def is_loading(self) -> bool:
        """Whether rows are still to come."""
        return self.progress is not None and not self.progress.complete

    @property
    def is_live(self) -> bool:
        """Whether rows come from a source that may still be written to."""
        return self.progress is not None and self.progress.is_live

    def look(self, listing: Listing) -> None:
        """Take over what is shown and found now."""
        self.text, self.internal = listing.text, listing.internal
        self.shown = len(listing.positions) if listing.positions is not None else 0
        self.total, self.hidden = listing.total, listing.hidden
        self.fraction = listing.fraction if listing.is_busy else None
        self.was_stopped = listing.was_stopped
        self.found = len(listing.found) if listing.found is not None else 0 if listing.found_text else None


def statements(facts: Facts) -> list[Part]:
    """The bar's parts from left to right."""
    return [
        _name(facts), _place(facts), _counts(facts), _ignored(facts), _internal(facts), _state(facts), _find(facts),
        _damage(facts), _shifts(facts), Part((f"{facts.time_format}, {facts.zone}", facts.zone), 4),
    ]  # fmt: skip


def _name(facts: Facts) -> Part:
    names = [escape(name) for name in facts.names]
    first = names[0] if names else ""
    count = f"{len(names)} sources"
    short = first if len(first) <= 16 else f"{first[:7]}…{first[-8:]}"
    if len(names) > 1:
        return Part((" + ".join(names), count), 6, "bold")
    return Part((first, short), 6, "bold")


def _place(facts: Facts) -> Part:
    if facts.number is None:
        return Part(("",), 0)
    store, number = facts.number
    plain = f"#{number}"
    if len(facts.names) > 1 and store < len(facts.names):
        return Part((f"{escape(facts.names[store])}:{number}", plain), 1)
    return Part((plain,), 1)


def _counts(facts: Facts) -> Part:
    if facts.progress is None:
        return Part(("opening …",), 0)
    if not facts.text:
        return Part((f"{facts.shown:,} events", f"{facts.shown:,}"), 1)
    percent = 100 * facts.shown / facts.total if facts.total else 0.0
    share = f" ({percent:.1f} %)" if percent >= 0.1 or not facts.shown else " (< 0.1 %)"
    return Part(
        (f"{facts.shown:,} of {facts.total:,}{share}", f"{facts.shown:,}/{facts.total:,}", f"{facts.shown:,}"), 1
    )


def _internal(facts: Facts) -> Part:
    if not facts.hidden:
        return Part(("",), 9)
    words = "with" if facts.internal else "without"
    sign = "+" if facts.internal else "−"
    return Part(
        (f"{words} {facts.hidden:,} internal", f"{sign}{facts.hidden:,} internal", f"{sign}{facts.hidden:,}i"), 5
    )


def _ignored(facts: Facts) -> Part:
    if not facts.ignored:
        return Part(("",), 8)
    return Part((f"without {facts.ignored:,} ignored", f"−{facts.ignored:,} ignored", f"−{facts.ignored:,}ig"), 4)


def _state(facts: Facts) -> Part:
    parts = []
    if facts.progress is not None and facts.is_loading:
        share = f" {100 * facts.progress.fraction:.0f} %" if facts.progress.total_bytes else ""
        word = "live" if facts.progress.is_live else f"loading{share}"
        parts.append("loading stopped" if facts.error is not None else word)
    if facts.fraction is not None and facts.text:
        parts.append(f"filtering {100 * facts.fraction:.0f} % (Esc stops)")
    elif facts.was_stopped:
        parts.append("stopped: not all events looked at")
    if not parts:
        return Part(("",), 3)
    short = ", ".join(part.partition(" (")[0].partition(":")[0] for part in parts)
    return Part((", ".join(parts), short), 0, "bold yellow")


def _find(facts: Facts) -> Part:
    if facts.found is None:
        return Part(("",), 7)
    return Part((f"{facts.found:,} found", f"◆{facts.found:,}"), 3)


def _shifts(facts: Facts) -> Part:
    """Times that are not as recorded are said to be so, to the last."""
    if not facts.shifts:
        return Part(("",), 10)
    return Part((f"shifted {escape(', '.join(facts.shifts))}", "shifted"), 1, "bold yellow")


def _damage(facts: Facts) -> Part:
    if not facts.damaged:
        return Part(("",), 2)
    word = "place" if facts.damaged == 1 else "places"
    return Part((f"⚠ damaged at {facts.damaged:,} {word}", f"⚠ {facts.damaged:,} damaged", "⚠"), 1, "bold red")
