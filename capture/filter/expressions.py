"""Finds the types of a test's sides: fields, functions, slices and arithmetic; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter import arithmetic, expansion, values
from thresher.capture.filter.ast import (
    Arithmetic,
    Call,
    Expression,
    FieldName,
    Negative,
    Operand,
    Reference,
    Slice,
    Span,
    Text,
)
from thresher.capture.filter.functions import AMOUNTS, FUNCTIONS, NUMBERS, Function
from thresher.capture.filter.operators import Op
from thresher.capture.filter.render import name, render
from thresher.capture.filter.typed import Applied, Constant, Notice, Subject, Value, subjects
from thresher.capture.generic_fields import ROW
from thresher.capture.model import Ancestor, Common, FieldType, Json
from thresher.capture.store.homes import MAX_LEVEL
from thresher.capture.store.json_path import segments

if TYPE_CHECKING:
    from datetime import tzinfo

    from thresher.capture.registry import Catalogue

SLICED = frozenset({FieldType.STRING, FieldType.BYTES})


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a test, or a part of one: its value, where it stands, and what messages call it."""

    value: Value
    span: Span
    title: str

    @property
    def type(self) -> FieldType:
        """The type of the value."""
        return self.value.type

    @property
    def of_type(self) -> str:
        """A clause that says the type."""
        return f"{self.title} is of type {self.type.value}"


class Expressions:
    """The part of the check that gives operands their types."""

    def __init__(self, catalogue: Catalogue, text: str | None, expression: Expression, zone: tzinfo) -> None:
        self.catalogue = catalogue
        self.text = text
        self.expression = expression
        self.zone = zone
        self.notices: list[Notice] = []

    def side(self, operand: Operand) -> Side:
        """One side of a test; at most one field in it has several values, and one at least is there."""
        found = self.part(operand)
        if next(subjects(found.value), None) is None:
            raise self.error("a test needs a field", found.span)
        self.combinable(found)
        return found

    def combinable(self, found: Side) -> None:
        """Refuse what is made of several fields with several values each."""
        several = spread(found.value)
        if len(several) > 1:
            keys = " and ".join(f"'{each.ref.key}'" for each in several[:2])
            raise self.error(f"{keys} have several values each and cannot be combined", found.span)
        if several and is_any_ancestor(several[0]) and len(set(subjects(found.value))) > 1:
            raise self.any_ancestor(several[0], found.span)

    def part(self, operand: Operand, wanted: FieldType | None = None) -> Side:
        """An operand, checked from the inside out; ``wanted`` is the type that a constant there has."""
        match operand:
            case FieldName(ref):
                self.readable(operand)
                return Side(expansion.subject(ref), operand.span, f"'{name(ref)}'")
            case Text():
                return self.constant(operand, wanted)
            case Reference():
                return self.reference(operand)
            case Call():
                return self.called(operand)
            case Slice():
                return self.sliced(operand)
            case Arithmetic():
                return self.calculated(operand)
            case Negative(item):
                inner = self.part(item, wanted)
                if inner.type not in AMOUNTS:
                    raise self.error(f"'-' takes a number or a duration, but {inner.of_type}", operand.span)
                type_ = inner.type if inner.type is FieldType.DURATION else FieldType.INT
                made = Applied("negative", (inner.value,), type_, inner.value.is_list)
                return Side(made, operand.span, "'-…'")

    # --- fields and constants ---

    def readable(self, left: FieldName) -> None:
        """Refuse arguments that no event can have; note what is deprecated."""
        ref = left.ref
        if isinstance(ref.field.place, Json):
            try:
                segments(".".join(part for part in (ref.field.place.path, ref.argument) if part))
            except QueryError as error:
                raise self.error(str(error), left.span) from None
        if isinstance(ref.field.place, Ancestor) and ref.argument is not None and int(ref.argument) > MAX_LEVEL:
            hint = f"'{ref.field.name}' without an argument is any ancestor"
            raise self.error(f"ancestors can be named up to level {MAX_LEVEL}", left.span, hint)
        if ref.field.name == ROW and isinstance(ref.field.place, Common):
            said = f"'{ROW}' searches the columns {', '.join(ref.field.place.names)} and nothing else"
            self.notice(said, left.span)
        if ref.field.deprecated:
            self.notice(f"'{ref.field.name}' is deprecated; use {ref.field.deprecated}", left.span)
        if ref.field.name == "evt.dir":
            said = "'evt.dir' is '<' but for calls that never returned, which are '>'; Falco no longer has it"
            self.notice(said, left.span)

    def constant(self, text: Text, wanted: FieldType | None) -> Side:
        """A constant of a wanted type, whole numbers where nothing is wanted."""
        type_ = wanted or FieldType.INT
        try:
            found = values.operand(text, type_, Op.EQ, self.zone)
        except ValueError as error:
            raise self.error(str(error), text.span) from None
        if not isinstance(found, (int, str, bytes)):
            raise self.error("a single value was expected here", text.span)
        return Side(Constant(found, type_), text.span, f"'{text.text}'")

    def reference(self, reference: Reference) -> Side:
        """A field of the selected event inside an expression, where it stands for one value."""
        if len(reference.values) > 1:
            raise self.error(f"'{reference.ref.key}' has several values in the selected event", reference.span)
        found = values.selected(reference)
        value = Constant(found[0] if found else None, reference.ref.field.type)
        return Side(value, reference.span, f"'${name(reference.ref)}'")

    # --- functions ---

    def called(self, call: Call) -> Side:
        """The result of a function."""
        function = FUNCTIONS[call.function]
        title = f"'{function.name}(…)'"
        if not function.least <= len(call.arguments) <= function.most:
            wanted = function.least if len(call.arguments) < function.least else function.most
            more = "at least" if wanted == function.least != function.most else "at most" if function.most > 1 else ""
            many = f"{more} {wanted}".strip()
            raise self.error(f"'{function.name}' takes {many} argument{'s' * (wanted != 1)}", call.span)
        type_ = self.wanted(call, function)
        sides = [self.part(each, type_) for each in call.arguments]
        for each in sides:
            self.acceptable(function, each, call.span)
        result = function.gives or sides[0].type
        if result in AMOUNTS - {FieldType.DURATION} and function.gives is None:
            result = FieldType.INT
        if self.takes_whole(function, sides, call):
            self.combinable(sides[-1])
            return Side(
                Applied(function.name, tuple(each.value for each in sides), result, whole=True), call.span, title
            )
        if function.name == "len" and any(each.ref.field.is_list for each in subjects(sides[0].value)):
            raise self.error(
                f"'len' of several values is ambiguous; {sides[0].title} has several", call.span, "use count(…)"
            )
        is_list = any(each.value.is_list for each in sides)
        return Side(Applied(function.name, tuple(each.value for each in sides), result, is_list), call.span, title)

    def wanted(self, call: Call, function: Function) -> FieldType | None:
        """The type of constants among the arguments: that of the fields beside them."""
        if len(function.takes) == 1:
            return next(iter(function.takes))
        types = [self.part(each).type for each in call.arguments if not isinstance(each, Text)]
        return FieldType.INT if types and types[0] in NUMBERS else next(iter(types), None)

    def acceptable(self, function: Function, side: Side, span: Span) -> None:
        """Refuse an argument of a type that a function does not take."""
        if function.takes and side.type not in function.takes:
            wanted = " or ".join(sorted(each.value for each in function.takes))
            raise self.error(f"'{function.name}' takes {wanted}, but {side.of_type}", span)

    def takes_whole(self, function: Function, sides: list[Side], call: Call) -> bool:
        """Whether the function is of all values of a list at once."""
        last = sides[-1].value
        if function.of_list == "always":
            if not last.is_list or any(expansion.stands_for_several(each.ref) for each in subjects(last)):
                ref = next((each.ref for each in subjects(last)), None)
                what = "stands for several" if ref and expansion.stands_for_several(ref) else "is none"
                key = ref.key if ref else ""
                raise self.error(f"'{function.name}' takes a list field, but '{key}' {what}", call.span)
            return True
        amounts = [each.type for each in sides if function.name in ("min", "max")]
        if amounts and not alike(amounts):
            raise self.error(
                f"'{function.name}' takes values of one type, not {amounts[0].value} and "
                f"{next(each for each in amounts if not alike([amounts[0], each])).value}",
                call.span,
            )
        alone = len(sides) == function.least and last.is_list
        several = [leaf for each in sides for leaf in spread(each.value)]
        if amounts and several and (not alone or expansion.stands_for_several(several[0].ref)):
            hint = "compare the field itself with 'any' or 'all'"
            raise self.error(f"'{function.name}' takes one list, or single values", call.span, hint)
        return (
            function.of_list == "only"
            and alone
            and not any(expansion.stands_for_several(each.ref) for each in subjects(last))
        )

    # --- slices and arithmetic ---

    def sliced(self, cut: Slice) -> Side:
        """Parts of a text or of bytes."""
        base = self.part(cut.base)
        if any(each.ref.field.name == ROW for each in subjects(base.value)):
            hint = "the bytes that were read or written are in evt.buffer, as in evt.buffer[0:4]"
            raise self.error(f"'{ROW}' is the text of several columns and has no places", cut.span, hint)
        if base.type not in SLICED:
            hint = "string(…) makes text of it" if base.type in FUNCTIONS["string"].takes else ""
            raise self.error(f"only text and bytes can be sliced, but {base.of_type}", cut.span, hint)
        if base.value.is_list:
            self.notice(f"a slice of {base.title} cuts each of its values, not the list", cut.span)
        made = Applied("slice", (base.value,), base.type, base.value.is_list, parts=cut.parts)
        return Side(made, cut.span, f"{base.title.rstrip(chr(39))}[…]'")

    def calculated(self, node: Arithmetic) -> Side:
        """The result of a sign between two operands."""
        left_text, right_text = isinstance(node.left, Text), isinstance(node.right, Text)
        if left_text and not right_text:
            right = self.part(node.right)
            left = self.part(node.left, self.beside(node, right, left=True))
        else:
            left = self.part(node.left, FieldType.INT if left_text else None)
            right = self.part(node.right, self.beside(node, left, left=False))
        result = arithmetic.result(node.sign, left.type, right.type)
        if result is None:
            said = f"'{node.sign}' does not apply between {left.type.value} and {right.type.value}"
            raise self.error(said, node.span, f"{left.of_type}, {right.of_type}")
        step = "mask" if result is FieldType.BYTES else node.sign
        is_list = left.value.is_list or right.value.is_list
        return Side(Applied(step, (left.value, right.value), result, is_list), node.span, f"'… {node.sign} …'")

    def beside(self, node: Arithmetic, other: Side, *, left: bool) -> FieldType:
        """The type of a constant beside a value in arithmetic."""
        text = node.left if left else node.right
        for type_ in arithmetic.beside(node.sign, other.type, left=left):
            try:
                self.constant(text, type_) if isinstance(text, Text) else None
            except FilterError:
                continue
            return type_
        return arithmetic.beside(node.sign, other.type, left=left)[0]

    # --- errors ---

    def any_ancestor(self, subject: Subject, span: Span) -> FilterError:
        """Why a field of any ancestor cannot be combined with others."""
        hint = f"give a level, as in '{subject.ref.field.name}[2]'"
        return self.error(f"'{subject.ref.key}' is any ancestor and cannot be compared with a field", span, hint)

    def notice(self, message: str, span: Span) -> None:
        """Say something about a filter that works, once."""
        notice = Notice(message, *span)
        if all(each.message != message for each in self.notices):
            self.notices.append(notice)

    def error(self, message: str, span: Span, hint: str = "") -> FilterError:
        """An error with the place; without the text, with the canonical form and no place in it."""
        if self.text is None:
            text = render(self.expression)
            return FilterError(message, text, 0, len(text), hint)
        return FilterError(message, self.text, span[0], span[1], hint)


def alike(types: list[FieldType]) -> bool:
    """Whether values of these types can be compared."""
    numbers = AMOUNTS - {FieldType.DURATION}
    return len({FieldType.INT if each in numbers else each for each in types}) == 1


def spread(value: Value) -> list[Subject]:
    """The fields in a value that have several values."""
    match value:
        case Subject():
            many = value.is_list or expansion.stands_for_several(value.ref) or is_any_ancestor(value)
            return [value] if many else []
        case Applied(_, arguments):
            rest = arguments[:-1] if value.whole else arguments
            return [leaf for each in rest for leaf in spread(each)]
    return []


def is_any_ancestor(subject: Subject) -> bool:
    """Whether a field is of all ancestors."""
    place = subject.ref.field.place
    return isinstance(place, Ancestor) and place.level is None and subject.ref.argument is None
