"""A path leads to the same values in SQL as in the parsed record, through arrays too, whatever the keys are called."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from thresher.capture.errors import QueryError
from thresher.capture.store import json_path

fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
KEYS = ("a", "b", "a.b", "it's", "x/y", "~0", "*", "é", "a b", '$."a"')
scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(("", "x", "y'z", "[1]")))
documents = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=3,
)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def in_sql(document: Any, keys: tuple[str, ...]) -> list[str]:
    sql = f"SELECT {json_path.elements('raw', keys)} FROM (SELECT ?::VARCHAR AS raw)"
    return list(connection().execute(sql, [json.dumps(document, ensure_ascii=False)]).fetchall()[0][0])


def in_python(document: Any, keys: tuple[str, ...]) -> list[str]:
    reached = [document]
    for key in keys:
        reached = [each[key] for value in reached for each in spread(value) if isinstance(each, dict) and key in each]
    found = [each for value in reached for each in spread(value) if each is not None]
    return [
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in found
    ]


def spread(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@fixtures
@given(documents, st.lists(st.sampled_from(KEYS), min_size=1, max_size=3).map(tuple))
@example({"a": [{"b": "x"}, {"b": ["y", 1]}, {}]}, ("a", "b"))
@example({"a": []}, ("a",))
@example({"a": {"b": None}}, ("a", "b"))
def test_a_path_leads_to_what_it_leads_to_in_the_record(document: Any, keys: tuple[str, ...]) -> None:
    assert in_sql(document, keys) == in_python(document, keys)


@pytest.mark.parametrize(
    ("path", "keys"),
    [("a", ("a",)), ("a.b", ("a", "b")), ('a."b.c"', ("a", "b.c")), ("a[0].b", ("a", "0", "b")), ("a[*].b", ("a", "b")),
     ('"a b"', ("a b",)), ("x-amz-acl", ("x-amz-acl",)), ("a:b", ("a:b",))],
)  # fmt: skip
def test_a_path_is_cut_into_keys(path: str, keys: tuple[str, ...]) -> None:
    assert json_path.segments(path) == keys


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a]", 'a"b"', '"a', "[*]", ".".join("a" * 33)]
)
def test_a_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(QueryError, match="JSON path"):
        json_path.segments(path)
