"""The timeline: heights of bars, zooming, going to a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_case import START_NS
from thresher.tui.widgets.timeline import heights, needs_log

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 3), st.booleans())
def test_a_bar_is_seen_fits_and_holds_its_failed_part(count: int, failed: int, rows: int, is_log: bool) -> None:
    failed = min(failed, count)
    tall, part = heights(count, failed, 10**7, rows, is_log=is_log)
    assert (tall > 0) == (count > 0)
    assert 0 <= part <= tall <= 8 * rows


def test_all_failed_is_as_tall_as_all() -> None:
    assert heights(50, 50, 100, 2, is_log=False) == (8, 8)


def test_one_failure_among_many_is_no_red_bar() -> None:
    assert heights(1000, 1, 1000, 2, is_log=False) == (16, 0)


@pytest.mark.parametrize(("counts", "is_log"), [([5] * 10, False), ([1] * 20 + [10_000], True), ([], False)])
def test_a_burst_makes_the_scale_logarithmic(counts: list[int], is_log: bool) -> None:
    assert needs_log(counts) == is_log


async def test_plus_zooms_in_around_the_mark_and_0_shows_all_again(opened: Opener) -> None:
    async with opened() as screen:
        strip = screen.events._timeline
        assert strip.data is not None
        whole = strip.data.bucket_ns
        await screen.press("shift+tab", "plus", "plus")
        assert strip.data.bucket_ns <= whole / 3
        assert strip.data.start_ns == START_NS
        await screen.press("0")
        assert strip.data.bucket_ns == whole


async def test_enter_goes_to_the_time_under_the_mark(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("shift+tab", *["right"] * 5, "enter")
        assert 15 <= screen.cursor_number <= 30


async def test_a_click_goes_to_that_time(opened: Opener) -> None:
    async with opened() as screen:
        await screen.pilot.click("#timeline", offset=(60, 1))
        await screen.settle()
        assert 240 <= screen.cursor_number <= 260


async def test_the_axis_names_times_zone_and_scale(opened: Opener) -> None:
    async with opened() as screen:
        axis = screen.line("/column")
        assert "2023-11-14 22:13:20" in axis
        assert "UTC" in axis
        assert "peak" in axis


async def test_the_strip_counts_what_the_filter_shows(opened: Opener) -> None:
    async with opened() as screen:
        data = screen.events._timeline.data
        assert data is not None
        before = sum(data.counts)
        await screen.press("slash")
        await screen.type("proc.name == curl")
        data = screen.events._timeline.data
        assert data is not None
        assert 0 < sum(data.counts) < before
