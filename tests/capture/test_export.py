"""Exports: the bytes are the contract, and what is written can be read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import UsageError
from thresher.capture.export import Column, FieldsOptions, as_csv, as_fields, as_json, as_ndjson, fields_options
from thresher.capture.model import FieldType, Value
from thresher.capture.timetext import zone

GOLDEN = Path(__file__).parent / "golden"
COLUMNS = [
    Column("evt.num", FieldType.UINT),
    Column("evt.time", FieldType.TIME),
    Column("text", FieldType.STRING),
    Column("list", FieldType.STRING, is_list=True),
    Column("ip", FieldType.IP),
    Column("bool", FieldType.BOOL),
    Column("bytes", FieldType.BYTES),
    Column("took", FieldType.DURATION),
]
ROWS: list[tuple[Value, ...]] = [
    (1, 0, "plain", ["a", "b"], "10.0.0.1", True, b"\x00\xff", 5),
    (2, 1_795_417_837_123_456_789, "tab\tnl\ncr\r\\ \x1b[31m", ["x,y", ""], "::1", False, b"", -1),
    (2**53, None, "=cmd|' /C calc'!A0", None, None, None, None, None),
    (3, None, 'quo"te, comma', [], None, None, None, None),
    (4, None, "grün 東京 \u202e \udcff", ["-1+1"], None, None, None, -(2**53)),
    (5, None, "", None, None, None, None, 2**64),
]


def written(kind: str) -> str:
    batches = [ROWS[:2], [], ROWS[2:]]
    if kind == "fields":
        return "".join(as_fields(COLUMNS, batches, FieldsOptions(header=True)))
    if kind == "csv":
        return "".join(as_csv(COLUMNS, batches, zone("+02:00")))
    return "".join({"json": as_json, "ndjson": as_ndjson}[kind](COLUMNS, batches))


@pytest.mark.parametrize("kind", ["fields", "csv", "json", "ndjson"])
def test_every_format_writes_these_bytes(kind: str) -> None:
    assert written(kind).encode() == (GOLDEN / f"hard_values.{kind}").read_bytes()


def test_fields_are_one_line_an_event_and_one_column_a_field() -> None:
    lines = written("fields").removesuffix("\n").split("\n")
    assert len(lines) == 1 + len(ROWS)
    assert {len(line.split("\t")) for line in lines} == {len(COLUMNS)}


def test_json_leaves_absent_fields_out_and_writes_large_integers_as_text() -> None:
    records = json.loads(written("json"))
    assert records == [json.loads(line) for line in written("ndjson").splitlines()]
    assert records[2] == {"evt.num": str(2**53), "text": "=cmd|' /C calc'!A0"}
    assert records[5] == {"evt.num": 5, "text": "", "took": str(2**64)}


def test_csv_is_read_back_by_any_reader() -> None:
    read = list(csv.reader(io.StringIO(written("csv"), newline="")))
    assert [len(row) for row in read] == [len(COLUMNS)] * (1 + len(ROWS))
    assert read[4][2] == 'quo"te, comma'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_csv_cells_that_a_spreadsheet_would_run_are_tamed(text: str) -> None:
    assert "".join(as_csv([Column("a", FieldType.STRING)], [[(text,)]])) == f"a\r\n'{text}\r\n"


def test_csv_leaves_negative_numbers_alone() -> None:
    assert "".join(as_csv([Column("a", FieldType.INT)], [[(-1,)]])) == "a\r\n-1\r\n"


def test_json_of_nothing_is_an_empty_list() -> None:
    assert "".join(as_json(COLUMNS, [])) == "[]\n"


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=())) | st.none()), max_size=5))
def test_json_text_survives_the_round_trip(rows: list[tuple[Value, ...]]) -> None:
    column = [Column("a", FieldType.STRING)]
    text = "".join(as_ndjson(column, [rows]))
    assert text.isascii()
    assert [json.loads(line).get("a") for line in text.splitlines()] == [value for (value,) in rows]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_never_says_nan(value: float) -> None:
    assert "".join(as_ndjson([Column("a", FieldType.STRING)], [[(value,)]])) == "{}\n"
    values: list[tuple[Value, ...]] = [([1.5, value, "b"],)]  # type: ignore[list-item]
    assert "".join(as_ndjson([Column("a", FieldType.STRING, is_list=True)], [values])) == '{"a":[1.5,"b"]}\n'


def test_options_of_fields() -> None:
    options = fields_options(["header=y", "separator=,", "aggregator=/s", "occurrence=l", "quote=d"])
    text = "".join(as_fields(COLUMNS[2:4], [[('a"b', ["x", "y"]), (None, None)]], options))
    assert text == '"text","list"\n"a\\"b","y"\n"",""\n'


@pytest.mark.parametrize("setting", ["header", "header=maybe", "separator=ab", "colour=y", "separator="])
def test_an_unknown_option_is_refused(setting: str) -> None:
    with pytest.raises(UsageError, match="-E"):
        fields_options([setting])
