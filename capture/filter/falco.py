"""Prints a filter as a condition of Falco that selects the same events, or says which part cannot be; stage ④."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from thresher.capture.filter.ast import (
    And,
    Arithmetic,
    Around,
    Call,
    Comparison,
    FieldName,
    First,
    Membership,
    Negative,
    Not,
    Or,
    Presence,
    Range,
    Reference,
    Slice,
    Text,
    Xor,
)
from thresher.capture.filter.counterpart import Counterpart, Left
from thresher.capture.filter.functions import NUMBERS
from thresher.capture.filter.operators import EQUALITY, ORDER, Op
from thresher.capture.filter.render import name
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.filter.values import interval
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.filter.ast import Expression, Member, Operand
    from thresher.capture.model import FieldRef
    from thresher.capture.registry import Catalogue

WHOLE_NUMBERS = NUMBERS | {FieldType.DURATION}
TRANSFORMERS = {"lower": "tolower", "upper": "toupper", "b64": "b64", "basename": "basename", "len": "len"}
"""Functions that Falco has as well (libs, filter/parser.cpp), by our name."""

PLAIN_WORD = re.compile(r"[A-Za-z0-9_/.:@%-]+")
META = re.compile(r"[\\.+*?()|\[\]{}^$]")
PERL = re.compile(r"\\[A-Za-z]|\(\?|[*+?}]\?")
"""What POSIX's regular expressions, which Falco's are, do not have."""

NETWORKS = {"fd.ip": "fd.net", "fd.cip": "fd.cnet", "fd.sip": "fd.snet", "fd.lip": "fd.lnet", "fd.rip": "fd.rnet"}
NETWORKS |= {each: each for each in NETWORKS.values()}
"""Fields of an address, and those that Falco compares with ranges of addresses."""

OF_BYTES = {Op.CONTAINS: "bcontains", Op.BCONTAINS: "bcontains", Op.STARTSWITH: "bstartswith"}
OF_BYTES[Op.BSTARTSWITH] = "bstartswith"
NO_FIELD = "its engine and plugins declare no such field, or no longer"
MAX_EXCLUSIVE = 3
"""Most alternatives of ``xor``, which Falco does not have: each doubles the condition."""


def condition(text: str, catalogue: Catalogue, around: Surroundings = PLAIN, zone: tzinfo = UTC) -> str:
    """The filter in Falco's language.

    Args:
        text: as typed, in either dialect.
        catalogue: the fields of the source.
        around: what it is read in; its macros are expanded.
        zone: holds for times that name none.

    Raises:
        FilterError: it is wrong, or a part of it has no counterpart; with the place of that part.
    """
    writer = Falco(text, catalogue, around, zone)
    return writer.expression(writer.tree)


@cache
def known_fields(source: str) -> frozenset[str]:
    """The names of the fields that Falco has for a source; none where it does not know the source."""
    data = tomllib.loads(files(__package__).joinpath("falco_fields.toml").read_text(encoding="utf-8"))
    return frozenset(data.get(source, ()))


class Falco(Counterpart):
    """One filter on its way."""

    language = "Falco's language"

    def expression(self, node: Expression) -> str:
        """A tree; parts that are no tests in parentheses."""
        match node:
            case And(items) | Or(items):
                joiner = " and " if isinstance(node, And) else " or "
                return joiner.join(map(self.inside, items))
            case Not(item):
                return f"not {self.inside(item)}"
            case Xor(items):
                if len(items) > MAX_EXCLUSIVE:
                    raise self.refused(f"'xor' of more than {MAX_EXCLUSIVE}", node.span, "write and, or and not")
                return self.exclusive(items)
            case Presence():
                return self.presence(node)
            case Comparison():
                return self.comparison(node)
            case Membership():
                return self.membership(node)
            case Around() | First():
                word = "around" if isinstance(node, Around) else "first"
                raise self.refused(f"'{word}(…)'", node.span, "a rule sees one event at a time")

    def inside(self, node: Expression) -> str:
        """A part of a tree."""
        text = self.expression(node)
        return text if isinstance(node, (Presence, Comparison, Membership, Not)) else f"({text})"

    def exclusive(self, items: Sequence[Expression]) -> str:
        """An odd number of the items."""
        last = self.inside(items[-1])
        if len(items) == 1:
            return last
        rest = self.exclusive(items[:-1])
        rest = f"({rest})" if len(items) > 2 else rest
        return f"({rest} and not {last}) or (not {rest} and {last})"

    def presence(self, test: Presence) -> str:
        """``field exists``."""
        left = self.side(test.left)
        written = self.made(left.node)
        return f"{written} = true" if left.type is FieldType.BOOL and not test.explicit else f"{written} exists"

    # --- sides ---

    def made(self, node: Operand) -> str:
        """A field, or a transformer of one."""
        match node:
            case FieldName(ref):
                return self.field(ref, node)
            case Call(function, arguments) if function in TRANSFORMERS and len(arguments) == 1:
                return f"{TRANSFORMERS[function]}({self.made(arguments[0])})"
            case Call(function):
                raise self.refused(f"'{function}(…)'", node.span)
            case Slice():
                raise self.refused("a slice", node.span, "startswith, endswith and glob test the ends of a text")
            case Arithmetic() | Negative():
                raise self.refused("arithmetic", node.span)
            case Reference():
                raise self.refused("a value of the selected event", node.span)
        raise self.refused("a value on this side", node.span)

    def field(self, ref: FieldRef, node: Operand) -> str:
        """A field that Falco has."""
        base, known = ref.field.name, known_fields(self.catalogue.source)
        if base in known or (base.startswith("evt.rawarg.") and "evt.rawarg" in known):
            return name(ref)
        if not known:
            raise self.refused(f"the source '{self.catalogue.source}'", node.span)
        hint = f"use {ref.field.deprecated}" if ref.field.deprecated else NO_FIELD
        raise self.refused(f"field '{ref.key}'", node.span, hint)

    # --- tests ---

    def comparison(self, test: Comparison) -> str:
        """``left op right``."""
        left, op = self.side(test.left), test.op
        written = self.made(left.node)
        if left.is_several:
            return self.of_several(test, left, written)
        op = {Op.ALL_EQ: Op.EQ, Op.ANY_NE: Op.NE}.get(op, op)
        if not isinstance(test.right, Text):
            sign = "=" if op is Op.EQ else op.value
            if op not in (Op.EQ, Op.NE, *ORDER) or (op in ORDER and left.type not in WHOLE_NUMBERS):
                raise self.refused(f"'{op.value}' between two fields of type {left.type.value}", test.span)
            right = self.made(test.right)
            return f"{written} {sign} {f'val({right})' if isinstance(test.right, FieldName) else right}"
        return self.with_value(left, op, test.right, written)

    def of_several(self, test: Comparison, left: Left, written: str) -> str:
        """A comparison of a field with several values: Falco has only some."""
        op, right = test.op, test.right
        every = op in (Op.NE, Op.ALL_EQ) if not test.quantifier else test.quantifier == "all"
        if op is Op.EQ and not every and isinstance(right, Text):
            if left.is_list:
                return f"{written} intersects ({self.literal(right, left, op)})"
            return self.with_value(left, op, right, written)
        if op is Op.NE and every and isinstance(right, Text):
            return f"({written} exists and not {self.of_several(_equal(test), left, written)})"
        hint = "'==', '!=' and 'in' have one"
        raise self.refused(f"'{op.value}' of '{written}', which may have several values,", test.span, hint)

    def with_value(self, left: Left, op: Op, right: Text, written: str) -> str:
        """A comparison with a value."""
        if left.type is FieldType.BYTES:
            return self.of_bytes(left, op, right, written)
        if op is Op.MATCHES:
            return f"{written} {self.literal_match(right)}"
        if op is Op.REGEX and PERL.search(right.text):
            raise self.refused("this regular expression", right.span, "Falco's are POSIX: [0-9] in place of \\d")
        if op in ORDER and left.type not in WHOLE_NUMBERS:
            raise self.refused(f"an order of values of type {left.type.value}", right.span)
        if is_network(right, left):
            inside = self.in_networks(left, [right])
            return inside if op is Op.EQ else f"({written} exists and not {inside})"
        return f"{written} {'=' if op is Op.EQ else op.value} {self.literal(right, left, op)}"

    def in_networks(self, left: Left, networks: Sequence[Text]) -> str:
        """Whether an address is in one of several ranges."""
        key = left.field.name if left.field is not None else ""
        if key not in NETWORKS or self.catalogue.source != "syscall":
            raise self.refused("a range of addresses with this field", networks[0].span)
        return f"{NETWORKS[key]} in ({', '.join(each.text for each in networks)})"

    def literal_match(self, right: Text) -> str:
        """``matches`` with a pattern that stands for itself."""
        text = right.text.removeprefix("(?-i)")
        if META.search(text) or not (text.isascii() and text):
            hint = "Falco's regex has to fit the whole value and heeds case; write 'regex' for that"
            raise self.refused("'matches' with this pattern", right.span, hint)
        return f"{'icontains' if text == right.text else 'contains'} {quoted(text)}"

    def of_bytes(self, left: Left, op: Op, right: Text, written: str) -> str:
        """A search in bytes, by their hexadecimal digits."""
        found = self.value(right, FieldType.BYTES, op)
        if op not in OF_BYTES or not isinstance(found, bytes) or not found:
            raise self.refused(f"'{op.value}' of bytes", right.span, "'contains' and 'startswith' have one")
        return f"{written} {OF_BYTES[op]} {found.hex()}"

    def membership(self, test: Membership) -> str:
        """``left in (…)`` and its kin."""
        left = self.side(test.left)
        written = self.made(left.node)
        if test.modifier:
            return self.modified(test, left, written)
        if test.op is Op.PMATCH:
            items = [self.literal(each, left, Op.PMATCH) for each in self.items(test) if isinstance(each, Text)]
            if left.is_several:
                raise self.refused("'pmatch' of several values", test.span)
            return f"{written} pmatch ({', '.join(items)})"
        every = test.op is Op.IN and not test.braces and left.is_list
        if test.quantifier and left.is_several and (test.quantifier == "all") is not (test.op is Op.NOT_IN or every):
            raise self.refused(f"'{test.quantifier}' of '{written}'", test.span)
        found = self.one_of(test, left, written, every=every)
        return f"({written} exists and not {found})" if test.op is Op.NOT_IN else found

    def modified(self, test: Membership, left: Left, written: str) -> str:
        """``left op anyof (…)``: each of the list asked on its own."""
        if left.type is not FieldType.STRING or left.is_several:
            raise self.refused(f"'{test.modifier}' of '{written}'", test.span)
        for each in self.items(test):
            if test.op is Op.REGEX and isinstance(each, Text):
                self.with_value(left, Op.REGEX, each, written)
        items = [self.literal(each, left, test.op) for each in self.items(test) if isinstance(each, Text)]
        return f"{written} {'=' if test.op is Op.EQ else test.op.value} {test.modifier} ({', '.join(items)})"

    def one_of(self, test: Membership, left: Left, written: str, *, every: bool) -> str:
        """One of a list; ranges and fields in it become tests of their own."""
        texts = [each for each in self.items(test) if isinstance(each, Text)]
        networks = [each for each in texts if is_network(each, left)]
        plain = [each for each in texts if each not in networks]
        others = [each for each in self.items(test) if not isinstance(each, Text)]
        if left.type is FieldType.BYTES:
            raise self.refused("a list of bytes", test.span)
        word = "intersects" if left.is_list and not every else "in"
        parts = [f"{written} {word} ({', '.join(self.literal(each, left, Op.IN) for each in plain)})"]
        parts = parts if plain or not (others or networks) else []
        parts += [self.in_networks(left, networks)] if networks else []
        if others and left.is_several:
            raise self.refused(f"a range or a field in the list of '{written}'", test.span)
        parts += [self.member(each, left, written) for each in others]
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def member(self, item: Member, left: Left, written: str) -> str:
        """A range, or a field, as a test of its own."""
        if isinstance(item, Range):
            if left.type not in WHOLE_NUMBERS:
                raise self.refused(f"a range of values of type {left.type.value}", item.span)
            bounds = interval(item, left.type, self.zone)
            return f"({written} >= {bounds.low} and {written} <= {bounds.high})"
        right = self.made(item)
        return f"{written} = {f'val({right})' if isinstance(item, FieldName) else right}"

    # --- values ---

    def literal(self, node: Text, left: Left, op: Op) -> str:
        """A value as Falco reads it: numbers plain, times refused."""
        if left.type is FieldType.STRING:
            return node.text if not node.quoted and PLAIN_WORD.fullmatch(node.text) else quoted(node.text)
        if left.type is FieldType.TIME:
            raise self.refused("a comparison of times", node.span, "evt.rawtime, in nanoseconds, has one")
        if left.type is FieldType.IP:
            return node.text
        found = self.value(node, left.type, op if op in EQUALITY | ORDER else Op.EQ)
        if isinstance(found, bool):
            return "true" if found else "false"
        if not isinstance(found, int):
            raise self.refused("this value", node.span)
        return str(found)


def is_network(node: Text, left: Left) -> bool:
    """Whether a value is a range of addresses."""
    return left.type is FieldType.IP and "/" in node.text


def _equal(test: Comparison) -> Comparison:
    """The comparison that ``!=`` denies."""
    return Comparison(test.left, Op.EQ, test.right, "", test.op_span)


def quoted(text: str) -> str:
    r"""A string of Falco's: ``\xHH`` for bytes that do not print (libs, filter/parser.cpp)."""
    parts: list[str] = []
    for character in text:
        if character in '"\\':
            parts.append(f"\\{character}")
        elif character.isprintable():
            parts.append(character)
        else:
            parts.extend(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
    return f'"{"".join(parts)}"'
