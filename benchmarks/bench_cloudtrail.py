"""Opening CloudTrail logs against DuckDB's own JSON reader on the same files, with the same columns and the record."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import captures, cloud_logs, measure

if TYPE_CHECKING:
    from thresher.capture.store.store import Store

EVENTS = 100_000
SMALL_FILES, PER_SMALL_FILE = 4_000, 8
CPU_OF_PEER, STORE_OF_GZIP, MOST_MEMORY, SMALL_CPU, QUERY_SECONDS = 1 / 1.5, 1.3, 1.0, 3.0, 0.2
QUERIES = {
    "key pivot": "SELECT num FROM events WHERE access_key_id = (SELECT access_key_id FROM events LIMIT 1 OFFSET 4321)",
    "first seen per principal": "SELECT user_arn, event_source, event_name, min(time_ns) FROM events "
    "GROUP BY user_arn, event_source, event_name ORDER BY min(time_ns) DESC LIMIT 100",
    "chain": "SELECT count(*) FROM events u JOIN (SELECT issued_session_key AS key, min(time_ns) AS since FROM events "
    "WHERE issued_session_key IS NOT NULL GROUP BY 1) i ON u.access_key_id = i.key AND u.time_ns >= i.since",
}


def main(events: int = EVENTS) -> int:
    """Measure and print."""
    folder = cloud_logs.logs(events)
    files = list(folder.iterdir())
    for path in files:
        measure.warm(path)
    with measure.empty_cache() as environment:  # every module is compiled once
        sample = str(captures.ROOT / "samples" / "cloud" / "AWSLogs")
        measure.run([sys.executable, "-m", "benchmarks.bench_cloudtrail", "--open", sample], environment)
    packed = sum(path.stat().st_size for path in files)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        peer = measure.run([sys.executable, "-m", "benchmarks.bench_cloudtrail", "--peer", str(folder), made])
    with measure.empty_cache() as environment:
        ours = measure.run([sys.executable, "-m", "benchmarks.bench_cloudtrail", "--open", str(folder)], environment)
    found, theirs = json.loads(ours.output), json.loads(peer.output)
    memory = ours.anonymous_bytes / 1e9
    figures = [
        ("events", f"{theirs['rows']:,}, {packed / 1e6:.0f} MB of gzip"),
        ("thresher, typed columns and raw text", f"{ours}, {events / ours.wall / 1e3:.0f} k events/s"),
        ("DuckDB's read_json_objects, the same", f"{peer}, {events / peer.wall / 1e3:.0f} k events/s"),
        ("thresher ÷ DuckDB, CPU", measure.verdict(ours.cpu / peer.cpu, CPU_OF_PEER, at_most=True)),
        ("thresher ÷ DuckDB, wall", f"{ours.wall / peer.wall:.2f}"),
        ("store ÷ gzip", measure.verdict(found["store_bytes"] / packed, STORE_OF_GZIP, at_most=True)),
        ("DuckDB's store ÷ gzip", f"{theirs['store_bytes'] / packed:.2f}"),
        ("memory, GB", measure.verdict(memory, MOST_MEMORY, at_most=True)),
        *((f"{name}, s", measure.verdict(seconds, QUERY_SECONDS, True)) for name, seconds in found["queries"].items()),
    ]
    measure.table(f"CloudTrail: {events:,} events", figures)
    if events <= EVENTS:
        small_files()
    return 0


def small_files() -> None:
    """Measure many small files."""
    folder = cloud_logs.logs(SMALL_FILES * PER_SMALL_FILE, PER_SMALL_FILE)
    with measure.empty_cache() as environment:
        cost = measure.run([sys.executable, "-m", "benchmarks.bench_cloudtrail", "--open", str(folder)], environment)
    figures = [("thresher", str(cost)), ("CPU, s", measure.verdict(cost.cpu, SMALL_CPU, at_most=True))]
    measure.table(f"CloudTrail: {SMALL_FILES:,} files of {PER_SMALL_FILE} events", figures)


def open_once(folder: Path) -> None:
    """Open the logs until they are complete, ask the queries, and print what came of it."""
    from thresher.capture.ingest.opening import open_store
    from thresher.capture.inputs.locate import locate

    store = open_store(locate([str(folder)])[0], background=False)
    size = store.index.stat().st_size if store.index else 0
    print(json.dumps({"store_bytes": size, "queries": {name: _seconds(store, sql) for name, sql in QUERIES.items()}}))
    store.close()


def _seconds(store: Store, sql: str) -> float:
    """Wall seconds of the better of two runs."""
    best = 1e9
    for _ in range(2):
        started = time.perf_counter()
        store.cursor().execute(sql).fetchall()
        best = min(best, time.perf_counter() - started)
    return best


def peer(folder: Path, made: Path) -> None:
    """DuckDB alone: every record split off, the same columns, the record compressed in the same way."""
    import duckdb

    from thresher.dissectors.cloudtrail.stored import STORED

    connection = duckdb.connect(str(made / "peer.duckdb"))
    connection.execute("SET enable_progress_bar = false")
    columns = ", ".join(f"{column} {type_}" for column, type_, _ in STORED)
    connection.execute(f"CREATE TABLE events (time TIMESTAMP, {columns}, raw VARCHAR USING COMPRESSION zstd)")
    paths = ", ".join(f"'$.{path}'" for path in ("eventTime", *(path for _, _, path in STORED)))
    values = ", ".join(f"try_cast(v[{at}] AS {type_})" for at, (_, type_, _) in enumerate(STORED, start=2))
    records = (
        "SELECT unnest(json_extract(json, '$.Records[*]')) AS record FROM "
        "read_json_objects(?, format = 'unstructured', maximum_object_size = 1073741824)"
    )
    connection.execute(
        f"INSERT INTO events SELECT try_cast(v[1] AS TIMESTAMP), {values}, record FROM "
        f"(SELECT record, json_extract_string(record, [{paths}]) AS v FROM ({records}))",
        [f"{folder}/*.json.gz"],
    )
    rows = connection.execute("SELECT count(*) FROM events").fetchall()[0][0]
    connection.close()
    print(json.dumps({"rows": rows, "store_bytes": (made / "peer.duckdb").stat().st_size}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--open", type=Path)
    parser.add_argument("--peer", type=Path, nargs=2)
    options = parser.parse_args()
    if options.open:
        open_once(options.open)
    elif options.peer:
        peer(*options.peer)
    else:
        sys.exit(main(options.events))
