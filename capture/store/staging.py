"""Lays batches of JSON texts out as one Arrow table that DuckDB reads in place (stage ③)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from thresher.capture.pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thresher.capture.contract import Records

    Numbers: TypeAlias = NDArray[np.int64]

MOST_BYTES = 256 << 20
"""Text of one batch, at most."""
PIECE = 15_360
"""Rows that a thread of DuckDB takes at once: an eighth of a row group.

Pieces that fill no row group exactly make DuckDB write all of them once more at the next checkpoint (observed).
"""
INLINE_BYTES = 12
"""Arrow keeps texts of this length in the view itself."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Records ready to be inserted: ``table`` is (raw, file_id, offset_bytes, length_bytes, wrapping)."""

    table: pa.Table
    text_bytes: int


def text_bytes(records: Records) -> int:
    """How much text a batch holds."""
    texts = records.texts
    return int(texts.lengths.sum()) if isinstance(texts, Pieces) else sum(map(len, texts))


def stage(batches: Sequence[Records]) -> Staged:
    """One Arrow table from batches of records, in their order, without touching the texts one by one."""
    chunks: list[pa.Array] = []
    lengths: list[Numbers] = []
    for is_piece, group in groupby(batches, lambda records: isinstance(records.texts, Pieces)):
        runs = [records.texts for records in group]
        for texts in runs if is_piece else [[text for run in runs for text in run]]:
            array, own = _views(texts) if isinstance(texts, Pieces) else _joined(texts)
            chunks.append(array)
            lengths.append(own)
    sizes = np.concatenate(lengths)
    counts = [len(records.texts) for records in batches]
    file_ids = np.repeat(np.array([records.file_id for records in batches], dtype=np.uint32), counts)
    offsets = np.concatenate([np.asarray(records.offsets, dtype=np.uint64) for records in batches])
    columns = {
        "raw": pa.concat_arrays(chunks),  # of which pieces of any length can be cut; their bytes stay where they are
        "file_id": pa.array(file_ids),
        "offset_bytes": pa.array(offsets),
        "length_bytes": pa.array(_lengths_in_files(batches, sizes).astype(np.uint32)),
        "wrapping": pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(np.arange(len(batches), dtype=np.int32), counts)),
            pa.array([records.wrapping or None for records in batches], pa.string()),
        ).dictionary_decode(),
    }
    return Staged(pa.table(columns), int(sizes.sum()))


def _views(pieces: Pieces) -> tuple[pa.Array, Numbers]:
    """Texts that stay where they are: of each its length, its first four bytes and its place (Arrow's string view)."""
    if int(pieces.lengths.min()) <= INLINE_BYTES:
        return _joined(list(pieces))
    views = np.zeros((len(pieces), 4), np.int32)
    views[:, 0] = pieces.lengths
    beginnings = np.frombuffer(pieces.data, np.uint8)[pieces.starts[:, None] + np.arange(4)]
    views[:, 1] = np.ascontiguousarray(beginnings).view(np.int32)[:, 0]
    views[:, 3] = pieces.starts
    buffers = [None, pa.py_buffer(views), pa.py_buffer(pieces.data)]
    return pa.Array.from_buffers(pa.string_view(), len(pieces), buffers), pieces.lengths


def _joined(texts: Sequence[bytes]) -> tuple[pa.Array, Numbers]:
    """Texts one behind the other."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    bounds = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(lengths, out=bounds[1:])
    array = pa.StringArray.from_buffers(len(texts), pa.py_buffer(bounds), pa.py_buffer(b"".join(texts)))
    return array.cast(pa.string_view()), lengths


def _lengths_in_files(batches: Sequence[Records], lengths: Numbers) -> Numbers:
    """How many bytes each record takes where it was found, its text's own length where it stands as it is."""
    found, at = lengths.copy(), 0
    for records in batches:
        if records.lengths is not None:
            found[at : at + len(records.texts)] = records.lengths
        at += len(records.texts)
    return found


def filtered(table: pa.Table, is_kept: pa.Array) -> pa.Table:
    """Some of the staged records; Arrow filters no views, so their texts are copied."""
    at = table.schema.get_field_index("raw")
    plain = table.set_column(at, "raw", table.column("raw").cast(pa.string())).filter(is_kept)
    return plain.set_column(at, "raw", plain.column("raw").cast(pa.string_view()))


def chosen(table: pa.Table, places: Sequence[int]) -> pa.Table:
    """The texts of a few of the staged records."""
    texts = table.column("raw")
    found = pa.array([bytes(texts[place].as_buffer()) for place in places], pa.string())
    return pa.table({"raw": found.cast(pa.string_view())})
