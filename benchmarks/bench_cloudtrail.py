"""Opening 100,000 CloudTrail events against DuckDB's own JSON reader on the same files."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import captures, measure

PEER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[2])
connection.execute(
    "CREATE TABLE events AS SELECT unnest(json_extract(json, '$.Records[*]')) AS record FROM "
    "read_json_objects(?, format = 'unstructured', maximum_object_size = 1073741824)", [sys.argv[1] + "/*.json"])
print(connection.execute("SELECT count(*) FROM events").fetchone()[0])
"""


def main() -> int:
    """Measure and print."""
    folder = captures.cloud()
    for path in folder.iterdir():
        measure.warm(path)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        peer = measure.run([sys.executable, "-c", PEER, str(folder), str(Path(made, "peer.duckdb"))])
    with measure.empty_cache() as environment:
        ours = measure.run([sys.executable, "-m", "benchmarks.bench_open", "--open", str(folder)], environment)
    events = int(peer.output)
    figures = [
        ("events", f"{events:,}, {sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.0f} MB of JSON"),
        ("thresher, typed columns and raw text", f"{ours}, {events / ours.wall / 1e3:.0f} k events/s"),
        ("DuckDB's read_json_objects, split into records", f"{peer}, {events / peer.wall / 1e3:.0f} k events/s"),
        ("thresher ÷ DuckDB", f"wall {ours.wall / peer.wall:.2f}, CPU {ours.cpu / peer.cpu:.2f}"),
    ]
    measure.table("CloudTrail: 100,000 events", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
