"""Runs a capture through one of the kernels, without a store."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from thresher.capture.contract import Accounting
from thresher.capture.model import Damage
from thresher.capture.readers.scap import ScapReader
from thresher.dissectors.syscall.replaying import Replaying


class Outcome(NamedTuple):
    """Everything a capture gave."""

    tables: dict[str, pa.Table]
    damage: list[Damage]
    accounting: Accounting

    def same_as(self, other: Outcome) -> bool:
        """Whether every row, report and count is the same."""
        return (
            self.tables.keys() == other.tables.keys()
            and all(table.equals(other.tables[name]) for name, table in self.tables.items())
            and self.damage == other.damage
            and self.accounting == other.accounting
        )


def content(path: Path) -> bytes:
    """A capture's bytes, inflated."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def run(data: bytes, kind: str, step: int = 0) -> Outcome:
    """Feed a capture, all at once or in pieces of ``step`` bytes, and take everything it gives."""
    dissection, made = fed(data, kind, step)
    made += dissection.finish()
    tables: dict[str, list[pa.RecordBatch]] = {}
    for name, batch in made:
        tables.setdefault(name, []).append(batch)
    joined = {name: pa.Table.from_batches(batches) for name, batches in tables.items()}
    return Outcome(joined, dissection.damage, dissection.accounting)


def fed(data: bytes, kind: str, step: int = 0) -> tuple[Replaying, list[tuple[str, pa.RecordBatch]]]:
    """A kernel that has gone through a capture, and the rows it could not hold until the end."""
    dissection = Replaying(ScapReader(), "capture", kind)
    made: list[tuple[str, pa.RecordBatch]] = []
    used, shown = 0, 0
    while shown < len(data) or not data:
        shown = min(len(data), max(shown, used) + step) if step else len(data)
        used += dissection.feed(memoryview(data)[used:shown], used, 400_000, shown == len(data))
        if dissection.pending_rows() > 50_000:
            made += dissection.take(400_000)
        if not data:
            break
    return dissection, made
