"""The SQL of one test on one value; what is missing makes it NULL; part of stage ④."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.filter import expansion
from thresher.capture.filter.patterns import literal
from thresher.capture.filter.typed import Interval, Operand, Pattern, Relation, Scalar, Subject, Test
from thresher.capture.model import FieldType
from thresher.capture.store import address_sql, quoting
from thresher.capture.store.access import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HALF = (1 << 64) - 1
ELEMENT = "v"
"""Name of a list's element inside a lambda."""
OTHER = "w"
"""The same for the list on the right side."""


def test_sql(test: Test, columns: Sequence[str], others: Mapping[Subject, Sequence[str]]) -> str:
    """A test over the columns of its subject; ``others`` has those of the fields on the right side."""
    if not test.subject.is_list:
        result = stepped(test.subject, columns)
        return any_operand(test, result, others)
    values = f"list_filter({columns[0]}, LAMBDA {ELEMENT} : {ELEMENT} IS NOT NULL)"
    passes = any_operand(test, stepped(test.subject, element(test.subject, ELEMENT)), others)
    if not test.every:
        return f"len(list_filter({values}, LAMBDA {ELEMENT} : {passes})) > 0"
    failing = f"list_filter({values}, LAMBDA {ELEMENT} : NOT coalesce({passes}, FALSE))"
    return f"(len({values}) > 0 AND len({failing}) = 0)"


def present_sql(subject: Subject, columns: Sequence[str]) -> str:
    """Whether there is a value; true or false, never NULL."""
    if subject.is_list:
        return f"coalesce(len(list_filter({columns[0]}, LAMBDA {ELEMENT} : {ELEMENT} IS NOT NULL)) > 0, FALSE)"
    return f"({stepped(subject, columns)[0]}) IS NOT NULL"


def element(subject: Subject, variable: str) -> tuple[str, ...]:
    """One element of a list as columns; addresses in lists are text."""
    if subject.ref.field.type is FieldType.IP:
        pair = address_sql.pair(variable)
        return f"({pair})[1]", f"({pair})[2]"
    return (variable,)


def stepped(subject: Subject, columns: Sequence[str]) -> tuple[str, ...]:
    """The value after conversions and functions."""
    result = tuple(columns)
    for step in subject.steps:
        match step:
            case expansion.TEXT_STEP:
                result = (text_of(result, subject.ref.field.type),)
            case expansion.ADDRESS_STEP:
                pair = address_sql.pair(result[0])
                result = (f"({pair})[1]", f"({pair})[2]")
            case "len":
                result = (f"octet_length({as_blob(subject, result[0])})",)
            case "count":
                result = (f"nullif(len(list_filter({result[0]}, LAMBDA {ELEMENT} : {ELEMENT} IS NOT NULL)), 0)",)
            case _:
                result = (f"{step}({result[0]})",)
    return result


def as_blob(subject: Subject, column: str) -> str:
    """Text as the bytes it is made of."""
    is_bytes = subject.ref.field.type is FieldType.BYTES and expansion.TEXT_STEP not in subject.steps
    return column if is_bytes else f"encode({column})"


def any_operand(test: Test, value: tuple[str, ...], others: Mapping[Subject, Sequence[str]]) -> str:
    """Whether one value passes: the relation holds for any operand, or with ``negated`` for none."""
    if test.relation is Relation.WITHIN:
        held = within(test, value, others)
    else:
        held = disjunction([related(test, value, operand, others) for operand in test.operands])
    # Without operands there is no value in the text, and what is missing would not make it NULL.
    if not test.operands:
        held = f"(CASE WHEN ({value[0]}) IS NOT NULL THEN FALSE END)"
    return f"NOT ({held})" if test.negated else held


def within(test: Test, value: tuple[str, ...], others: Mapping[Subject, Sequence[str]]) -> str:
    """Equality with scalars, all at once, and whatever else is on the list."""
    scalars = [each for each in test.operands if not isinstance(each, (Interval, Pattern, Subject))]
    parts: list[str] = []
    if scalars and len(value) == 1:
        listed = ", ".join(scalar_sql(each, test.subject.type) for each in dict.fromkeys(scalars))
        parts.append(f"({value[0]}) IN ({listed})" if len(scalars) > 1 else f"({value[0]}) = {listed}")
    elif scalars:
        parts.extend(address_within(value, each, each) for each in scalars if isinstance(each, int))
    for each in test.operands:
        if isinstance(each, Interval):
            parts.append(interval_sql(value, each))
        elif isinstance(each, Pattern):
            parts.append(pattern_sql(value[0], each))
        elif isinstance(each, Subject):
            parts.append(other_field(test, value, each, others))
    return disjunction(parts)


def interval_sql(value: tuple[str, ...], bounds: Interval) -> str:
    """``low <= value <= high``."""
    low, high = bounds.low, bounds.high
    if len(value) == 2:
        return address_within(value, int(low), int(high))
    if isinstance(low, str) or isinstance(high, str):
        return f"({value[0]}) BETWEEN {quoting.text(str(low))} AND {quoting.text(str(high))}"
    return f"({value[0]}) BETWEEN {quoting.number(low)} AND {quoting.number(high)}"


def pattern_sql(value: str, pattern: Pattern) -> str:
    """A regular expression; never as an operator, whose meaning has changed between DuckDB's versions."""
    function = "regexp_full_match" if pattern.whole else "regexp_matches"
    options = ", 'i'" if pattern.ignore_case else ""
    return f"{function}({value}, {quoting.text(pattern.regex)}{options})"


def address_within(value: tuple[str, ...], low: int, high: int) -> str:
    """Whether an address, as high and low half, is between two addresses."""
    upper, lower = value
    low_high, high_high = low >> 64, high >> 64
    if low_high == high_high:
        if low == high:
            return f"({upper} = {quoting.number(low_high)} AND {lower} = {quoting.number(low & HALF)})"
        ends = f"{quoting.number(low & HALF)} AND {quoting.number(high & HALF)}"
        return f"({upper} = {quoting.number(low_high)} AND {lower} BETWEEN {ends})"
    return f"({address_order(value, '>=', low)} AND {address_order(value, '<=', high)})"


def address_order(value: tuple[str, ...], operator: str, bound: int) -> str:
    """An order of addresses."""
    upper, lower = value
    strict = operator[0]
    first, second = quoting.number(bound >> 64), quoting.number(bound & HALF)
    return f"({upper} {strict} {first} OR ({upper} = {first} AND {lower} {operator} {second}))"


def related(test: Test, value: tuple[str, ...], operand: Operand, others: Mapping[Subject, Sequence[str]]) -> str:
    """One relation other than equality."""
    if isinstance(operand, Subject):
        return other_field(test, value, operand, others)
    if len(value) == 2 and isinstance(operand, int):
        return address_order(value, test.relation.value, operand)
    if isinstance(operand, bytes):
        return bytes_sql(test.relation, value[0], operand)
    if isinstance(operand, (Interval, Pattern)):
        raise TypeError(f"{test.relation.value} takes a single value")
    return relation_sql(test.relation, value[0], scalar_sql(operand, test.subject.type))


def relation_sql(relation: Relation, value: str, other: str) -> str:
    """A relation between two SQL values of one column."""
    match relation:
        case Relation.CONTAINS:
            return f"contains({value}, {other})"
        case Relation.ICONTAINS:
            return f"contains(lower({value}), lower({other}))"
        case Relation.STARTSWITH:
            return f"starts_with({value}, {other})"
        case Relation.ENDSWITH:
            return f"ends_with({value}, {other})"
        case Relation.WITHIN:
            return f"({value}) = ({other})"
    return f"({value}) {relation.value} ({other})"


def bytes_sql(relation: Relation, value: str, operand: bytes) -> str:
    """A relation between bytes, on their hexadecimal digits: DuckDB searches text only."""
    digits = operand.hex().upper()
    if relation is Relation.STARTSWITH:
        return f"starts_with(hex({value}), {quoting.text(digits)})"
    if relation is Relation.ENDSWITH:
        return f"ends_with(hex({value}), {quoting.text(digits)})"
    wanted = digits if relation is Relation.CONTAINS else "".join(map(either_case, operand))
    return f"regexp_matches(hex({value}), {quoting.text(f'^(?:..)*?{wanted}')})"


def either_case(byte: int) -> str:
    """A pattern for the hexadecimal digits of an ASCII letter in either case, or of another byte."""
    lower, upper = bytes((byte,)).lower(), bytes((byte,)).upper()
    if lower == upper:
        return literal(lower.hex().upper())
    return f"(?:{lower.hex().upper()}|{upper.hex().upper()})"


def other_field(test: Test, value: tuple[str, ...], other: Subject, others: Mapping[Subject, Sequence[str]]) -> str:
    """A relation to another field; of several values there, one has to fit."""
    if other.is_list:
        columns = stepped(other, element(other, OTHER))
        values = f"list_filter({others[other][0]}, LAMBDA {OTHER} : {OTHER} IS NOT NULL)"
        fits = pair_sql(test.relation, value, columns)
        there = f"({value[0]}) IS NOT NULL AND len({values}) > 0"
        return f"(CASE WHEN {there} THEN len(list_filter({values}, LAMBDA {OTHER} : {fits})) > 0 END)"
    return pair_sql(test.relation, value, stepped(other, others[other]))


def pair_sql(relation: Relation, value: tuple[str, ...], other: tuple[str, ...]) -> str:
    """A relation between two values, addresses or others."""
    if len(value) == 1:
        return relation_sql(relation, value[0], other[0])
    if relation is Relation.WITHIN:
        return f"({value[0]} = {other[0]} AND {value[1]} = {other[1]})"
    operator = relation.value
    return f"({value[0]} {operator[0]} {other[0]} OR ({value[0]} = {other[0]} AND {value[1]} {operator} {other[1]}))"


def scalar_sql(value: Scalar, field_type: FieldType) -> str:
    """A literal of the field's type."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return quoting.number(value)
    if isinstance(value, bytes):
        return f"unhex({quoting.text(value.hex())})"
    return quoting.text(value)


def disjunction(parts: list[str]) -> str:
    """One of several conditions."""
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
