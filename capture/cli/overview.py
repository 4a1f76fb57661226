"""The overview that stands in for the screen where there is no terminal (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.cli.facts_text import as_text
from thresher.capture.escape import escape
from thresher.capture.query import FINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from thresher.capture.case import Case

LISTED = 10
BARS = " ▁▂▃▄▅▆▇█"
BUCKETS = 60


def overview(case: Case, text: str, zone: tzinfo) -> Iterator[str]:
    """What each source holds, then who acted, what was done and what failed most, and when."""
    yield from as_text(case, zone)
    positions = case.select(text) if text else None
    yield ""
    yield f"{case.count() if positions is None else len(positions):,} events" + (
        f" match {escape(text)}" if text else ""
    )
    timeline = case.timeline(BUCKETS, positions)
    yield f"|{bars(timeline.counts)}|"
    for title, field in (("Actors", "actor"), ("Actions", "action")):
        yield from top_list(title, case.top(field, text, LISTED))
    failed = [pair for pair in case.top("outcome", text, LISTED + len(FINE)) if pair[0] not in FINE]
    yield from top_list("Failures", failed[:LISTED])


def bars(counts: Sequence[int]) -> str:
    """Counts as bars of one line; anything above nothing is seen."""
    most = max(counts, default=0)
    return "".join(BARS[-(-count * (len(BARS) - 1) // most) if most else 0] for count in counts)


def top_list(title: str, pairs: Sequence[tuple[str, int]]) -> Iterator[str]:
    """A titled list of values with their counts; nothing where there are none."""
    if pairs:
        yield ""
        yield title
        width = max(len(f"{count:,}") for _, count in pairs)
        for value, count in pairs:
            yield f"  {count:>{width},}  {escape(value)}"
