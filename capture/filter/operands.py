"""Reads the two sides of a test: fields and functions on the left, values and lists on the right; part of stage ④."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.errors import QueryError
from thresher.capture.filter import functions
from thresher.capture.filter.ast import Call, FieldName, Left, Range, Right, Text
from thresher.capture.filter.operators import KEYWORDS, UNSUPPORTED_SYMBOLS, UNSUPPORTED_WORDS, Op
from thresher.capture.filter.reading import Reading
from thresher.capture.filter.tokens import Kind, Token

if TYPE_CHECKING:
    from thresher.capture.model import FieldRef


class Operands(Reading):
    """The part of the parser that reads fields and values."""

    # --- left sides ---

    def left(self) -> Left:
        """The field, or function of a field, that a test begins with."""
        token = self.scanner.peek()
        if token.kind is Kind.NAME and token.value not in KEYWORDS:
            self.scanner.take(token)
            return self.named(token)
        if token.kind is Kind.END:
            raise self.error("a field was expected here, but the filter ends", token)
        if token.kind is Kind.STRING or token.value[:1].isdigit():
            raise self.error("a test begins with a field; write the value on the right", self.scanner.peek(value=True))
        if token.value in UNSUPPORTED_SYMBOLS:
            raise self.error(f"{UNSUPPORTED_SYMBOLS[token.value]} is not supported", token)
        raise self.error(f"a field was expected here, not '{token.value}'", token)

    def named(self, token: Token) -> Left:
        """The field of this name, or the call that begins with it."""
        if self.scanner.follows("("):
            return self.call(token)
        return FieldName(self.resolve(token), token.span)

    def call(self, token: Token) -> Call:
        """A function and its argument in parentheses."""
        function = functions.canonical(token.value)
        if token.value in UNSUPPORTED_WORDS:
            raise self.error(f"{UNSUPPORTED_WORDS[token.value]} is not supported", token)
        if token.value == functions.VAL:
            raise self.error("'val(…)' can only stand on the right", token)
        if function is None:
            known = token.value in functions.UNSUPPORTED
            near = get_close_matches(token.value, [*functions.FUNCTIONS, *functions.ALIASES], 1)
            raise self.error(
                f"function '{token.value}' is not supported" if known else f"there is no function '{token.value}'",
                token,
                f"did you mean '{near[0]}'?" if near and not known else "",
            )
        opening = self.scanner.take(self.scanner.peek())
        self.enter(opening)
        argument = self.left()
        self.close(")", opening)
        self.depth -= 1
        return Call(function, argument, (token.start, self.scanner.at))

    # --- right sides ---

    def right(self, op: Op) -> Right:
        """The value, field or call that a left side is compared with."""
        token = self.scanner.peek(value=True)
        if token.kind is Kind.WORD and token.value in KEYWORDS:
            hint = "quote it if it is a value"
            raise self.error(f"a value was expected after '{op.value}', not '{token.value}'", token, hint)
        if token.kind is Kind.WORD and token.value[0] not in "$@":
            self.scanner.take(token)
            if self.scanner.follows("("):
                return self.right_call(token)
            ref = self.dotted_field(token.value)
            return Text(token.value, False, token.span) if ref is None else FieldName(ref, token.span)
        return self.value(token, f"a value was expected after '{op.value}'")

    def right_call(self, token: Token) -> FieldName | Call:
        """``val(field)`` or a function of a field."""
        if token.value != functions.VAL:
            return self.call(token)
        opening = self.scanner.take(self.scanner.peek())
        name = self.scanner.peek()
        if name.kind is not Kind.NAME:
            raise self.error("a field was expected in 'val(…)'", name)
        self.scanner.take(name)
        ref = self.resolve(name)
        self.close(")", opening)
        return FieldName(ref, (token.start, self.scanner.at))

    def dotted_field(self, word: str) -> FieldRef | None:
        """The field that a bare word on the right names; words without a dot are always values."""
        if "." not in word or not (word[0].isalpha() or word[0] == "_"):
            return None
        try:
            return self.catalogue.resolve(word)
        except QueryError:
            return None

    def value(self, token: Token, expected: str) -> Text:
        """A string or a bare word."""
        if token.kind is Kind.STRING:
            return Text(self.scanner.take(token).value, True, token.span)
        if token.kind is Kind.WORD and token.value[0] not in "$@" and not token.value.startswith(".."):
            return Text(self.scanner.take(token).value, False, token.span)
        if token.value[:1] == "$":
            raise self.error(
                "a macro or a reference to the selected event ('$') is not supported", token, "quote plain text"
            )
        if token.value[:1] == "@":
            raise self.error("a set from a file or a raw field ('@') is not supported", token, "quote plain text")
        found = ", but the filter ends" if token.kind is Kind.END else f", not '{token.value}'"
        raise self.error(expected + found, token)

    def members(self, op: Op) -> tuple[tuple[Text | Range, ...], bool]:
        """The list of ``in {…}`` or ``in (…)``, and whether it had braces."""
        opening = self.scanner.peek(value=True)
        if opening.kind is not Kind.SYMBOL or opening.value not in "({":
            if opening.value[:1] in ("$", "@"):
                self.value(opening, "")
            raise self.error(f"'{op.value}' needs a list, as in '{op.value} (a, b)'", opening)
        self.scanner.take(opening)
        closing = ")" if opening.value == "(" else "}"
        items: list[Text | Range] = []
        while not self.scanner.follows(closing):
            if items and self.scanner.follows(","):
                self.scanner.take(self.scanner.peek(value=True))
            elif items and closing == ")":
                break
            items.append(self.member(braces=closing == "}"))
        self.close(closing, opening, "',' or ")
        return tuple(items), closing == "}"

    def member(self, *, braces: bool) -> Text | Range:
        """One value of a list, or in braces a range."""
        low = self.value(self.scanner.peek(value=True), "a value was expected in the list")
        if not braces:
            return low
        if not low.quoted and ".." in low.text[1:]:
            cut = low.text.index("..", 1)
            self.scanner.at = low.span[0] + cut
            low = Text(low.text[:cut], False, (low.span[0], self.scanner.at))
        dots = self.scanner.peek(value=True)
        if dots.kind is not Kind.WORD or not dots.value.startswith(".."):
            return low
        self.scanner.at = dots.start + 2
        high = self.value(self.scanner.peek(value=True), "a value was expected after '..'")
        return Range(low, high, (low.span[0], high.span[1]))
