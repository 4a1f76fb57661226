"""A filter selects in SQL what it selects in plain Python, and its negation selects the rest."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_naive import selected
from tests.builders.filter_strategies import filters
from tests.builders.filter_world import LAZY, START_NS, World, load, make_world
from thresher.capture.filter import parse, prepare
from thresher.capture.filter.compile import compile_filter

if TYPE_CHECKING:
    import duckdb

SEEDS = (1, 4, 9)
EXAMPLES = int(os.environ.get("THRESHER_FILTER_EXAMPLES", "300"))
"""A long run sets it to 20,000 and more."""


@cache
def world(seed: int) -> tuple[World, duckdb.DuckDBPyConnection]:
    made = make_world(seed)
    return made, load(made)


def rows(connection: duckdb.DuckDBPyConnection, text: str) -> list[int]:
    condition = compile_filter(prepare(text, CATALOGUE), LAZY, START_NS)
    found = connection.execute(f"SELECT e.num FROM events AS e WHERE {condition} ORDER BY e.num").fetchall()
    return [each[0] for each in found]


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=filters(), seed=st.sampled_from(SEEDS))
def test_sql_selects_what_the_plain_meaning_selects(text: str, seed: int) -> None:
    made, connection = world(seed)
    assert rows(connection, text) == selected(made, parse(text, CATALOGUE))


@settings(
    max_examples=max(EXAMPLES // 4, 1),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=filters(4), seed=st.sampled_from(SEEDS))
def test_a_filter_and_its_negation_share_the_events_out(text: str, seed: int) -> None:
    made, connection = world(seed)
    both = sorted(rows(connection, text) + rows(connection, f"not ({text})"))
    assert both == [row["num"] for row in made.events]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worlds_have_everything_both_present_and_missing(seed: int) -> None:
    _, connection = world(seed)
    for text in ("evt.text", "proc.name", "proc.pname", "proc.aname[2]", "fd.ip", "evt.arg.fd", "ct.request.deep.k"):
        assert rows(connection, text)
        assert rows(connection, f"not {text}")
