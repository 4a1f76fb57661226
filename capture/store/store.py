"""An opened store: cursors, rows with their bytes, facts, fields on first use (stage ③)."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any

from thresher.capture.contract import Dissector, Events, RawEvent, RecordDissector
from thresher.capture.errors import QueryError, UnreadableError
from thresher.capture.inputs.spool import Bytes, MissingBytes
from thresher.capture.inputs.streams import InputFile
from thresher.capture.registry import Catalogue
from thresher.capture.store import database
from thresher.capture.store.facts import Facts, FileFacts, HashState, Progress, span
from thresher.capture.store.lazy import Lazy
from thresher.capture.store.looking_up import StoreLookup
from thresher.capture.store.noted import NoteTables
from thresher.capture.store.raw import columns_of, rows_of, with_blocks, with_texts
from thresher.capture.store.supplying import lay_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from thresher.capture.inputs.locate import InputSet
    from thresher.capture.model import FieldRef
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.entries import Entry
    from thresher.capture.store.loading import Loading
    from thresher.capture.store.raw import Row
    from thresher.capture.supplement import Supplement, Supplied


class Store:
    """One capture or set of logs in DuckDB, perhaps still loading.

    Made by ``ingest.open_store``.

    Attributes:
        spec: as the user named it.
        dissector: the source's.
        catalogue: its fields.
        inputs: the files behind it.
        loading: how far its ingest has come.
        entry: the folder it lives in; None for a store in memory.
        noted: the notes on its events.
        shift_ns: what is added to its times to put them on the common clock; set before anything is asked.
    """

    def __init__(
        self,
        inputs: InputSet,
        dissector: Dissector,
        connection: duckdb.DuckDBPyConnection,
        loading: Loading,
        entry: Entry | None,
        facts: Facts | None = None,
    ) -> None:
        self.spec = inputs.spec
        self.inputs = inputs
        self.dissector = dissector
        self.catalogue = Catalogue(dissector)
        self.loading = loading
        self.entry = entry
        self._connections = [connection]
        self._bytes: Bytes = MissingBytes(self.spec, "has not been read yet")
        self._facts = facts
        self._start_ns: int | None = facts.start_ns if facts else None
        self._lock = threading.Lock()
        self._lazy = Lazy(self)
        self.noted = NoteTables(self)
        self.shift_ns = 0
        self._is_closed = False
        self._is_published = facts is not None
        self._supplement: Supplement | None = None
        self._stops: list[Callable[[], None]] = []

    # --- asking ---

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for one thread, valid until the store is closed.

        Take a new one for every query: one taken while the store was loading does not see fields built later.
        """
        with self._lock:
            if self._is_closed:
                raise QueryError(f"{self.spec}: the store is closed")
            cursor = self._connections[-1].cursor()
        if self._supplement is not None:
            lay_over(cursor, self._supplement)
        return cursor

    def user_connection(self) -> database.UserConnection:
        """A connection for SQL that somebody typed; close it after use."""
        made = database.UserConnection(self.index, self.cursor())
        if self._supplement is not None and self.index is not None:
            lay_over(made.connection, self._supplement)
        return made

    def supply(self, files: Sequence[Supplied]) -> bool:
        """Take what files say of what is in the capture; the index does not change, nor any cursor taken before.

        Returns:
            Whether the source knows of such files.

        Raises:
            UsageError: one is not what the source can read.
        """
        self._supplement = self.dissector.supplement(files)
        return self._supplement is not None

    def lookup(self) -> StoreLookup:
        """Read access for a dissector; belongs to one thread."""
        return StoreLookup(self)

    def count(self) -> int:
        """Rows that can be read now, internal ones included."""
        return self.loading.rows

    def progress(self) -> Progress:
        """How far loading has come; cheap."""
        found = self.loading.progress()
        is_live = not found.complete and any(file.is_live for file in self.inputs.files)
        return dataclasses.replace(found, is_live=is_live)

    def stop_following(self) -> None:
        """Let what has come of a source that others may still write to be all; loading ends well, soon."""
        self.loading.enough.set()

    @property
    def is_complete(self) -> bool:
        """Whether everything is in and nothing went wrong on the way."""
        return self._facts is not None

    def wait(self) -> None:
        """Until ingest has ended.

        Raises:
            ThresherError: what ended it early.
        """
        self.loading.wait()

    def start_ns(self) -> int:
        """Time of the first event so far, 0 where none has a time; what ``:start_ns`` in fields stands for."""
        if self._start_ns is None:
            found = span(self.cursor()).start_ns
            if not self.loading.has_ended:
                return found or 0
            self._start_ns = found or 0
        return self._start_ns

    def facts(self) -> Facts:
        """What is known of the store as a whole; while it is loading, of the part that is there."""
        if self._facts is None:
            found = self._partial_facts()
        else:
            found = dataclasses.replace(self._facts, hash_state=self._hash_state())
        return dataclasses.replace(found, notes=(*found.notes, *self.supplied_notes(), *self._lazy.notes()))

    def supplied_notes(self) -> tuple[str, ...]:
        """Where the files beside the capture disagree with it, or fit nothing; none before everything is in."""
        if self._supplement is None or self._facts is None:
            return ()
        return tuple(self._supplement.findings(self.lookup().rows))

    def raw(self, nums: Sequence[int]) -> list[RawEvent]:
        """These events with the bytes they were made from, in the order asked for.

        Raises:
            ChangedError: the bytes are gone or are not those that were indexed.
        """
        cursor = self.cursor()
        try:
            return self.with_bytes(rows_of(cursor, nums))
        finally:
            cursor.close()

    def with_bytes(self, rows: Sequence[Row]) -> list[RawEvent]:
        """Event rows with the bytes they were made from."""
        if isinstance(self.dissector, RecordDissector):
            return with_texts(rows)
        return list(self.with_blocks(columns_of(rows)))

    def with_blocks(self, columns: Mapping[str, Any]) -> Events:
        """The columns of event rows, as numpy arrays, of a block capture with the bytes they were made from.

        Raises:
            ChangedError: the bytes are gone or are not those that were indexed.
        """
        return with_blocks(columns, self._bytes)

    def read_at(self, offset: int, length: int) -> bytes:
        """Uncompressed bytes of a block capture, fewer where they end; raises ``ChangedError`` as ``raw`` does."""
        return self._bytes.read_at(offset, length)

    def ensure(
        self,
        ref: FieldRef,
        on_progress: Callable[[float], None] | None = None,
        cancel: Cancel | None = None,
    ) -> str:
        """Build a ``Window``, ``Replay`` or ``Computed`` field if it is not there yet.

        Args:
            ref: the field.
            on_progress: told the part that is done, 0 to 1.
            cancel: stops it; what was built is thrown away.

        Returns:
            Qualified name of a table ``(num, value)`` (addresses: ``num, value_hi, value_lo``) with the events that
            have the field. While the store is loading it covers the rows that were there when it was asked for.

        Raises:
            Cancelled: on request.
            ChangedError: the bytes that it is made from are gone.
        """
        return self._lazy.ensure(ref, on_progress, cancel)

    def is_kept(self, ref: FieldRef) -> bool:
        """Whether ``ensure`` would find a ``Computed`` field ready beside the index."""
        return self._lazy.is_kept(ref)

    # --- what ingest and lazy fields use ---

    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection that new cursors come from."""
        return self._connections[-1]

    def set_bytes(self, source: Bytes) -> None:
        """Say where raw bytes are read from now on."""
        previous, self._bytes = self._bytes, source
        if previous is not source:
            previous.close()

    @property
    def index(self) -> Path | None:
        """The finished index that cursors read; None while loading, and for a store that has no file of its own."""
        return self.entry.index if self.entry is not None and self._is_published else None

    def connections(self) -> list[duckdb.DuckDBPyConnection]:
        """Every connection that somebody may still hold a cursor of."""
        with self._lock:
            return list(self._connections)

    def finish(self, facts: Facts, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        """Everything is in: serve from ``connection`` from now on; cursors of the earlier one go on working."""
        with self._lock:
            if connection is not None:
                self._connections.append(connection)
                self._is_published = True
            self._start_ns = facts.start_ns or 0
            self._facts = facts

    def before_close(self, stop: Callable[[], None]) -> None:
        """Have a thread that asks this store on its own stopped before it is closed."""
        self._stops.append(stop)

    def close(self) -> None:
        """Give up loading, close all cursors, remove what was not to be kept."""
        self.loading.give_up()
        while self._stops:
            self._stops.pop()()
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            for connection in reversed(self._connections):
                connection.close()
        self._bytes.close()
        if self.entry is not None:
            self.entry.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _partial_facts(self) -> Facts:
        cursor = self.cursor()
        try:
            found = span(cursor)
        finally:
            cursor.close()
        return Facts(
            spec=self.spec,
            dissector=self.dissector.name,
            start_ns=found.start_ns,
            end_ns=found.end_ns,
            rows=found.rows,
            internal_rows=found.internal_rows,
            untimed_rows=found.untimed_rows,
            files=tuple(FileFacts(file.path, file.size) for file in self.inputs.files),
            damage=tuple(self.loading.damage),
            skipped=self.inputs.skipped,
        )

    def _hash_state(self) -> HashState:
        """Looks at the files again, not into them."""
        states = {state_of(file) for file in self.inputs.files}
        worst = (HashState.CHANGED, HashState.GONE, HashState.UNKEPT)
        return next((state for state in worst if state in states), HashState.VERIFIED)


def state_of(file: InputFile) -> HashState:
    """Whether an input file is still what it was when it was found."""
    if file.is_live:
        return HashState.UNKEPT
    if file.is_missing:
        return HashState.GONE
    try:
        found = InputFile.of(file.path)
    except UnreadableError:
        return HashState.GONE
    return HashState.VERIFIED if found == file else HashState.CHANGED
