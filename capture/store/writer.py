"""Puts Arrow batches into a store's tables, each call one transaction (stage ③)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pyarrow as pa

from thresher.capture.dissection import ROW_GROUP
from thresher.capture.errors import PluginError
from thresher.capture.store import schema
from thresher.capture.store.arrow_rows import table_of
from thresher.capture.store.quoting import name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from thresher.capture.contract import Dissector


class Writer:
    """The one writer of a store.

    Attributes:
        rows: events that can be queried.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, dissector: Dissector) -> None:
        self.cursor = connection.cursor()
        self.rows = 0
        self._dissector = dissector.name
        self._lock = threading.Lock()
        self._specs = schema.tables(dissector)

    def create(self, dissector: Dissector) -> None:
        """Make the tables."""
        for statement in schema.statements(dissector):
            self.cursor.execute(statement)

    def insert(self, table: str, batch: pa.RecordBatch | pa.Table) -> None:
        """Append rows in their order; columns go by name, missing ones are NULL.

        Raises:
            PluginError: the table or a column was not declared.
        """
        if table not in self._specs:
            raise PluginError(f"{self._dissector}: rows for a table '{table}' that it does not declare")
        unknown = set(batch.schema.names) - {column.name for column in self._specs[table]}
        if unknown:
            raise PluginError(f"{self._dissector}: '{table}' declares no column {', '.join(sorted(unknown))}")
        if batch.num_rows == 0:
            return
        self.cursor.register("incoming", sliced(batch))
        try:
            self.cursor.execute(f"INSERT INTO {name(table)} BY NAME SELECT * FROM incoming")
        finally:
            self.cursor.unregister("incoming")
        if table == "events":
            self.rows += batch.num_rows

    def insert_all(self, batches: Iterable[tuple[str, pa.RecordBatch | pa.Table]]) -> None:
        """Append to several tables so that readers see all of it or nothing."""
        before = self.rows
        self.cursor.execute("BEGIN")
        try:
            for table, batch in batches:
                self.insert(table, batch)
        except BaseException:
            self.cursor.execute("ROLLBACK")
            self.rows = before
            raise
        self.cursor.execute("COMMIT")

    def replace(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Make a small table hold exactly these rows."""
        found = list(rows)
        self.cursor.execute("BEGIN")
        self.cursor.execute(f"DELETE FROM {name(table)}")
        if found:
            self.insert(table, table_of(self._specs[table], found))
        self.cursor.execute("COMMIT")


def sliced(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    """The same rows in pieces of one row group, so that DuckDB's threads can share them."""
    if isinstance(batch, pa.Table):
        return batch
    pieces = [batch.slice(start, ROW_GROUP) for start in range(0, batch.num_rows, ROW_GROUP)]
    return pa.Table.from_batches(pieces)
