"""A path into a JSON record as SQL over its text, through arrays too; part of stage ③."""

from __future__ import annotations

import re

from thresher.capture.errors import QueryError
from thresher.capture.store import quoting

SEGMENT = re.compile(r'"(?P<quoted>[^"]*)"|\[(?P<index>\d+|\*)\]|(?P<plain>[^.\[\]"]+)')
MAX_SEGMENTS = 32


def segments(path: str) -> tuple[str, ...]:
    """The keys of ``a.b[0]."c.d"``: ``('a', 'b', '0', 'c.d')``; ``[*]`` is left out, arrays are gone through anyway.

    Raises:
        QueryError: the path is malformed or longer than ``MAX_SEGMENTS`` keys.
    """
    found: list[str] = []
    at = 0
    while at < len(path):
        match = SEGMENT.match(path, at)
        if match is None:
            raise QueryError(f"'{path}' is not a JSON path")
        key = match["quoted"] if match["quoted"] is not None else match["index"] or match["plain"]
        if match["index"] != "*":
            found.append(key)
        at = match.end()
        if path.startswith(".", at) and at + 1 < len(path):
            at += 1
        elif at < len(path) and path[at] != "[":
            raise QueryError(f"'{path}' is not a JSON path")
    if not found or len(found) > MAX_SEGMENTS:
        raise QueryError(f"'{path}' is not a JSON path of 1 to {MAX_SEGMENTS} keys")
    return tuple(found)


def pointer(keys: tuple[str, ...]) -> str:
    """The JSON pointer (RFC 6901) of the keys, as an SQL literal; unlike a JSON path it can hold any key."""
    return quoting.text("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys))


def straight(column: str, keys: tuple[str, ...]) -> str:
    """The text where the keys lead without passing an array; objects and arrays as JSON text, null as NULL."""
    return f"json_extract_string({column}, {pointer(keys)})"


def elements(column: str, keys: tuple[str, ...]) -> str:
    """The texts that the keys lead to, as VARCHAR[]: each array on the way, and at its end, stands for its elements."""
    reached = f"[json_extract({column}, {pointer(keys[:1])})]"
    for key in keys[1:]:
        reached = f"flatten(list_transform({reached}, LAMBDA j : {step('j', key)}))"
    reached = f"flatten(list_transform({reached}, LAMBDA j : {spread('j')}))"
    texts = f"list_filter(list_transform({reached}, LAMBDA j : json_extract_string(j, '$')), LAMBDA t : t IS NOT NULL)"
    direct = f"json_extract({column}, {pointer(keys)})"
    return f"CASE WHEN json_type({direct}) NOT IN ('ARRAY', 'NULL') THEN [{straight(column, keys)}] ELSE {texts} END"


def step(value: str, key: str) -> str:
    """What ``key`` leads to from a JSON value, as a list: from each element where the value is an array."""
    direct = f"[json_extract({value}, {pointer((key,))})]"
    if key.isdecimal():
        return direct
    inner = f"list_transform({spread(value)}, LAMBDA k : json_extract(k, {pointer((key,))}))"
    return f"CASE json_type({value}) WHEN 'ARRAY' THEN {inner} ELSE {direct} END"


def spread(value: str) -> str:
    """The elements of a JSON array, or the value alone, as a list."""
    return f"CASE json_type({value}) WHEN 'ARRAY' THEN json_extract({value}, '$[*]') ELSE [{value}] END"
