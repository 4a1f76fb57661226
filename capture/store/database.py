"""Opens DuckDB: the only place that connects, with every default that could hurt set first (stage ③)."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import duckdb

from thresher.capture import config
from thresher.capture.errors import QueryError
from thresher.capture.store.quoting import text

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = ":memory:"
MEMORY_SHARE = 0.4
"""Of the machine's memory, at most."""
MEMORY_MOST = 4 << 30
CHECKPOINT = "1GB"
"""The default of 16 MB writes most of a growing store twice."""
CHECKPOINT_OF_TEXTS = "64MB"
"""Records carry their text: what one transaction exceeds this by skips the log and is written once, in its place."""
BLOCK_OF_TEXTS = 64 << 10
"""Half of a small store's default blocks of 256 KiB would be empty; smaller ones than this take longer to write."""
_connecting = threading.Lock()


def default_memory_limit() -> int:
    """Bytes that one database may hold, from the machine's memory where the configuration does not say."""
    configured = config.memory_limit(config.path())
    if configured is not None:
        return configured
    try:
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        installed = 4 << 30
    return min(int(installed * MEMORY_SHARE), MEMORY_MOST)


def connect(
    path: Path | None,
    *,
    read_only: bool = False,
    temp_folder: Path | None = None,
    memory_limit: int | None = None,
    checkpoint: str = CHECKPOINT,
    is_of_texts: bool = False,
) -> duckdb.DuckDBPyConnection:
    """A connection that reads and writes nothing but its own folder.

    Args:
        path: the database file; None for one in memory.
        read_only: open an existing file without locking out others.
        temp_folder: where DuckDB may spill, and from where it may attach; the file's own folder unless given. Without
            either nothing outside memory can be touched.
        memory_limit: bytes; ``default_memory_limit()`` unless given.
        checkpoint: how much may wait in the log before it is written into the file.
        is_of_texts: a new file is to be filled with records by a thread that reads and one that writes; more threads
            would hand each other pieces of a row group and copy them once more (a fifth of the processor's time).

    Raises:
        UsageError: the configuration's memory limit is none.
        duckdb.Error: the file is damaged, locked by a writer, or no DuckDB 2 file.
    """
    folder = temp_folder or (path.parent if path else None)
    settings = _settings(folder, memory_limit, checkpoint)
    if is_of_texts:
        settings |= {"threads": 1, "default_block_size": BLOCK_OF_TEXTS}
    with _connecting:  # the second connection to a file shares the first one's settings, which must be complete
        connection = duckdb.connect(str(path) if path else MEMORY, read_only=read_only, config=settings)
        _lock_down(connection, folder)
    return connection


def _settings(
    folder: Path | None, memory_limit: int | None, checkpoint: str = CHECKPOINT
) -> dict[str, str | bool | int | float | list[str]]:
    limit = memory_limit if memory_limit is not None else default_memory_limit()
    return {
        "memory_limit": f"{max(limit, 64 << 20) >> 10}KiB",
        "temp_directory": str(folder / "tmp") if folder else "",
        "threads": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 2),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "checkpoint_threshold": checkpoint,
        "preserve_insertion_order": True,
    }


def _lock_down(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """Close the doors; what is set here cannot be unset by any later statement."""
    locked = connection.execute("SELECT current_setting('lock_configuration')").fetchall()
    if locked[0][0]:
        return
    if folder:
        connection.execute(f"SET allowed_directories = [{text(str(folder.absolute()) + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def single_select(sql: str) -> str:
    """The statement if it is exactly one SELECT.

    Raises:
        QueryError: it is not; the message says what it is.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    if len(statements) != 1:
        raise QueryError(f"one SELECT is wanted, not {len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = str(statements[0].type).rpartition(".")[2]
        raise QueryError(f"only SELECT can be run here, not {kind}")
    return statements[0].query


class UserConnection:
    """Runs SQL that somebody typed: one SELECT at a time, on a connection that can reach nothing but the store.

    A complete store file is attached read-only to a database of its own; a store in memory or one that is still
    loading is asked through a cursor, whose database is locked down as well.
    """

    def __init__(self, path: Path | None, cursor: duckdb.DuckDBPyConnection, memory_limit: int | None = None) -> None:
        if path is None:
            # a WITH may insert and still count as a SELECT
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            self._connection = cursor
            return
        cursor.close()
        self._connection = duckdb.connect(MEMORY, config=_settings(None, memory_limit))
        self._connection.execute(f"ATTACH {text(str(path))} AS store (READ_ONLY)")
        self._connection.execute("USE store")
        _lock_down(self._connection, None)

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run one SELECT; the result is on the connection returned.

        Raises:
            QueryError: it is not one SELECT, or it fails.
        """
        statement = single_select(sql)
        try:
            return self._connection.execute(statement)
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise QueryError(str(error)) from error

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """To interrupt it."""
        return self._connection

    def close(self) -> None:
        """Close it; results that were not fetched are lost."""
        self._connection.close()
