"""Reads ``around(…)`` and ``first(…)``, tests of an event by the events beside it; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter.ast import Around, FieldName, First, Text
from thresher.capture.filter.lists import Lists
from thresher.capture.filter.tokens import Kind, Token

if TYPE_CHECKING:
    from thresher.capture.filter.ast import Expression

AROUND = "around"
FIRST = "first"
BY = "by"

SCOPES: dict[str, str] = {"thread": "thread.tid", "process": "proc.pid", "container": "container.id"}
"""Words for the field whose value has to be the match's too."""

USAGE: dict[str, str] = {
    AROUND: "around(FILTER, 2s), or around(FILTER, 2s, thread) for its thread only",
    FIRST: "first(FILTER by FIELD)",
}
"""The functions of this kind, and how they are written."""


class Context(Lists):
    """The part of the parser that reads them."""

    def expression(self) -> Expression:
        """A whole filter; the parser's own."""
        raise NotImplementedError

    def context(self, token: Token) -> Expression | None:
        """The function that begins here; None where none does."""
        if token.kind is not Kind.NAME or token.value not in USAGE:
            return None
        place = self.scanner.at
        self.scanner.take(token)
        if not self.scanner.follows("("):
            self.scanner.at = place
            return None
        self.allowed(token)
        opening = self.enter_bracket()
        found = self.around_rest(token, opening) if token.value == AROUND else self.first_rest(token, opening)
        self.depth -= 1
        return found

    def enter_bracket(self) -> Token:
        """Take the opening bracket."""
        opening = self.scanner.take(self.scanner.peek())
        self.enter(opening)
        return opening

    def around_rest(self, token: Token, opening: Token) -> Around:
        """``FILTER, DURATION [, SCOPE])``."""
        item = self.filter_inside(token)
        within = self.within(opening)
        scope = None
        if self.scanner.follows(","):
            self.scanner.take(self.scanner.peek())
            scope = self.scope()
        self.close(")", opening, "" if scope else "',' or ")
        return Around(item, within, scope, self.span(token.start))

    def filter_inside(self, token: Token) -> Expression:
        """The filter that the function begins with."""
        if self.scanner.follows(")") or self.scanner.follows(","):
            raise self.error(f"'{token.value}' needs a filter", self.scanner.peek(), f"write {USAGE[token.value]}")
        return self.expression()

    def within(self, opening: Token) -> Text:
        """The length of time behind the filter."""
        comma = self.scanner.peek()
        if comma.value != "," or comma.kind is not Kind.SYMBOL:
            if comma.kind is Kind.END:
                self.close(")", opening)
            if comma.value != ")":
                raise self.unexpected_after(comma, "an operator, 'and', 'or' or ','")
            raise self.error("a length of time is missing: ', 2s'", comma, f"write {USAGE[AROUND]}")
        self.scanner.take(comma)
        return self.value(self.scanner.peek(value=True), "a length of time was expected after ','")

    def scope(self) -> FieldName:
        """The field whose value has to be the match's too."""
        token = self.scanner.peek()
        words = ", ".join(SCOPES)
        if token.kind is not Kind.NAME:
            raise self.error(f"{words} or a field was expected after ','", token, f"write {USAGE[AROUND]}")
        self.scanner.take(token)
        span = self.span(token.start)
        if token.value in SCOPES:
            ref = self.known(SCOPES[token.value])
            if ref is None:
                raise self.error(f"events of this source have no {token.value}", token, "name a field of it instead")
            return FieldName(ref, span)
        if "." not in token.value and self.known(token.value) is None:
            raise self.error(f"'{token.value}' is neither a field nor one of {words}", token)
        return FieldName(self.resolve(token), span)

    def first_rest(self, token: Token, opening: Token) -> First:
        """``FILTER by FIELD)``."""
        item = self.filter_inside(token)
        word = self.scanner.peek()
        if word.kind is Kind.END:
            self.close(")", opening)
        if word.kind is not Kind.NAME or word.value != BY:
            if word.value != ")":
                raise self.unexpected_after(word, "an operator, 'and', 'or' or 'by'")
            raise self.error("'by FIELD' is missing", word, f"write {USAGE[FIRST]}")
        self.scanner.take(word)
        name = self.scanner.peek()
        if name.kind is not Kind.NAME:
            raise self.error("a field was expected after 'by'", name)
        self.scanner.take(name)
        by = FieldName(self.resolve(name), self.span(name.start))
        self.close(")", opening)
        return First(item, by, self.span(token.start))


def scope_word(name: str) -> str:
    """How a scope is written: the word for its field, or the field."""
    return next((word for word, field in SCOPES.items() if field == name), name)
