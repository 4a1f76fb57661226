"""The SQL of one test on one value; what is missing makes it NULL; part of stage ④."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thresher.capture.filter.patterns import literal
from thresher.capture.filter.typed import (
    Applied,
    Constant,
    Interval,
    Operand,
    Pattern,
    Present,
    Relation,
    Subject,
    Test,
    Value,
)
from thresher.capture.filter.value_sql import (
    HALF,
    Read,
    address_order,
    address_within,
    disjunction,
    scalar_sql,
    value_sql,
    values_sql,
)
from thresher.capture.store import quoting

if TYPE_CHECKING:
    from collections.abc import Sequence

ELEMENT = "v"
"""Name of a list's element inside a lambda."""
OTHER = "w"
"""The same for the list on the right side."""
FEW = 8
"""Up to so many networks of IPv6 are compared one by one."""


def condition_sql(leaf: Test | Present, read: Read) -> str:
    """A test over the columns of its fields."""
    return test_sql(leaf, read) if isinstance(leaf, Test) else present_sql(leaf.subject, read)


def test_sql(test: Test, read: Read) -> str:
    """Whether the values of the subject pass."""
    if not test.subject.is_list:
        return passes_sql(test, value_sql(test.subject, read), read)
    values = values_sql(test.subject, read, ELEMENT)
    passes = passes_sql(test, value_sql(test.subject, read, ELEMENT), read)
    if not test.every:
        return f"len(list_filter({values}, LAMBDA {ELEMENT} : {passes})) > 0"
    failing = f"list_filter({values}, LAMBDA {ELEMENT} : NOT coalesce({passes}, FALSE))"
    return f"(len({values}) > 0 AND len({failing}) = 0)"


def present_sql(value: Value, read: Read) -> str:
    """Whether there is a value; true or false, never NULL."""
    if value.is_list:
        return f"coalesce(len({values_sql(value, read, ELEMENT)}) > 0, FALSE)"
    return f"({value_sql(value, read)[0]}) IS NOT NULL"


def passes_sql(test: Test, value: tuple[str, ...], read: Read) -> str:
    """Whether one value passes: the relation holds for any operand, or with ``negated`` for none."""
    if not test.operands:
        # Without operands there is no value in the text, and what is missing would not make it NULL.
        held = f"(CASE WHEN ({value[0]}) IS NOT NULL THEN FALSE END)"
        return f"NOT ({held})" if test.negated and not test.choice else held
    if test.choice:
        return chosen_sql(test, value, read)
    if test.relation is Relation.WITHIN:
        held = within(test, value, read)
    else:
        held = disjunction([related(test, value, operand, read) for operand in test.operands])
    return f"NOT ({held})" if test.negated else held


def chosen_sql(test: Test, value: tuple[str, ...], read: Read) -> str:
    """Whether any, all or exactly one of the operands stand in the relation, each asked on its own."""
    single = [passes_sql(replace(test, operands=(each,), choice=""), value, read) for each in test.operands]
    if test.choice == "allof":
        return f"({' AND '.join(single)})"
    if test.choice == "anyof":
        return disjunction(single)
    counted = " + ".join(f"({each})::INTEGER" for each in single)
    return f"(({counted}) = 1)"


def within(test: Test, value: tuple[str, ...], read: Read) -> str:
    """Equality with scalars, all at once, and whatever else is on the list."""
    scalars = [each for each in test.operands if isinstance(each, (int, str, bytes))]
    parts: list[str] = []
    if scalars and len(value) == 1:
        listed = ", ".join(scalar_sql(each) for each in dict.fromkeys(scalars))
        parts.append(f"({value[0]}) IN ({listed})" if len(scalars) > 1 else f"({value[0]}) = {listed}")
    elif scalars:
        parts.extend(addresses_sql(value, [each for each in scalars if isinstance(each, int)]))
    for each in test.operands:
        if isinstance(each, Interval):
            parts.append(interval_sql(value, each))
        elif isinstance(each, Pattern):
            parts.append(pattern_sql(value[0], each))
        elif isinstance(each, (Subject, Constant, Applied)):
            parts.append(other_value(test, value, each, read))
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


def addresses_sql(value: tuple[str, ...], addresses: Sequence[int]) -> list[str]:
    """Equality with one of several addresses, those with the same upper half together."""
    halves: dict[int, list[int]] = {}
    for each in dict.fromkeys(addresses):
        halves.setdefault(each >> 64, []).append(each & HALF)
    if len(halves) > FEW:
        pairs = ", ".join(f"({quoting.number(each >> 64)}, {quoting.number(each & HALF)})" for each in addresses)
        return [f"({value[0]}, {value[1]}) IN ({pairs})"]
    parts = []
    for upper, lower in halves.items():
        listed = ", ".join(map(quoting.number, lower))
        within = f"IN ({listed})" if len(lower) > 1 else f"= {listed}"
        parts.append(f"({value[0]} = {quoting.number(upper)} AND {value[1]} {within})")
    return parts


def related(test: Test, value: tuple[str, ...], operand: Operand, read: Read) -> str:
    """One relation other than equality."""
    if isinstance(operand, (Subject, Constant, Applied)):
        return other_value(test, value, operand, read)
    if len(value) == 2 and isinstance(operand, int):
        return address_order(value, test.relation.value, operand)
    if isinstance(operand, bytes):
        return bytes_sql(test.relation, value[0], operand)
    if isinstance(operand, (Interval, Pattern)):
        raise TypeError(f"{test.relation.value} takes a single value")
    return relation_sql(test.relation, value[0], scalar_sql(operand))


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


def other_value(test: Test, value: tuple[str, ...], other: Value, read: Read) -> str:
    """A relation to another field or what is made of one; of several values there, one has to fit."""
    if other.is_list:
        values = values_sql(other, read, OTHER)
        fits = pair_sql(test.relation, value, value_sql(other, read, OTHER))
        there = f"({value[0]}) IS NOT NULL AND len({values}) > 0"
        return f"(CASE WHEN {there} THEN len(list_filter({values}, LAMBDA {OTHER} : {fits})) > 0 END)"
    return pair_sql(test.relation, value, value_sql(other, read))


def pair_sql(relation: Relation, value: tuple[str, ...], other: tuple[str, ...]) -> str:
    """A relation between two values, addresses or others."""
    if len(value) == 1:
        return relation_sql(relation, value[0], other[0])
    if relation is Relation.WITHIN:
        return f"({value[0]} = {other[0]} AND {value[1]} = {other[1]})"
    operator = relation.value
    return f"({value[0]} {operator[0]} {other[0]} OR ({value[0]} = {other[0]} AND {value[1]} {operator} {other[1]}))"
