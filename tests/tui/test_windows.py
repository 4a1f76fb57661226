"""The rows around the viewport: fetched when wanted, kept, thrown away when they mean something else."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from tests.builders.fake_case import FakeCase
from thresher.tui.jobs import Jobs
from thresher.tui.windows import CHUNK, KEPT, RowWindows


class Rows:
    """Windows on a case, with an event loop in the place of an application."""

    def __init__(self, case: FakeCase) -> None:
        loop = asyncio.get_running_loop()
        self.jobs = Jobs(loop.call_soon_threadsafe)
        self.errors: list[Exception] = []
        lanes = self.jobs.lane("rows"), self.jobs.lane("colours")
        self.windows = RowWindows(case, *lanes, ["evt.num", "evt.time"], lambda: None, self.errors.append)  # type: ignore[arg-type]

    async def show(self, count: int, *, continues: bool = False) -> None:
        self.windows.show(np.arange(count, dtype=np.uint32), continues=continues)
        await self.jobs.idle()

    async def want(self, first: int, last: int, direction: int = 1) -> None:
        self.windows.want(first, last, direction)
        await self.jobs.idle()


async def test_wanted_rows_and_the_chunk_ahead_come() -> None:
    rows = Rows(FakeCase(10_000))
    await rows.show(10_000)
    assert rows.windows.get(0) is None
    await rows.want(0, 40)
    row = rows.windows.get(40)
    assert row is not None
    assert (row.position, row.values[0]) == (40, 41)
    assert rows.windows.get(2 * CHUNK - 1) is not None
    assert rows.windows.get(2 * CHUNK) is None


async def test_going_back_prefetches_the_chunk_before() -> None:
    rows = Rows(FakeCase(10_000))
    await rows.show(10_000)
    await rows.want(10 * CHUNK, 10 * CHUNK + 40, -1)
    assert rows.windows.get(9 * CHUNK) is not None
    assert rows.windows.get(11 * CHUNK) is None


@pytest.mark.parametrize("index", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1])
async def test_a_row_knows_the_time_of_the_row_before_it(index: int) -> None:
    rows = Rows(FakeCase(1000))
    await rows.show(1000)
    await rows.want(0, 2 * CHUNK)
    row, before = rows.windows.get(index), rows.windows.get(index - 1) if index else None
    assert row is not None
    assert row.previous_ns == (before.time_ns if before is not None else None)


async def test_colours_come_with_the_rows() -> None:
    case = FakeCase(1000)
    rows = Rows(case)
    await rows.show(1000)
    await rows.want(0, 40)
    found = [rows.windows.get(index) for index in range(CHUNK)]
    assert [row.style for row in found if row is not None] == case.styles(range(CHUNK))


async def test_rows_stay_while_the_selection_grows_and_the_last_chunk_is_completed() -> None:
    case = FakeCase(1000)
    rows = Rows(case)
    await rows.show(CHUNK + 10)
    await rows.want(0, CHUNK + 9)
    await rows.show(1000, continues=True)
    assert rows.windows.get(0) is not None
    assert rows.windows.get(CHUNK) is not None
    assert rows.windows.get(CHUNK + 10) is None
    await rows.want(CHUNK, CHUNK + 40)
    assert rows.windows.get(CHUNK + 40) is not None


async def test_another_selection_throws_all_rows_away() -> None:
    rows = Rows(FakeCase(1000))
    await rows.show(1000)
    await rows.want(0, 40)
    await rows.show(1000)
    assert rows.windows.get(0) is None


async def test_no_more_than_so_many_chunks_are_kept() -> None:
    rows = Rows(FakeCase(200 * CHUNK))
    await rows.show(200 * CHUNK)
    for chunk in range(0, 150, 2):
        await rows.want(chunk * CHUNK, chunk * CHUNK)
    assert len(rows.windows._kept) == KEPT
    assert rows.windows._coloured <= set(rows.windows._kept)


async def test_rules_that_cannot_be_run_cost_the_colours_only() -> None:
    case = FakeCase(1000)
    case.styles = lambda positions: 1 / 0  # type: ignore[assignment,method-assign]
    rows = Rows(case)
    await rows.show(1000)
    await rows.want(0, 40)
    row = rows.windows.get(0)
    assert row is not None
    assert row.style == ""
    assert isinstance(rows.errors[0], ZeroDivisionError)


async def test_a_chunk_that_cannot_be_read_is_not_asked_for_again_and_again() -> None:
    case = FakeCase(1000)
    case.fail_rows = ValueError("no")
    rows = Rows(case)
    await rows.show(100)
    await rows.want(0, 40)
    await rows.want(0, 40)
    assert len(rows.errors) == 1
