"""Reads the list behind ``in`` and its kin: values, ranges, fields, or a file; part of stage ④."""

from __future__ import annotations

import re

from thresher.capture.filter import functions, listfile
from thresher.capture.filter.ast import Call, FieldName, FileSet, Member, Range, Text
from thresher.capture.filter.operands import Operands
from thresher.capture.filter.operators import KEYWORDS, Op
from thresher.capture.filter.tokens import Kind, Token

BARE_PATH = re.compile(r"@(?P<path>[^\s()\[\]{}\"',]+)")


class Lists(Operands):
    """The part of the parser that reads lists."""

    def members(self, op: Op, word: str) -> tuple[tuple[Member, ...] | FileSet, bool]:
        """The list of ``in {…}`` or ``in (…)``, and whether it had braces; ``word`` is what stands before it."""
        opening = self.scanner.peek(value=True)
        if opening.value[:1] == "@":
            return self.file(opening), False
        if opening.kind is Kind.WORD and self.is_call(opening):
            return (self.computed(self.scanner.take(opening)),), False
        if opening.kind is not Kind.SYMBOL or opening.value not in "({":
            if opening.value[:1] == "$":
                self.value(opening, "")
            raise self.error(f"'{word}' needs a list, as in '{word} (a, b)'", opening)
        if opening.value == "{":
            self.allowed(opening)
        self.scanner.take(opening)
        closing = ")" if opening.value == "(" else "}"
        items: list[Member] = []
        while not self.scanner.follows(closing):
            if items and self.scanner.follows(","):
                self.scanner.take(self.scanner.peek(value=True))
            elif items and closing == ")":
                break
            items.append(self.member(braces=closing == "}"))
        self.close(closing, opening, "',' or ")
        return tuple(items), closing == "}"

    def member(self, *, braces: bool) -> Member:
        """One value of a list, or in braces a range."""
        token = self.scanner.peek(value=True)
        if token.kind is Kind.WORD and self.is_call(token):
            return self.computed(self.scanner.take(token))
        low = self.value(token, "a value was expected in the list", angle=True)
        if not braces:
            return low
        if not low.quoted and ".." in low.text[1:]:
            cut = low.text.index("..", 1)
            self.scanner.at = token.start + cut
            low = Text(low.text[:cut], False, self.span(token.start))
        dots = self.scanner.peek(value=True)
        if dots.kind is not Kind.WORD or not dots.value.startswith(".."):
            return low
        self.scanner.at = dots.start + 2
        high = self.value(self.scanner.peek(value=True), "a value was expected after '..'")
        return Range(low, high, (low.span[0], high.span[1]))

    def is_call(self, token: Token) -> bool:
        """Whether a word is ``val(`` or the name of a function before its parenthesis."""
        if token.value in KEYWORDS or self.text[token.end : token.end + 1] != "(":
            return False
        return token.value == functions.VAL or functions.canonical(token.value) is not None

    def computed(self, token: Token) -> FieldName | Call:
        """``val(field)`` or a function in the place of a value."""
        found = self.right_call(token)
        if not isinstance(found, (FieldName, Call)):
            raise self.error("a slice cannot stand in a list", token)
        return found

    def file(self, token: Token) -> FileSet:
        """The values in the file behind ``@``."""
        quoted = None
        bare = BARE_PATH.match(self.text, token.start)
        end = bare.end() if bare else token.start + 1
        if bare is None:
            self.scanner.at = end
            quoted = self.scanner.peek()
            if quoted.kind is not Kind.STRING or quoted.start != end:
                raise self.error("the path of a file was expected behind '@'", token, "as in: in @iocs.txt")
            end = quoted.end
        place = Token(Kind.WORD, self.text[token.start : end], token.start, end)
        self.allowed(place, "@")
        if not self.around.files or self.expanded.macro(token.start):
            raise self.error("a set from a file can only stand in a filter that you type yourself", place)
        path = quoted.value if quoted else bare["path"] if bare else ""
        self.scanner.at = end
        try:
            texts = listfile.read(path)
        except listfile.ListError as error:
            raise self.error(str(error), place) from None
        span = self.span(token.start)
        return FileSet(path, tuple(Text(text, True, span) for text in texts), span)
