"""Reads a display filter in either dialect into its tree, by recursive descent over ``grammar.md``; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter.ast import (
    And,
    Call,
    Comparison,
    Expression,
    Left,
    Membership,
    Not,
    Or,
    Presence,
    Quantifier,
    Xor,
)
from thresher.capture.filter.operands import Operands
from thresher.capture.filter.operators import CONNECTIVES, EXISTS, NOT, OR, QUANTIFIERS, SETS, SYMBOLS, WORDS, XOR, Op
from thresher.capture.filter.reading import MAX_DEPTH
from thresher.capture.filter.tokens import Kind, Token

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue


def parse(text: str, catalogue: Catalogue) -> Expression:
    """The tree of a filter.

    Raises:
        FilterError: with the place, what was expected, and what was probably meant.
    """
    return Parser(text, catalogue).whole()


class Parser(Operands):
    """One pass over one text."""

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
