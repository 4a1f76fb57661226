"""Reads a display filter in either dialect into its tree, by recursive descent over ``grammar.md``; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError
from thresher.capture.filter.ast import (
    And,
    Around,
    Comparison,
    Expression,
    First,
    Membership,
    Modifier,
    Not,
    Operand,
    Or,
    Presence,
    Quantifier,
    Text,
    Xor,
)
from thresher.capture.filter.context import Context
from thresher.capture.filter.dialects import Dialect
from thresher.capture.filter.operators import (
    CONNECTIVES,
    EXISTS,
    FLIPPED,
    MODIFIED,
    MODIFIERS,
    NOT,
    OR,
    QUANTIFIERS,
    SETS,
    SYMBOLS,
    WORDS,
    XOR,
    Op,
)
from thresher.capture.filter.reading import MAX_DEPTH
from thresher.capture.filter.surroundings import Selected, Surroundings
from thresher.capture.filter.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.filter.ast import Span
    from thresher.capture.registry import Catalogue

MAX_CHAIN = 16
"""Most comparisons in one chain."""


def parse(
    text: str,
    catalogue: Catalogue,
    *,
    dialect: Dialect = Dialect.AUTO,
    macros: Mapping[str, str] | None = None,
    selected: Selected | None = None,
    files: bool = False,
) -> Expression:
    """The tree of a filter.

    Args:
        text: as typed.
        catalogue: the fields of the source.
        dialect: whose language it is in.
        macros: texts by name, with ``$1``, ``$2`` … where arguments go; see ``macros``.
        selected: answers ``$field`` for the selected event; None where none is selected.
        files: ``in @path`` may read a file; only for text that the user typed, see ``Surroundings``.

    Raises:
        FilterError: with the place, what was expected, and what was probably meant.
    """
    return read(text, catalogue, Surroundings(dialect, macros, selected, files))


def read(text: str, catalogue: Catalogue, around: Surroundings) -> Expression:
    """The same, with everything around the text in one."""
    return Parser(text, catalogue, around).whole()


class Parser(Context):
    """One pass over one text."""

    def whole(self) -> Expression:
        """The filter up to its end."""
        try:
            return self.complete()
        except FilterError as error:
            # The scanner knows nothing of macros; its errors are still at places of the expanded text.
            raise (self.moved(error) if error.text is self.text is not self.expanded.typed else error) from None

    def complete(self) -> Expression:
        """The same, with the scanner's errors at places of the expanded text."""
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
            self.allowed(token)
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
            self.allowed(token)
            self.enter(self.scanner.take(token))
            item = self.negation()
            self.depth -= 1
            return Not(item, (self.span(token.start)[0], item.span[1]))
        if token.kind is Kind.SYMBOL and token.value == "(":
            self.enter(self.scanner.take(token))
            inside = self.expression()
            self.close(")", token, "an operator, 'and', 'or' or ")
            self.depth -= 1
            return inside
        return self.test()

    # --- tests ---

    def test(self) -> Expression:
        """A field with its operator and right side, or alone; a chain of comparisons as their conjunction."""
        context = self.context(self.scanner.peek())
        if context is not None:
            return context
        quantifier = self.quantifier()
        start = self.scanner.peek()
        left = self.left()
        token = self.scanner.peek()
        op = self.operator(token)
        if op is not None:
            return self.compared(left, op, token, quantifier)
        if quantifier:
            raise self.error(f"'{quantifier}' needs a comparison behind the field", token)
        if isinstance(left, Text):
            raise self.error("a value alone is no test", left, "compare it with a field")
        if token.kind is Kind.NAME and token.value == EXISTS:
            self.allowed(token)
            self.scanner.take(token)
            return Presence(left, True, self.span(start.start))
        return Presence(left, False, left.span)

    def quantifier(self) -> Quantifier:
        """``any`` or ``all`` before a field."""
        token = self.scanner.peek()
        if token.kind is not Kind.NAME or token.value not in QUANTIFIERS:
            return ""
        self.allowed(token)
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
            self.allowed(token)
            self.scanner.take(token)
        return op

    def compared(self, left: Operand, op: Op, token: Token, quantifier: Quantifier) -> Expression:
        """The right side of a test, and of the comparisons chained to it."""
        chain: list[Expression] = []
        while True:
            op_span = self.span(token.start)
            modifier = self.modifier(op)
            if op in SETS or modifier:
                if chain or isinstance(left, Text):
                    raise self.error(f"'{modifier or op.value}' needs a field on its left", token)
                items, braces = self.members(op, modifier or op.value)
                span = (left.span[0], self.span(token.start)[1])
                return Membership(left, op, items, braces, quantifier, modifier, op_span, span)
            start = self.scanner.at
            right = self.right(op, left)
            chain.append(self.comparison(left, op, right, quantifier, op_span))
            following = self.scanner.peek()
            if following.kind is not Kind.SYMBOL or following.value not in SYMBOLS:
                break
            bare = isinstance(right, Text) and not right.quoted
            if (
                bare
                and following.start == self.scanner.at
                and self.text[start : following.start].strip()[:1] not in "'\""
            ):
                raise self.error(f"'{following.value}' cannot stand in a bare word", following, "quote the value")
            self.chained(op, following, len(chain))
            token, left = following, right
            op = SYMBOLS[following.value]
        return chain[0] if len(chain) == 1 else And(tuple(chain), (chain[0].span[0], chain[-1].span[1]))

    def chained(self, op: Op, token: Token, length: int) -> None:
        """Take the operator that continues a chain."""
        if self.around.dialect is Dialect.FALCO:
            raise self.error("a chain of comparisons belongs to Wireshark's language", token, "join them with 'and'")
        if op not in FLIPPED or SYMBOLS[token.value] not in FLIPPED:
            raise self.error(f"'{token.value}' cannot continue '{op.value}'", token, "join two tests with 'and'")
        if length >= MAX_CHAIN:
            raise self.error(f"a chain has up to {MAX_CHAIN} comparisons", token)
        self.scanner.take(token)

    def modifier(self, op: Op) -> Modifier:
        """``anyof``, ``allof`` or ``oneof`` before a list."""
        token = self.scanner.peek()
        if token.kind is not Kind.NAME or token.value not in MODIFIERS:
            return ""
        place = self.scanner.at
        self.scanner.take(token)
        if not self.scanner.follows("(") or op in SETS:
            self.scanner.at = place
            return ""
        self.allowed(token)
        if op not in MODIFIED:
            raise self.error(f"'{token.value}' cannot follow '{op.value}'", token)
        return "anyof" if token.value == "anyof" else "allof" if token.value == "allof" else "oneof"

    def comparison(self, left: Operand, op: Op, right: Operand, quantifier: Quantifier, op_span: Span) -> Comparison:
        """One comparison; a value on the left changes sides."""
        if not isinstance(left, Text):
            return Comparison(left, op, right, quantifier, op_span)
        if isinstance(right, Text):
            raise self.error("a test needs a field", left, "quoted text and bare words are values")
        if op not in FLIPPED:
            raise self.error(f"'{op.value}' needs a field on its left", left, "write the value on the right")
        return Comparison(right, FLIPPED[op], left, quantifier, op_span)


def grouped(kind: type[And | Xor | Or], items: list[Expression]) -> Expression:
    """Several items under one connective; one item as it is."""
    return items[0] if len(items) == 1 else kind(tuple(items), (items[0].span[0], items[-1].span[1]))


def too_deep(expression: Expression) -> Expression | None:
    """A node deeper than ``MAX_DEPTH``; found without recursion."""
    level: list[Expression] = [expression]
    for _ in range(MAX_DEPTH):
        below: list[Expression] = []
        for node in level:
            if isinstance(node, (Not, Around, First)):
                below.append(node.item)
            elif isinstance(node, (And, Xor, Or)):
                below.extend(node.items)
        if not below:
            return None
        level = below
    return level[0]
