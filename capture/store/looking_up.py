"""What a dissector may ask of a store while it computes, gathers or shows something (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from thresher.capture.errors import QueryError
from thresher.capture.store import database
from thresher.capture.store.cancel import Cancel, watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.capture.contract import Events
    from thresher.capture.model import Value
    from thresher.capture.store.store import Store

EVENTS_AT_ONCE = 65_536


class StoreLookup:
    """``contract.Lookup`` over a store.

    Args:
        store: what is asked; as it is now, where it is still loading.
        cancel: stops what is asked.
    """

    def __init__(self, store: Store, cancel: Cancel | None = None) -> None:
        self._store = store
        self._cursor = store.cursor()
        self._cancel = cancel
        self._rows = store.count()

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Run one SELECT over the store's tables.

        Raises:
            QueryError: it is not one SELECT, or it fails.
        """
        try:
            with watched(self._cursor, self._cancel):
                return self._cursor.execute(database.single_select(sql), list(parameters)).fetchall()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise QueryError(str(error)) from error

    def columns(self, sql: str) -> dict[str, Any]:
        """See ``Lookup.columns``.

        Raises:
            QueryError: it is not one SELECT, or it fails.
        """
        try:
            with watched(self._cursor, self._cancel):
                return self._cursor.execute(database.single_select(sql)).fetchnumpy()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise QueryError(str(error)) from error

    def events(self, where: str) -> Iterator[Events]:
        """See ``Lookup.events``.

        Raises:
            QueryError: the condition cannot be understood.
            ChangedError: the bytes are gone or are not those that were indexed.
        """
        first = 0
        while first < self._rows:
            columns = self._columns(where, first)
            if len(columns["num"]):
                yield self._store.with_blocks(columns)
            if len(columns["num"]) < EVENTS_AT_ONCE:
                return
            first = int(columns["num"][-1]) + 1

    def _columns(self, where: str, first: int) -> dict[str, Any]:
        sql = (
            f"SELECT e.* FROM events AS e WHERE e.num BETWEEN {first} AND {self._rows - 1} AND ({where}) "
            f"ORDER BY e.num LIMIT {EVENTS_AT_ONCE}"
        )
        return self.columns(sql)
