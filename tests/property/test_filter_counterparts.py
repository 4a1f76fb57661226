"""A filter printed in one of the two languages is of that language and selects the same events, or is refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_strategies import filters
from tests.builders.filter_world import LAZY, START_NS, load, make_world
from thresher.capture.errors import FilterError
from thresher.capture.filter import falco, parse, prepare, wireshark
from thresher.capture.filter.compile import compile_filter
from thresher.capture.filter.dialects import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    import pytest

EVERY_FIELD = frozenset(field.name for field in CATALOGUE)
quietly = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return load(make_world(4))


def rows(text: str) -> list[tuple[int]]:
    condition = compile_filter(prepare(text, CATALOGUE), LAZY, START_NS)
    return connection().execute(f"SELECT e.num FROM events AS e WHERE {condition} ORDER BY e.num").fetchall()


def agrees(text: str, printed: Callable[..., str], dialect: Dialect) -> None:
    refusal = there = None
    try:
        there = printed(text, CATALOGUE)
    except FilterError as error:
        refusal = error
    if there is not None:
        parse(there, CATALOGUE, dialect=dialect)
        assert rows(there) == rows(text), there
    else:
        assert refusal is not None
        assert "has no counterpart in" in refusal.message
        assert 0 <= refusal.start < refusal.end <= len(text)


@quietly
@given(text=filters(1))
def test_a_condition_of_falco_selects_the_same(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(falco, "known_fields", lambda source: EVERY_FIELD)
    agrees(text, falco.condition, Dialect.FALCO)


@quietly
@given(text=filters(1))
def test_a_filter_of_wireshark_selects_the_same(text: str) -> None:
    agrees(text, wireshark.display_filter, Dialect.WS)
