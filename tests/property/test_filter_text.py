"""Whatever is typed, the parser answers with a tree or a placed error, and its canonical form reads back the same."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.builders.filter_catalogue import CATALOGUE
from tests.builders.filter_strategies import filters
from tests.builders.filter_world import LAZY, START_NS, load, make_world
from thresher.capture.filter import parse, prepare, render, validate
from thresher.capture.filter.ast import And, Comparison, Expression, FieldName, Membership, Not, Or, Presence, Text, Xor
from thresher.capture.filter.compile import compile_filter
from thresher.capture.filter.operators import SETS, Op
from thresher.capture.filter.reading import MAX_DEPTH
from thresher.capture.filter.render import quote

if TYPE_CHECKING:
    import duckdb

fixtures = HealthCheck.function_scoped_fixture

scalars = st.characters(exclude_categories=["Cs"])
anything = st.text(scalars, max_size=20)
surrogate_escaped = st.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape"))
values = st.one_of(anything, surrogate_escaped).map(lambda text: Text(text, quoted=True))
names = st.sampled_from(
    ("proc.name", "evt.arg.fd", "proc.aname[2]", "ct.request.a.b", "ct.request['x \"y\"']", "evt.arg[a b]", "any.ip")
).map(lambda name: FieldName(CATALOGUE.resolve(name)))
SINGLE = [op for op in Op if op not in SETS]
quantifiers = st.sampled_from(("", "any", "all"))
leaves = st.one_of(
    st.builds(Presence, names, st.booleans()),
    st.builds(Comparison, names, st.sampled_from(SINGLE), st.one_of(values, names), quantifiers),
    st.builds(
        Membership, names, st.sampled_from(sorted(SETS, key=lambda op: op.value)),
        st.lists(values, max_size=3).map(tuple), st.booleans(), quantifiers,
    ),
)  # fmt: skip
trees: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        *(st.builds(kind, st.lists(inner, min_size=2, max_size=3).map(tuple)) for kind in (And, Or, Xor)),
    ),
    max_leaves=8,
)

PIECES = r"""
and or not xor ( ) { } [ ] , .. == != = < > ~ ! && || ^^ & | " ' \\ $ @ # + - * / % in exists contains matches
proc.name evt.res evt.arg.fd evt.arg proc.aname[2] ct.request.a fd.ip evt.time evt.latency any all lower( val( count(
5 -1 0x 1..5 10.0.0.0/8 5ms "a" 'b' r"\" "(?=" "2026-11-23" true
"""
pieces = st.sampled_from(PIECES.split())
soups = st.lists(st.one_of(pieces, st.text(scalars, max_size=3)), max_size=14).map(" ".join)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return load(make_world(1, count=5))


@settings(suppress_health_check=[fixtures], max_examples=300)
@given(tree=trees)
def test_a_tree_is_read_back_from_its_canonical_form(tree: Expression) -> None:
    assert parse(render(tree), CATALOGUE) == tree


@settings(suppress_health_check=[fixtures], max_examples=200)
@given(text=filters())
def test_a_filter_means_the_same_in_its_canonical_form(text: str) -> None:
    tree = parse(text, CATALOGUE)
    assert parse(render(tree), CATALOGUE) == tree


@settings(suppress_health_check=[fixtures], max_examples=500)
@given(text=st.one_of(soups, anything))
@example("(" * (MAX_DEPTH + 1))
@example("not " * 5000 + "fd.name")
@example("[" * 60000)
@example('fd.name == "' + "\\" * 999)
@example("fd.name matches " + "(" * 5000)
@example("evt.arg[" + " " * 60000)
def test_any_text_is_a_filter_or_an_error_with_a_place_in_it(text: str) -> None:
    error = validate(text, CATALOGUE)
    if error is not None:
        assert 0 <= error.start <= len(text)
        assert error.start < error.end
        assert error.snippet()
        assert error.message


@settings(suppress_health_check=[fixtures], max_examples=200)
@given(text=soups)
def test_what_is_valid_runs(text: str) -> None:
    if not text.strip() or validate(text, CATALOGUE):
        return
    checked = prepare(text, CATALOGUE)
    tables = {ref.key: LAZY.get(ref.key, "lazy_none") for ref in checked.lazy}
    condition = compile_filter(checked, tables, START_NS)
    connection().execute(f"SELECT count(*) FROM events AS e WHERE {condition}").fetchall()


@settings(suppress_health_check=[fixtures], max_examples=200)
@given(
    hostile=anything, operator=st.sampled_from(("==", "contains", "icontains", "startswith", "in", "pmatch", "glob"))
)
@example("'; DROP TABLE events; --", "==")
@example("\\'", "contains")
@example("\x00'", "==")
@example("$$' || 'x", "in")
def test_text_reaches_sql_only_inside_literals(hostile: str, operator: str) -> None:
    def sql(value: str) -> str:
        quoted = f"({quote(value)})" if operator in ("in", "pmatch") else quote(value)
        return compile_filter(prepare(f"evt.text {operator} {quoted} and proc.name", CATALOGUE), LAZY, START_NS)

    if validate(f"evt.text glob {quote(hostile)}", CATALOGUE):
        return
    without_literals = re.compile(r"'(?:[^']|'')*'")
    assert without_literals.sub("?", sql(hostile)) == without_literals.sub("?", sql("x"))
    connection().execute(f"SELECT count(*) FROM events AS e WHERE {sql(hostile)}").fetchall()


@settings(suppress_health_check=[fixtures], max_examples=200)
@given(value=anything)
@example("\x00")
@example("it's")
def test_equality_finds_exactly_the_text_that_was_typed(value: str) -> None:
    condition = compile_filter(prepare(f"evt.text == {quote(value)}", CATALOGUE))
    found = connection().execute(f"SELECT {condition} FROM (SELECT ? AS text) AS e", [value]).fetchall()
    assert found == [(True,)]
