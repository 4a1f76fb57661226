"""The notes of the open case file as tables that a store's queries can join (stage ③)."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING

from thresher.capture.note_fields import COMMENT, IGNORED, MARKED, REFERENCE, TAG
from thresher.capture.notes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from thresher.capture.notes import Note
    from thresher.capture.store.store import Store

FLAGS = (MARKED, REFERENCE, IGNORED)
_numbers = itertools.count(1)


class NoteTables:
    """The notes on the rows of one store, in memory beside its index; none until they are set.

    The tables keep their names while their rows change, so that a query that was compiled before a change stays valid
    and sees the notes as they are when it runs.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._notes: Mapping[int, Note] = {}
        # stores of one file share a database, and may be of different case files
        self._name = f"notes_{next(_numbers)}"
        self._filled: list[tuple[duckdb.DuckDBPyConnection, int]] = []
        self.revision = 0

    def set(self, notes: Mapping[int, Note]) -> None:
        """These are the notes from now on, by row."""
        with self._lock:
            self._notes = dict(notes)
            self.revision += 1
            if self._filled:
                self._fill(self._store.connection())

    def of(self, num: int) -> Note:
        """The note on a row."""
        return self._notes.get(num, NOTHING)

    @property
    def all(self) -> Mapping[int, Note]:
        """All notes by row."""
        return self._notes

    def table(self, kind: str) -> str:
        """The qualified name of the table ``num`` of a kind that events have or not, ``num, value`` of texts."""
        with self._lock:
            self._fill(self._store.connection())
            return f"{self._name}.{kind}"

    def left_out(self) -> str:
        """A condition over ``e`` that is true of events that are not ignored; '' where none is."""
        if not any(note.ignored for note in self._notes.values()):
            return ""
        return f"e.num NOT IN (SELECT num FROM {self.table(IGNORED)})"

    def _fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Bring the tables of the connection in use up to date; a cursor of an earlier one has those of then."""
        if self._filled == [(connection, self.revision)]:
            return
        cursor = connection.cursor()
        try:
            cursor.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {self._name} (READ_WRITE)")
            cursor.execute("BEGIN")
            for kind in FLAGS:
                nums = [num for num, note in self._notes.items() if _has(note, kind)]
                self._replace(cursor, kind, "num UINTEGER", nums)
            said = {num: note.comment for num, note in self._notes.items() if note.comment}
            tags = {num: list(note.tags) for num, note in self._notes.items() if note.tags}
            self._replace(cursor, COMMENT, "num UINTEGER, value VARCHAR", list(said), list(said.values()))
            self._replace(cursor, TAG, "num UINTEGER, value VARCHAR[]", list(tags), list(tags.values()))
            cursor.execute("COMMIT")
        finally:
            cursor.close()
        self._filled = [(connection, self.revision)]

    def _replace(self, cursor: duckdb.DuckDBPyConnection, kind: str, columns: str, *values: Sequence[object]) -> None:
        table = f"{self._name}.{kind}"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
        cursor.execute(f"DELETE FROM {table}")
        if values[0]:
            listed = ", ".join(f"unnest(?::{column.split()[1]}[])" for column in columns.split(", "))
            cursor.execute(f"INSERT INTO {table} SELECT {listed}", list(values))


def _has(note: Note, kind: str) -> bool:
    return {MARKED: note.marked, REFERENCE: note.is_reference, IGNORED: note.ignored}[kind]
