"""Stored fields come out of a record as their pointers would find them, in whatever way they are taken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_dissectors import FakeLog
from thresher.capture.store import json_path
from thresher.capture.store.extracting import extraction

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = ("a", "b", "c", "x.y", "d/e~f")
PLAIN = ("a.b", "a.c", "b", '"x.y"', 'c."d/e~f"', "c.a.b")


def statement(paths: Sequence[str]) -> str:
    class Log(FakeLog):
        type_path = "what"
        stored = tuple((f"c{at}", "VARCHAR", path) for at, path in enumerate(paths))

    return extraction(Log())


def taken(paths: Sequence[str], text: str) -> tuple[object, ...]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE staged AS SELECT ?::VARCHAR AS raw", [text])
    return connection.execute(statement(paths)).fetchall()[0][2:]


def pointed(paths: Sequence[str], text: str) -> tuple[object, ...]:
    pointers = ", ".join(json_path.pointer(json_path.segments(path)) for path in paths)
    return tuple(duckdb.connect().execute(f"SELECT json_extract_string(?, [{pointers}])", [text]).fetchall()[0][0])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(record=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_a_struct_takes_what_pointers_find(record: dict[str, object]) -> None:
    text = json.dumps(record)
    assert "json_transform" in statement(PLAIN)
    assert taken(PLAIN, text) == pointed(PLAIN, text)


@pytest.mark.parametrize(
    "paths", [("a", "a.b"), ("a.b", "a"), ("a[0].b", "c"), ("a.b", "A.c"), ("b", "B")], ids=" ".join
)
def test_what_no_struct_can_say_is_taken_all_the_same(paths: tuple[str, ...]) -> None:
    text = '{"a": [{"b": 1}], "A": {"c": "upper"}, "b": "low", "B": "high", "c": {}}'
    assert taken(paths, text) == pointed(paths, text)
    whole = '{"a": {"b": {"c": 1}}, "c": [1, 2]}'
    assert taken(paths, whole) == pointed(paths, whole)


def test_of_members_of_one_name_the_first_counts() -> None:
    text = '{"b": "first", "b": "second", "a": {"b": 1}, "a": {"b": 2, "c": 3}}'
    assert taken(PLAIN, text) == pointed(PLAIN, text)
    assert taken(PLAIN, text)[:3] == ("1", None, "first")
