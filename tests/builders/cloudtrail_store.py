"""Reads CloudTrail files into a store in memory with the parts that ingest is made of (stages ①②③)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thresher.capture.keyed import Keyed
from thresher.capture.readers.json_logs import JsonLogs
from thresher.capture.registry import Catalogue
from thresher.capture.store import keyed_tables
from thresher.capture.store.access import Access
from thresher.capture.store.database import connect
from thresher.capture.store.records import RecordWriter
from thresher.capture.store.staging import stage
from thresher.capture.store.writer import Writer
from thresher.dissectors.cloudtrail import CloudTrail

if TYPE_CHECKING:
    from thresher.capture.contract import Records
    from thresher.capture.model import Damage, FieldRef


class Stream:
    """Bytes in pieces, as inputs present an inflated file."""

    def __init__(self, path: str, data: bytes, piece: int = 1 << 20) -> None:
        self.path = path
        self._data = data
        self._piece = piece

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), self._piece):
            yield self._data[start : start + self._piece]


def inflated(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def read(files: Sequence[tuple[str, bytes]], damage: list[Damage] | None = None) -> list[Records]:
    """All records of files given as path and content."""
    found: list[Records] = []
    for file_id, (path, data) in enumerate(files):
        found += JsonLogs().records(Stream(path, data), file_id, damage if damage is not None else [])
    return found


class CloudStore:
    """Records of some files as rows, in the order of the files."""

    def __init__(self, batches: list[Records], paths: Sequence[str] = ("",)) -> None:
        dissector = CloudTrail()
        self.catalogue = Catalogue(dissector)
        self.connection = connect(None)
        writer = Writer(self.connection, dissector)
        writer.create(dissector)
        self.records = RecordWriter(writer, dissector, paths)
        self.records.insert(stage(batches))
        first = self.connection.execute("SELECT min(time_ns) FROM events").fetchall()[0][0]
        self._keyed: dict[str, str] = {}
        self._start_ns = first or 0

    def values(self, name: str) -> list[Any]:
        """One field of every row in the order of ``num``; addresses as (high, low)."""
        ref: FieldRef = self.catalogue.resolve(name)
        if isinstance(ref.field.place, Keyed):
            self._keyed[ref.key] = f"keyed_{len(self._keyed)}"
            keyed_tables.build(ref.field, ref.field.place, self.connection, self._keyed[ref.key])
        selection = Access(self.catalogue, self._keyed, self._start_ns).selection()
        columns = selection.add(ref)
        rows = self.connection.execute(
            f"SELECT {', '.join(columns)} FROM {selection.source()} ORDER BY e.num"
        ).fetchall()
        return [row[0] if len(row) == 1 else (row if row[0] is not None else None) for row in rows]
