"""The shown order: a permutation that keeps its promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.case.order import NO_TIME, Order, by_file, by_time, extended

TIMES = st.lists(st.lists(st.integers(0, 5) | st.just(NO_TIME), max_size=12), min_size=1, max_size=4)


def everything(order: Order) -> list[tuple[int, int]]:
    """Store and row at each position."""
    return [order.at(position) for position in range(len(order))]


@given(TIMES)
def test_by_time_is_by_time_then_store_then_row(times: list[list[int]]) -> None:
    order = by_time([np.array(part, np.int64) for part in times])
    rows = [(time, store, num) for store, part in enumerate(times) for num, time in enumerate(part)]
    assert everything(order) == [(store, num) for _, store, num in sorted(rows)]


@given(TIMES)
def test_a_row_is_found_at_the_position_that_shows_it(times: list[list[int]]) -> None:
    order = by_time([np.array(part, np.int64) for part in times])
    for position, (store, num) in enumerate(everything(order)):
        assert order.positions(store, np.array([num], np.uint32)).tolist() == [position]


@given(TIMES, st.data())
def test_splitting_positions_by_store_loses_none_and_keeps_their_places(
    times: list[list[int]], data: st.DataObject
) -> None:
    order = by_time([np.array(part, np.int64) for part in times])
    if not len(order):
        return
    wanted = data.draw(st.lists(st.integers(0, len(order) - 1), max_size=20))
    found = {}
    for part in order.split(np.array(wanted, np.int64)):
        places = range(len(wanted)) if part.places is None else part.places.tolist()
        found.update({place: (part.store, num) for place, num in zip(places, part.nums.tolist(), strict=True)})
    assert [found[place] for place in range(len(wanted))] == [order.at(position) for position in wanted]


def test_one_store_in_order_needs_no_permutation() -> None:
    assert by_time([np.array([1, 2, 2, 9], np.int64)]).is_identity
    assert by_file(4, np.array([], np.uint32), np.array([], np.uint32)).is_identity


def test_late_rows_stand_before_the_row_they_precede() -> None:
    order = by_file(6, np.array([4, 5], np.uint32), np.array([1, 3], np.uint32))
    assert [num for _, num in everything(order)] == [0, 4, 1, 2, 5, 3]


def test_several_late_rows_before_one_row_keep_their_own_order() -> None:
    order = by_file(5, np.array([4, 3], np.uint32), np.array([1, 1], np.uint32))
    assert [num for _, num in everything(order)] == [0, 4, 3, 1, 2]


def test_a_late_row_may_stand_at_the_end() -> None:
    order = by_file(3, np.array([1], np.uint32), np.array([3], np.uint32))
    assert [num for _, num in everything(order)] == [0, 2, 1]


@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=1, max_size=6))
def test_growth_appends_and_moves_nothing(steps: list[list[int]]) -> None:
    order = Order((0, 0))
    counts = [0, 0]
    seen: list[tuple[int, int]] = []
    for step in steps:
        counts = [count + more for count, more in zip(counts, step, strict=True)]
        order = extended(order, counts)
        now = everything(order)
        assert now[: len(seen)] == seen
        seen = now
    assert sorted(seen) == [(store, num) for store in (0, 1) for num in range(counts[store])]


def test_a_single_store_grows_without_a_permutation() -> None:
    order = extended(extended(Order((0,)), [5]), [9])
    assert order.is_identity
    assert len(order) == 9


def test_a_position_outside_is_an_error() -> None:
    with pytest.raises(IndexError):
        Order((3,)).at(3)
