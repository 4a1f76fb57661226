"""Values as text in a cell, and as literals of a filter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_case import FIELDS
from thresher.capture.filter.value_text import quoted
from thresher.capture.model import Column, Field, FieldType, Value
from thresher.tui.quick_filter import clause
from thresher.tui.statements import Facts, statements
from thresher.tui.values import cell_text, narrowed
from thresher.tui.widgets.columns import field_of, fitted
from thresher.tui.widgets.status_bar import worded


def field(type_: FieldType) -> Field:
    return Field("x.y", type_, "X", "An x.", Column("x"))


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (None, FieldType.STRING, ""),
        (True, FieldType.BOOL, "true"),
        (-13, FieldType.INT, "-13"),
        (1_500_000_000, FieldType.DURATION, "1.500000000"),
        (["a", "b"], FieldType.STRING, "a, b"),
        (b"\x00\xff", FieldType.BYTES, "00ff"),
        ("a\tb\x1b[31m", FieldType.STRING, "a\\tb\\x1b[31m"),
    ],
)
def test_a_value_is_one_line_of_printable_text(value: Value, type_: FieldType, text: str) -> None:
    assert cell_text(value, type_) == text


@given(st.text(max_size=60), st.integers(1, 30), st.booleans())
def test_a_fitted_text_has_exactly_its_width(text: str, width: int, right: bool) -> None:
    from rich.cells import cell_len

    from thresher.capture.escape import escape

    assert cell_len(fitted(escape(text), width, right)) == width


@pytest.mark.parametrize(
    ("value", "type_", "written"),
    [
        ("curl", FieldType.STRING, 'x.y == "curl"'),
        ('a"b\\c', FieldType.STRING, 'x.y == "a\\"b\\\\c"'),
        (7, FieldType.INT, "x.y == 7"),
        (True, FieldType.BOOL, "x.y == true"),
        ("10.0.0.1", FieldType.IP, "x.y == 10.0.0.1"),
        (1500, FieldType.DURATION, "x.y == 1500ns"),
        (0, FieldType.TIME, 'x.y == "1970-01-01T00:00:00.000000000Z"'),
        (["a", "b"], FieldType.STRING, 'x.y == "a"'),
        (None, FieldType.STRING, None),
        ([], FieldType.STRING, None),
    ],
)
def test_a_value_becomes_a_comparison(value: Value, type_: FieldType, written: str | None) -> None:
    assert clause("x.y", value, field(type_), "==") == written


def test_the_opposite_keeps_events_without_the_field() -> None:
    assert clause("x.y", "curl", field(FieldType.STRING), "!=") == 'not x.y == "curl"'


@given(st.text(max_size=40))
def test_a_quoted_text_is_printable_and_reads_back(text: str) -> None:
    import ast

    written = quoted(text)
    assert written.isprintable()
    assert ast.literal_eval(written) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "c == 1"), ("a == 1", "a == 1 and c == 1"), ("a == 1 or b == 2", "(a == 1 or b == 2) and c == 1")],
)
def test_a_comparison_narrows_the_filter_in_force(before: str, after: str) -> None:
    assert narrowed(before, "c == 1") == after


@pytest.mark.parametrize("name", ["proc.name", "proc.name[2]", "proc.name.more.path"])
def test_a_field_is_found_with_its_argument(name: str) -> None:
    found = field_of(name, {each.name: each for each in FIELDS})
    assert found is not None
    assert found.name == "proc.name"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_the_status_bar_never_exceeds_its_width_and_says_when_something_is_left_out(width: int) -> None:
    facts = Facts(
        names=["a-rather-long-capture-name"], shown=1234, total=9_876_543, hidden=99, text="x", number=(0, 143138),
        damaged=3, found=17, was_stopped=True, time_format="time of day",
    )  # fmt: skip
    bar = worded(statements(facts), width)
    assert bar.cell_len <= width
    assert "#143138" in bar.plain or width < 40
    assert bar.plain.endswith("…") == ("a-rathe" not in bar.plain)
