"""Calls of macros and saved filters in unfinished text: where one ends, which may begin here; part of stage ④."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.filter.saved import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BEGUN = re.compile(r"\$\{?(?P<prefix>[A-Za-z0-9_]*)$")
_CALLED = re.compile(r"\$(?:[A-Za-z0-9_]+\((?:[^()]|\([^()]*\))*+\)|\{[^{}]*\})")


class Call(NamedTuple):
    """A macro or saved filter that may be called: what to insert, its kind, its name where it is not that, its text."""

    insert: str
    kind: str
    name: str
    text: str


def begun(text: str, cursor: int) -> int | None:
    """Where the call under the cursor begins; None where there is none, or it is of a field."""
    found = _BEGUN.search(text, 0, cursor)
    return found.start() if found else None


def end_of(text: str, start: int) -> int | None:
    """Where the call that begins at a ``$`` ends; None where it does not end, or is none."""
    found = _CALLED.match(text, start)
    return found.end() if found else None


def calls(typed: str, names: Mapping[str, str]) -> Iterator[Call]:
    """What begins as it was typed, ``$`` and ``{`` included.

    Args:
        typed: from the ``$`` to the cursor.
        names: macros as they are called, ``$name(``, and saved filters by name, with their texts.
    """
    prefix = typed.lstrip("${").lower()
    for name, text in names.items():
        if name.startswith("$"):
            found = Call(name, "macro", "", text)
        else:
            found = Call(f"${{{word(name)}}}", "saved", name, text)
        if found.insert.lstrip("${").lower().startswith(prefix):
            yield found
