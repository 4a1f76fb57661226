"""A filter's condition can be narrowed to some rows of tables that have a row an event."""

from __future__ import annotations

import pytest

from thresher.capture.store.homes import EventRow, LinkedRow, bounded, within

LAZY = LinkedRow("lazy.field", "num", "e.num")


@pytest.mark.parametrize("condition", [LAZY.holds("r.value > 3"), LAZY.lacks("r.value > 3"), within("SELECT 1")])
def test_tables_with_a_row_an_event_are_read_only_there(condition: str) -> None:
    narrow = bounded(condition, 10, 19)
    assert (narrow.count("num BETWEEN 10 AND 19"), ">= 0" in narrow) == (1, False)


def test_other_tables_are_read_as_a_whole() -> None:
    condition = LinkedRow("processes", "proc_id", "e.proc_id").holds("r.name = 'sh'")
    assert bounded(condition, 10, 19) == condition


def test_what_stands_between_quotes_is_left_as_it_is() -> None:
    condition = EventRow().holds("e.name = 'it''s r.num >= 0 AND '")
    assert bounded(condition, 10, 19) == condition
