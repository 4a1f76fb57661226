"""The parser is bounded in depth and length, loads no database, and says where an error is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.errors import FilterError
from thresher.capture.filter import parse, render, validate
from thresher.capture.filter.reading import MAX_DEPTH
from thresher.capture.filter.tokens import MAX_LENGTH


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("not ", ""), ("(fd.name or not ", ")"), ("lower(", ")")])
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    count = 2 * MAX_DEPTH
    with pytest.raises(FilterError, match="nested deeper"):
        parse(opening * count + "fd.name" + closing * count, CATALOGUE)


def test_nesting_up_to_the_bound_is_read_and_printed() -> None:
    text = "(" * MAX_DEPTH + "fd.name" + ")" * MAX_DEPTH
    assert render(parse(text, CATALOGUE)) == "fd.name"


def test_length_is_bounded() -> None:
    with pytest.raises(FilterError, match="characters"):
        parse("fd.name == " + "a" * MAX_LENGTH, CATALOGUE)


def test_the_place_of_an_error_is_line_and_column() -> None:
    error = validate("evt.type == open and\n  proc.nmae == cat", CATALOGUE)
    assert error is not None
    assert error.place() == (2, 3)
    assert error.snippet() == "  proc.nmae == cat\n  ^~~~~~~~~"


def test_blank_text_is_valid_and_shows_everything() -> None:
    assert validate(" \n", CATALOGUE) is None


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(FilterError, match="not a character"):
        parse('fd.name == "\ud800"', CATALOGUE)


def test_checking_a_filter_loads_neither_database_nor_sql_library() -> None:
    script = "import sys, thresher.capture.filter; print(*(m for m in ('duckdb', 'pyarrow') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
