"""A case file: notes keyed by the hash of what they are about, in SQLite, safe for several processes (under ③–⑤)."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from thresher.capture.errors import ThresherError, UnreadableError, UsageError
from thresher.capture.notes import journal
from thresher.capture.notes.note import Change, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

APPLICATION = 0x54487263
"""Stands in the file's header: this is a case file of Thresher."""
VERSION = 1
WAIT_S = 10.0
"""How long to wait for another process that is writing."""
LISTED = 500
"""Hashes named in one statement."""

SCHEMA = (
    "CREATE TABLE evidence (sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE notes (sha256 TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, "
    "PRIMARY KEY (sha256, number, kind, value)) WITHOUT ROWID",
    *journal.SCHEMA,
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
"""A note is a row for each of its parts, so that two people who add different ones lose neither."""

REMEDY = "nothing was written to it; move it away, name another with --case FILE, or go on with --no-case"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that notes are about.

    Attributes:
        sha256: of its bytes as they are on disk, in hex digits.
        path: where it was when it was opened first.
        source: name of the dissector.
    """

    sha256: str
    path: str
    source: str


class CaseFile:
    """An open case file; may be used from any thread.

    Args:
        path: where it is; made where there is none, for the user alone.

    Raises:
        UnreadableError: it is damaged, no case file, of a later version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection = self._opened()
        try:
            with self._told():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _opened(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            place = f"file:{quote(str(self.path.absolute()))}?mode=rw"
            return sqlite3.connect(place, WAIT_S, uri=True, isolation_level=None, check_same_thread=False)
        except OSError as error:
            raise UnreadableError(str(self.path), f"cannot be written: {error.strerror}", REMEDY) from error
        except sqlite3.Error as error:
            raise UnreadableError(str(self.path), f"cannot be opened: {error}", REMEDY) from error

    def _prepare(self) -> None:
        """Make the tables of a new file; refuse one that is not whole or not ours."""
        if self._is_new():
            with self._writing():
                if self._is_new():  # still, now that nobody else writes
                    for statement in SCHEMA:
                        self._connection.execute(statement)
        application, version = (self._pragma(name) for name in ("application_id", "user_version"))
        if application != APPLICATION:
            raise UnreadableError(str(self.path), "is no case file of Thresher", REMEDY)
        if version > VERSION:
            raise UnreadableError(str(self.path), f"was written by a later Thresher (version {version})", REMEDY)
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise UnreadableError(str(self.path), f"is damaged: {found}", REMEDY)

    def _is_new(self) -> bool:
        named = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return not named and not self._pragma("application_id")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    # --- notes ---

    def revision(self) -> tuple[int, int]:
        """Differs from an earlier one when anything was written meanwhile, by anybody; cheap."""
        with self._told():
            return self._pragma("data_version"), self._connection.total_changes

    def notes(self, hashes: Iterable[str]) -> dict[tuple[str, int], Note]:
        """The notes on events of files with these hashes, by hash and number of the event in its file."""
        wanted = list(dict.fromkeys(hashes))
        parts: dict[tuple[str, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        with self._told():
            for start in range(0, len(wanted), LISTED):
                chosen = wanted[start : start + LISTED]
                marks = ", ".join("?" * len(chosen))
                for sha256, number, kind, value in self._connection.execute(
                    f"SELECT sha256, number, kind, value FROM notes WHERE sha256 IN ({marks})", chosen
                ):
                    parts[sha256, number][kind].append(value)
        return {key: _note(found) for key, found in parts.items()}

    def everything(self) -> list[tuple[Evidence, dict[int, Note]]]:
        """All evidence with the notes on its events."""
        known = self.evidence()
        found: dict[str, dict[int, Note]] = {each.sha256: {} for each in known}
        for (sha256, number), note in sorted(self.notes(found).items()):
            found[sha256][number] = note
        return [(each, found[each.sha256]) for each in known]

    def evidence(self) -> list[Evidence]:
        """The files that notes are about, by path."""
        with self._told():
            rows = self._connection.execute("SELECT sha256, path, source FROM evidence ORDER BY path, sha256")
            return [Evidence(*row) for row in rows.fetchall()]

    def change(
        self, evidence: Mapping[str, Evidence], events: Sequence[tuple[str, int]], change: Change, said: dict[str, Any]
    ) -> None:
        """Change the notes on events, all or none.

        Args:
            evidence: the files, by hash.
            events: hash and number of each event in its file.
            change: to all of them.
            said: how the journal names them.
        """
        change.checked()
        with self._told(), self._writing():
            for each in {sha256 for sha256, _ in events}:
                self._know(evidence[each])
            for event in events:
                self._change(event, change)
            journal.append(self._connection, "note", {**said, **change.said()})

    def _know(self, evidence: Evidence) -> None:
        row = (evidence.sha256, evidence.path, evidence.source)
        self._connection.execute("INSERT OR IGNORE INTO evidence VALUES (?, ?, ?)", row)

    def _change(self, event: tuple[str, int], change: Change) -> None:
        for kind, wanted in change.flags().items():
            self._put(event, kind, "") if wanted else self._take(event, kind)
        if change.comment is not None:
            self._take(event, "comment")
            if change.comment:
                self._put(event, "comment", change.comment)
        for tag in change.remove_tags:
            self._take(event, "tag", tag)
        for tag in change.add_tags:
            self._put(event, "tag", tag)

    def _put(self, event: tuple[str, int], kind: str, value: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO notes VALUES (?, ?, ?, ?)", (*event, kind, value))

    def _take(self, event: tuple[str, int], kind: str, value: str | None = None) -> None:
        sql = "DELETE FROM notes WHERE sha256 = ? AND number = ? AND kind = ?"
        if value is None:
            self._connection.execute(sql, (*event, kind))
        else:
            self._connection.execute(f"{sql} AND value = ?", (*event, kind, value))

    # --- the journal ---

    def log(self, what: str, said: dict[str, Any]) -> None:
        """Add an entry to the journal."""
        with self._told(), self._writing():
            journal.append(self._connection, what, said)

    def journal(self) -> list[journal.Entry]:
        """All entries, oldest first."""
        with self._told():
            return list(journal.entries(self._connection))

    def first_broken(self) -> int | None:
        """The number of the first entry of the journal that is not as it was written; None where all are."""
        with self._told():
            return journal.first_broken(self._connection)

    # --- SQLite ---

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """One thread at a time; what SQLite says becomes an error that says what to do."""
        with self._lock:
            try:
                yield
            except sqlite3.OperationalError as error:
                raise ThresherError(f"{self.path}: {error}; {_remedy(error)}") from error
            except sqlite3.ProgrammingError as error:
                raise UsageError(f"{self.path}: the case file is closed") from error
            except sqlite3.DatabaseError as error:
                raise UnreadableError(str(self.path), f"is damaged or no case file: {error}", REMEDY) from error


def _remedy(error: sqlite3.OperationalError) -> str:
    if "locked" in str(error):
        return "another program is writing to it and does not end; try again"
    return "make room or permit writing there, name another case file with --case FILE, or go on with --no-case"


def _note(parts: Mapping[str, list[str]]) -> Note:
    return Note(
        marked="marked" in parts,
        comment=next(iter(parts.get("comment", ())), ""),
        tags=tuple(sorted(parts.get("tag", ()))),
        is_reference="reference" in parts,
        ignored="ignored" in parts,
    )
