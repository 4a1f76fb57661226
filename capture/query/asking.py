"""Asks a store (stage ④): one SELECT on a cursor of its own, stoppable; no error of the database gets out as such."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from thresher.capture.errors import Cancelled, QueryError
from thresher.capture.store.cancel import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from thresher.capture.model import FieldRef
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

_AS_NUMPY = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "BOOLEAN", "VARCHAR")
)
"""Types whose values numpy gives back as they are."""


def ask(store: Store, sql: str, cancel: Cancel | None = None) -> list[tuple[Any, ...]]:
    """The rows of a SELECT.

    Raises:
        QueryError: the database cannot run it, or the store is closed.
        Cancelled: ``cancel`` was called.
    """
    with _asked(store, sql, cancel) as result:
        return result.fetchall()


def ask_columns(store: Store, sql: str, cancel: Cancel | None = None) -> dict[str, Any]:
    """The columns of a SELECT as numpy arrays by name.

    Raises:
        QueryError: the database cannot run it, or the store is closed.
        Cancelled: ``cancel`` was called.
    """
    with _asked(store, sql, cancel) as result:
        return result.fetchnumpy()


def ask_cells(store: Store, sql: str) -> list[Sequence[Any]]:
    """The columns of a SELECT, in order, as Python values.

    Raises:
        QueryError: the database cannot run it, or the store is closed.
    """
    with _asked(store, sql, None) as result:
        columns = result.description
        if any(str(column[1]) not in _AS_NUMPY for column in columns):
            return list(zip(*result.fetchall(), strict=True)) or [()] * len(columns)
        return [column.tolist() for column in result.fetchnumpy().values()]


def ask_arrow(store: Store, sql: str) -> pa.Table:
    """The result of a SELECT as a pyarrow Table.

    Raises:
        QueryError: the database cannot run it, or the store is closed.
    """
    with translated(store):
        cursor = store.cursor()
        try:
            return cursor.sql(sql).to_arrow_table()
        finally:
            cursor.close()


def ask_names(store: Store, source: str) -> list[str]:
    """The names of all columns of a source."""
    with _asked(store, f"SELECT * FROM {source} LIMIT 0", None) as result:
        return [column[0] for column in result.description]


def built(
    store: Store,
    refs: Iterable[FieldRef],
    on_progress: Callable[[float], None] | None = None,
    cancel: Cancel | None = None,
) -> dict[str, str]:
    """The tables of fields that are made on first use, by ``FieldRef.key``; those that are not there are made.

    Raises:
        QueryError: the database cannot make one, or the store is closed.
        Cancelled: ``cancel`` was called.
    """
    with translated(store):
        return {ref.key: store.ensure(ref, on_progress, cancel) for ref in refs}


@contextmanager
def _asked(store: Store, sql: str, cancel: Cancel | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with translated(store):
        cursor = store.cursor()
        try:
            with watched(cursor, cancel):
                yield cursor.execute(sql)
        finally:
            cursor.close()


@contextmanager
def translated(store: Store) -> Iterator[None]:
    """Errors of the database as those of this program."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise Cancelled("cancelled") from error
    except duckdb.Error as error:
        raise QueryError(f"{store.spec}: the database cannot answer: {error}") from error
