"""Lays what files beside a capture say over the connections to its store (stage ③)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.errors import UsageError
from thresher.capture.store.quoting import name
from thresher.capture.supplement import Supplied

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from thresher.capture.supplement import Supplement

MOST_BYTES = 256 << 20
"""A longer file is no answer about pods or containers."""


def read_files(paths: Sequence[str]) -> list[Supplied]:
    """The files that the user named, each once.

    Raises:
        UsageError: one cannot be read, or is too long.
    """
    return [Supplied(path, _read(path)) for path in dict.fromkeys(paths)]


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"--metadata {path}: cannot be read: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"--metadata {path}: is longer than {MOST_BYTES >> 20} MiB; name a file about pods or containers"
        )
    return data


def lay_over(cursor: duckdb.DuckDBPyConnection, supplement: Supplement) -> None:
    """Let this connection see the supplement; other connections are as before."""
    ((database,),) = cursor.execute("SELECT current_database()").fetchall()
    for each, table in supplement.tables.items():
        cursor.register(each, table)
    for each, select in supplement.views(name(str(database))).items():
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name(each)} AS {select}")
