"""A syscall store in memory that tests fill row by row, and the look-up a dissector is given over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from thresher.capture.store import schema
from thresher.dissectors.syscall import Syscall

if TYPE_CHECKING:
    from thresher.capture.contract import Events
    from thresher.capture.model import Value

ORIGINS = {"processes": "proc_id", "fds": "fd_id"}


class Store:
    """The tables of one syscall store; also a ``Lookup``."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for statement in schema.statements(Syscall()):
            self.connection.execute(statement)

    def add(self, table: str, **columns: Value) -> Store:
        """One row; columns not named are NULL."""
        names = ", ".join(columns)
        self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", list(columns.values())
        )
        return self

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Run a SELECT."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def columns(self, sql: str) -> dict[str, Any]:
        """Run a SELECT."""
        return self.connection.execute(sql).fetchnumpy()

    def events(self, where: str) -> Iterator[Events]:
        """No events: rows are added without their bytes."""
        return iter(())
