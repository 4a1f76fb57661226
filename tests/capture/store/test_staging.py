"""Texts reach DuckDB where they lie, whatever batches they came in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from thresher.capture.contract import Records
from thresher.capture.pieces import Pieces
from thresher.capture.store.database import connect
from thresher.capture.store.staging import filtered, stage, text_bytes

DATA = b'[{"a":"0123456789"}, {"b":"\xc3\xa9\xe2\x82\xac"},{"c":1},{}]'
BOUNDS = ((1, 19), (21, 34), (35, 42), (43, 45))


def pieces(*bounds: tuple[int, int]) -> Pieces:
    starts = np.array([start for start, _ in bounds], np.int64)
    return Pieces(DATA, starts, np.array([end for _, end in bounds], np.int64) - starts)


def texts_in_duckdb(table: pa.Table) -> list[bytes]:
    connection = connect(None)
    connection.register("staged", table)
    return [str(row[0]).encode() for row in connection.execute("SELECT raw FROM staged").fetchall()]


@pytest.mark.parametrize("chosen", [BOUNDS[:2], BOUNDS, BOUNDS[2:]], ids=["long", "mixed", "short"])
def test_pieces_are_read_as_their_bytes(chosen: tuple[tuple[int, int], ...]) -> None:
    staged = stage([Records(0, pieces(*chosen), [start for start, _ in chosen])])
    assert texts_in_duckdb(staged.table) == [DATA[start:end] for start, end in chosen]
    assert staged.table.column("length_bytes").to_pylist() == [end - start for start, end in chosen]


def test_batches_keep_their_order_and_their_files() -> None:
    batches = [
        Records(0, [b'{"x":1}'], [5]),
        Records(1, pieces(*BOUNDS[:2]), [1, 21], "zip member a"),
        Records(2, [b'{"y":2}', b'{"z":3}'], [0, 9], "", [30, 31]),
    ]
    table = stage(batches).table
    assert texts_in_duckdb(table) == [text for batch in batches for text in batch.texts]
    assert table.column("file_id").to_pylist() == [0, 1, 1, 2, 2]
    assert table.column("wrapping").to_pylist() == [None, "zip member a", "zip member a", None, None]
    assert table.column("length_bytes").to_pylist() == [7, 18, 13, 30, 31]
    assert [text_bytes(batch) for batch in batches] == [7, 31, 14]


def test_some_of_the_records_can_be_kept() -> None:
    table = stage([Records(0, pieces(*BOUNDS), [1, 21, 35, 43])]).table
    kept = filtered(table, pa.array([True, False, False, True]))
    assert texts_in_duckdb(kept) == [DATA[1:19], DATA[43:45]]
    assert kept.column("offset_bytes").to_pylist() == [1, 43]
