"""Turns globs and path prefixes into regular expressions over the whole value; part of stage ④."""

from __future__ import annotations

from collections.abc import Sequence

SPECIAL = frozenset("\\.+*?()|[]{}^$")


def literal(text: str) -> str:
    """A pattern that matches exactly this text."""
    return "".join(f"\\{character}" if character in SPECIAL else character for character in text)


def glob(pattern: str) -> str:
    """``*`` any run without '/', ``?`` one character but '/', ``[a-z]`` and ``[!a]`` classes, backslash escapes.

    Raises:
        ValueError: a class is malformed.
    """
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[" and (end := class_end(pattern, at)) is not None:
            parts.append(glob_class(pattern[at:end]))
            at = end + 1
        elif character == "\\" and at < len(pattern):
            parts.append(literal(pattern[at]))
            at += 1
        else:
            parts.append(literal(character))
    return "".join(parts)


def class_end(pattern: str, at: int) -> int | None:
    """Where the ``]`` of a class stands whose content begins at ``at``; None where '[' is an ordinary character."""
    first = at + 1 if pattern[at : at + 1] in ("!", "^") else at
    end = pattern.find("]", first + 1)
    return None if end < 0 else end


def glob_class(content: str) -> str:
    """The content of a glob's class as a class of a regular expression.

    Raises:
        ValueError: a range runs backwards.
    """
    negated = content[0] in "!^"
    members = content[negated:]
    parts: list[str] = []
    at = 0
    while at < len(members):
        low = members[at]
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            high = members[at + 2]
            if high < low:
                raise ValueError(f"'{low}-{high}' is no range")
            parts.append(f"{in_class(low)}-{in_class(high)}")
            at += 3
        else:
            parts.append(in_class(low))
            at += 1
    return f"[{'^/' if negated else ''}{''.join(parts)}]"


def in_class(character: str) -> str:
    """A character inside a class of a regular expression."""
    return f"\\{character}" if character in "\\]^[-" else character


def path_prefixes(paths: Sequence[str]) -> str:
    """The paths themselves and everything below them; each component may be a glob.

    Raises:
        ValueError: a class is malformed.
    """
    stems = [glob(path.rstrip("/")) for path in paths]
    return rf"(?:{'|'.join(stems)})(?:/[\s\S]*)?"
