"""Values that occur and their counts: right when all is counted, a lower bound before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case
from thresher.capture.model import FieldRef
from thresher.capture.query.counting import AIM_S, FIRST, SLOW_S, ValueCounts, next_size
from thresher.capture.query.steps import NAME as COUNTING

SHOP = Path(__file__).parents[3] / "samples" / "shop" / "shop.scap"


@pytest.fixture(scope="module")
def shop() -> Iterator[Case]:
    with open_case([str(SHOP)], cache=False, background=False) as case:
        yield case


def counted(case: Case, field: str, text: str = "") -> dict[str, int]:
    store = case.stores[0]
    counts = ValueCounts(store, store.catalogue)
    found = counts.of(store.catalogue.resolve(field), text, budget_s=60)
    assert found.exact
    return dict(found.values)


@pytest.mark.parametrize("text", ["", "evt.failed", "proc.name = curl and fd.name exists"])
@pytest.mark.parametrize("field", ["proc.name", "evt.type", "fd.sip", "proc.pname", "evt.res"])
def test_all_counted_they_are_those_of_the_events(shop: Case, field: str, text: str) -> None:
    assert counted(shop, field, text) == dict(shop.top(field, text, limit=10_000))


def test_either_end_counts_both(shop: Case) -> None:
    sip, cip = dict(shop.top("fd.sip", limit=10_000)), dict(shop.top("fd.cip", limit=10_000))
    both = {value: sip.get(value, 0) + cip.get(value, 0) for value in sip | cip}
    assert counted(shop, "fd.ip") == both


def test_what_has_been_counted_so_far_is_a_lower_bound_that_grows(shop: Case) -> None:
    store = shop.stores[0]
    counts = ValueCounts(store, store.catalogue)
    ref = store.catalogue.resolve("proc.name")
    final = counted(shop, "proc.name")
    before: dict[str, int] = {}
    for _ in range(10_000):
        found = counts.of(ref, "", budget_s=0.001)
        now = dict(found.values)
        assert all(before.get(value, 0) <= count <= final[value] for value, count in now.items())
        before = now
        if found.exact:
            break
    assert before == final


def test_a_field_in_the_bytes_is_sampled_and_says_so(shop: Case) -> None:
    store = shop.stores[0]
    ref = FieldRef(store.catalogue.resolve("evt.arg.fd").field, "flags")
    found = ValueCounts(store, store.catalogue).of(ref, "evt.type = openat", budget_s=60)
    assert found.values
    assert not found.exact


def test_under_a_filter_that_cannot_be_read_values_are_known_and_their_counts_are_not(shop: Case) -> None:
    store = shop.stores[0]
    found = ValueCounts(store, store.catalogue).of(store.catalogue.resolve("proc.name"), "nonsense (", budget_s=60)
    assert found.values
    assert not found.narrowed


def test_values_under_what_looks_at_other_events_are_offered_without_counts(shop: Case) -> None:
    text, completer = "around(evt.type = execve, 1s) and proc.name = c", shop.completer()
    found = completer.complete(text, len(text))
    while completer.is_counting:
        found = completer.complete(text, len(text))
    assert "curl" in {each.insert for each in found}
    assert {each.count for each in found} == {None}


def test_a_capture_closes_while_values_are_still_counted() -> None:
    with open_case([str(SHOP)], cache=False, background=False) as case:
        store = case.stores[0]
        ValueCounts(store, store.catalogue).of(store.catalogue.resolve("fd.name"), 'fd.name ~ "a.*b"', budget_s=0.001)
    assert not [each for each in threading.enumerate() if each.name == COUNTING]


def test_the_case_completes_values_under_the_rest_of_the_filter(shop: Case) -> None:
    completer = shop.completer()
    text = "evt.type = execve and proc.name = c"
    found = completer.complete(text, len(text))
    while completer.is_counting:
        found = completer.complete(text, len(text))
    assert {each.insert for each in found} >= {"curl", "cat"}
    assert all(each.count == len(shop.select(f"evt.type = execve and proc.name = {each.insert}")) for each in found)


def test_slices_grow_while_most_of_their_time_is_the_same_for_any_size() -> None:
    slow = (AIM_S + SLOW_S) / 2
    assert next_size(FIRST, slow, float("inf")) == 2 * FIRST
    assert next_size(2 * FIRST, slow, slow / FIRST) == 4 * FIRST
    assert next_size(4 * FIRST, 2 * slow, slow / 2 / FIRST) < 4 * FIRST
    assert next_size(4 * FIRST, 2 * SLOW_S, float("inf")) == FIRST
    assert next_size(FIRST, AIM_S / 2, float("inf")) == 2 * FIRST
