"""A case: which events, in which order, with which values, over one source or several."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.fake_store import MAPPED, FakeStore, Log, event
from thresher.capture.case import Cancel, Case
from thresher.capture.errors import Cancelled, FilterError, QueryError

PEOPLE = ("ann", "bob", "bob", None, "eve", "ann")


def people() -> list[dict[str, Any]]:
    """Six events, the fifth internal."""
    return [event(who=who, flags=1 if place == 4 else 0) for place, who in enumerate(PEOPLE)]


@pytest.fixture
def case() -> Iterator[Case]:
    with Case([FakeStore(people())]) as opened:
        yield opened


def select(case: Case, text: str = "", **settings: Any) -> list[int]:
    return case.select(text, **settings).tolist()


def test_internal_events_are_left_out_and_counted(case: Case) -> None:
    assert (case.count(), case.hidden()) == (5, 1)
    assert select(case) == [0, 1, 2, 3, 5]
    assert select(case, internal=True) == [0, 1, 2, 3, 4, 5]


def test_a_filter_selects_positions(case: Case) -> None:
    assert select(case, 'toy.who == "bob"') == [1, 2]
    assert select(case, 'not (toy.who == "bob")') == [0, 3, 5]
    assert select(case, 'toy.who == "eve"') == []
    assert select(case, 'toy.who == "eve"', internal=True) == [4]


def test_a_wrong_filter_is_an_error_with_its_place(case: Case) -> None:
    with pytest.raises(FilterError) as caught:
        case.select("toy.whoo == 1")
    assert (caught.value.start, caught.value.hint) == (0, "did you mean 'toy.who'?")


def test_the_canonical_form_selects_the_same(case: Case) -> None:
    text = 'toy.who=bob||toy.who == "ann"'
    assert case.check("") == ""
    assert select(case, case.check(text)) == select(case, text) == [0, 1, 2, 5]


def test_rows_come_in_the_order_asked_for_and_may_repeat(case: Case) -> None:
    assert case.rows([5, 0, 5, 3], ["toy.who", "evt.num"]) == [("ann", 6), ("ann", 1), ("ann", 6), (None, 4)]
    assert case.rows([], ["toy.who"]) == []
    with pytest.raises(IndexError):
        case.rows([6], ["toy.who"])


def test_an_unknown_field_says_what_to_do(case: Case) -> None:
    with pytest.raises(QueryError, match="unknown field 'xyzzy'; 'thresher fields' lists all"):
        case.rows([0], ["xyzzy"])


def test_a_field_for_filters_only_names_those_that_can_be_printed(case: Case) -> None:
    with pytest.raises(QueryError, match=r"'toy\.any' is for filters.*print 'toy\.who' instead"):
        case.field("toy.any")


def test_exporting_gives_the_same_rows_in_batches(case: Case) -> None:
    batches = list(case.iterate(case.select(), ["evt.num"], batch=2))
    assert batches == [[(1,), (2,)], [(3,), (4,)], [(6,)]]


def test_the_first_matching_rule_gives_the_style() -> None:
    with Case([FakeStore([event(who="bob", value=100), event(who="bob"), event()])]) as case:
        assert case.styles([2, 0, 1]) == ["", "alarm", "net"]


def test_numbers_and_positions_lead_to_each_other(case: Case) -> None:
    assert case.number(3) == (0, 4)
    assert case.position_of(4) == 3
    assert case.position_of(99) == 5
    assert case.position_at(2_500_000_000) == 2
    assert case.position_at(10**18) == 5


def test_late_rows_are_shown_where_they_belong() -> None:
    store = FakeStore([event(evt_num=1), event(evt_num=4), event(evt_num=2)])
    store.late(2, 1)
    with Case([store]) as case:
        assert case.rows([0, 1, 2], ["evt.num"]) == [(1,), (2,), (4,)]
        assert select(case, "evt.num >= 2") == [1, 2]
        assert case.position_of(2) == 1
        assert case.position_of(3) == 2


def test_logs_are_shown_by_time() -> None:
    rows = [event(who="late", time_ns=30), event(who="early", time_ns=10), event(who="untimed", time_ns=0)]
    with Case([FakeStore(rows, Log())]) as case:
        assert case.rows([0, 1, 2], ["log.line"]) == [("early",), ("late",), ("untimed",)]
        assert select(case, 'log.line == "late"') == [1]
        assert case.position_at(11) == 1


def two_sources() -> Case:
    blocks = FakeStore([event(who="a", time_ns=10), event(who="b", time_ns=30)], spec="x/shop.scap")
    log = FakeStore([event(who="c", time_ns=20, ip_hi=0, ip_lo=MAPPED | 0x0A000001)], Log(), spec="logs")
    return Case([blocks, log])


def test_several_sources_stand_on_one_clock() -> None:
    with two_sources() as case:
        assert case.rows([0, 1, 2], ["actor", "toy.who"]) == [("a", "a"), ("c", None), ("b", "b")]
        assert case.labels() == ["shop", "logs"]
        assert case.store_of([0, 1, 2]) == [0, 1, 0]
        assert case.number(1) == (1, 1)
        assert case.position_of(1, store=1) == 1
        assert [column.field for column in case.columns()] == ["evt.num", "evt.time", "actor", "outcome"]


def test_one_filter_searches_all_sources() -> None:
    with two_sources() as case:
        assert select(case, 'actor in {"b", "c"}') == [1, 2]
        assert select(case, "any.ip == 10.0.0.1") == [1]


def test_a_field_of_one_source_is_missing_in_the_other() -> None:
    with two_sources() as case:
        assert select(case, 'toy.who == "a"') == [0]
        assert select(case, 'not (toy.who == "a")') == [1, 2]
        assert select(case, "log.ip == 10.0.0.1 or toy.ip == 10.0.0.1") == [1]
        assert len(case.sql('toy.who == "a"')) == 2


def test_labels_are_numbered_where_they_would_be_alike() -> None:
    with Case([FakeStore(spec="a/shop.scap"), FakeStore(spec="b/shop.scap.gz")]) as case:
        assert case.labels() == ["shop#1", "shop#2"]


def test_rows_appear_while_a_source_loads_and_positions_stay(case: Case) -> None:
    store = FakeStore(people())
    go = threading.Event()
    store.load_until(lambda: go.wait(10))
    with Case([store]) as loading:
        assert loading.count() == 5
        before = loading.rows([0, 1], ["evt.num"])
        store.add([event(who="new")])
        assert loading.count() == 6
        assert loading.rows([0, 1], ["evt.num"]) == before
        assert select(loading, 'toy.who == "new"', start=6) == [6]
        assert select(loading, 'toy.who == "ann"', start=1) == [5]
        assert not loading.progress().complete
        go.set()
        loading.wait()
        assert loading.progress().complete
        assert loading.progress().generation == 0


def test_sorting_at_the_end_is_told_by_the_generation() -> None:
    store = FakeStore([event(who="late", time_ns=30), event(who="early", time_ns=10)], Log())
    go = threading.Event()
    store.load_until(lambda: go.wait(10))
    with Case([store]) as case:
        assert case.rows([0], ["log.line"]) == [("late",)]
        go.set()
        assert case.wait_for(10)
        assert case.rows([0], ["log.line"]) == [("early",)]
        assert case.progress().generation == 1


def test_rows_found_so_far_are_told_while_searching() -> None:
    store = FakeStore()
    store.fill(400_000)
    told: list[int] = []
    shares: list[float] = []
    with Case([store]) as case:
        found = case.select("toy.value >= 10", on_rows=lambda rows: told.append(len(rows)), on_progress=shares.append)
        assert len(found) == 399_990
        assert told[0] < told[-1] == len(found)
        assert told == sorted(told)
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_a_cancelled_search_says_so_and_the_case_goes_on() -> None:
    store = FakeStore()
    store.fill(400_000)
    cancel = Cancel()
    with Case([store]) as case:
        with pytest.raises(Cancelled):
            case.select("toy.value >= 10", cancel=cancel, on_rows=lambda rows: cancel.cancel())
        assert len(case.select("toy.value < 10")) == 10


def test_the_timeline_counts_every_shown_event_once(case: Case) -> None:
    found = case.timeline(3)
    assert (found.start_ns, found.bucket_ns) == (1_000_000_000, 1_666_666_667)
    assert found.counts == [2, 2, 1]
    assert found.failed == [0, 0, 0]


def test_the_timeline_of_a_selection_counts_that(case: Case) -> None:
    assert case.timeline(3, case.select('toy.who == "bob"')).counts == [1, 1, 0]
    assert case.timeline(2, start_ns=2_000_000_000, end_ns=3_999_999_999).counts == [1, 1]
    assert case.timeline(2, case.select("toy.value >= 0"), 2_000_000_000, 3_999_999_999).counts == [1, 1]


def test_the_timeline_knows_failures() -> None:
    with Case([FakeStore([event(type_id=1), event(), event(type_id=1)])]) as case:
        assert case.timeline(1).failed == [2]
        assert case.timeline(1, case.select("toy.value > 0")).failed == [1]


def test_an_empty_case_answers_too() -> None:
    with Case([FakeStore()]) as case:
        assert case.count() == 0
        assert select(case, "toy.value == 1") == []
        assert case.timeline(2).counts == [0, 0]
        assert case.position_of(1) == 0


def test_details_hold_every_value_that_is_there(case: Case) -> None:
    (node,) = case.details(1)
    values = {child.field: child.value for child in node.children}
    assert values["toy.who"] == "bob"
    assert values["toy.gap"] == 1_000_000_000
    assert values["toy.text"] == "text 1\n"
    assert "toy.ip" not in values
    assert case.sources(1)[0].data == b"\x01\x00\x00\x00"


def test_the_most_frequent_values_come_first(case: Case) -> None:
    assert case.top("toy.who") == [("ann", 2), ("bob", 2)]
    assert case.top("toy.who", 'toy.who != "ann"', 1) == [("bob", 2)]


def test_no_error_of_the_database_gets_out_as_such() -> None:
    class Broken(FakeStore):
        def ensure(self, ref: Any, on_progress: Any = None, cancel: Cancel | None = None) -> str:
            self.cursor().execute("SELECT no_such_column")
            return ""

    with Case([Broken(people())]) as case:
        with pytest.raises(QueryError, match=r"toy\.bin: the database cannot answer"):
            case.select("toy.text exists")
        with pytest.raises(QueryError):
            case.rows([0], ["toy.gap"])
