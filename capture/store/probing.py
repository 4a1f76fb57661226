"""Goes through a capture once more to ask the state after every event (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.contract import BlockDissector, BlockReader
from thresher.capture.discovery import readers
from thresher.capture.dissection import BlockRun
from thresher.capture.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

CHUNK = 4 << 20


class StoredBytes:
    """The bytes a store keeps, as a stream from their beginning."""

    def __init__(self, store: Store) -> None:
        self.path = store.spec
        self._store = store

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``."""
        offset = 0
        while chunk := self._store.read_at(offset, CHUNK):
            yield chunk
            offset += len(chunk)


def collect(
    store: Store,
    probe: str,
    target: duckdb.DuckDBPyConnection,
    table: str,
    on_progress: Callable[[float], None] | None,
    cancel: Cancel | None,
) -> None:
    """Fill ``table`` (num, value) through ``target`` with the answer for each stored row that has one.

    Raises:
        Cancelled: on request.
        ChangedError: the bytes are gone or are not those that were indexed.
        QueryError: the rest of the capture could not be gone through again.
    """
    if not isinstance(store.dissector, BlockDissector):
        raise QueryError(f"'{store.dissector.name}' keeps no state that could be asked")
    total = store.count()
    target.execute(f"CREATE TABLE {table} (num UINTEGER, value BIGINT)")
    run = BlockRun(store.dissector, _reader(store.dissector.name), StoredBytes(store), probe=probe)
    done = 0
    for batches in run.batches():
        if cancel is not None:
            cancel.check()
        for _, batch in batches:
            target.register("incoming", batch)
            try:
                target.execute(f"INSERT INTO {table} SELECT num, value FROM incoming WHERE num < {int(total)}")
            finally:
                target.unregister("incoming")
            done += batch.num_rows
        if on_progress and total:
            on_progress(min(1.0, done / total))
    if run.failure is not None:
        raise QueryError(f"{store.spec}: {run.failure.what}, at byte {run.failure.offset}")
    if on_progress:
        on_progress(1.0)


def _reader(source: str) -> BlockReader:
    """The reader whose blocks the dissector walks."""
    for found in readers():
        if isinstance(found, BlockReader) and found.source == source:
            return found
    raise QueryError(f"no reader is installed for '{source}'")
