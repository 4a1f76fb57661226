"""Texts of records become values of the field's type; what does not fit is missing, never something else."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import pytest

from thresher.capture.model import FieldType
from thresher.capture.store.json_sql import typed


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("-7", FieldType.INT, -7),
        ("many", FieldType.INT, None),
        ("18446744073709551615", FieldType.UINT, (1 << 64) - 1),
        ("-1", FieldType.UINT, None),
        ("70000", FieldType.PORT, None),
        ("true", FieldType.BOOL, True),
        ("perhaps", FieldType.BOOL, None),
        ("2023-07-10T01:02:03Z", FieldType.TIME, 1_688_950_923_000_000_000),
        ("2023-07-10T01:02:03.123456789+02:00", FieldType.TIME, 1_688_943_723_123_456_789),
        ("2023-07-10 01:02:03.5", FieldType.TIME, 1_688_950_923_500_000_000),
        ("yesterday", FieldType.TIME, None),
    ],
)
def test_a_text_is_read_as_the_type(text: str, type_: FieldType, value: Any) -> None:
    (expression,) = typed("s", type_)
    assert connection().execute(f"SELECT {expression} FROM (SELECT ? AS s)", [text]).fetchall() == [(value,)]
