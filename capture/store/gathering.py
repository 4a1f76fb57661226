"""Makes the fields that a dissector gathers in one pass over the capture, a table each (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.evidence import Gathered, Proven
from thresher.capture.store.computing import FieldValues, type_of
from thresher.capture.store.looking_up import StoreLookup
from thresher.capture.store.quoting import name as quoted_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from thresher.capture.model import Field
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

VALUES_AT_ONCE = 122_880
SOURCE = "source_num"
"""Column of a gathered field's table: the row of the event that proves the value."""


def fields_of(store: Store, group: str) -> list[Field]:
    """The fields that are made together."""
    return [field for field in store.catalogue if isinstance(field.place, Gathered) and field.place.expression == group]


class Gathering:
    """The fields of one group of one store, being made.

    Attributes:
        failures: by field, values that did not have the field's type.
    """

    def __init__(self, store: Store, group: str) -> None:
        self.failures: dict[str, int] = {}
        self._store = store
        self._group = group
        self._fields = {field.name: field for field in fields_of(store, group)}

    def run(
        self,
        target: duckdb.DuckDBPyConnection,
        table_of: Callable[[str], str],
        on_progress: Callable[[float], None] | None,
        cancel: Cancel | None,
    ) -> None:
        """Make and fill the tables that ``table_of`` names for each field, through ``target``."""
        pending: dict[str, list[Proven]] = {}
        for field in self._fields.values():
            columns = ", ".join(f"{quoted_name(name)} {type_}" for name, type_ in type_of(field))
            target.execute(f"CREATE TABLE {table_of(field.name)} (num UINTEGER, {columns}, {SOURCE} UINTEGER)")
        lookup = StoreLookup(self._store, cancel)
        told = on_progress if on_progress is not None else _nobody
        for proven in self._store.dissector.gather(self._group, lookup, told):
            found = pending.setdefault(proven.field, [])
            found.append(proven)
            if len(found) >= VALUES_AT_ONCE:
                self._insert(target, table_of, pending.pop(proven.field))
        for found in pending.values():
            if cancel is not None:
                cancel.check()
            self._insert(target, table_of, found)
        told(1.0)

    def _insert(self, target: duckdb.DuckDBPyConnection, table_of: Callable[[str], str], found: list[Proven]) -> None:
        import pyarrow as pa

        field = self._fields[found[0].field]
        found.sort(key=lambda proven: proven.num)
        values = FieldValues(field)
        arrays = {"num": pa.array([proven.num for proven in found], type=pa.uint32())}
        arrays |= values.arrays([proven.value for proven in found])
        arrays[SOURCE] = pa.array([proven.source for proven in found], type=pa.uint32())
        self.failures[field.name] = self.failures.get(field.name, 0) + values.failures
        rows = pa.table(arrays)
        rows = rows.filter(rows.column(1).is_valid())
        target.register("incoming", rows)
        try:
            target.execute(f"INSERT INTO {table_of(field.name)} SELECT * FROM incoming")
        finally:
            target.unregister("incoming")


def _nobody(_part: float) -> None:
    """Progress that nobody asked for."""
