"""A filter becomes one condition: a subquery a table, anti joins for what must not be, nothing correlated but those."""

from __future__ import annotations

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_world import LAZY, START_NS
from thresher.capture.errors import QueryError
from thresher.capture.filter import prepare
from thresher.capture.filter.compile import compile_filter


def sql(text: str) -> str:
    return compile_filter(prepare(text, CATALOGUE), LAZY, START_NS)


def test_a_test_of_a_version_is_a_semi_join() -> None:
    assert sql("proc.name == cat") == "(e.proc_id) IN (SELECT r.proc_id FROM processes AS r WHERE (r.name) = 'cat')"


@pytest.mark.parametrize("joiner", ["and", "or"])
def test_tests_of_one_table_share_a_subquery(joiner: str) -> None:
    compiled = sql(f"proc.name == a {joiner} evt.res > 0 {joiner} proc.pid == 3 {joiner} not proc.exe contains x")
    assert compiled.count("processes") == 1


def test_tests_of_one_ancestor_share_a_subquery() -> None:
    assert sql("proc.aname[2] == a and proc.apid[2] > 3").count("parentage AS a1") == 1


def test_tests_of_any_ancestor_do_not_share_one() -> None:
    assert sql("proc.aname == a and proc.apid == 3").count("WITH RECURSIVE") == 2


def test_what_must_not_be_is_an_anti_join() -> None:
    assert sql("evt.res > 0 and not proc.name == a").count("NOT EXISTS") == 1
    assert "NOT EXISTS" not in sql("evt.res > 0 or not proc.name == a")


def test_a_column_is_compared_as_it_is_so_that_row_groups_can_be_passed_over() -> None:
    assert sql("evt.res < 0 and evt.time >= 5") == "((e.res) < (0) AND (e.time_ns) >= (5))"


def test_the_start_of_the_capture_is_put_in() -> None:
    assert str(START_NS) in sql("evt.reltime > 1s")


def test_an_address_is_compared_by_its_halves() -> None:
    assert sql("evt.addr == 10.0.0.0/8") == "(e.addr_hi = 0 AND e.addr_lo BETWEEN 281470849515520 AND 281470866292735)"


def test_patterns_are_functions_and_never_operators() -> None:
    assert sql("evt.text matches a") == "regexp_matches(e.text, 'a', 'i')"
    assert sql("evt.text regex a") == "regexp_full_match(e.text, 'a')"


def test_the_lazy_fields_are_named_each_once() -> None:
    checked = prepare("evt.arg.fd == a and (evt.gap > 1s or evt.arg.fd == b) and proc.name == evt.arg.path", CATALOGUE)
    assert [ref.key for ref in checked.lazy] == ["evt.arg.fd", "evt.gap", "evt.arg.path"]


def test_a_lazy_field_that_was_not_built_is_an_error() -> None:
    with pytest.raises(QueryError, match=r"evt\.gap"):
        compile_filter(prepare("evt.gap > 1s", CATALOGUE))


@pytest.mark.parametrize("field", ["ct.addresses", "any.ip"])
def test_an_address_made_of_text_is_made_once_for_all_ranges(field: str) -> None:
    one, many = sql(f"{field} == 10.0.0.1"), sql(f"ip_special_name({field}) == x")
    assert len(many) < 10 * len(one) + 20_000
