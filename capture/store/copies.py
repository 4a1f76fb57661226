"""Records that were delivered more than once: one row each, with every place it was found at (stage ③)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from thresher.capture.store.arrow_rows import table_of
from thresher.capture.store.quoting import name
from thresher.capture.store.schema import FIXED
from thresher.capture.store.seen import Seen

if TYPE_CHECKING:
    import duckdb

CONTENT = "content"
"""Two records of one identity say different things: one of them was changed, or the source reuses identities."""
SPELLING = "spelling"
"""They say the same and are written differently, as when one was exported by another program."""


class Sorted(NamedTuple):
    """A batch of staged records without the copies in it; ``rows`` are further tables' rows to be inserted with it."""

    kept: pa.Array | None
    """Which of the records are rows of their own, as a mask; None for all."""
    rows: list[tuple[str, pa.Table]]


class _Known(NamedTuple):
    num: int
    raw: str


class Copies:
    """Tells copies from events while records are inserted.

    Args:
        cursor: of the store that is being written.
        id_column: the event table's column with the identity that the source gives a record.

    Attributes:
        count: records that were copies.
        conflicts: for each kind, identities whose records differ in that way.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, id_column: str) -> None:
        self.count = 0
        self.conflicts: dict[str, set[str]] = {CONTENT: set(), SPELLING: set()}
        self._cursor = cursor
        self._id = name(id_column)
        self._seen = Seen()

    def sort_out(self, table: pa.Table, ids: pa.ChunkedArray, keys: pa.ChunkedArray, first_num: int) -> Sorted:
        """Find the copies in a batch.

        Args:
            table: staged records with ``evt_num``.
            ids: the identity of each, NULL where it has none: such records are never copies.
            keys: a hash of each identity.
            first_num: what the first row of the batch will be numbered.
        """
        has_id = ids.is_valid().to_numpy()
        hashes = keys.to_numpy()
        candidates = np.flatnonzero(has_id)[self._seen.among(hashes[has_id])]
        self._seen.add(hashes[has_id])
        if not len(candidates):
            return Sorted(None, [])
        return self._sorted(table, candidates, ids.take(pa.array(candidates)).to_pylist(), first_num)

    def _sorted(self, table: pa.Table, candidates: np.ndarray, ids: list[str], first_num: int) -> Sorted:
        known = self._stored(ids)
        raw = table.column("raw")  # of views, which Arrow cannot take
        texts = [raw[place].as_py() for place in candidates.tolist()]
        is_kept = np.ones(table.num_rows, bool)
        copies: list[tuple[int, int]] = []
        conflicts: dict[int, tuple[object, ...]] = {}
        for place, identity, text in zip(candidates.tolist(), ids, texts, strict=True):
            same = next((each for each in known[identity] if each.raw == text), None)
            if same is not None:
                copies.append((place, same.num))
                is_kept[place] = False
                continue
            num = first_num + place - len(copies)
            for other in known[identity]:
                kind = self._conflict(identity, other.raw, text)
                conflicts.update({each: (each, identity, kind) for each in (other.num, num)})
            known[identity].append(_Known(num, text))
        self.count += len(copies)
        rows = [("same_ids", table_of(FIXED["same_ids"], list(conflicts.values())))] if conflicts else []
        if not copies:
            return Sorted(None, rows)
        return Sorted(pa.array(is_kept), [*rows, ("copies", _copy_rows(table, copies))])

    def _stored(self, ids: list[str]) -> dict[str, list[_Known]]:
        """The rows of earlier batches that have one of these identities."""
        known: dict[str, list[_Known]] = defaultdict(list)
        self._cursor.register("wanted", pa.table({"id": pa.array(list(dict.fromkeys(ids)), pa.string())}))
        try:
            columns, same = f"e.num, e.{self._id}, e.raw", f"e.{self._id} = wanted.id"
            found = self._cursor.execute(
                f"SELECT {columns} FROM events e SEMI JOIN wanted ON {same} ORDER BY 1"
            ).fetchall()
        finally:
            self._cursor.unregister("wanted")
        for num, identity, raw in found:
            known[identity].append(_Known(num, raw))
        return known

    def _conflict(self, identity: str, one: str, other: str) -> str:
        kind = SPELLING if _content(one) == _content(other) else CONTENT
        self.conflicts[kind].add(identity)
        return kind


def _content(text: str) -> object:
    """What a record says whatever the spaces and the order of members; the text itself where that cannot be told."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def _copy_rows(table: pa.Table, copies: list[tuple[int, int]]) -> pa.Table:
    """Where the copies stand and which rows they are copies of."""
    places = pa.array([place for place, _ in copies])
    columns = [column.name for column in FIXED["copies"] if column.name != "num"]
    return table.select(columns).take(places).append_column("num", pa.array([num for _, num in copies], pa.uint32()))


def notes(copies: Copies | None) -> list[str]:
    """What somebody should know of copies and of records that share an identity, one sentence each."""
    if copies is None:
        return []
    found = []
    if copies.count:
        what = "record is a copy" if copies.count == 1 else "records are copies"
        found.append(
            f"{copies.count:,} {what} of others, byte for byte and with the same identity: each event is one row, "
            "and the table 'copies' has every place"
        )
    changed, spelled = copies.conflicts[CONTENT], copies.conflicts[SPELLING] - copies.conflicts[CONTENT]
    for ids, how in ((changed, "with different content"), (spelled, "that say the same in another spelling")):
        if ids:
            what = "identity stands" if len(ids) == 1 else "identities stand"
            found.append(
                f"{len(ids):,} {what} on records {how}, as {min(ids)}: their rows stay apart, "
                "and the table 'same_ids' lists them"
            )
    return found
