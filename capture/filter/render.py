"""Prints a filter's tree in its canonical form, which reads back as the same tree; part of stage ④."""

from __future__ import annotations

import re

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
    Right,
    Text,
    Xor,
)
from thresher.capture.model import Argument, FieldRef

PLAIN_ARGUMENT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
TIGHTNESS = {Or: 0, Xor: 1, And: 2}
JOINERS = {Or: " or ", Xor: " xor ", And: " and "}


def render(expression: Expression) -> str:
    """The canonical text of a tree: words for connectives, double quotes, canonical field names."""
    match expression:
        case Or() | Xor() | And():
            tight = TIGHTNESS[type(expression)]
            return JOINERS[type(expression)].join(inside(item, tight) for item in expression.items)
        case Not(item):
            return f"not {inside(item, len(TIGHTNESS))}"
        case Presence(left, explicit):
            return operand(left) + (" exists" if explicit else "")
        case Comparison(left, op, right, quantifier):
            return f"{quantified(left, quantifier)} {op.value} {right_side(right)}"
        case Membership(left, op, items, braces, quantifier):
            listed = (" " if braces else ", ").join(member(item) for item in items)
            return f"{quantified(left, quantifier)} {op.value} {f'{{{listed}}}' if braces else f'({listed})'}"


def inside(item: Expression, tight: int) -> str:
    """An item of a connective, in parentheses unless it binds tighter."""
    text = render(item)
    return f"({text})" if TIGHTNESS.get(type(item), len(TIGHTNESS)) <= tight and type(item) in TIGHTNESS else text


def quantified(left: Left, quantifier: str) -> str:
    """The left side of a test."""
    return f"{quantifier} {operand(left)}" if quantifier else operand(left)


def operand(node: Left | Right) -> str:
    """A field, call or value."""
    match node:
        case FieldName(ref):
            return name(ref)
        case Call(function, argument):
            return f"{function}({operand(argument)})"
        case Text(text, quoted):
            return quote(text) if quoted else text


def right_side(node: Right) -> str:
    """The value, call or field behind an operator; ``val()`` around a field that would read as text."""
    text = operand(node)
    if isinstance(node, FieldName) and not ("." in text and PLAIN_ARGUMENT.fullmatch(text)):
        return f"val({text})"
    return text


def member(item: Text | Range) -> str:
    """One value of a list, or a range."""
    return f"{operand(item.low)}..{operand(item.high)}" if isinstance(item, Range) else operand(item)


def name(ref: FieldRef) -> str:
    """The canonical spelling of a field, its argument quoted where it is no plain word."""
    if ref.argument is None or ref.field.argument is Argument.INDEX or PLAIN_ARGUMENT.fullmatch(ref.argument):
        return ref.key
    mark = "'" if '"' in ref.argument else '"'
    return f"{ref.field.name}[{mark}{ref.argument}{mark}]"


def quote(text: str) -> str:
    """A string in double quotes, control characters and bytes that are no text as escapes."""
    return f'"{"".join(map(escaped, text))}"'


def escaped(character: str) -> str:
    """One character as it stands in a string."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
