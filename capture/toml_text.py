"""TOML as text: in which line a key stands, and how keys and values are written; the ground under stages ②–⑤."""

from __future__ import annotations

import json
import re

_HEADER = re.compile(r"\s*\[{1,2}\s*(?P<name>[^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?P<key>"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def line_of(text: str, table: str, name: str = "", nth: int = 0) -> int:
    """The line, from 1 on, of a key of a table, or of the table's header; 0 where it is not written in that way.

    Args:
        text: the file.
        table: the table's name.
        name: a key in it; '' for the header.
        nth: which of the headers ``[[table]]``, from 0 on.
    """
    current, seen = "", -1
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            current = header["name"].strip("\"'")
            seen += current == table
            if current == table and not name and seen == nth:
                return number
        elif name and current == table and max(seen, 0) == nth:
            found = _KEY.match(line)
            if found and plain_key(found["key"]) == name:
                return number
    return 0


def section_end(text: str, table: str) -> int:
    """Behind how many lines the last key of a table stands; 0 where the table has no header."""
    last, is_inside = 0, False
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            is_inside = header["name"].strip("\"'") == table and not line.lstrip().startswith("[[")
        if is_inside and line.strip() and (header or not line.lstrip().startswith("#")):
            last = number
    return last


def plain_key(written: str) -> str:
    """The key that is written so."""
    if written.startswith("'"):
        return written[1:-1]
    if not written.startswith('"'):
        return written
    try:
        return str(json.loads(written))
    except ValueError:
        return written[1:-1]


def key(name: str) -> str:
    """A key as TOML writes it."""
    return name if _BARE.fullmatch(name) else string(name)


def string(text: str) -> str:
    """A text as TOML writes it, in one line; without escapes where it can be."""
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
