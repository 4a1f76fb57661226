"""Windows: any rows, in any order, of fields wherever they live."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_store import MAPPED, FakeStore, event
from thresher.capture.query import fetch
from thresher.capture.query.window import address

STORE = FakeStore()
STORE.fill(3000)


def values(store: FakeStore, names: list[str], nums: list[int]) -> list[tuple[object, ...]]:
    refs = [store.catalogue.resolve(name) for name in names]
    return fetch(store, refs, np.array(nums, np.uint32))  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 2999), max_size=30))
def test_rows_come_as_asked_for_whatever_their_order_and_distance(nums: list[int]) -> None:
    assert values(STORE, ["toy.value", "evt.num"], nums) == [(num, num + 1) for num in nums]


def test_dense_rows_are_read_as_a_range_and_the_rest_is_dropped() -> None:
    nums = list(range(0, 300, 2))
    assert values(STORE, ["toy.value"], nums) == [(num,) for num in nums]


def test_every_kind_of_place_is_read() -> None:
    store = FakeStore([event(), event(who="bob", ip_hi=0, ip_lo=MAPPED | 0x7F000001, tags=["a", "b"], data=b"\0\xff")])
    names = ["toy.who", "toy.ip", "toy.tags", "toy.data", "toy.big", "toy.even", "toy.gap", "toy.text", "evt.type"]
    assert values(store, names, [1]) == [
        ("bob", "127.0.0.1", ["a", "b"], b"\0\xff", 9007199254740991, False, 1_000_000_000, "text 1\n", "ok")
    ]
    assert values(store, names, [0])[0][:4] == (None, None, None, None)


def test_a_computed_field_is_made_for_the_window_only() -> None:
    store = FakeStore([event(), event()])
    assert values(store, ["toy.text"], [1]) == [("text 1\n",)]
    assert store.built == []


def test_an_event_the_dissector_stumbles_over_has_no_value(caplog: pytest.LogCaptureFixture) -> None:
    store = FakeStore([event(value=12), event(value=13), event(value=14)])
    with caplog.at_level(logging.ERROR):
        assert values(store, ["toy.text"], [0, 1, 2]) == [("text 12\n",), (None,), ("text 14\n",)]
    assert "toy.text" in caplog.text


def test_a_field_that_is_absent_in_a_source_has_no_values() -> None:
    ref = STORE.catalogue.resolve("toy.value")
    assert fetch(STORE, [None, ref], np.array([7], np.uint32)) == [(None, 7)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("high", "low", "text"),
    [
        (0, MAPPED | 0xC0A80001, "192.168.0.1"),
        (0, 1, "::1"),
        (0x20010DB8_00000000, 0x1, "2001:db8::1"),
        (0, 0, "::"),
    ],
)
def test_addresses_are_written_as_people_write_them(high: int, low: int, text: str) -> None:
    assert address(high, low) == text
