"""Expands the macros in a filter's text and remembers where each character came from; part of stage ④."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEPTH = 16
"""Deepest nesting of macros in macros."""
MAX_CALLS = 1000
"""Most expansions in one filter."""
MAX_LENGTH = 65536
"""Longest text after expansion, in characters."""

QUOTED = re.compile(r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'""", re.DOTALL)
CALL = re.compile(r"\$(?P<name>[A-Za-z0-9_]+)\(|\$\{\s*(?P<braced>[A-Za-z0-9_]+)\s*(?P<end>[:;}])")
PARAMETER = re.compile(r"\$([0-9]{1,3})")
CANDIDATE = re.compile(r"""["'$]""")
SEPARATORS = {")": ",", "}": ";"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the expanded text: its start there, the place in the text as typed, the macro it is from."""

    start: int
    origin: int
    origin_end: int
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A filter with its macros expanded; positions map back to the text as typed."""

    typed: str
    text: str
    pieces: tuple[Piece, ...] = field(default=())

    def piece(self, at: int) -> Piece | None:
        """The run that a place in the expanded text belongs to."""
        if not self.pieces:
            return None
        return self.pieces[max(bisect_right([piece.start for piece in self.pieces], at) - 1, 0)]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The characters as typed behind a stretch of the expanded text; for those from a macro, its call."""
        if not self.pieces:
            return start, end
        return self._typed(start, first=True), self._typed(max(end - 1, start), first=False)

    def _typed(self, at: int, *, first: bool) -> int:
        piece = self.piece(at)
        assert piece is not None
        if piece.macro:
            return piece.origin if first else piece.origin_end
        return piece.origin + at - piece.start + (0 if first else 1)

    def macro(self, at: int) -> str:
        """The macro that the character at this place came from, '' for none."""
        piece = self.piece(at)
        return piece.macro if piece else ""


def expand(text: str, macros: Mapping[str, str] | None) -> Expanded:
    """The text with every call ``$name(a, b)``, ``${name:a;b}``, ``${name;a;b}`` and ``${name}`` replaced.

    Args:
        text: the filter as typed.
        macros: texts by name, with ``$1``, ``$2`` … where arguments go; macros may call others.

    Raises:
        FilterError: there is no such macro, its call is broken, or the expansion goes beyond a bound.
    """
    if "$" not in text:
        return Expanded(text, text)
    return Expansion(text, macros or {}).whole()


class Expansion:
    """One text on its way to its expansion."""

    def __init__(self, text: str, macros: Mapping[str, str]) -> None:
        self.text = text
        self.macros = macros
        self.calls = 0
        self.place = (0, 0)

    def whole(self) -> Expanded:
        """The text as typed, expanded."""
        parts: list[str] = []
        pieces: list[Piece] = []
        length = at = 0
        for start, end, name, arguments in self.called(self.text):
            self.place = (start, end)
            body = self.body(name, arguments, depth=1)
            pieces.append(Piece(length, at, start))
            pieces.append(Piece(length + start - at, start, end, name))
            parts.extend((self.text[at:start], body))
            length += start - at + len(body)
            at = end
            self.bounded(length)
        if not pieces:
            return Expanded(self.text, self.text)
        pieces.append(Piece(length, at, len(self.text)))
        return Expanded(self.text, "".join((*parts, self.text[at:])), tuple(pieces))

    def inner(self, text: str, depth: int) -> str:
        """The text of a macro, with the macros in it expanded."""
        parts: list[str] = []
        length = at = 0
        for start, end, name, arguments in self.called(text):
            parts.extend((text[at:start], self.body(name, arguments, depth + 1)))
            length += sum(map(len, parts[-2:]))
            at = end
            self.bounded(length)
        return "".join((*parts, text[at:]))

    def body(self, name: str, arguments: list[str], depth: int) -> str:
        """What a call stands for."""
        self.calls += 1
        if depth > MAX_DEPTH:
            raise self.error(f"macros are nested deeper than {MAX_DEPTH} levels; does '{name}' call itself?")
        if self.calls > MAX_CALLS:
            raise self.error(f"more than {MAX_CALLS} macros would be expanded")
        text = self.macros[name]
        wanted = max((int(number) for number in PARAMETER.findall(text)), default=0)
        if wanted != len(arguments):
            raise self.error(
                f"macro '{name}' takes {wanted} {'argument' if wanted == 1 else 'arguments'}, not {len(arguments)}"
            )
        filled = PARAMETER.sub(lambda match: arguments[int(match[1]) - 1] if int(match[1]) else match[0], text)
        self.bounded(len(filled))
        return self.inner(filled, depth)

    def called(self, text: str) -> list[tuple[int, int, str, list[str]]]:
        """The calls in a text outside quotes: start, end, name, arguments."""
        found = []
        at = 0
        while candidate := CANDIDATE.search(text, at):
            at = candidate.end()
            quoted = QUOTED.match(text, candidate.start())
            call = CALL.match(text, candidate.start())
            if quoted:
                at = quoted.end()
            elif candidate.group() != "$":
                break  # the quote is never closed, which the scanner will say
            elif call and self.is_macro(text, call):
                arguments, at = self.arguments(text, call)
                found.append((call.start(), at, call["name"] or call["braced"], arguments))
        return found

    def is_macro(self, text: str, call: re.Match[str]) -> bool:
        """Whether a macro is called here rather than a field of the selected event."""
        name = call["name"] or call["braced"]
        if name in self.macros:
            return True
        if call["braced"] and call["end"] == "}":
            return False
        if text is self.text:
            self.place = call.span()
        near = ", ".join(sorted(self.macros)[:8])
        raise self.error(f"there is no macro '{name}'", f"there are: {near}" if near else "none are defined")

    def arguments(self, text: str, call: re.Match[str]) -> tuple[list[str], int]:
        """The arguments of a call, and where it ends."""
        if call["braced"] and call["end"] == "}":
            return [], call.end()
        closing = ")" if call["name"] else "}"
        found: list[str] = []
        start = at = call.end()
        depth = 0
        while at < len(text):
            quoted = QUOTED.match(text, at)
            if quoted:
                at = quoted.end()
                continue
            character = text[at]
            if character in "\"'":
                break
            if depth == 0 and character in (closing, SEPARATORS[closing]):
                found.append(text[start:at].strip())
                start = at + 1
                if character == closing:
                    return ([] if found == [""] else found), at + 1
            depth += (character in "({[") - (character in ")}]")
            at += 1
        if text is self.text:
            self.place = call.span()
        raise self.error(f"the call of macro '{call['name'] or call['braced']}' has no closing '{closing}'")

    def bounded(self, length: int) -> None:
        """Refuse an expansion that grows too long."""
        if length > MAX_LENGTH:
            raise self.error(f"the macros expand to more than {MAX_LENGTH} characters")

    def error(self, message: str, hint: str = "") -> FilterError:
        """An error at the call in the text as typed."""
        return FilterError(message, self.text, self.place[0], self.place[1], hint)
