"""Fills the table of a field that a dissector makes from the store's tables, a stretch of rows at a time (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.store.computing import arrow_type, type_of
from thresher.capture.store.looking_up import StoreLookup

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from thresher.capture.model import Field
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store


def build(
    store: Store,
    field: Field,
    what: str,
    target: duckdb.DuckDBPyConnection,
    table: str,
    on_progress: Callable[[float], None] | None,
    cancel: Cancel | None,
) -> None:
    """Make ``table`` (num, value) through ``target``, of the rows that have the field.

    Raises:
        Cancelled: on request.
    """
    import pyarrow as pa

    ((name, type_),) = type_of(field)
    target.execute(f"CREATE TABLE {table} (num UINTEGER, {name} {type_})")
    total = store.count()
    for nums, values in store.dissector.number(what, StoreLookup(store, cancel)):
        if cancel is not None:
            cancel.check()
        wanted = (nums < total) & ~np.ma.getmaskarray(values)
        columns = [pa.array(nums[wanted], pa.uint32()), pa.array(np.ma.getdata(values)[wanted], arrow_type(field))]
        target.register("incoming", pa.table(columns, ["num", "value"]))
        try:
            target.execute(f"INSERT INTO {table} SELECT * FROM incoming")
        finally:
            target.unregister("incoming")
        if on_progress and total and len(nums):
            on_progress(min(1.0, (int(nums[-1]) + 1) / total))
