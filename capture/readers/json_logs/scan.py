"""Finds where a JSON object ends, byte by byte rules for text that may be damaged or hostile (stage ①)."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

import msgspec

MAX_RECORD_BYTES = 16 << 20
"""Sixteen times what any AWS service writes (CloudTrail Lake: 1 MB)."""
MAX_DEPTH = 256
"""Real records nest below 20; deeper ones would overflow whoever walks them later."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)
FIRST_KEY = re.compile(rb'\{\s*("(?:[^"\\\x00-\x1f]|\\.){0,200}")\s*:')
"""An object's beginning up to the colon; the group is the name in its quotes."""
_PROBED_KEYS = 8
_ESCAPE = re.compile(rb"\\(?:(?P<surrogate>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_QUOTE = ord('"')
_LIST_END = ord("]")
_OPENER = {ord("}"): ord("{"), ord("]"): ord("[")}
_ANY = msgspec.json.Decoder(msgspec.Raw)


class Extent(NamedTuple):
    """Where an object ends and how deep it nests; ``end`` is -1 where the bytes run out first.

    ``tokens`` says what finding out has cost: strings and brackets looked at.
    """

    end: int
    depth: int
    tokens: int


class BrokenError(Exception):
    """The bytes cannot be an object.

    Args:
        what: one clause for the damage report.
        tokens: strings and brackets looked at.
    """

    def __init__(self, what: str, tokens: int) -> None:
        self.what = what
        self.tokens = tokens
        super().__init__(what)


def object_extent(data: bytes, start: int, limit: int = sys.maxsize) -> Extent:
    """Match the brackets of the object that starts at ``start``, reading no further than byte ``limit``.

    Raises:
        BrokenError: a bracket closes what was not opened.
    """
    stack = bytearray()
    depth = 0
    tokens = 0
    for tokens, match in enumerate(_TOKEN.finditer(data, start, limit), start=1):
        at = match.start()
        token = data[at]
        if token == _QUOTE:
            if match.end() - at == 1:
                break
        elif token in _OPENER:
            if not stack or stack.pop() != _OPENER[token]:
                raise BrokenError(f"'{chr(token)}' at byte {at - start} of the record closes nothing", tokens)
            if not stack:
                return Extent(match.end(), depth, tokens)
        else:
            stack.append(token)
            depth = max(depth, len(stack))
    return Extent(-1, depth, tokens)


def closing_brace(data: bytes, start: int) -> int:
    """Where the object ends whose members go on at ``start``; -1 where the bytes run out first.

    Raises:
        BrokenError: a list ends there that was not begun.
    """
    depth = 0
    for tokens, match in enumerate(_TOKEN.finditer(data, start), start=1):
        token = data[match.start()]
        if token in b"{[":
            depth += 1
        elif token in b"}]":
            if depth == 0:
                if token == _LIST_END:
                    raise BrokenError("']' behind the list of records closes nothing", tokens)
                return match.start()
            depth -= 1
        elif match.end() - match.start() == 1:
            break
    return -1


def too_deep(depth: int) -> str:
    """What keeps an object from being a record whatever is in it, empty where nothing does; asked before the others."""
    return f"a record nested {depth:,} deep, more than {MAX_DEPTH}" if depth > MAX_DEPTH else ""


def syntax_error(text: bytes) -> str:
    """What is wrong with an object as JSON, empty where nothing is; its brackets may then be matched wrongly.

    Bytes that are no UTF-8 and halves of surrogate pairs are no error: they break a text, not the record.
    """
    try:
        _ANY.decode(text)
    except msgspec.DecodeError as error:
        without = _ESCAPE.sub(_without_surrogate, text)
        return f"a record that is not valid JSON ({error})" if without == text else syntax_error(without)
    return ""


def _without_surrogate(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["surrogate"] else escape[0]


def too_long(text: bytes) -> str:
    """What keeps an object of this length from being a record, empty where nothing does."""
    if len(text) > MAX_RECORD_BYTES:
        return f"a record of {len(text):,} bytes, more than {MAX_RECORD_BYTES:,}"
    return ""


def is_record(text: bytes, depth: int) -> bool:
    """Whether an object is a record that can be read."""
    return not (too_deep(depth) or syntax_error(text) or too_long(text))


def likely_first_keys(data: bytes, start: int, limit: int) -> list[bytes]:
    """How records begin where none has been read yet: like the longest whole object up to ``limit``; empty if none is.

    What is inside a record is shorter than the record.
    """
    longest, key = 0, b""
    seen: set[bytes] = set()
    for match in FIRST_KEY.finditer(data, start, limit):
        if match[1] in seen or len(seen) >= _PROBED_KEYS:
            continue
        seen.add(match[1])
        try:
            extent = object_extent(data, match.start(), limit)
        except BrokenError:
            continue
        length = extent.end - match.start()
        if length > longest and is_record(data[match.start() : extent.end], extent.depth):
            longest, key = length, match[1]
    return [key] if key else []
