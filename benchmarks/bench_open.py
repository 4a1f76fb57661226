"""Opening a capture: the kernel, and the whole way to the first query, against DuckDB's insert of the same batches."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import captures, measure

KERNEL_OF_INSERT, OPEN_OF_INSERT = 0.4, 1.6
READ_SECONDS = 1.0


def main() -> int:
    """Measure and print."""
    path = captures.shop()
    measure.warm(path)
    split = json.loads(measure.run([sys.executable, "-m", "benchmarks.bench_open", "--split", str(path)]).output)
    with measure.empty_cache() as environment:
        command = [sys.executable, "-m", "benchmarks.bench_open", "--open", str(path)]
        opened = measure.run(command, environment)
    with measure.empty_cache() as environment:
        command = [*measure.THRESHER, "read", "-r", str(captures.SHOP), "-T", "fields", "-e", "evt.num"]
        read = measure.run(command, environment, keep_output=False)
    rows = split["rows"]
    insert = split["insert_cpu"]
    figures = [
        ("rows", f"{rows:,} of {path.stat().st_size / 1e6:.0f} MB, kernel {split['kernel']}"),
        ("kernel and its batches", f"{split['kernel_cpu']:.2f} s CPU, {rows / split['kernel_cpu'] / 1e6:.1f} M rows/s"),
        ("inserting them into a file", f"{insert:.2f} s CPU, {rows / insert / 1e6:.1f} M rows/s"),
        ("kernel ÷ insert, CPU", measure.verdict(split["kernel_cpu"] / insert, KERNEL_OF_INSERT, at_most=True)),
        ("open until complete", f"{opened}, {rows / opened.wall / 1e6:.2f} M rows/s wall"),
        ("open ÷ insert, CPU", measure.verdict(opened.cpu / insert, OPEN_OF_INSERT, at_most=True)),
        ("thresher read, sample shop, nothing cached", f"{read}"),
        ("… seconds wall", measure.verdict(read.wall, READ_SECONDS, at_most=True)),
    ]
    measure.table("Opening: shop repeated", figures)
    return 0


def split(path: Path) -> dict[str, float | str]:
    """CPU of dissecting and of inserting the same batches, one after the other in one process."""
    from thresher.capture.contract import BlockDissector, BlockReader
    from thresher.capture.discovery import dissector
    from thresher.capture.dissection import BlockRun
    from thresher.capture.inputs.locate import locate
    from thresher.capture.inputs.streams import open_stream
    from thresher.capture.readers.detect import detect
    from thresher.capture.store import database
    from thresher.capture.store.writer import Writer

    (inputs,) = locate([str(path)])
    stream = open_stream(inputs.files[0])
    with path.open("rb") as file:
        reader = detect(file.read(1 << 16), str(path))
    assert isinstance(reader, BlockReader)
    found = dissector(reader.source)
    assert isinstance(found, BlockDissector)
    run = BlockRun(found, reader, stream)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        connection = database.connect(Path(folder, "index.duckdb"))
        writer = Writer(connection, found)
        writer.create(found)
        batches = run.batches()
        kernel_cpu = insert_cpu = 0.0
        while True:
            started = time.process_time()
            batch = next(batches, None)
            made = time.process_time()
            kernel_cpu += made - started
            if batch is None:
                break
            writer.insert_all(batch)
            insert_cpu += time.process_time() - made
        started = time.process_time()
        writer.cursor.execute("CHECKPOINT")
        insert_cpu += time.process_time() - started
        connection.close()
    return {"rows": writer.rows, "kernel_cpu": kernel_cpu, "insert_cpu": insert_cpu, "kernel": found.implementation()}


def open_once(path: Path) -> None:
    """Open a capture until it is complete."""
    from thresher.capture.ingest.opening import open_store
    from thresher.capture.inputs.locate import locate

    open_store(locate([str(path)])[0], background=False).close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--split", type=Path)
    parser.add_argument("--open", type=Path)
    options = parser.parse_args()
    if options.split:
        print(json.dumps(split(options.split)))
    elif options.open:
        open_once(options.open)
    else:
        sys.exit(main())
