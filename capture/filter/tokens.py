"""Cuts a display filter into tokens as the parser asks for them; part of stage ④."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from thresher.capture.errors import FilterError
from thresher.capture.filter.operators import SYMBOLS

MAX_LENGTH = 65536
"""Longest filter in characters."""


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    WORD = "word"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; ``value`` has the escapes of a string resolved."""

    kind: Kind
    value: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


SPACE = re.compile(r"\s*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.(?!\.)[A-Za-z0-9_-]*)*")
ARGUMENT = re.compile(r"""\[(?:[^\[\]"']|"[^"]*"|'[^']*'|\[[^\[\]]*\])++\]""")
PATH = re.compile(r"(?:\.[A-Za-z0-9_-]+|\[(?:\d+|\*)\])*")
WORD = re.compile(
    r"""(?:[^\s()\[\]{}"',=<>&|^!]      # anything but blanks, brackets, quotes and what operators are made of
        | (?<=-)>(?=[^\s=])              # the arrow in the name of a connection
        | &(?!&) | \|(?!\|) | \^(?!\^) | !(?!=)
        | \[[^\]\s"']*\]                # a class of a glob, an argument of a field
        )+""",
    re.VERBOSE,
)
NUMERIC = re.compile(
    r"""(?:[+-](?=[\w.]))?
        (?:[^\s()\[\]{}"',=<>&|^!+*/%#]
        | (?<=[0-9.][eE])\+(?=[0-9])      # 1e+3
        )+""",
    re.VERBOSE,
)
"""A word where arithmetic may follow: a number, a duration, a field; bytes of a mask."""
SLICE = re.compile(r"\[[\s\d:,-]*\]")
REFERENCE = re.compile(r"\$(?P<open>\{)?\s*(?P<name>[A-Za-z_][A-Za-z0-9_.]*(?:\[[^\[\]{}]*\])?)(?(open)\s*\})")
SYMBOL = re.compile("|".join(map(re.escape, ("&&", "||", "^^", *SYMBOLS, "!", "(", ")", "{", "}", ",", "..", "."))))
STRING = re.compile(r"""(?P<raw>[rR](?="))?(?P<quote>["'])""")
ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|[\s\S]|\Z)")
OCTAL = re.compile("[0-7]{1,3}")
SIMPLE_ESCAPES = {
    "'": "'",
    '"': '"',
    "\\": "\\",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


class Scanner:
    """Reads tokens from front to back.

    Raises:
        FilterError: the text is longer than ``MAX_LENGTH``, or holds characters that are no text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        if len(text) > MAX_LENGTH:
            raise FilterError(f"the filter has {len(text)} characters; {MAX_LENGTH} are allowed", text, MAX_LENGTH, 0)
        broken = re.search("[\ud800-\udfff]", text)
        if broken:
            raise FilterError("this is not a character", text, broken.start(), broken.end())

    def peek(self, *, value: bool = False, numeric: bool = False) -> Token:
        """The next token, without taking it.

        Args:
            value: a value is expected here.
            numeric: of those, one that can be part of arithmetic.
        """
        start = self._skip(self.at)
        if start >= len(self.text):
            return Token(Kind.END, "", start, start)
        quote = STRING.match(self.text, start)
        if quote:
            return self._string(start, quote.end(), quote["quote"], raw=bool(quote["raw"]))
        if value or numeric:
            word = (NUMERIC if numeric else WORD).match(self.text, start)
            if word:
                return Token(Kind.WORD, word.group(), start, word.end())
        name = NAME.match(self.text, start)
        if name:
            return self._name(start, name.end())
        symbol = SYMBOL.match(self.text, start)
        end = symbol.end() if symbol else start + 1
        return Token(Kind.SYMBOL, self.text[start:end], start, end)

    def take(self, token: Token) -> Token:
        """Move behind a token that was peeked."""
        self.at = token.end
        return token

    def follows(self, symbol: str) -> bool:
        """Whether the symbol comes next, blanks aside."""
        return self.text.startswith(symbol, self._skip(self.at))

    def slice(self) -> Token | None:
        """A slice that follows at once; not taken."""
        match = SLICE.match(self.text, self.at)
        return Token(Kind.SYMBOL, match.group(), match.start(), match.end()) if match else None

    def reference(self, at: int) -> tuple[Token, str] | None:
        """``$field`` or ``${field}`` at this place, and the name of the field; not taken."""
        match = REFERENCE.match(self.text, at)
        return (Token(Kind.NAME, match.group(), match.start(), match.end()), match["name"]) if match else None

    def _skip(self, at: int) -> int:
        match = SPACE.match(self.text, at)
        return match.end() if match else at

    def _name(self, start: int, end: int) -> Token:
        argument = ARGUMENT.match(self.text, end)
        if argument:
            end = argument.end()
            path = PATH.match(self.text, end)
            end = path.end() if path else end
        return Token(Kind.NAME, self.text[start:end], start, end)

    def _string(self, start: int, at: int, quote: str, *, raw: bool) -> Token:
        parts: list[bytes] = []
        plain = re.compile(f"[^\\\\{quote}]+")
        while at < len(self.text):
            run = plain.match(self.text, at)
            if run:
                parts.append(run.group().encode())
                at = run.end()
            elif self.text[at] == quote:
                value = b"".join(parts).decode("utf-8", "surrogateescape")
                return Token(Kind.STRING, value, start, at + 1)
            else:
                escaped, at = self._raw_escape(at) if raw else self._escape(at)
                parts.append(escaped)
        raise FilterError("the closing quote is missing", self.text, start, len(self.text))

    def _raw_escape(self, at: int) -> tuple[bytes, int]:
        return self.text[at : at + 2].encode(), at + 2

    def _escape(self, at: int) -> tuple[bytes, int]:
        match = ESCAPE.match(self.text, at)
        code = match.group()[1:] if match else ""
        end = at + 1 + len(code)
        if code in SIMPLE_ESCAPES:
            return SIMPLE_ESCAPES[code].encode(), end
        if code[:1] == "x" and len(code) == 3:
            return bytes((int(code[1:], 16),)), end
        if OCTAL.fullmatch(code) and int(code, 8) < 256:
            return bytes((int(code, 8),)), end
        if code[:1] in ("u", "U") and len(code) > 1:
            number = int(code[1:], 16)
            if number < 0x110000 and not 0xD800 <= number < 0xE000:
                return chr(number).encode(), end
        if code and not code[0].isalnum():
            return f"\\{code}".encode(), end
        hint = r"""write '\\' for a backslash, or r"…" for text without escapes"""
        raise FilterError(f"'\\{code}' is no escape sequence", self.text, at, end, hint)
