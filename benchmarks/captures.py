"""Where the benchmarks' big inputs are: made once from the samples, and found again."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import repeat

ROOT = Path(__file__).resolve().parent.parent
BIG = Path(os.environ.get("THRESHER_BENCH", "/tmp/thresher-bench"))
"""Folder of the inputs; takes about 1.2 GB."""
SHOP = ROOT / "samples" / "shop" / "shop.scap"
OLD = ROOT.parent / "shared" / "captures" / "502Error.scap"
CLOUD = (ROOT.parent / "shared" / "cloudtrail" / "invictus", ROOT / "samples" / "cloud")
CLOUD_EVENTS = 100_000
PER_FILE = 5_000


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


def cloud() -> Path:
    """A folder of CloudTrail files with 100,000 events, each with an id and time of its own."""
    folder = BIG / f"cloudtrail_{CLOUD_EVENTS}"
    if not folder.exists():
        source = next(path for path in CLOUD if path.exists())
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        records = list(_records(source))
        for start in range(0, CLOUD_EVENTS, PER_FILE):
            made = [_copy(records, number) for number in range(start, start + PER_FILE)]
            text = json.dumps({"Records": made}, separators=(",", ":"))
            (part / f"111122223333_CloudTrail_{start:06}.json").write_text(text, "utf-8")
        part.rename(folder)
    return folder


def _records(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.rglob("*.json*")):
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        yield from json.loads(data)["Records"]


def _copy(records: list[dict[str, object]], number: int) -> dict[str, object]:
    """Record ``number`` of an endless log: another day, another id."""
    days, index = divmod(number, len(records))
    record = records[index]
    then = datetime.fromisoformat(str(record["eventTime"])) + timedelta(days=days)
    return {**record, "eventID": f"{number:032x}", "eventTime": then.strftime("%Y-%m-%dT%H:%M:%SZ")}
