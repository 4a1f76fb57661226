"""The check of regular expressions accepts what RE2 accepts, and names what it refuses."""

from __future__ import annotations

from functools import cache

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from thresher.capture.filter.regex import RegexError, check_regex

PIECES = (
    *"ab()[]{}|*+?^$.\\-,:0129dDpPxEQAzbBCkGZ_ <>=!iU~é#&",
    *("(?:", "(?i)", "(?P<n>", "(?<m>", "[a-z]", "[^", "[[:alpha:]]", "\\d", "{2}", "{1,}", "{3,1}", "{40}", "(?="),
    *("\\p{L}", "\\pN", "\\x{41}", "\\x4a", "\\12", "\\1", "(?-s:", "\\Q", "\\E", "\\p{Greek}", "\\p{Foo}", "[:", "a-"),
)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def runs(pattern: str) -> bool:
    try:
        connection().execute("SELECT regexp_matches('abc', ?)", [pattern]).fetchall()
    except duckdb.Error:
        return False
    return True


def accepted(pattern: str) -> bool:
    """Whether the check accepts it; an error whose place is outside the pattern counts as accepting."""
    try:
        check_regex(pattern)
    except RegexError as error:
        return not 0 <= error.start < error.end <= len(pattern)
    return True


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
@example("a{2}(?i){3}")
@example("[[:foo:]]")
@example("(?i)*")
@example("((a{40}){40}){2}")
def test_it_agrees_with_re2(pattern: str) -> None:
    assert accepted(pattern) == runs(pattern)


@pytest.mark.parametrize(
    ("pattern", "named", "place"),
    [
        ("a(?=b)", "lookahead '(?='", (1, 4)),
        (r"(a)\1", r"a backreference ('\1')", (3, 5)),
        ("(?(1)a)", "a conditional '(?('", (0, 3)),
        ("ab*+", "a possessive repetition ('*+')", (2, 4)),
    ],
)
def test_what_other_engines_have_is_named_with_its_place(pattern: str, named: str, place: tuple[int, int]) -> None:
    with pytest.raises(RegexError) as caught:
        check_regex(pattern)
    assert str(caught.value).startswith(named)
    assert (caught.value.start, caught.value.end) == place
