"""Bytes as lines: every byte is there once, in order, and a cell leads back to its byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from thresher.tui.widgets.byte_layout import hex_lines, json_lines, line_of, offset_at

if TYPE_CHECKING:
    from thresher.tui.widgets.byte_layout import Line

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def width(line: Line) -> int:
    return sum(cell_len(piece.text) for piece in line)


def text(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def test_a_hex_dump_has_offset_bytes_and_text() -> None:
    assert text(hex_lines(b"GET / HTTP/1.1\r\nHost", 80)) == [
        "0000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1··",
        "0010  48 6f 73 74                                       Host",
    ]


@pytest.mark.parametrize(("room", "count"), [(120, 16), (72, 16), (60, 8), (40, 8), (24, 4), (10, 2)])
def test_a_hex_line_holds_what_there_is_room_for(room: int, count: int) -> None:
    first = hex_lines(bytes(100), room)[0]
    assert sum(piece.end > piece.start for piece in first) == 2 * count


@given(st.binary(min_size=1, max_size=300), st.integers(24, 100))
def test_every_byte_of_a_hex_dump_leads_back_to_itself(data: bytes, room: int) -> None:
    lines = hex_lines(data, room)
    for offset in range(len(data)):
        line = lines[line_of(lines, offset)]
        assert offset in {offset_at(line, cell) for cell in range(width(line))}
    assert max(map(width, lines)) <= room


@given(JSON, st.integers(12, 90), st.booleans())
def test_json_is_laid_out_with_every_token_once_and_in_order(value: object, room: int, plain: bool) -> None:
    data = json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    shown = b""
    at = 0
    for line in json_lines(data, room):
        for piece in line:
            if piece.end > piece.start:
                assert piece.start >= at
                assert not data[at : piece.start].strip(), "only blanks are left out"
                shown += data[piece.start : piece.end]
                at = piece.end
    assert not data[at:].strip()


@given(st.binary(max_size=400), st.integers(8, 60))
def test_bytes_that_are_no_json_are_shown_all_the_same(data: bytes, room: int) -> None:
    for line in json_lines(data, room):
        assert width(line) <= room + 1
        assert all(character.isprintable() for piece in line for character in piece.text)


def test_json_stands_a_member_a_line_and_empty_ones_stay_closed() -> None:
    assert text(json_lines(b'{"a":{"b":[1,2]},"c":{},"d":[]}', 80)) == [
        "{",
        '  "a": {',
        '    "b": [',
        "      1,",
        "      2",
        "    ]",
        "  },",
        '  "c": {},',
        '  "d": []',
        "}",
    ]


def test_a_long_value_runs_on_under_its_name() -> None:
    lines = text(json_lines(b'{"k":"' + b"x" * 40 + b'"}', 24))
    assert lines[1] == '  "k": "xxxxxxxxxxxxxxxx'
    assert lines[2].startswith("    xxxx")
