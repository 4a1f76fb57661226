"""Numbers in values taken out of JSON as the record spells them, which DuckDB writes anew (1.50 as 1.5); part of ③."""

from __future__ import annotations

from thresher.capture.store import json_path

_MARK, _END = "\x02", "\x03"
_ESCAPED_MARK = r"\u0002"
"""Control characters stand in JSON only as escapes, so that the bare ones are free to mark places in its text."""
_TOKENS = r"""("(?:[^"\\]|\\.)*")|(-?[0-9][-+.0-9eE]*)"""
RESPELT = r"^(?:-?[0-9]+(?:[.][0-9]+(?:e[-+]?[0-9]+)?|e[-+]?[0-9]+)$|[{\[](?:.*[:\[,])?-?[0-9]+[.e])"
"""A value that may hold a number with a fraction or an exponent: DuckDB keeps all digits of others."""


def marked(json: str) -> str:
    """The same JSON with each number as a text that begins with the mark."""
    both = rf"regexp_replace({json}, '{_TOKENS}', '\1{_MARK}\2{_END}', 'g')"
    numbers = f"replace({both}, '{_MARK}{_END}', '')"
    return rf"""regexp_replace({numbers}, '{_MARK}([^{_END}]*){_END}', '"\{_ESCAPED_MARK}\1"', 'g')"""


def unmarked(text: str) -> str:
    """A value out of marked JSON with its numbers as they were; absent stays absent."""
    return rf"""replace(regexp_replace({text}, '"\{_ESCAPED_MARK}([^"]*)"', '\1', 'g'), '{_MARK}', '')"""


def is_respelt(text: str) -> str:
    """Whether ``RESPELT`` is a value."""
    return f"regexp_matches({text}, '{RESPELT}')"


def can_be_marked(json: str) -> str:
    """Whether no text in it looks marked already."""
    return f"NOT contains({json}, '{_ESCAPED_MARK}')"


def text_at(json: str, keys: tuple[str, ...]) -> str:
    """``json_path.straight`` with numbers as written; dear only for values that need it."""
    exact = unmarked(json_path.straight(marked(json), keys))
    needed = f"{is_respelt('t')} AND {can_be_marked(json)}"
    plain = json_path.straight(json, keys)
    return f"list_transform([{plain}], LAMBDA t : CASE WHEN {needed} THEN {exact} ELSE t END)[1]"


def texts_at(json: str, keys: tuple[str, ...]) -> str:
    """``json_path.elements`` with numbers as written."""
    again = f"list_transform([{marked(json)}], LAMBDA m : {json_path.elements('m', keys)})[1]"
    exact = f"list_transform({again}, LAMBDA x : {unmarked('x')})"
    needed = f"len(list_filter(ts, LAMBDA y : {is_respelt('y')})) > 0 AND {can_be_marked(json)}"
    plain = json_path.elements(json, keys)
    return f"list_transform([{plain}], LAMBDA ts : CASE WHEN {needed} THEN {exact} ELSE ts END)[1]"
