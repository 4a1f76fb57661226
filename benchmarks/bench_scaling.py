"""What an event costs as captures grow: processor, memory, index, and opening again."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks import captures, measure

EVENTS = (1_000_000, 2_000_000, 4_000_000, 8_000_000)
FLAT, MEMORY_BYTES, INDEX_BYTES, REOPEN_SECONDS = 1.2, 1 << 30, 20.0, 0.3


def main(sizes: list[int]) -> int:
    """Measure and print a row for each size."""
    rows = [measured(events) for events in sizes]
    first = rows[0]["cpu_us"]
    print("\n### Scaling: shop repeated\n")
    print(
        "| events | CPU an event, µs | of the smallest | anonymous memory, MiB | index, bytes an event | reopening, s |"
    )
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['rows']:,.0f} | {row['cpu_us']:.2f} | {row['cpu_us'] / first:.2f} | "
            f"{row['anonymous'] / 2**20:.0f} | {row['index']:.1f} | {row['reopen']:.2f} |"
        )
    last = rows[-1]
    figures = [
        ("CPU an event, dearest ÷ smallest capture", max(row["cpu_us"] for row in rows) / first, FLAT),
        ("anonymous memory, GiB", last["anonymous"] / 2**30, MEMORY_BYTES / 2**30),
        ("index, bytes an event", last["index"], INDEX_BYTES),
        ("reopening, CPU seconds", last["reopen"], REOPEN_SECONDS),
    ]
    measure.table(
        "Against what is demanded",
        [(what, measure.verdict(found, most, at_most=True)) for what, found, most in figures],
    )
    return 0


def measured(events: int) -> dict[str, float]:
    """One size, opened by a process of its own with nothing cached, and once more by another."""
    path = captures.shop(events)
    measure.warm(path)
    command = [sys.executable, "-m", "benchmarks.bench_scaling", "--open", str(path)]
    with measure.empty_cache() as environment:
        opened = measure.run(command, environment)
        folder = Path(environment["XDG_CACHE_HOME"])
        index = sum(file.stat().st_size for file in folder.rglob("index.duckdb"))
        again = json.loads(measure.run(command, environment).output)
    told = json.loads(opened.output)
    return {
        "rows": told["rows"],
        "cpu_us": told["cpu"] / told["rows"] * 1e6,
        "anonymous": opened.anonymous_bytes,
        "index": index / told["rows"],
        "reopen": again["cpu"],
    }


def open_once(path: Path) -> None:
    """Open a capture until it is complete and say how many rows it has and what that took."""
    from thresher.capture.ingest.opening import open_store
    from thresher.capture.inputs.locate import locate

    started = time.process_time()
    with open_store(locate([str(path)])[0], background=False) as store:
        spent = time.process_time() - started
        print(json.dumps({"rows": store.count(), "cpu": spent}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=Path)
    parser.add_argument(
        "--events", type=int, action="append", help="a size; repeatable; 1, 2, 4 and 8 million unless given"
    )
    options = parser.parse_args()
    if options.open:
        open_once(options.open)
    else:
        sys.exit(main(options.events or list(EVENTS)))
