"""The tables of a store hold what its dissector declares."""

from __future__ import annotations

import duckdb

from tests.builders.fake_store import Toy
from thresher.capture.model import ColumnSpec
from thresher.capture.store import schema


class Worded(Toy):
    """Has a text where others have a number."""

    event_columns = (ColumnSpec("fd", "VARCHAR", "A word."), ColumnSpec("res", "DOUBLE", "A fraction."))


def stored(dissector: Toy, rows: str) -> dict[str, str]:
    """How a checkpoint leaves each column of the events that this SQL makes."""
    with duckdb.connect() as connection:
        for statement in schema.statements(dissector):
            connection.execute(statement)
        connection.execute(f"INSERT INTO events BY NAME SELECT {rows} FROM range(1000) AS r(i)")
        connection.execute("CHECKPOINT")
        kept = "FROM pragma_storage_info('events') WHERE segment_type <> 'VALIDITY'"
        return dict(connection.execute(f"SELECT column_name, any_value(segment_type) {kept} GROUP BY ALL").fetchall())


def test_a_column_of_a_packed_name_may_hold_other_things_than_numbers() -> None:
    found = stored(Worded(), "i AS num, 'word' || i AS fd, i / 7 AS res")
    assert (found["num"], found["fd"], found["res"]) == ("UINTEGER", "VARCHAR", "DOUBLE")


def test_numbers_of_any_size_survive_being_packed() -> None:
    with duckdb.connect() as connection:
        for statement in schema.statements(Toy()):
            connection.execute(statement)
        extremes = [-(2**63), -1, 0, None, 2**63 - 1]
        connection.executemany("INSERT INTO events (time_ns) VALUES (?)", [(value,) for value in extremes])
        connection.execute("CHECKPOINT")
        assert [row for (row,) in connection.execute("SELECT time_ns FROM events").fetchall()] == extremes
