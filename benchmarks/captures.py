"""Where the benchmarks' big inputs are: made once from the samples, and found again."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks import repeat

ROOT = Path(__file__).resolve().parent.parent
BIG = Path(os.environ.get("THRESHER_BENCH", "/tmp/thresher-bench"))
"""Folder of the inputs; takes about 1.2 GB."""
SHOP = ROOT / "samples" / "shop" / "shop.scap"
OLD = ROOT.parent / "shared" / "captures" / "502Error.scap"


def shop(events: int = 7_000_000) -> Path:
    """The new-format capture of at least so many events."""
    return _made(BIG / f"shop_{events}.scap", SHOP, ["--events", str(events)])


def old(events: int = 6_000_000) -> Path | None:
    """The old-format one, which sysdig 0.29 reads; None where its source is not here."""
    if not OLD.exists():
        return None
    return _made(BIG / f"502Error_{events}.scap", OLD, ["--events", str(events), "--thin", "procinfo=40"])


def _made(target: Path, source: Path, options: list[str]) -> Path:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        repeat.main([str(source), str(part), *options])
        part.rename(target)
    return target
