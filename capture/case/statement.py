"""Runs SQL that somebody typed (stage ⑤): one SELECT on a connection that reaches nothing but the store."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb

from thresher.capture.errors import QueryError
from thresher.capture.export import Column
from thresher.capture.model import FieldType
from thresher.capture.store.cancel import watched
from thresher.capture.store.database import single_select

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

BATCH = 8192
INTEGERS: Final = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a SELECT gave: its columns, and the rows, which can be read once."""

    columns: list[Column]
    connection: duckdb.DuckDBPyConnection

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows in batches."""
        while rows := self.connection.fetchmany(BATCH):
            yield rows


@contextmanager
def run(store: Store, sql: str, cancel: Cancel | None = None) -> Iterator[Result]:
    """The result of one SELECT over the store's tables.

    Raises:
        QueryError: it is not exactly one SELECT, or it fails.
        Cancelled: ``cancel`` was called while it ran.
    """
    connection = store.user_connection()
    try:
        with watched(connection.connection, cancel):
            done = connection.execute(sql)
        yield Result([_column(name, str(kind)) for name, kind, *_ in done.description or ()], done)
    finally:
        connection.close()


def arrow_table(store: Store, sql: str) -> pa.Table:
    """The result of one SELECT as a pyarrow Table.

    Raises:
        QueryError: it is not exactly one SELECT, or it fails.
    """
    connection = store.user_connection()
    try:
        return connection.connection.sql(single_select(sql)).to_arrow_table()
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    finally:
        connection.close()


def _column(name: str, kind: str) -> Column:
    """The nearest of the field types; what has none is text."""
    single = kind.removesuffix("[]")
    if single in INTEGERS:
        field_type = FieldType.INT
    elif single == "BOOLEAN":
        field_type = FieldType.BOOL
    else:
        field_type = FieldType.BYTES if single == "BLOB" else FieldType.STRING
    return Column(name, field_type, is_list=kind.endswith("[]"))
