"""Rows as a pyarrow Table (stage ⑤): typed columns for Python, Parquet and data frames."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, Protocol

import pyarrow as pa

from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from thresher.capture.model import Value

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


class Typed(Protocol):
    """What is known of a column: a field, or what is said beside fields."""

    @property
    def type(self) -> FieldType:
        """The type of its values."""

    @property
    def is_list(self) -> bool:
        """Whether there may be several."""


def table(columns: Sequence[tuple[str, Typed]], batches: Iterable[Sequence[tuple[Value, ...]]]) -> pa.Table:
    """A table of rows.

    Args:
        columns: name and field of each column.
        batches: the rows, in parts.
    """
    schema = schema_of(columns)
    return pa.Table.from_batches(list(record_batches(schema, batches)), schema)


def schema_of(columns: Sequence[tuple[str, Typed]]) -> pa.Schema:
    """Names and types of columns."""
    return pa.schema([(name, arrow_type(field)) for name, field in columns])


def record_batches(schema: pa.Schema, batches: Iterable[Sequence[tuple[Value, ...]]]) -> Iterator[pa.RecordBatch]:
    """The rows, part by part."""
    for rows in batches:
        if rows:
            columns = zip(zip(*rows, strict=True), schema.types, strict=True)
            yield pa.record_batch([_array(values, kind) for values, kind in columns], schema=schema)


def write_table(
    file: IO[bytes], kind: str, columns: Sequence[tuple[str, Typed]], batches: Iterable[Sequence[tuple[Value, ...]]]
) -> None:
    """Write rows as ``parquet``, or as ``arrow``: an IPC stream, which readers can take from a pipe."""
    schema = schema_of(columns)
    if kind == "parquet":
        from pyarrow import parquet

        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in record_batches(schema, batches):
                writer.write_batch(batch)
    else:
        with pa.ipc.new_stream(file, schema) as stream:
            for batch in record_batches(schema, batches):
                stream.write_batch(batch)


def arrow_type(field: Typed) -> pa.DataType:
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
