"""Rows of Python values as Arrow tables typed by a declaration, never by what the values look like (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from thresher.capture.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.model import ColumnSpec

TYPES: dict[str, pa.DataType] = {
    "BOOLEAN": pa.bool_(),
    "TINYINT": pa.int8(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(),
    "USMALLINT": pa.uint16(),
    "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "BLOB": pa.binary(),
}
"""DuckDB's types to Arrow's; any other type takes what Arrow makes of the values."""


def table_of(columns: Sequence[ColumnSpec], rows: Sequence[Sequence[object]]) -> pa.Table:
    """The rows, whose values stand in the order of the columns.

    Raises:
        PluginError: a row is too short or long, or a value does not fit its column; names the column.
    """
    if any(len(row) != len(columns) for row in rows):
        raise PluginError(f"a row does not have the {len(columns)} values of its table")
    return pa.table({column.name: _array(column, [row[at] for row in rows]) for at, column in enumerate(columns)})


def _array(column: ColumnSpec, values: list[object]) -> pa.Array:
    try:
        return pa.array(values, type=TYPES.get(column.type.split(maxsplit=1)[0]))
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise PluginError(f"a value does not fit the column '{column.name}' of type {column.type}: {error}") from error
