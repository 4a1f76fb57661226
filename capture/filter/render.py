"""Prints a filter's tree in its canonical form, which reads back as the same tree; part of stage ④."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from thresher.capture.filter.ast import (
    And,
    Arithmetic,
    Around,
    Call,
    Comparison,
    Expression,
    FieldName,
    FileSet,
    First,
    Member,
    Membership,
    Negative,
    Not,
    Operand,
    Or,
    Part,
    Presence,
    Range,
    Reference,
    Slice,
    Text,
    Xor,
)
from thresher.capture.filter.context import scope_word
from thresher.capture.filter.operands import CONSTANT
from thresher.capture.model import Argument, FieldRef

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN_NAME = re.compile(r"[A-Za-z0-9_.]+")
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
        case Around(item, within, scope):
            where = f", {scope_word(name(scope.ref))}" if scope else ""
            return f"around({render(item)}, {operand(within)}{where})"
        case First(item, by):
            return f"first({render(item)} by {name(by.ref)})"
        case Presence(left, explicit):
            return operand(left) + (" exists" if explicit else "")
        case Comparison(left, op, right, quantifier):
            return f"{quantified(left, quantifier)} {op.value} {right_side(right)}"
        case Membership(left, op, items, braces, quantifier, modifier):
            word = f"{op.value} {modifier}" if modifier else op.value
            return f"{quantified(left, quantifier)} {word} {listed(items, braces=braces)}"


def inside(item: Expression, tight: int) -> str:
    """An item of a connective, in parentheses unless it binds tighter."""
    text = render(item)
    return f"({text})" if TIGHTNESS.get(type(item), len(TIGHTNESS)) <= tight and type(item) in TIGHTNESS else text


def quantified(left: Operand, quantifier: str) -> str:
    """The left side of a test."""
    return f"{quantifier} {operand(left)}" if quantifier else operand(left)


def operand(node: Operand) -> str:
    """A side of a test, or a part of one."""
    match node:
        case FieldName(ref):
            return name(ref)
        case Call(function, arguments):
            return f"{function}({called(function, arguments)})"
        case Slice(base, parts):
            return f"{grouped(base)}[{','.join(map(part, parts))}]"
        case Arithmetic(sign, left, right):
            first = f"{{{left.text}}}" if reads_as_name(left) else grouped(left)
            return f"{first} {sign} {grouped(right)}"
        case Negative(item):
            return f"-{grouped(item)}"
        case Reference(ref):
            key = name(ref)
            return f"${key}" if PLAIN_NAME.fullmatch(key) else f"${{{key}}}"
        case Text(text, quoted):
            return quote(text) if quoted else text


def called(function: str, arguments: Sequence[Operand]) -> str:
    """The arguments of a function; those that ``join`` joins in parentheses of their own."""
    if function == "join" and len(arguments) > 1:
        return f"{operand(arguments[0])}, ({', '.join(map(operand, arguments[1:]))})"
    return ", ".join(map(operand, arguments))


def grouped(node: Operand) -> str:
    """A part of arithmetic, in braces where it is arithmetic itself."""
    return f"{{{operand(node)}}}" if isinstance(node, (Arithmetic, Negative)) else operand(node)


def reads_as_name(node: Operand) -> TypeGuard[Text]:
    """Whether arithmetic that begins with this value would be read as beginning with a field."""
    return isinstance(node, Text) and not node.quoted and CONSTANT.match(node.text) is None


def part(each: Part) -> str:
    """One part of a slice."""
    if each.end is not None:
        return f"{each.start}-{each.end}"
    return f"{each.start}:{'' if each.length is None else each.length}"


def right_side(node: Operand) -> str:
    """What stands behind an operator; ``val()`` around a field that would read as text."""
    text = operand(node)
    if isinstance(node, FieldName) and not ("." in text and PLAIN_ARGUMENT.fullmatch(text)):
        return f"val({text})"
    return text


def listed(items: Sequence[Member] | FileSet, *, braces: bool) -> str:
    """The list behind an operator."""
    if isinstance(items, FileSet):
        return f"@{quote(items.path)}"
    texts = [member(item) for item in items]
    return f"{{{' '.join(texts)}}}" if braces else f"({', '.join(texts)})"


def member(item: Member) -> str:
    """One value of a list, a range, or a field."""
    if isinstance(item, FieldName):
        return f"val({name(item.ref)})"
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
