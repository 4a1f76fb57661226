"""Writes the cloud sample, the same records in every run: ``python -m thresher.samples.cloud.make FOLDER``."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from thresher.samples.cloud.intrusion import intrusion
from thresher.samples.cloud.record import Log, Record
from thresher.samples.cloud.traffic import traffic

SEED = 20261123
SLOT_SECONDS = 300


def files() -> Iterator[tuple[str, bytes]]:
    """Path and JSON text of each delivered file, grouped and named as CloudTrail does, in the order of the paths."""
    log = Log(SEED)
    traffic(log)
    intrusion(log)
    delivered: dict[tuple[str, str, datetime], list[Record]] = {}
    for event in sorted(log.events, key=lambda event: event.time):
        moment = event.time + timedelta(seconds=60 + 360 * log.random.random())
        slot = datetime.fromtimestamp((int(moment.timestamp()) // SLOT_SECONDS + 1) * SLOT_SECONDS, UTC)
        delivered.setdefault((event.account, event.region, slot), []).append(event.record)
    for (account, region, slot), records in sorted(delivered.items()):
        # Inside a delivery nothing is sorted, as with the real service.
        keyed = [(log.random.random(), record) for record in records]
        shuffled = [record for _, record in sorted(keyed, key=lambda pair: pair[0])]
        folder = f"AWSLogs/{account}/CloudTrail/{region}/{slot:%Y/%m/%d}"
        name = f"{account}_CloudTrail_{region}_{slot:%Y%m%dT%H%MZ}_{log.word(16)}.json.gz"
        yield f"{folder}/{name}", json.dumps({"Records": shuffled}, separators=(",", ":")).encode()


def write(folder: Path) -> None:
    """All files, compressed without a time stamp."""
    for path, text in files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
