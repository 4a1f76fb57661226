"""Whatever a value holds, SQL reads it back as that value and as nothing else."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from thresher.capture.store import quoting

HOSTILE = ["", "'", "''", "\\'", "\\", "'; DROP TABLE events; --", '"', "$$", "a\nb", "E'\\x41'", "\u2019", "😀"]
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"])))


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


@given(value=WORDS)
def test_text_is_read_back_by_the_database(connection, value):
    assert connection.execute(f"SELECT {quoting.text(value)}").fetchall() == [(value,)]


@given(identifier=WORDS.filter(bool))
def test_a_name_is_read_back_by_the_database(connection, identifier):
    assert connection.execute(f"SELECT 1 AS {quoting.name(identifier)}").description[0][0] == identifier


@given(value=st.integers(-(2**63) + 1, 2**64 - 1))
def test_a_number_is_read_back_by_the_database(connection, value):
    assert connection.execute(f"SELECT {quoting.number(value)}").fetchall() == [(value,)]


@given(value=WORDS)
def test_text_and_names_are_quoted_as_sqlglot_quotes_them(value):
    assert quoting.text(value) == exp.Literal.string(value).sql("duckdb")
    assert quoting.name(value) == exp.to_identifier(value, quoted=True).sql("duckdb")
