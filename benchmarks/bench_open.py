"""Opening a capture: the kernel, and the whole way to the first query, against DuckDB's insert of the same batches."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks import captures, measure

if TYPE_CHECKING:
    from thresher.capture.contract import Dissection

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
    insert = split["insert"]
    figures = [
        ("rows", f"{rows:,} of {path.stat().st_size / 1e6:.0f} MB, kernel {split['build']}"),
        ("kernel", f"{split['kernel']:.2f} s CPU, {rows / split['kernel'] / 1e6:.1f} M rows/s"),
        ("its rows to Arrow batches", f"{split['batches']:.2f} s CPU"),
        ("reading and hashing the file", f"{split['reading']:.2f} s CPU"),
        ("inserting them into a file", f"{insert:.2f} s CPU, {rows / insert / 1e6:.1f} M rows/s"),
        ("kernel ÷ insert, CPU", measure.verdict(split["kernel"] / insert, KERNEL_OF_INSERT, at_most=True)),
        ("open until complete", f"{opened}, {rows / opened.wall / 1e6:.2f} M rows/s wall"),
        ("open ÷ insert, CPU", measure.verdict(opened.cpu / insert, OPEN_OF_INSERT, at_most=True)),
        ("thresher read, sample shop, nothing cached", f"{read}"),
        ("… seconds wall", measure.verdict(read.wall, READ_SECONDS, at_most=True)),
    ]
    measure.table("Opening: shop repeated", figures)
    return 0


class Timed:
    """A dissection whose parts are timed, in CPU seconds of the process."""

    def __init__(self, dissection: Dissection) -> None:
        self._dissection = dissection
        self.spent = {"kernel": 0.0, "batches": 0.0}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dissection, name)

    def feed(self, *arguments: Any) -> int:
        """Timed as the kernel's."""
        with self._timing("kernel"):
            return self._dissection.feed(*arguments)

    def take(self, limit: int) -> Any:
        """Timed as making batches."""
        with self._timing("batches"):
            return self._dissection.take(limit)

    def finish(self) -> Any:
        """Timed as making batches."""
        with self._timing("batches"):
            return self._dissection.finish()

    @contextmanager
    def _timing(self, part: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.spent[part] += time.process_time() - started


def split(path: Path) -> dict[str, float | str]:
    """CPU of each step, one after the other in one process."""
    from thresher.capture.contract import BlockDissector, BlockReader
    from thresher.capture.discovery import dissector
    from thresher.capture.dissection import BlockRun
    from thresher.capture.inputs.locate import locate
    from thresher.capture.inputs.streams import open_stream
    from thresher.capture.readers.detect import detect
    from thresher.capture.store import database, schema
    from thresher.capture.store.writer import Writer

    stream = open_stream(locate([str(path)])[0].files[0])
    with path.open("rb") as file:
        reader = detect(file.read(1 << 16), str(path))
    assert isinstance(reader, BlockReader)
    found = dissector(reader.source)
    assert isinstance(found, BlockDissector)
    run = BlockRun(found, reader, stream)
    timed = Timed(run.dissection)
    run.dissection = cast("Dissection", timed)
    making = inserting = 0.0
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        connection = database.connect(Path(folder, "index.duckdb"))
        writer = Writer(connection, found)
        for statement in schema.statements(found):  # the peer is DuckDB as it comes
            connection.execute(statement.replace(schema.PACKING, ""))
        batches = run.batches()
        started = time.process_time()
        while (batch := next(batches, None)) is not None:
            made = time.process_time()
            making += made - started
            writer.insert_all(batch)
            started = time.process_time()
            inserting += started - made
        writer.cursor.execute("CHECKPOINT")
        inserting += time.process_time() - started
        connection.close()
    reading = making - sum(timed.spent.values())
    return {
        "rows": writer.rows,
        "build": found.implementation(),
        "insert": inserting,
        "reading": reading,
        **timed.spent,
    }


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
