"""What all parts of the parser stand on: text, depth, names, and errors with a place; part of stage ④."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter.operators import CONNECTIVES, KEYWORDS, UNSUPPORTED_SYMBOLS, UNSUPPORTED_WORDS
from thresher.capture.filter.tokens import Kind, Scanner, Token
from thresher.capture.model import Argument, FieldRef

if TYPE_CHECKING:
    from thresher.capture.filter.ast import Expression
    from thresher.capture.registry import Catalogue

MAX_DEPTH = 100
"""Deepest nesting of parentheses, negations and calls."""

MAX_NAME = 512
"""Longest field name, with its argument, in characters."""

SLICE = re.compile(r"\[[\s\d:,-]+\]")


class Reading:
    """A filter while it is read from front to back."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self.text = text
        self.catalogue = catalogue
        self.scanner = Scanner(text)
        self.depth = 0

    def resolve(self, token: Token) -> FieldRef:
        """The field a name means."""
        if len(token.value) > MAX_NAME:
            raise self.error(f"a field name has up to {MAX_NAME} characters", token)
        try:
            return self.path_field(token.value) or self.catalogue.resolve(token.value)
        except QueryError as error:
            bracket = token.value.find("[")
            if bracket > 0 and SLICE.fullmatch(token.value[bracket:]) and self.catalogue.get(token.value[:bracket]):
                raise self.error(f"a slice ('{token.value[bracket:]}') is not supported", token) from None
            message, _, hint = str(error).partition("; ")
            raise self.error(message, token, hint) from None

    def path_field(self, text: str) -> FieldRef | None:
        """The field of a JSON path with subscripts, ``ct.request.items[0].id``; None where it is none."""
        bracket = text.find("[")
        cut = text.rfind(".", 0, bracket) if bracket > 0 else -1
        while cut > 0:
            field = self.catalogue.get(text[:cut])
            if field is not None:
                return FieldRef(field, text[cut + 1 :]) if field.argument is Argument.PATH else None
            cut = text.rfind(".", 0, cut)
        return None

    def enter(self, token: Token) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"the filter is nested deeper than {MAX_DEPTH} levels", token)

    def close(self, symbol: str, opening: Token, wanted: str = "") -> None:
        """Take a closing bracket; ``wanted`` says what else could have stood there."""
        token = self.scanner.peek()
        if token.kind is Kind.SYMBOL and token.value == symbol:
            self.scanner.take(token)
        elif token.kind is Kind.END:
            raise self.error(f"this '{opening.value}' is never closed", opening)
        else:
            raise self.unexpected_after(token, f"{wanted}'{symbol}'")

    def unexpected_after(self, token: Token, wanted: str = "an operator, 'and' or 'or'") -> FilterError:
        """Why what follows a complete test cannot stand here."""
        if token.kind is Kind.NAME and token.value in UNSUPPORTED_WORDS:
            return self.error(f"{UNSUPPORTED_WORDS[token.value]} is not supported", token)
        if token.kind is Kind.SYMBOL and token.value in UNSUPPORTED_SYMBOLS:
            return self.error(f"{UNSUPPORTED_SYMBOLS[token.value]} is not supported", token)
        lowered = token.value.lower()
        near = [lowered] if lowered in KEYWORDS else get_close_matches(lowered, KEYWORDS | CONNECTIVES, 1)
        named = token.kind is Kind.NAME and near
        hint = f"did you mean '{near[0]}'?" if named else ""
        return self.error(f"{wanted} was expected here, not '{self.text[token.start : token.end]}'", token, hint)

    def error(self, message: str, place: Token | Expression, hint: str = "") -> FilterError:
        """An error with the place of a token or node."""
        start, end = place.span
        return FilterError(message, self.text, start, end, hint)
