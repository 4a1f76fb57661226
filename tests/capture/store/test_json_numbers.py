"""Numbers taken out of JSON keep the spelling of the record, and nothing else in it changes."""

from __future__ import annotations

import json

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from thresher.capture.store import json_numbers
from thresher.capture.store.respelling import respelt

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
texts = st.one_of(st.text(max_size=12), st.sampled_from(("1.50", ":1.5,", '"2.5', "\\", "\x02", "\x021.5", "\x03")))
CONNECTION = duckdb.connect()


def taken(document: str, key: str) -> tuple[str, list[str]]:
    columns = [json_numbers.text_at("raw", (key,)), json_numbers.texts_at("raw", (key,))]
    text, listed = CONNECTION.execute(f"SELECT {', '.join(columns)} FROM (SELECT ? AS raw)", [document]).fetchall()[0]
    return text, listed


@settings(max_examples=100, deadline=None)
@given(numbers.filter(lambda text: text != "-0"), texts)
@example("123456789012345678901234567890.125", '"1.5')
def test_a_number_is_spelled_as_written(number: str, text: str) -> None:
    document = f'{{"a": {number}, "b": {json.dumps(text)}, "c": [{number}, {json.dumps(text)}]}}'
    if "\x02" in text:
        return
    assert taken(document, "a") == (number, [number])
    assert taken(document, "b") == (text, [text])
    listed = taken(document, "c")
    assert listed[0].startswith(f"[{number},")
    assert json.loads(listed[0]) == json.loads(document)["c"]
    assert listed[1] == [number, text]


@pytest.mark.parametrize("text", ["\x02", "\x021.5", "a\x02b"])
def test_a_text_that_looks_marked_stays_whole(text: str) -> None:
    document = json.dumps({"a": [1.5, text], "b": text})
    assert json.loads(taken(document, "a")[0]) == [1.5, text]
    assert taken(document, "b") == (text, [text])


def test_columns_of_ordinary_texts_are_not_taken_out_again() -> None:
    columns = [pa.chunked_array([["111122223333", "203.0.113.9", None], ["", "12ab", "1.5.2", "2026-11-23"]])]
    assert respelt(columns, 7) is None


def test_rows_with_numbers_are_found_whatever_chunk_they_are_in() -> None:
    columns = [
        pa.chunked_array([["a", None], ["1.5", "[2.5]", "1e-08"]]),
        pa.chunked_array([['{"a":1.5}'] + ["b"] * 4]),
    ]
    assert respelt(columns, 5).tolist() == [True, False, True, True, True]
