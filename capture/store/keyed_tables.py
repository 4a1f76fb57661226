"""Builds the table of a field that is made once for each key: by SQL, or from what the user's files say (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture import addresses, config
from thresher.capture.errors import UsageError
from thresher.capture.keyed import Keyed, OfAddress
from thresher.capture.model import FieldType
from thresher.capture.store.computing import FieldValues, arrow_type, type_of

if TYPE_CHECKING:
    import duckdb

    from thresher.capture.evidence import Keys
    from thresher.capture.model import Field


def build(field: Field, place: Keyed, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make ``table``, one row of ``key`` and ``value`` for each key that has a value.

    Raises:
        UsageError: the configuration does not tell what is asked for.
    """
    if not isinstance(place, OfAddress):
        value = f"CAST(value AS {type_of(field)[0][1]}) AS value"
        cursor.execute(f"CREATE TABLE {table} AS SELECT key, {value} FROM ({place.expression}) WHERE value IS NOT NULL")
        return
    _look_up(field, place, cursor, table)


def build_told(field: Field, told: Keys, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make ``table`` of what the dissector tells of each key."""
    import pyarrow as pa

    columns = FieldValues(field).arrays(told.values)
    cursor.register("incoming", pa.table({"key": pa.array(told.keys, type=pa.int64()), **columns}))
    try:
        cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    finally:
        cursor.unregister("incoming")


def depends_on(place: object) -> str:
    """What the field depends on beside the log: the state of the user's files; '' where there is nothing."""
    return addresses.identity(place.fact, config.current()) if isinstance(place, OfAddress) else ""


def can_be_told(field: Field) -> bool:
    """Whether asking for the field cannot fail for want of a file that the configuration would have to name."""
    if not isinstance(field.place, OfAddress):
        return True
    try:
        addresses.facts(field.place.fact, (), config.current())
    except UsageError:
        return False
    return True


def _look_up(field: Field, place: OfAddress, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
    import pyarrow as pa

    keys = [row[0] for row in cursor.execute(place.expression).fetchall() if row[0] is not None]
    found = addresses.facts(place.fact, keys, config.current())
    wanted = int if field.type is FieldType.UINT else str
    pairs = [(key, value) for key, value in zip(keys, found, strict=True) if isinstance(value, wanted)]
    values = pa.array([value for _, value in pairs], type=arrow_type(field))
    cursor.register(
        "incoming", pa.table({"key": pa.array([key for key, _ in pairs], type=pa.string()), "value": values})
    )
    try:
        cursor.execute(f"CREATE TABLE {table} AS SELECT key, value FROM incoming")
    finally:
        cursor.unregister("incoming")
