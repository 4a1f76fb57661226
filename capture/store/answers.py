"""Keeps what one part of a filter found in a table in memory, so that the rest can ask for it again (stage ③)."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from thresher.capture.store.cancel import watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

KEPT = 32
"""Tables of one store; the one asked for least recently goes first."""

PART = 100_000
"""Stretches handed over at once."""

_all: WeakKeyDictionary[Store, Answers] = WeakKeyDictionary()
_lock = threading.Lock()


class Answers:
    """The tables of one store."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tables: OrderedDict[str, None] = OrderedDict()

    def remember(self, name: str, cursor: duckdb.DuckDBPyConnection) -> None:
        """Count a table as used just now, and drop what is too much."""
        self.tables[name] = None
        self.tables.move_to_end(name)
        while len(self.tables) > KEPT:
            oldest, _ = self.tables.popitem(last=False)
            cursor.execute(f"DROP TABLE IF EXISTS {oldest}")


def rows(store: Store, statement: str, cancel: Cancel | None = None) -> str:
    """The qualified name of a table with the result of a SELECT over the rows that are there now.

    Raises:
        duckdb.Error: it cannot be run.
        Cancelled: ``cancel`` was called.
    """
    return _table(store, f"{store.count()} {store.noted.revision} {statement}", f"AS {statement}", (), cancel)


def stretches(store: Store, found: Sequence[tuple[int, int]], cancel: Cancel | None = None) -> str:
    """The qualified name of a table ``(low BIGINT, high BIGINT)`` with stretches of time, in ns since 1970.

    Raises:
        Cancelled: ``cancel`` was called.
    """
    return _table(store, repr(found), "(low BIGINT, high BIGINT)", found, cancel)


def _table(store: Store, key: str, made: str, filled: Sequence[tuple[int, int]], cancel: Cancel | None) -> str:
    """A table made once for each key and connection."""
    with _lock:
        answers = _all.setdefault(store, Answers())
    with answers.lock:
        connections = store.connections()
        name = f"answers.a_{hashlib.sha256(f'{len(connections)} {key}'.encode()).hexdigest()[:24]}"
        cursor = connections[-1].cursor()
        try:
            if name not in answers.tables:
                cursor.execute("ATTACH IF NOT EXISTS ':memory:' AS answers (READ_WRITE)")
                with watched(cursor, cancel):
                    cursor.execute(f"CREATE OR REPLACE TABLE {name} {made}")
                    for at in range(0, len(filled), PART):
                        low, high = map(list, zip(*filled[at : at + PART], strict=True))
                        cursor.execute(
                            f"INSERT INTO {name} SELECT unnest(?::BIGINT[]), unnest(?::BIGINT[])", [low, high]
                        )
            answers.remember(name, cursor)
        finally:
            cursor.close()
    return name
