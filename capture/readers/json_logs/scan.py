"""Finds where a JSON object ends, byte by byte rules for text that may be damaged or hostile (stage ①)."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

MAX_RECORD_BYTES = 16 << 20
"""Sixteen times what any AWS service writes (CloudTrail Lake: 1 MB)."""
MAX_DEPTH = 256
"""Real records nest below 20; deeper ones would overflow whoever walks them later."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)
_QUOTE = ord('"')
_OPENER = {ord("}"): ord("{"), ord("]"): ord("[")}
_ANY = msgspec.json.Decoder(msgspec.Raw)


class Extent(NamedTuple):
    """Where an object ends and how deep it nests; ``end`` is -1 where the bytes run out first."""

    end: int
    depth: int


class BrokenError(Exception):
    """The bytes cannot be an object.

    Args:
        at: the byte that cannot stand there.
        what: one clause for the damage report.
    """

    def __init__(self, at: int, what: str) -> None:
        self.at = at
        self.what = what
        super().__init__(what)


def object_extent(data: bytes, start: int) -> Extent:
    """Match the brackets of the object that starts at ``start``.

    Raises:
        BrokenError: a bracket closes what was not opened.
    """
    stack = bytearray()
    depth = 0
    for match in _TOKEN.finditer(data, start):
        at = match.start()
        token = data[at]
        if token == _QUOTE:
            if match.end() - at == 1:
                break
        elif token in _OPENER:
            if not stack or stack.pop() != _OPENER[token]:
                raise BrokenError(at, f"'{chr(token)}' at byte {at - start} of the record closes nothing")
            if not stack:
                return Extent(match.end(), depth)
        else:
            stack.append(token)
            depth = max(depth, len(stack))
    return Extent(-1, depth)


def closing_brace(data: bytes, start: int) -> int:
    """Where the object ends whose members go on at ``start``; -1 where the bytes run out first."""
    depth = 0
    for match in _TOKEN.finditer(data, start):
        token = data[match.start()]
        if token in b"{[":
            depth += 1
        elif token in b"}]":
            if depth == 0:
                return match.start()
            depth -= 1
        elif match.end() - match.start() == 1:
            break
    return -1


def fault(text: bytes, depth: int) -> str:
    """What keeps a whole object from being a record, empty where nothing does."""
    if len(text) > MAX_RECORD_BYTES:
        return f"a record of {len(text):,} bytes, more than {MAX_RECORD_BYTES:,}"
    if depth > MAX_DEPTH:
        return f"a record nested {depth:,} deep, more than {MAX_DEPTH}"
    try:
        text.decode()
        _ANY.decode(text)
    except UnicodeDecodeError as error:
        return f"a record with invalid UTF-8 at its byte {error.start}"
    except msgspec.DecodeError as error:
        return f"a record that is not valid JSON ({error})"
    return ""
