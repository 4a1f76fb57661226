"""Makes fields for all events on first use and keeps each in a file of its own (stage ③)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

import duckdb

from thresher.capture.errors import QueryError
from thresher.capture.evidence import Gathered, Numbered
from thresher.capture.keyed import Keyed, Told
from thresher.capture.model import Computed, FieldRef, FieldType, Replay, Window
from thresher.capture.note_fields import Noted
from thresher.capture.store import database, keyed_tables, numbering, probing, quoting, schema
from thresher.capture.store.cancel import Cancel, watched
from thresher.capture.store.computing import Computing, type_of
from thresher.capture.store.gathering import Gathering, fields_of
from thresher.capture.store.looking_up import StoreLookup

if TYPE_CHECKING:
    from pathlib import Path

    from thresher.capture.store.store import Store

OnProgress = Callable[[float], None]


class Lazy:
    """The fields of one store that are made on first use.

    While a store is loading, or where nothing is kept, they live in memory and cover the rows that were there.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._in_memory: dict[str, tuple[duckdb.DuckDBPyConnection, int]] = {}
        self._attached: set[str] = set()
        self._failures: dict[str, int] = {}

    @cached_property
    def _digest(self) -> str:
        return schema.digest(self._store.dissector)

    def notes(self) -> tuple[str, ...]:
        """What went wrong while fields were made."""
        return tuple(f"{key} could not be made for {count} events" for key, count in self._failures.items() if count)

    def ensure(self, ref: FieldRef, on_progress: OnProgress | None = None, cancel: Cancel | None = None) -> str:
        """See ``Store.ensure``."""
        if not isinstance(ref.field.place, Window | Replay | Computed):
            raise QueryError(f"field '{ref.key}' is stored, not made on first use")
        if isinstance(ref.field.place, Noted):
            return self._store.noted.table(ref.field.place.expression)
        with self._lock:
            if self._store.index is None:
                held = self._held(ref, on_progress, cancel)
                if self._store.index is None:
                    return held
            # complete, perhaps since a moment ago: later cursors do not see what was held in memory
            return self._kept(ref, on_progress, cancel)

    def is_kept(self, ref: FieldRef) -> bool:
        """Whether the field has been made for the whole capture and is kept beside its index."""
        index = self._store.index
        return index is not None and self._path(ref, index).exists()

    def _path(self, ref: FieldRef, index: Path) -> Path:
        return index.parent / "fields" / f"{self._alias(ref)}.duckdb"

    def _kept(self, ref: FieldRef, on_progress: OnProgress | None, cancel: Cancel | None) -> str:
        """The field in a file beside the index."""
        alias = self._alias(ref)
        index = self._store.index
        if alias not in self._attached and index is not None:
            path = self._path(ref, index)
            if not path.exists():
                partial = path.with_name(f"{alias}.{os.getpid()}.{threading.get_ident()}.tmp")
                try:
                    self._build_file(ref, index, partial, on_progress, cancel)
                    partial.chmod(0o600)
                    partial.rename(path)
                finally:
                    partial.unlink(missing_ok=True)
            for connection in self._store.connections():
                cursor = connection.cursor()
                cursor.execute(f"ATTACH IF NOT EXISTS {quoting.text(str(path))} AS {alias} (READ_ONLY)")
                cursor.close()
            self._attached.add(alias)
        return f"{alias}.{table_name(ref)}"

    def _build_file(
        self, ref: FieldRef, index: Path, partial: Path, on_progress: OnProgress | None, cancel: Cancel | None
    ) -> None:
        """Build with a database of its own: the one that serves the store is read-only."""
        builder = database.connect(None, temp_folder=index.parent)
        try:
            builder.execute(f"ATTACH {quoting.text(str(partial))} AS built")
            builder.execute(f"ATTACH {quoting.text(str(index))} AS store (READ_ONLY)")
            builder.execute("USE store")
            self._build(ref, builder, "built.", on_progress, cancel)
        finally:
            builder.close()

    def _held(self, ref: FieldRef, on_progress: OnProgress | None, cancel: Cancel | None) -> str:
        """The field in memory, made anew when there are more rows than last time."""
        alias = self._alias(ref)
        connection, rows = self._store.connection(), self._store.count()
        prefix = f"lazy.{alias}_{rows}_"
        table = prefix + table_name(ref)
        if self._in_memory.get(alias) == (connection, rows):
            return table
        cursor = connection.cursor()
        cursor.execute("ATTACH IF NOT EXISTS ':memory:' AS lazy")
        self._drop(ref, cursor, prefix)
        try:
            self._build(ref, cursor, prefix, on_progress, cancel)
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                self._drop(ref, cursor, prefix)
            raise
        finally:
            cursor.close()
        self._in_memory[alias] = (connection, rows)
        return table

    def _drop(self, ref: FieldRef, cursor: duckdb.DuckDBPyConnection, prefix: str) -> None:
        """Forget what would be built together with a field."""
        for each in self._together(ref):
            cursor.execute(f"DROP TABLE IF EXISTS {prefix}{table_name(each)}")

    def _together(self, ref: FieldRef) -> list[FieldRef]:
        """The fields that are built in one go: those of a group, or the field alone."""
        place = ref.field.place
        if isinstance(place, Gathered):
            return [FieldRef(field) for field in fields_of(self._store, place.expression)]
        return [ref]

    def _build(
        self,
        ref: FieldRef,
        cursor: duckdb.DuckDBPyConnection,
        prefix: str,
        on_progress: OnProgress | None,
        cancel: Cancel | None,
    ) -> None:
        place = ref.field.place
        if isinstance(place, Gathered):
            gathering = Gathering(self._store, place.expression)
            gathering.run(cursor, lambda name: prefix + gathered_name(name), on_progress, cancel)
            self._failures.update(gathering.failures)
            return
        table = prefix + table_name(ref)
        if isinstance(place, Told):
            told = self._store.dissector.tell(place.expression, StoreLookup(self._store, cancel))
            keyed_tables.build_told(ref.field, told, cursor, table)
        elif isinstance(place, Keyed):
            with watched(cursor, cancel):
                keyed_tables.build(ref.field, place, cursor, table)
        elif isinstance(place, Numbered):
            numbering.build(self._store, ref.field, place.expression, cursor, table, on_progress, cancel)
        elif isinstance(place, Window):
            statement = window_statement(ref, table, self._store.start_ns())
            with watched(cursor, cancel):
                cursor.execute(statement)
        elif isinstance(place, Replay):
            probing.collect(self._store, place.probe, cursor, table, on_progress, cancel)
            return
        else:
            computing = Computing(self._store, ref)
            computing.run(cursor, table, on_progress, cancel)
            self._failures[ref.key] = computing.failures
            return
        if on_progress:
            on_progress(1.0)

    def _alias(self, ref: FieldRef) -> str:
        """A name that changes with whatever the field is made of; fields of one probe share a table."""
        place = ref.field.place
        made: object = [(each.key, each.field.type, each.field.is_list) for each in self._together(ref)]
        made_from = (type(place).__name__, repr(place), keyed_tables.depends_on(place))
        if isinstance(place, Replay):
            made, made_from = place.probe, (type(place).__name__, "", keyed_tables.depends_on(place))
        parts = (self._digest, made, *made_from, version())
        return "f_" + hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def table_name(ref: FieldRef) -> str:
    """The table of a field in the database that it is built in."""
    return gathered_name(ref.field.name) if isinstance(ref.field.place, Gathered) else "field"


def gathered_name(field: str) -> str:
    """The table of one field of a group; names of fields are letters, digits, underscores and dots."""
    return "of_" + field.replace("_", "__").replace(".", "_")


def window_statement(ref: FieldRef, table: str, start_ns: int) -> str:
    """CREATE TABLE for a field with window functions over the whole event table."""
    if not isinstance(ref.field.place, Window):
        raise QueryError(f"field '{ref.key}' is no window over the events")
    expression = ref.field.place.expression.replace(":start_ns", str(start_ns))
    value = f"CAST({expression} AS {type_of(ref.field)[0][1]})" if ref.field.type is not FieldType.IP else expression
    inner = f"SELECT e.num, {value} AS value FROM {ref.field.place.source} e"
    return f"CREATE TABLE {table} AS SELECT num, value FROM ({inner}) WHERE value IS NOT NULL ORDER BY num"


@cache
def version() -> str:
    """The program's version, '' where it runs without being installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("thresher")
    except PackageNotFoundError:
        return ""
