"""Runs a dissector's ``compute`` over all events that can have a field (stage ③)."""

from __future__ import annotations

import logging
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from thresher.capture.contract import BlockDissector, Events
from thresher.capture.errors import ChangedError
from thresher.capture.model import Computed, Field, FieldRef, FieldType, Value
from thresher.capture.store.cancel import Cancel, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from thresher.capture.contract import RawEvent
    from thresher.capture.store.store import Store

LOG = logging.getLogger("thresher")

EVENTS_AT_ONCE = 65_536
ROWS_AT_ONCE = 122_880
MAPPED = 0xFFFF << 32
"""Prefix of an IPv4 address in IPv6, in the low half."""

SQL_TYPES: dict[FieldType, str] = {
    FieldType.INT: "BIGINT",
    FieldType.UINT: "UBIGINT",
    FieldType.BOOL: "BOOLEAN",
    FieldType.STRING: "VARCHAR",
    FieldType.BYTES: "BLOB",
    FieldType.PORT: "USMALLINT",
    FieldType.TIME: "BIGINT",
    FieldType.DURATION: "BIGINT",
}


def type_of(field: Field) -> list[tuple[str, str]]:
    """Value columns of a field's table with their DuckDB types; addresses are two halves, lists of them text."""
    if field.type is FieldType.IP:
        return [("value", "VARCHAR[]")] if field.is_list else [("value_hi", "UBIGINT"), ("value_lo", "UBIGINT")]
    return [("value", SQL_TYPES[field.type] + ("[]" if field.is_list else ""))]


def batches(cursor: duckdb.DuckDBPyConnection, statement: str) -> Iterator[pa.RecordBatch]:
    """The rows of a SELECT, some at a time.

    Raises:
        InterruptException: the cursor was interrupted; Arrow's reader says so by an ``OSError``.
    """
    reader = cursor.sql(statement).to_arrow_reader(EVENTS_AT_ONCE)
    try:
        yield from reader
    except OSError as error:
        if "INTERRUPT" in str(error):
            raise duckdb.InterruptException(str(error)) from error
        raise


def masked_columns(batch: pa.RecordBatch) -> dict[str, Any]:
    """Columns of the event table as numpy arrays by name, masked where absent."""
    found = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        values = (column.fill_null(0) if column.null_count else column).to_numpy(zero_copy_only=False)
        absent = column.is_null().to_numpy(zero_copy_only=False) if column.null_count else np.ma.nomask
        found[name] = np.ma.masked_array(values, absent)
    return found


def nums_of(events: Sequence[RawEvent]) -> list[int]:
    """The row numbers of events."""
    if isinstance(events, Events):
        nums: list[int] = events.columns["num"].tolist()
        return nums
    return [int(str(event.row["num"])) for event in events]


class Computing:
    """One field of one store, being computed.

    Attributes:
        failures: events whose value the dissector could not make.
    """

    def __init__(self, store: Store, ref: FieldRef) -> None:
        if not isinstance(ref.field.place, Computed):
            raise TypeError(f"field '{ref.key}' is not computed")
        self.failures = 0
        self._store = store
        self._ref = ref
        self._lookup = store.lookup()
        self._columns = type_of(ref.field)
        self._nums: list[int] = []
        self._values: list[Value] = []
        self._made: list[pa.Table] = []
        self._is_bulk = True

    def run(
        self,
        target: duckdb.DuckDBPyConnection,
        table: str,
        on_progress: Callable[[float], None] | None,
        cancel: Cancel | None,
    ) -> None:
        """Fill ``table`` through ``target``; it may be a connection of another database."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self._columns)
        target.execute(f"CREATE TABLE {table} (num UINTEGER, {columns})")
        total = self._store.count()
        reading = self._store.cursor()
        try:
            with watched(reading, cancel):
                for events in self._events(reading, total):
                    if cancel is not None:
                        cancel.check()
                    self._take(events)
                    if len(self._nums) + sum(part.num_rows for part in self._made) >= ROWS_AT_ONCE:
                        self._insert(target, table)
                    if on_progress and total and events:
                        on_progress(min(1.0, (nums_of(events[-1:])[0] + 1) / total))
            self._insert(target, table)
        finally:
            reading.close()
        if on_progress:
            on_progress(1.0)

    def _events(self, cursor: duckdb.DuckDBPyConnection, total: int) -> Iterator[Sequence[RawEvent]]:
        """All events that can have the field, in order."""
        types = self._store.dissector.computed_types(self._ref.field.name, self._ref.argument)
        if types is not None and not types:
            return
        wanted = f" AND type_id IN ({', '.join(str(int(type_id)) for type_id in sorted(types))})" if types else ""
        statement = f"SELECT * FROM events WHERE num < {total}{wanted} ORDER BY num"
        if isinstance(self._store.dissector, BlockDissector):
            for batch in batches(cursor, statement):
                yield self._store.with_blocks(masked_columns(batch))
            return
        cursor.execute(statement)
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(EVENTS_AT_ONCE):
            yield self._store.with_bytes([dict(zip(names, row, strict=True)) for row in rows])

    def _take(self, events: Sequence[RawEvent]) -> None:
        made = self._as_arrow(events) if self._is_bulk and isinstance(events, Events) else None
        if made is not None:
            self._made.append(made)
            return
        self._nums += nums_of(events)
        self._values += self._computed(events)

    def _as_arrow(self, events: Events) -> pa.Table | None:
        """The values of a batch that there are, in bulk; None where the dissector has no such way, or stumbles."""
        import pyarrow as pa

        try:
            values = self._store.dissector.compute_arrow(self._ref.field.name, self._ref.argument, events, self._lookup)
        except (ChangedError, duckdb.InterruptException, MemoryError):
            raise
        except Exception:
            LOG.exception("%s: field %s in bulk", self._store.spec, self._ref.key)
            self._is_bulk = False
            return None
        if values is None:
            return None
        table = pa.table({"num": pa.array(np.asarray(events.columns["num"]), pa.uint32()), "value": values})
        return table.filter(values.is_valid()) if values.null_count else table

    def _computed(self, events: Sequence[RawEvent]) -> Sequence[Value]:
        """Values of a batch; where it fails as a whole, event by event, so that only the bad ones go without."""
        try:
            values = self._compute(events)
            if len(values) == len(events):
                return values
        except (ChangedError, duckdb.InterruptException, MemoryError):
            raise
        except Exception:
            if len(events) == 1:
                self.failures += 1
                return [None]
        if len(events) == 1:
            self.failures += 1
            return [None]
        return [self._computed([event])[0] for event in events]

    def _compute(self, events: Sequence[RawEvent]) -> list[Value]:
        return self._store.dissector.compute(self._ref.field.name, self._ref.argument, events, self._lookup)

    def _insert(self, target: duckdb.DuckDBPyConnection, table: str) -> None:
        import pyarrow as pa

        made, self._made = self._made, []
        if self._nums:
            values = FieldValues(self._ref.field)
            rows = pa.table({"num": pa.array(self._nums, type=pa.uint32()), **values.arrays(self._values)})
            self.failures += values.failures
            made.append(rows.filter(rows.column(1).is_valid()))
        if not made:
            return
        rows = pa.concat_tables(made)
        target.register("incoming", rows)
        try:
            target.execute(f"INSERT INTO {table} SELECT * FROM incoming")
        finally:
            target.unregister("incoming")
        self._nums, self._values = [], []


class FieldValues:
    """Turns values of a field, as a dissector gives them, into the columns of the field's table.

    Attributes:
        failures: values that do not have the field's type, and are absent instead.
    """

    def __init__(self, field: Field) -> None:
        self.failures = 0
        self._field = field

    def arrays(self, values: Sequence[Value]) -> dict[str, pa.Array]:
        """The columns by name, as in ``type_of``."""
        import pyarrow as pa

        if self._field.type is FieldType.IP and not self._field.is_list:
            halves = [self._halves(value) for value in values]
            return {
                name: pa.array([half[at] for half in halves], type=pa.uint64())
                for at, name in enumerate(("value_hi", "value_lo"))
            }
        wanted = arrow_type(self._field)
        try:
            return {"value": pa.array(values, type=wanted)}
        except (pa.ArrowException, OverflowError, TypeError, UnicodeError, ValueError):
            return {"value": pa.array([self._fitting(value, wanted) for value in values], type=wanted)}

    def _fitting(self, value: Value, wanted: pa.DataType) -> Value:
        import pyarrow as pa

        try:
            pa.array([value], type=wanted)
        except (pa.ArrowException, OverflowError, TypeError, UnicodeError, ValueError):
            self.failures += 1
            return None
        return value

    def _halves(self, value: Value) -> tuple[int | None, int | None]:
        try:
            address = ip_address(str(value))
        except ValueError:
            self.failures += 1
            return None, None
        number = int(address) | MAPPED if isinstance(address, IPv4Address) else int(address)
        return number >> 64, number & 0xFFFF_FFFF_FFFF_FFFF


def arrow_type(field: Field) -> Any:
    """The Arrow type of a field's values."""
    import pyarrow as pa

    single = {
        FieldType.INT: pa.int64(),
        FieldType.UINT: pa.uint64(),
        FieldType.BOOL: pa.bool_(),
        FieldType.STRING: pa.string(),
        FieldType.BYTES: pa.binary(),
        FieldType.PORT: pa.uint16(),
        FieldType.TIME: pa.int64(),
        FieldType.DURATION: pa.int64(),
        FieldType.IP: pa.string(),
    }[field.type]
    return pa.list_(single) if field.is_list else single
