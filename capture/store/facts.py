"""What is known of a store as a whole: progress, files, accounting, damage (stage ③)."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from thresher.capture.contract import Accounting
from thresher.capture.inputs.locate import Skipped
from thresher.capture.model import Damage

if TYPE_CHECKING:
    import duckdb


class HashState(Enum):
    """How sure it is that the bytes on disk are those that were indexed."""

    PENDING = "pending"
    """They are still being read for the first time."""
    VERIFIED = "verified"
    """The index was made from bytes of this SHA-256, and nothing suggests that the file has changed since."""
    CHANGED = "CHANGED"
    """The file is no longer the one that was indexed."""
    GONE = "gone"
    """There is no file any more."""
    UNKEPT = "not kept"
    """A pipe, which cannot be read again, or a file that grew: hashed while it was read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest has come.

    Attributes:
        done_bytes: read from disk.
        total_bytes: on disk; 0 where a pipe does not tell.
        rows: that can be queried.
        complete: nothing more will come, because everything is in or because of ``error``.
        error: what ended the ingest early.
        is_live: rows come from a source that others may still write to.
    """

    done_bytes: int
    total_bytes: int
    rows: int
    complete: bool
    error: Exception | None = None
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One input file; ``sha256`` is '' until it has been read to its end."""

    path: str
    size_bytes: int
    sha256: str = ""
    compression: str = ""
    records: int = 0
    first_ns: int | None = None
    last_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A store as a whole.

    Attributes:
        spec: as the user named it.
        dissector: name of the source.
        start_ns: earliest time, leaving out events without one; None where there is none.
        end_ns: latest time.
        rows: all rows, internal ones included.
        internal_rows: rows that lists leave out.
        untimed_rows: rows whose time is missing or could not be read.
        inflated_bytes: uncompressed size of all files.
        accounting: where these bytes went.
        skipped: files that belong to no store.
        notes: further things that somebody should know, one sentence each.
        from_cache: the index existed before.
        version: of the program that made it.
    """

    spec: str
    dissector: str
    start_ns: int | None = None
    end_ns: int | None = None
    rows: int = 0
    internal_rows: int = 0
    untimed_rows: int = 0
    inflated_bytes: int = 0
    files: tuple[FileFacts, ...] = ()
    accounting: Accounting = field(default_factory=Accounting)
    damage: tuple[Damage, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    hash_state: HashState = HashState.PENDING
    from_cache: bool = False
    complete: bool = False
    version: str = ""

    @property
    def hostname(self) -> str:
        """Name of the recording machine, '' where the capture does not tell."""
        return self.accounting.facts.get("hostname", "")


@dataclass(frozen=True, slots=True)
class Span:
    """What a scan over the event table's head columns tells."""

    start_ns: int | None
    end_ns: int | None
    rows: int
    internal_rows: int
    untimed_rows: int


def span(cursor: duckdb.DuckDBPyConnection) -> Span:
    """Times and counts of the rows that are there now; an event at time 0 has no time."""
    found = cursor.execute(
        "SELECT min(time_ns) FILTER (time_ns > 0), max(time_ns) FILTER (time_ns > 0), count(*), "
        "count(*) FILTER (flags & 1 = 1), count(*) FILTER (time_ns IS NULL OR time_ns <= 0) FROM events"
    ).fetchall()
    return Span(*found[0])


def to_meta(facts: Facts) -> dict[str, str]:
    """The rows of the table ``meta`` that facts come from."""
    numbers = {
        key: str(value)
        for key in ("start_ns", "end_ns", "rows", "internal_rows", "untimed_rows", "inflated_bytes")
        if (value := getattr(facts, key)) is not None
    }
    return {
        **numbers,
        "dissector": facts.dissector,
        "thresher_version": facts.version,
        "accounting": json.dumps(dataclasses.asdict(facts.accounting)),
        "skipped": json.dumps([[skipped.path, skipped.why] for skipped in facts.skipped]),
        "notes": json.dumps(facts.notes),
    }


def from_meta(cursor: duckdb.DuckDBPyConnection, spec: str) -> Facts:
    """Facts as a complete store holds them; state and origin are for the caller to fill in."""
    meta: dict[str, str] = dict(cursor.execute("SELECT key, value FROM meta").fetchall())
    files = cursor.execute(
        "SELECT path, size_bytes, sha256, compression, records, first_ns, last_ns FROM files ORDER BY file_id"
    ).fetchall()
    damage = cursor.execute("SELECT path, offset_bytes, length_bytes, what FROM damage ORDER BY rowid").fetchall()
    return Facts(
        spec=spec,
        dissector=meta["dissector"],
        files=tuple(FileFacts(*row) for row in files),
        accounting=Accounting(**json.loads(meta["accounting"])),
        damage=tuple(Damage(*row) for row in damage),
        skipped=tuple(Skipped(*pair) for pair in json.loads(meta["skipped"])),
        notes=tuple(json.loads(meta["notes"])),
        complete=True,
        version=meta["thresher_version"],
        start_ns=int(meta["start_ns"]) if "start_ns" in meta else None,
        end_ns=int(meta["end_ns"]) if "end_ns" in meta else None,
        rows=int(meta["rows"]),
        internal_rows=int(meta["internal_rows"]),
        untimed_rows=int(meta["untimed_rows"]),
        inflated_bytes=int(meta["inflated_bytes"]),
    )
