"""The second half of an ingest: inserts what the first half makes, and finishes the index (stage ③)."""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from thresher.capture.contract import RecordDissector
from thresher.capture.errors import Cancelled, ThresherError
from thresher.capture.ingest.sources import Item, Source, paths_of
from thresher.capture.store import database, entries, schema
from thresher.capture.store.copies import notes as notes_on_copies
from thresher.capture.store.entries import Manifest
from thresher.capture.store.facts import Facts, FileFacts, Span, span, to_meta
from thresher.capture.store.lazy import version
from thresher.capture.store.records import RecordWriter
from thresher.capture.store.staging import Staged
from thresher.capture.store.writer import Writer

if TYPE_CHECKING:
    from thresher.capture.model import Damage
    from thresher.capture.store.store import Store

CHANGED_WHILE_READ = " changed while it was read; its index is not kept"
NOT_FINISHED = "A query was still running when everything was in; the index is not kept"
PATIENCE_SECONDS = 10.0
AHEAD = 1
"""Batches that may wait to be inserted, while one is being made and one goes in: of logs each is 150 MB."""


class Loader:
    """One ingest: a thread that reads and dissects, and this one, which inserts."""

    def __init__(self, store: Store, source: Source) -> None:
        self._store = store
        self._source = source
        self._loading = store.loading
        self._queue: queue.Queue[Item | BaseException | None] = queue.Queue(AHEAD)
        self._writer = Writer(store.connection(), store.dissector)
        self._records: RecordWriter | None = None
        if isinstance(store.dissector, RecordDissector):
            self._records = RecordWriter(self._writer, store.dissector, paths_of(store.inputs.files))

    def prepare(self) -> None:
        """Make the tables, so that the first query finds them."""
        self._writer.create(self._store.dissector)
        files = enumerate(self._store.inputs.files)
        rows = [(index, file.path, file.size, "", "", 0, None, None) for index, file in files]
        self._writer.replace("files", rows)

    def run(self) -> None:
        """Load everything; how it ends stands in the store's ``loading``."""
        producer = threading.Thread(target=self._produce, name="dissect", daemon=True)
        producer.start()
        error: Exception | None = None
        try:
            while (item := self._next()) is not None:
                self._insert(item)
            self._loading.check()
            self._finish()
        except (ThresherError, MemoryError) as found:
            error = found
        except duckdb.Error as found:
            error = ThresherError(f"{self._store.spec}: the index cannot be written: {found}")
        except Exception as found:
            error = found
        finally:
            self._loading.stop.set()
            self._drain(producer)
            self._source.close()
            self._loading.end(error)

    def _produce(self) -> None:
        """Read and dissect ahead of the inserts."""
        try:
            for item in self._source.items():
                self._put(item)
                self._loading.check()
            self._put(None)
        except Cancelled as error:
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(error)
        except BaseException as error:  # handed to the other thread, which raises it
            self._put(error)

    def _next(self) -> Item | None:
        """What is to be inserted next, None at the end; raises what ended the other thread."""
        item = self._queue.get()
        if isinstance(item, BaseException):
            raise item
        return item

    def _put(self, item: Item | BaseException | None) -> None:
        while True:
            try:
                self._queue.put(item, timeout=0.1)
            except queue.Full:
                self._loading.check()
            else:
                return

    def _drain(self, producer: threading.Thread) -> None:
        """Make room until the other thread has noticed that it is to stop."""
        while producer.is_alive():
            with contextlib.suppress(queue.Empty):
                self._queue.get(timeout=0.05)
        producer.join()

    def _insert(self, item: Item) -> None:
        self._loading.check()
        if isinstance(item.content, Staged):
            if self._records is not None:
                self._records.insert(item.content)
        elif item.content:
            self._writer.insert_all(item.content)
        self._loading.advance(item.done_bytes, self._writer.rows)

    # --- the end ---

    def _finish(self) -> None:
        """Complete the tables, give the index its name and serve from it."""
        facts = self._facts()
        self._write(facts)
        if self._source.bytes is not None:
            self._store.set_bytes(self._source.bytes)
        entry = self._store.entry
        if entry is None:
            self._store.finish(facts)
        elif self._checkpoint():
            entry.publish()
            served = database.connect(entry.index, read_only=True, temp_folder=entry.folder)
            self._store.finish(facts, served)
            self._keep(facts)
        else:
            self._store.finish(dataclasses.replace(facts, notes=(*facts.notes, NOT_FINISHED)))
        self._writer.cursor.close()
        self._loading.advance(sum(file.size_bytes for file in facts.files), facts.rows)

    def _checkpoint(self) -> bool:
        """Bring the index into its final form; a reader that began before the last update of a row must end first.

        Whether that was possible: a query that somebody left half read can hold it up for ever.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._writer.cursor.execute("CHECKPOINT")
            except duckdb.TransactionException:
                if time.monotonic() > deadline:
                    return False
                self._loading.check()
                time.sleep(0.02)
            else:
                return True

    def _keep(self, facts: Facts) -> None:
        """Mark the cache entry as complete, unless the files changed under the reader."""
        entry = self._store.entry
        if entry is None or entry.lock is None:
            return
        if any(note.endswith(CHANGED_WHILE_READ) for note in facts.notes):
            return  # still locked, so that it goes when the store is closed
        entry.complete(self._manifest(facts))
        entry.lock.share()
        entries.prune(keep=entry.folder.name)

    def _facts(self) -> Facts:
        outcome = self._source.outcome
        found = span(self._writer.cursor)
        damage = sorted([*outcome.damage, *(self._records.damage if self._records else [])], key=self._place)
        copies = self._records.copies if self._records else None
        notes = [*outcome.notes, *notes_on_copies(copies), *self._changed_files()]
        return Facts(
            spec=self._store.spec,
            dissector=self._store.dissector.name,
            start_ns=found.start_ns,
            end_ns=found.end_ns,
            rows=found.rows,
            internal_rows=found.internal_rows,
            untimed_rows=found.untimed_rows,
            inflated_bytes=outcome.inflated_bytes,
            files=self._files(found),
            accounting=outcome.accounting,
            damage=tuple(damage),
            skipped=(*self._store.inputs.skipped, *outcome.skipped),
            notes=tuple(notes),
            complete=True,
            version=version(),
        )

    def _place(self, damage: Damage) -> tuple[int, int]:
        """Orders damage by file and offset."""
        paths = paths_of(self._store.inputs.files)
        return (paths.index(damage.path) if damage.path in paths else len(paths), damage.offset)

    def _changed_files(self) -> list[str]:
        states = ((file, entries.is_unchanged(file)) for file in self._store.inputs.files if not file.is_pipe)
        return [f"{file.path}{CHANGED_WHILE_READ}" for file, unchanged in states if not unchanged]

    def _files(self, found: Span) -> tuple[FileFacts, ...]:
        """The files with how many events each has and from when to when."""
        files = self._source.outcome.files
        if len(files) == 1:
            first, last = found.start_ns, found.end_ns
            copies = self._records.copies.count if self._records and self._records.copies else 0
            return (dataclasses.replace(files[0], records=found.rows + copies, first_ns=first, last_ns=last),)
        rows = self._writer.cursor.execute(
            "SELECT file_id, count(*), min(time_ns) FILTER (time_ns > 0), max(time_ns) FILTER (time_ns > 0) "
            "FROM (SELECT file_id, time_ns FROM events UNION ALL "
            "SELECT c.file_id, e.time_ns FROM copies c JOIN events e USING (num)) GROUP BY file_id"
        ).fetchall()
        counted = {row[0]: row[1:] for row in rows}
        described = []
        for file_id, file in enumerate(files):
            records, first, last = counted.get(file_id, (0, None, None))
            described.append(dataclasses.replace(file, records=records, first_ns=first, last_ns=last))
        return tuple(described)

    def _write(self, facts: Facts) -> None:
        writer = self._writer
        if self._store.dissector.in_time_order:
            note_shared_times(writer.cursor)
        writer.replace("files", ((index, *entries.shallow(file).values()) for index, file in enumerate(facts.files)))
        damage = [(found.path, found.offset, found.length, found.what) for found in facts.damage]
        writer.replace("damage", damage)
        meta = {**to_meta(facts), "schema_version": str(schema.SCHEMA_VERSION)}
        keys, values = pa.array(list(meta)), pa.array(list(meta.values()))
        writer.insert("meta", pa.table({"key": keys, "value": values}))

    def _manifest(self, facts: Facts) -> Manifest:
        described = zip(self._store.inputs.files, facts.files, strict=True)
        return Manifest(
            spec=self._store.spec,
            path=str(Path(self._store.spec).absolute()),
            dissector=facts.dissector,
            digest=schema.digest(self._store.dissector),
            files=[
                {**entries.shallow(file), "sha256": known.sha256, "compression": known.compression}
                for file, known in described
            ],
            rows=facts.rows,
            version=facts.version,
        )


def note_shared_times(cursor: duckdb.DuckDBPyConnection) -> None:
    """List the times that several rows have: the source tells no finer order.

    A table of their own: marking the rows would write every column of them a second time.
    """
    cursor.execute(
        "INSERT INTO shared_times SELECT time_ns FROM events WHERE time_ns IS NOT NULL "
        "GROUP BY time_ns HAVING count(*) > 1"
    )
