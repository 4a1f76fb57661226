"""Escaping: nothing a terminal acts on or hides survives, and nothing is lost."""

from __future__ import annotations

import ast
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.escape import escape

ANY = st.text(st.characters(exclude_categories=()))
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY)
def test_no_control_format_or_line_character_survives(text: str) -> None:
    assert not [character for character in escape(text) if unicodedata.category(character) in HIDDEN - {"Cf"}]


@given(ANY)
def test_with_backslashes_doubled_the_text_can_be_read_back(text: str) -> None:
    shown = escape(text, backslash=True)
    bytes_as_bytes = text.encode("utf-32", "surrogatepass").decode("utf-32", "surrogatepass")
    back = ast.literal_eval("'" + shown.replace("'", "\\'") + "'")
    assert back == "".join(chr(ord(c) - 0xDC00) if 0xDC80 <= ord(c) <= 0xDCFF else c for c in bytes_as_bytes)


@given(st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\r", "a\\tb\\nc\\r"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u200bb", "a\\u200bb"),
        ("\udcff", "\\xff"),
        ("\U000e0041", "\\U000e0041"),
        ("grün 東京 🦊", "grün 東京 🦊"),
        ("C:\\x1b", "C:\\x1b"),
    ],
)
def test_what_is_spelled_out(text: str, shown: str) -> None:
    assert escape(text) == shown
