"""What all parts of the parser stand on: text, depth, names, and errors with a place; part of stage ④."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter import advice, habits
from thresher.capture.filter.dialects import Dialect, instead
from thresher.capture.filter.macros import expand
from thresher.capture.filter.operators import CONNECTIVES, KEYWORDS, UNSUPPORTED_SYMBOLS
from thresher.capture.filter.tokens import Kind, Scanner, Token
from thresher.capture.model import Argument, FieldRef

if TYPE_CHECKING:
    from thresher.capture.filter.ast import Expression, Operand, Span
    from thresher.capture.filter.surroundings import Surroundings
    from thresher.capture.registry import Catalogue

MAX_DEPTH = 100
"""Deepest nesting of parentheses, negations and calls."""

MAX_NAME = 512
"""Longest field name, with its argument, in characters."""


class Reading:
    """A filter while it is read from front to back."""

    def __init__(self, text: str, catalogue: Catalogue, around: Surroundings) -> None:
        self.expanded = expand(text, around.macros)
        self.text = self.expanded.text
        self.catalogue = catalogue
        self.around = around
        try:
            self.scanner = Scanner(self.text)
        except FilterError as error:
            raise self.moved(error) from None
        self.depth = 0

    # --- names ---

    def resolve(self, token: Token, name: str | None = None) -> FieldRef:
        """The field a name means; ``name`` where it is only part of the token."""
        name = token.value if name is None else name
        if len(name) > MAX_NAME:
            raise self.error(f"a field name has up to {MAX_NAME} characters", token)
        try:
            return self.path_field(name) or self.catalogue.resolve(habits.alias(name, self.catalogue))
        except QueryError as error:
            hint = habits.hint(name, self.catalogue) if name not in (self.around.macros or ()) else ""
            if hint:
                raise self.error(f"unknown field '{name}'", token, hint) from None
            message, _, near = str(error).partition("; ")
            raise self.error(message, token, advice.about_name(name, near, self.around.macros)) from None

    def known(self, name: str) -> FieldRef | None:
        """The field of this name; None where there is none."""
        if len(name) > MAX_NAME:
            return None
        try:
            return self.path_field(name) or self.catalogue.resolve(habits.alias(name, self.catalogue))
        except QueryError:
            return None

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

    # --- bounds and brackets ---

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

    # --- dialects ---

    def allowed(self, token: Token, word: str | None = None) -> None:
        """Refuse what the forced dialect does not have."""
        word = token.value if word is None else word
        better = instead(word, self.around.dialect)
        if better is None:
            return
        other = Dialect.WS if self.around.dialect is Dialect.FALCO else Dialect.FALCO
        hint = "read it with --lang auto" if better.startswith("--") else f"write {better}"
        raise self.error(f"'{word}' belongs to {other.title}, not to {self.around.dialect.title}", token, hint)

    # --- places ---

    def span(self, start: int, end: int | None = None) -> Span:
        """The place as typed of what stands between two places of the expanded text."""
        return self.expanded.place(start, self.scanner.at if end is None else end)

    def unexpected_after(self, token: Token, wanted: str = "an operator, 'and' or 'or'") -> FilterError:
        """Why what follows a complete test cannot stand here."""
        if token.kind is Kind.SYMBOL and token.value in UNSUPPORTED_SYMBOLS:
            what, hint = UNSUPPORTED_SYMBOLS[token.value]
            return self.error(f"{what} is not supported", token, hint)
        lowered = token.value.lower()
        near = [lowered] if lowered in KEYWORDS else get_close_matches(lowered, KEYWORDS | CONNECTIVES, 1)
        named = token.kind is Kind.NAME and near and near[0] != token.value
        hint = advice.about_word(self.text, token.start, token.end) if wanted.startswith("an operator") else ""
        hint = hint or (f"did you mean '{near[0]}'?" if named else "")
        return self.error(f"{wanted} was expected here, not '{self.text[token.start : token.end]}'", token, hint)

    def error(self, message: str, place: Token | Expression | Operand, hint: str = "") -> FilterError:
        """An error with the place of a token or node."""
        if isinstance(place, Token):
            return self.moved(FilterError(message, self.text, place.start, place.end, hint))
        start, end = place.span
        return FilterError(message, self.expanded.typed, start, end, hint)

    def moved(self, error: FilterError) -> FilterError:
        """An error in the expanded text as one in the text as typed."""
        macro = self.expanded.macro(error.start)
        start, end = self.expanded.place(error.start, error.end)
        message = f"in macro '{macro}': {error.message}" if macro else error.message
        return FilterError(message, self.expanded.typed, start, end, error.hint)
