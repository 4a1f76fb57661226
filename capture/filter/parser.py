"""Reads a display filter in either dialect into its tree, by recursive descent over ``grammar.md``; part of stage ④."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter import functions
from thresher.capture.filter.ast import (
    And,
    Call,
    Comparison,
    Expression,
    FieldName,
    Left,
    Membership,
    Not,
    Or,
    Presence,
    Quantifier,
    Range,
    Right,
    Text,
    Xor,
)
from thresher.capture.filter.operators import (
    CONNECTIVES,
    EXISTS,
    KEYWORDS,
    NOT,
    OR,
    QUANTIFIERS,
    SETS,
    SYMBOLS,
    UNSUPPORTED_SYMBOLS,
    UNSUPPORTED_WORDS,
    WORDS,
    XOR,
    Op,
)
from thresher.capture.filter.tokens import Kind, Scanner, Token
from thresher.capture.model import Argument, FieldRef

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue

MAX_DEPTH = 100
"""Deepest nesting of parentheses, negations and calls."""

MAX_NAME = 512
"""Longest field name, with its argument, in characters."""

SLICE = re.compile(r"\[[\s\d:,-]+\]")


def parse(text: str, catalogue: Catalogue) -> Expression:
    """The tree of a filter.

    Raises:
        FilterError: with the place, what was expected, and what was probably meant.
    """
    return Parser(text, catalogue).whole()


class Parser:
    """One pass over one text."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self.text = text
        self.catalogue = catalogue
        self.scanner = Scanner(text)
        self.depth = 0

    def whole(self) -> Expression:
        """The filter up to its end."""
        if self.scanner.peek().kind is Kind.END:
            raise self.error("the filter is empty", self.scanner.peek())
        found = self.expression()
        token = self.scanner.peek()
        if token.kind is not Kind.END:
            raise self.unexpected_after(token)
        deepest = too_deep(found)
        if deepest is not None:
            raise self.error(f"the filter is nested deeper than {MAX_DEPTH} levels", deepest)
        return found

    # --- connectives ---

    def expression(self) -> Expression:
        """Negations joined by ``or``, ``xor`` and ``and``, which bind tighter in this order."""
        alternatives: list[list[list[Expression]]] = [[[self.negation()]]]
        while True:
            token = self.scanner.peek()
            word = token.value if token.kind in (Kind.NAME, Kind.SYMBOL) else ""
            if word not in CONNECTIVES:
                break
            self.scanner.take(token)
            item = self.negation()
            if word in OR:
                alternatives.append([[item]])
            elif word in XOR:
                alternatives[-1].append([item])
            else:
                alternatives[-1][-1].append(item)
        return grouped(Or, [grouped(Xor, [grouped(And, items) for items in exclusive]) for exclusive in alternatives])

    def negation(self) -> Expression:
        """``not a``, ``(a)`` or a test."""
        token = self.scanner.peek()
        if token.kind in (Kind.NAME, Kind.SYMBOL) and token.value in NOT:
            self.enter(self.scanner.take(token))
            item = self.negation()
            self.depth -= 1
            return Not(item, (token.start, item.span[1]))
        if token.kind is Kind.SYMBOL and token.value == "(":
            self.enter(self.scanner.take(token))
            inside = self.expression()
            self.close(")", token, "an operator, 'and', 'or' or ")
            self.depth -= 1
            return inside
        return self.test()

    # --- tests ---

    def test(self) -> Expression:
        """A field with its operator and right side, or alone."""
        quantifier = self.quantifier()
        left = self.left()
        token = self.scanner.peek()
        op = self.operator(token)
        if op is not None:
            return self.compared(left, op, token, quantifier)
        if quantifier:
            raise self.error(f"'{quantifier}' needs a comparison behind the field", token)
        if isinstance(left, Call):
            raise self.error(f"'{left.function}(…)' is a value; a comparison must follow", token)
        if token.kind is Kind.NAME and token.value == EXISTS:
            self.scanner.take(token)
            return Presence(left, True, (left.span[0], token.end))
        return Presence(left, False, left.span)

    def quantifier(self) -> Quantifier:
        """``any`` or ``all`` before a field."""
        token = self.scanner.peek()
        if token.kind is not Kind.NAME or token.value not in QUANTIFIERS:
            return ""
        self.scanner.take(token)
        return "any" if token.value == "any" else "all"

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

    def operator(self, token: Token) -> Op | None:
        """Take the operator that stands here; None where there is none.

        ``not in`` is two tokens, the second of which is taken by this as well.
        """
        if token.kind is Kind.NAME and token.value == "not":
            place = self.scanner.at
            self.scanner.take(token)
            following = self.scanner.peek()
            if following.kind is Kind.NAME and following.value == "in":
                self.scanner.take(following)
                return Op.NOT_IN
            self.scanner.at = place
            return None
        table = {Kind.NAME: WORDS, Kind.SYMBOL: SYMBOLS}.get(token.kind, {})
        op = table.get(token.value)
        if op is not None:
            self.scanner.take(token)
        return op

    def compared(self, left: Left, op: Op, token: Token, quantifier: Quantifier) -> Expression:
        """The right side of a test."""
        op_span = (token.start, self.scanner.at)
        if op in SETS:
            items, braces = self.members(op)
            span = (left.span[0], self.scanner.at)
            return Membership(left, op, items, braces, quantifier, op_span, span)
        right = self.right(op)
        following = self.scanner.peek()
        if following.kind is Kind.SYMBOL and following.value in SYMBOLS and following.start == right.span[1]:
            raise self.error(f"'{following.value}' cannot stand in a bare word", following, "quote the value")
        if following.kind is Kind.SYMBOL and following.value in SYMBOLS:
            raise self.error("a chain of comparisons is not supported", following, "join two comparisons with 'and'")
        return Comparison(left, op, right, quantifier, op_span)

    # --- values ---

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

    # --- errors ---

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


def grouped(kind: type[And | Xor | Or], items: list[Expression]) -> Expression:
    """Several items under one connective; one item as it is."""
    return items[0] if len(items) == 1 else kind(tuple(items), (items[0].span[0], items[-1].span[1]))


def too_deep(expression: Expression) -> Expression | None:
    """A node deeper than ``MAX_DEPTH``; found without recursion."""
    level: list[Expression] = [expression]
    for _ in range(MAX_DEPTH):
        below: list[Expression] = []
        for node in level:
            if isinstance(node, Not):
                below.append(node.item)
            elif isinstance(node, (And, Xor, Or)):
                below.extend(node.items)
        if not below:
            return None
        level = below
    return level[0]
