"""Reads structs as Athena and CloudTrail Lake print them: ``{type=Root, arn=null}``, without quotes (stage ①)."""

from __future__ import annotations

import re
from typing import TypeAlias

Parsed: TypeAlias = "str | list[Parsed] | dict[str, Parsed] | None"

MAX_DEPTH = 32
_KEY = re.compile(r"\s*([A-Za-z_][\w:.@-]{0,80})=")
_NEXT_KEY = re.compile(r",\s*(?=[A-Za-z_][\w:.@-]{0,80}=)")


def parse(text: str) -> Parsed:
    """The value behind a struct's or list's text, best effort: nothing in it is quoted, so that a value with ``, x=``
    in it reads as two members; the text itself where it is no struct at all.
    """
    found, end = _value(text, 0, 0)
    return found if end == len(text) else text


def _value(text: str, at: int, depth: int) -> tuple[Parsed, int]:
    if depth < MAX_DEPTH and text.startswith("{", at):
        return _struct(text, at + 1, depth)
    if depth < MAX_DEPTH and text.startswith("[", at):
        return _list(text, at + 1, depth)
    end = _end(text, at)
    found = text[at:end].strip()
    return (None if found in ("null", "") else found), end


def _struct(text: str, at: int, depth: int) -> tuple[Parsed, int]:
    members: dict[str, Parsed] = {}
    while at < len(text) and text[at] != "}":
        key = _KEY.match(text, at)
        if key is None:
            return members, -1
        members[key[1]], at = _value(text, key.end(), depth + 1)
        if at < 0:
            return members, -1
        if text.startswith(",", at):
            at += 1
    return members, at + 1


def _list(text: str, at: int, depth: int) -> tuple[Parsed, int]:
    elements: list[Parsed] = []
    while at < len(text) and text[at] != "]":
        while text.startswith(" ", at):
            at += 1
        element, end = _value(text, at, depth + 1)
        if end <= at:
            return elements, -1
        elements.append(element)
        at = end + 1 if text.startswith(",", end) else end
    return elements, at + 1


def _end(text: str, at: int) -> int:
    """Where a value without brackets of its own ends: before the next member, or the bracket around it."""
    opened = 0
    for place in range(at, len(text)):
        letter = text[place]
        if letter in "{[":
            opened += 1
        elif letter in "}]":
            if not opened:
                return place
            opened -= 1
        elif letter == "," and not opened and _NEXT_KEY.match(text, place):
            return place
    return len(text)
