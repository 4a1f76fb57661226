"""The journal of a case file: what was opened, filtered, written and noted, only ever added to (under ③–⑤)."""

from __future__ import annotations

import getpass
import hashlib
import json
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

SCHEMA = (
    "CREATE TABLE journal (entry INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, program TEXT NOT NULL, "
    "person TEXT NOT NULL, what TEXT NOT NULL, said TEXT NOT NULL, seal TEXT NOT NULL)",
    "CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'the journal stays'); END",
    "CREATE TRIGGER journal_keeps BEFORE DELETE ON journal BEGIN SELECT raise(ABORT, 'the journal stays'); END",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal.

    Attributes:
        entry: its number, from 1 without a gap.
        at_ns: when, in ns since 1970 in UTC by this machine's clock.
        program: version of Thresher.
        person: name of the account that ran it.
        what: ``open``, ``loaded``, ``shift``, ``filter``, ``write``, ``note``.
        said: what exactly.
        seal: SHA-256 over the entry and the seal of the one before: an entry that was changed or cut out shows.
    """

    entry: int
    at_ns: int
    program: str
    person: str
    what: str
    said: dict[str, Any]
    seal: str


def append(connection: sqlite3.Connection, what: str, said: dict[str, Any]) -> None:
    """Add an entry, inside a transaction that holds the write lock."""
    last = connection.execute("SELECT entry, seal FROM journal ORDER BY entry DESC LIMIT 1").fetchone()
    number, before = (last[0] + 1, last[1]) if last else (1, "")
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    row = (number, time.time_ns(), program(), person(), what, text)
    connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, sealed(before, row)))


def sealed(before: str, row: tuple[object, ...]) -> str:
    """The seal of an entry behind the one with the seal ``before``."""
    return hashlib.sha256(json.dumps([before, *row], ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """All entries, oldest first."""
    for row in connection.execute("SELECT * FROM journal ORDER BY entry"):
        number, at_ns, version, who, what, said, seal = row
        yield Entry(number, at_ns, version, who, what, json.loads(said), seal)


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The number of the first entry that is not as it was written, or behind a gap; None where all are whole."""
    before, expected = "", 1
    for row in connection.execute("SELECT * FROM journal ORDER BY entry"):
        if row[0] != expected or row[6] != sealed(before, row[:6]):
            return int(expected)
        before, expected = row[6], expected + 1
    return None


@cache
def program() -> str:
    """The version of Thresher, '' where it runs without being installed."""
    try:
        return installed("thresher")
    except PackageNotFoundError:
        return ""


@cache
def person() -> str:
    """The name of the account that runs this, '' where the machine does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
