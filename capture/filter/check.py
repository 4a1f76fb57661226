"""Checks a filter's tree against the types of its fields before it runs; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter import expansion, values
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
    Range,
    Span,
    Text,
    Xor,
)
from thresher.capture.filter.functions import FUNCTIONS
from thresher.capture.filter.operators import PATTERNS, Op, applies, operators_for
from thresher.capture.filter.regex import RegexError
from thresher.capture.filter.render import name, render
from thresher.capture.filter.typed import (
    AllOf,
    Always,
    AnyOf,
    Checked,
    Negation,
    Node,
    OddOf,
    Operand,
    Relation,
    Subject,
    Test,
)
from thresher.capture.model import Ancestor, FieldRef, FieldType, Json
from thresher.capture.store.homes import MAX_LEVEL
from thresher.capture.store.json_path import segments

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.registry import Catalogue

NUMBERS = frozenset({FieldType.INT, FieldType.UINT, FieldType.PORT})

RELATIONS: dict[Op, Relation] = {
    Op.LT: Relation.LT,
    Op.LE: Relation.LE,
    Op.GT: Relation.GT,
    Op.GE: Relation.GE,
    Op.CONTAINS: Relation.CONTAINS,
    Op.ICONTAINS: Relation.ICONTAINS,
    Op.BCONTAINS: Relation.CONTAINS,
    Op.STARTSWITH: Relation.STARTSWITH,
    Op.BSTARTSWITH: Relation.STARTSWITH,
    Op.ENDSWITH: Relation.ENDSWITH,
}
"""What the operators ask that do not ask for equality or a pattern."""

NEGATED = frozenset({Op.NE, Op.ANY_NE, Op.NOT_IN})
EVERY = frozenset({Op.NE, Op.ALL_EQ, Op.NOT_IN})


@dataclass(frozen=True, slots=True)
class Value:
    """The left side of a test: a field, the functions around it, and the type that results."""

    ref: FieldRef
    functions: tuple[str, ...]
    type: FieldType
    is_list: bool
    span: Span


def check(expression: Expression, catalogue: Catalogue, *, text: str | None = None, zone: tzinfo = UTC) -> Checked:
    """A filter that can run.

    Args:
        expression: what ``parse`` returned.
        catalogue: the fields it was parsed with.
        text: what it was parsed from, to show the place of an error.
        zone: holds for times that name none.

    Raises:
        FilterError: an operator, a value or a function does not fit the type of its field.
    """
    checker = Checker(catalogue, text, expression, zone)
    root = checker.node(expression)
    return Checked(root, catalogue, expansion.lazy_fields(root))


class Checker:
    """One pass over one tree."""

    def __init__(self, catalogue: Catalogue, text: str | None, expression: Expression, zone: tzinfo) -> None:
        self.catalogue = catalogue
        self.text = text
        self.expression = expression
        self.zone = zone

    def node(self, expression: Expression) -> Node:
        """The checked form of a tree."""
        match expression:
            case Or(items):
                return AnyOf(tuple(map(self.node, items)))
            case Xor(items):
                return OddOf(tuple(map(self.node, items)))
            case And(items):
                return AllOf(tuple(map(self.node, items)))
            case Not(item):
                return Negation(self.node(item))
            case Presence():
                return self.presence(expression)
            case Comparison():
                return self.comparison(expression)
            case Membership():
                return self.membership(expression)

    def presence(self, test: Presence) -> Node:
        """A bare field: whether it has a value; of a boolean, whether it is true."""
        value = self.value(test.left)
        if value.type is FieldType.BOOL and not test.explicit:
            return self.over(value, lambda subject: Test(subject, Relation.WITHIN, (True,)), every=False)
        return expansion.present(self.catalogue, value.ref)

    def comparison(self, test: Comparison) -> Node:
        """``left op right``."""
        value = self.value(test.left)
        self.applicable(value, test.op, test.op_span)
        if isinstance(test.right, Text):
            operand = self.operand(test.right, value, test.op)
        else:
            operand = self.other_field(test.right, value, test)
        return self.tested(value, test.op, (operand,), test.quantifier)

    def membership(self, test: Membership) -> Node:
        """``left in {…}`` and its kin."""
        value = self.value(test.left)
        self.applicable(value, test.op, test.op_span)
        if not test.items and test.op is Op.PMATCH:
            return Always(False)
        if test.op is Op.PMATCH:
            try:
                return self.tested(value, test.op, (values.prefixes(test.items),), test.quantifier)
            except ValueError as error:
                raise self.error(str(error), test.span) from None
        operands = tuple(self.member(item, value, test.op) for item in test.items)
        quantifier = test.quantifier
        if test.op is Op.IN and not test.braces and value.ref.field.is_list:
            quantifier = quantifier or "all"
        return self.tested(value, test.op, operands, quantifier)

    def tested(self, value: Value, op: Op, operands: tuple[Operand, ...], quantifier: str) -> Node:
        """The test of every field that the left side stands for."""
        every = quantifier == "all" if quantifier else op in EVERY
        relation = RELATIONS.get(op, Relation.WITHIN)
        negated = op in NEGATED
        return self.over(value, lambda subject: Test(subject, relation, operands, negated, every), every=every)

    def over(self, value: Value, build: expansion.Build, *, every: bool) -> Node:
        """Apply a test to the left side, whatever it stands for."""
        return expansion.over(self.catalogue, value.ref, value.functions, build, every=every)

    # --- left sides ---

    def value(self, left: Left) -> Value:
        """A field with its functions, checked from the inside out."""
        if isinstance(left, FieldName):
            self.readable(left)
            return Value(left.ref, (), left.ref.field.type, left.ref.field.is_list, left.span)
        inner = self.value(left.argument)
        return self.called(inner, left)

    def readable(self, left: FieldName) -> None:
        """Refuse arguments that no event can have."""
        ref = left.ref
        if isinstance(ref.field.place, Json):
            try:
                segments(".".join(part for part in (ref.field.place.path, ref.argument) if part))
            except QueryError as error:
                raise self.error(str(error), left.span) from None
        if isinstance(ref.field.place, Ancestor) and ref.argument is not None and int(ref.argument) > MAX_LEVEL:
            hint = f"'{ref.field.name}' without an argument is any ancestor"
            raise self.error(f"ancestors can be named up to level {MAX_LEVEL}", left.span, hint)

    def called(self, inner: Value, call: Call) -> Value:
        """The result of a function."""
        function = FUNCTIONS[call.function]
        if function.of_list:
            if not inner.is_list or inner.functions or expansion.stands_for_several(inner.ref):
                raise self.error(f"'{function.name}' takes a list field, which '{inner.ref.key}' is not", call.span)
            return replace(inner, functions=(function.name,), type=function.gives or inner.type, is_list=False)
        if inner.type not in function.takes:
            wanted = " or ".join(sorted(each.value for each in function.takes))
            found = f"'{name(inner.ref)}' is of type {inner.type.value}"
            raise self.error(f"'{function.name}' takes {wanted}, but {found}", call.span)
        if function.name == "len" and inner.is_list:
            raise self.error(
                f"'len' of several values is ambiguous; '{inner.ref.key}' has several", call.span, "use count(…)"
            )
        return replace(inner, functions=(*inner.functions, function.name), type=function.gives or inner.type)

    def applicable(self, value: Value, op: Op, span: Span) -> None:
        """Refuse an operator that the type does not have."""
        if applies(op, value.type):
            return
        known = " ".join(each.value for each in operators_for(value.type))
        raise self.error(f"'{op.value}' does not apply: {of_type(value)}", span, f"it takes {known}")

    # --- right sides ---

    def operand(self, text: Text, value: Value, op: Op) -> Operand:
        """A value of the left side's type."""
        try:
            return values.operand(text, value.type, op, self.zone)
        except RegexError as error:
            raise self.error(str(error), self.inside(text, error)) from None
        except ValueError as error:
            raise self.error(str(error), text.span, of_type(value)) from None

    def member(self, item: Text | Range, value: Value, op: Op) -> Operand:
        """One value of a list."""
        if isinstance(item, Text):
            return self.operand(item, value, op)
        try:
            return values.interval(item, value.type, self.zone)
        except ValueError as error:
            raise self.error(str(error), item.span, of_type(value)) from None

    def inside(self, text: Text, error: RegexError) -> Span:
        """The place of a regular expression's error in the filter, as exactly as its escapes allow."""
        start, end = text.span
        if self.text is None or self.text[start + text.quoted : end - text.quoted] != text.text:
            return text.span
        return start + text.quoted + error.start, start + text.quoted + error.end

    def other_field(self, right: FieldName | Call, value: Value, test: Comparison) -> Subject:
        """A field on the right side."""
        other = self.value(right)
        if test.op in PATTERNS:
            raise self.error(
                f"'{test.op.value}' needs a pattern, not a field", right.span, "quote it if it is a pattern"
            )
        if expansion.stands_for_several(other.ref):
            raise self.error(f"'{other.ref.key}' stands for several fields and cannot be on the right", right.span)
        for side in (value, other):
            place = side.ref.field.place
            if isinstance(place, Ancestor) and place.level is None and side.ref.argument is None:
                hint = f"give a level, as in '{side.ref.field.name}[2]'"
                raise self.error(
                    f"'{side.ref.key}' is any ancestor and cannot be compared with a field", side.span, hint
                )
        if other.type is not value.type and not (other.type in NUMBERS and value.type in NUMBERS):
            left = f"'{name(value.ref)}' of type {value.type.value}"
            message = f"{left} cannot be compared with '{name(other.ref)}' of type {other.type.value}"
            raise self.error(message, right.span, "quote it if it is a value")
        return expansion.subject(other.ref, other.functions)

    def error(self, message: str, span: Span, hint: str = "") -> FilterError:
        """An error with the place; without the text, with the canonical form and no place in it."""
        if self.text is None:
            text = render(self.expression)
            return FilterError(message, text, 0, len(text), hint)
        return FilterError(message, self.text, span[0], span[1], hint)


def of_type(value: Value) -> str:
    """A clause that says the type of a left side."""
    what = f"'{value.functions[-1]}(…)'" if value.functions else f"'{name(value.ref)}'"
    return f"{what} is of type {value.type.value}"
