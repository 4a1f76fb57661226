"""Checks a filter's tree against the types of its fields before it runs; part of stage ④."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError
from thresher.capture.escape import escape
from thresher.capture.filter import advice, expansion, listfile, times, values
from thresher.capture.filter.ast import (
    And,
    Arithmetic,
    Around,
    Comparison,
    Expression,
    FieldName,
    FileSet,
    First,
    Member,
    Membership,
    Not,
    Operand,
    Or,
    Presence,
    Range,
    Reference,
    Span,
    Text,
    Xor,
)
from thresher.capture.filter.expressions import Expressions, Side, alike, is_any_ancestor
from thresher.capture.filter.functions import NUMBERS
from thresher.capture.filter.operators import PATTERNS, Op, applies, operators_for
from thresher.capture.filter.regex import RegexError
from thresher.capture.filter.typed import (
    AllOf,
    Always,
    AnyOf,
    Checked,
    FirstOf,
    Key,
    Nearby,
    Negation,
    Node,
    OddOf,
    Relation,
    Subject,
    Test,
    Value,
    subjects,
)
from thresher.capture.filter.typed import Operand as TypedOperand
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.filter.typed import Choice
    from thresher.capture.registry import Catalogue

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
    notices = tuple(sorted(checker.notices, key=lambda each: each.start))
    return Checked(root, catalogue, expansion.lazy_fields(root), notices)


class Checker(Expressions):
    """One pass over one tree."""

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
            case Around():
                return self.around(expression)
            case First(item, by):
                return FirstOf(self.node(item), self.key(by))

    def around(self, test: Around) -> Node:
        """``around(item, within, scope)``."""
        item = self.node(test.item)
        try:
            within_ns = times.duration(test.within.text)
        except ValueError as error:
            raise self.error(str(error), test.within.span) from None
        if within_ns < 0:
            raise self.error("a length of time is not negative", test.within.span)
        return Nearby(item, within_ns, self.key(test.scope) if test.scope else None)

    def key(self, name: FieldName) -> Key:
        """A field to group events by: one with a single value."""
        ref = name.ref
        found = expansion.subject(ref)
        if isinstance(found, Subject) and is_any_ancestor(found):
            raise self.error(f"'{ref.key}' is any ancestor", name.span, f"give a level, as in '{ref.field.name}[2]'")
        if ref.field.is_list or ref.field.is_filter_only or ref.field.either:
            instead = ", ".join(f"'{each}'" for each in ref.field.either)
            hint = f"name {instead} instead" if instead else "name a field with one value"
            raise self.error(f"'{ref.key}' may have several values", name.span, hint)
        return expansion.key(self.catalogue, ref)

    def presence(self, test: Presence) -> Node:
        """A bare field: whether it has a value; of a boolean, whether it is true; of ``&``, whether bits are left."""
        side = self.side(test.left)
        if side.type is FieldType.BOOL and not test.explicit:
            return self.over(side.value, lambda value: Test(value, Relation.WITHIN, (True,)), every=False)
        if isinstance(test.left, Arithmetic):
            if test.left.sign != "&":
                raise self.error(f"{side.title} is a value; a comparison must follow", test.span)
            if side.type is FieldType.BYTES:
                return self.bits(test.left, side)
            return self.over(side.value, lambda value: Test(value, Relation.WITHIN, (0,), negated=True), every=False)
        if not isinstance(test.left, FieldName) and not test.explicit and side.title.endswith("(…)'"):
            raise self.error(f"{side.title} is a value; a comparison must follow", test.span)
        return expansion.present(self.catalogue, side.value)

    def bits(self, masked: Arithmetic, side: Side) -> Node:
        """Bytes behind a mask alone: whether any bit is left."""
        mask = masked.right if isinstance(masked.right, Text) else masked.left
        if not isinstance(mask, Text):
            raise self.error(f"{side.title} is a value; a comparison must follow", masked.span)
        none = bytes(len(values.bytes_operand(mask, Op.EQ)))
        return self.over(side.value, lambda value: Test(value, Relation.WITHIN, (none,), negated=True), every=False)

    def comparison(self, test: Comparison) -> Node:
        """``left op right``."""
        side = self.side(test.left)
        self.applicable(side, test.op, test.op_span)
        if isinstance(test.right, Reference):
            operands: tuple[TypedOperand, ...] = self.selected(test.right, side, test.op)
            return self.tested(side, test.op, operands, test.quantifier) if operands else Always(False)
        return self.tested(side, test.op, (self.right(test.right, side, test.op),), test.quantifier)

    def membership(self, test: Membership) -> Node:
        """``left in {…}`` and its kin."""
        side = self.side(test.left)
        self.applicable(side, test.op, test.op_span)
        items: Sequence[Member] = test.items.items if isinstance(test.items, FileSet) else test.items
        if test.op is Op.PMATCH:
            return self.prefixed(test, side, items)
        operands = tuple(self.member(item, side, test) for item in items)
        quantifier = test.quantifier
        if test.op is Op.IN and not test.braces and isinstance(test.left, FieldName) and test.left.ref.field.is_list:
            quantifier = quantifier or "all"
        if test.modifier and not operands:
            return Always(False)
        return self.tested(side, test.op, operands, quantifier, test.modifier)

    def prefixed(self, test: Membership, side: Side, items: Sequence[Member]) -> Node:
        """``left pmatch (…)``."""
        texts = [item for item in items if isinstance(item, Text)]
        if len(texts) < len(items):
            what = "ranges" if any(isinstance(item, Range) for item in items) else "fields"
            raise self.error(f"'pmatch' takes no {what}", test.span)
        if not texts:
            return Always(False)
        try:
            return self.tested(side, test.op, (values.prefixes(texts),), test.quantifier)
        except ValueError as error:
            raise self.error(str(error), test.span) from None

    def tested(
        self, side: Side, op: Op, operands: tuple[TypedOperand, ...], quantifier: str, choice: Choice = ""
    ) -> Node:
        """The test of every field that the left side stands for."""
        every = quantifier == "all" if quantifier else op in EVERY
        relation = RELATIONS.get(op, Relation.WITHIN)
        negated = op in NEGATED
        return self.over(side.value, lambda value: Test(value, relation, operands, negated, every, choice), every=every)

    def over(self, value: Value, build: expansion.Build, *, every: bool) -> Node:
        """Apply a test to the left side, whatever it stands for."""
        return expansion.over(self.catalogue, value, build, every=every)

    def applicable(self, side: Side, op: Op, span: Span) -> None:
        """Refuse an operator that the type does not have."""
        if applies(op, side.type):
            return
        known = " ".join(each.value for each in operators_for(side.type))
        hint = advice.about_operator(side.type, side.title.strip("'")) or f"it takes {known}"
        raise self.error(f"'{op.value}' does not apply: {side.of_type}", span, hint)

    # --- right sides ---

    def right(self, operand: Operand, side: Side, op: Op) -> TypedOperand:
        """What the left side is compared with."""
        return self.literal(operand, side, op) if isinstance(operand, Text) else self.other(operand, side, op)

    def literal(self, text: Text, side: Side, op: Op) -> TypedOperand:
        """A value of the left side's type."""
        wrong = advice.seconds(text, self.spelling(side))
        if wrong:
            raise self.error(wrong, text.span)
        try:
            found = values.operand(text, side.type, op, self.zone)
        except RegexError as error:
            raise self.error(str(error), self.inside(text, error)) from None
        except ValueError as error:
            instead = advice.about_value(text, side.type, op, side.title.strip("'"), self.catalogue)
            hint = self.character(text, side) or instead or side.of_type
            raise self.error(escape(str(error)), text.span, hint) from None
        if said := advice.reading(text, side.type, op):
            self.notice(said, text.span)
        return found

    def spelling(self, side: Side) -> str:
        """How the left side was typed."""
        start, end = side.span
        return self.text[start:end] if self.text is not None else ""

    def character(self, text: Text, side: Side) -> str:
        """What to write in place of a character constant."""
        start, end = text.span
        if side.type not in NUMBERS or len(text.text) != 1 or self.text is None or self.text[start:end][:1] != "'":
            return ""
        return f"a character is no number here; write {ord(text.text)}"

    def member(self, item: Member, side: Side, test: Membership) -> TypedOperand:
        """One value of a list."""
        if isinstance(item, Range):
            wrong = advice.seconds(item.high, self.spelling(side))
            if wrong:
                raise self.error(wrong, item.high.span)
            try:
                return values.interval(item, side.type, self.zone)
            except ValueError as error:
                raise self.error(escape(str(error)), item.span, side.of_type) from None
        if not isinstance(item, Text):
            return self.other(item, side, test.op)
        try:
            return self.literal(item, side, test.op)
        except FilterError as error:
            if not isinstance(test.items, FileSet):
                raise
            line = listfile.line_of(test.items.path, item.text)
            raise self.error(f"'{test.items.path}', line {line}: {error.message}", item.span, error.hint) from None

    def inside(self, text: Text, error: RegexError) -> Span:
        """The place of a regular expression's error in the filter, as exactly as its escapes allow."""
        start, end = text.span
        if self.text is None or self.text[start + text.quoted : end - text.quoted] != text.text:
            return text.span
        return start + text.quoted + error.start, start + text.quoted + error.end

    def other(self, right: Operand, side: Side, op: Op) -> Value:
        """A field, or what is made of fields, on the right side."""
        found = self.part(right, side.type)
        self.comparable(found, side, op)
        for one in (side, found):
            several = [each for each in subjects(one.value) if is_any_ancestor(each)]
            if several:
                raise self.any_ancestor(several[0], one.span)
        for each in subjects(found.value):
            if expansion.stands_for_several(each.ref):
                raise self.error(f"'{each.ref.key}' stands for several fields and cannot be on the right", found.span)
        self.side_of(found)
        return found.value

    def side_of(self, found: Side) -> None:
        """Refuse a right side that combines several fields with several values each."""
        several = {each for each in subjects(found.value) if each.is_list}
        if len(several) > 1 and found.value.is_list:
            raise self.error("two fields with several values each cannot be combined", found.span)

    def comparable(self, found: Side, side: Side, op: Op) -> None:
        """Refuse sides of different types, and patterns that are not constant."""
        if op in PATTERNS:
            raise self.error(f"'{op.value}' needs a pattern, not a field", found.span, "quote it if it is a pattern")
        if not alike([found.type, side.type]):
            left = f"{side.title} of type {side.type.value}"
            message = f"{left} cannot be compared with {found.title} of type {found.type.value}"
            raise self.error(message, found.span, "quote it if it is a value")

    def selected(self, reference: Reference, side: Side, op: Op) -> tuple[TypedOperand, ...]:
        """The values that a field has in the selected event, as operands."""
        found = Side(Subject(reference.ref, reference.ref.field.type, False), reference.span, f"'${reference.ref.key}'")
        self.comparable(found, side, op)
        return tuple(values.selected(reference))
