"""Rows as a pyarrow Table (stage ⑤): typed columns for Python, Parquet and data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from thresher.capture.model import Field, Value

TYPES: Final[dict[FieldType, pa.DataType]] = {
    FieldType.INT: pa.int64(),
    FieldType.UINT: pa.uint64(),
    FieldType.BOOL: pa.bool_(),
    FieldType.STRING: pa.string(),
    FieldType.BYTES: pa.binary(),
    FieldType.IP: pa.string(),
    FieldType.PORT: pa.uint16(),
    FieldType.TIME: pa.timestamp("ns", tz="UTC"),
    FieldType.DURATION: pa.duration("ns"),
}


def table(columns: Sequence[tuple[str, Field]], batches: Iterable[Sequence[tuple[Value, ...]]]) -> pa.Table:
    """A table of rows.

    Args:
        columns: name and field of each column.
        batches: the rows, in parts.
    """
    schema = pa.schema([(name, arrow_type(field)) for name, field in columns])
    parts = [
        pa.record_batch(
            [_array(values, kind) for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)],
            schema=schema,
        )
        for rows in batches
        if rows
    ]
    return pa.Table.from_batches(parts, schema)


def arrow_type(field: Field) -> pa.DataType:
    """The Arrow type of a field's values."""
    single = TYPES[field.type]
    return pa.list_(single) if field.is_list else single


def _array(values: Sequence[Value], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except (UnicodeEncodeError, pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([_storable(value, kind) for value in values], kind)


def _storable(value: Value, kind: pa.DataType) -> Value:
    """The value if the type holds it; text that is no UTF-8 with its bytes spelled out, otherwise None."""
    if pa.types.is_string(kind) and value is not None:
        return str(value).encode("utf-8", "backslashreplace").decode()
    try:
        pa.scalar(value, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, OverflowError):
        return None
    return value
