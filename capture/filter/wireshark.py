"""Prints a filter in Wireshark's language with the same meaning, or says which part cannot be; part of stage ④."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from thresher.capture.filter.ast import (
    And,
    Around,
    Call,
    Comparison,
    FieldName,
    First,
    Membership,
    Not,
    Or,
    Part,
    Presence,
    Range,
    Slice,
    Text,
    Xor,
)
from thresher.capture.filter.counterpart import Counterpart, Left
from thresher.capture.filter.operators import Op
from thresher.capture.filter.patterns import glob, literal, path_prefixes
from thresher.capture.filter.render import render
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.filter.ast import Expression, Operand
    from thresher.capture.registry import Catalogue

ELSEWHERE = frozenset({"b64", "basename", "join", "concat"})
"""Functions that Wireshark does not have."""


def display_filter(text: str, catalogue: Catalogue, around: Surroundings = PLAIN, zone: tzinfo = UTC) -> str:
    """The filter in Wireshark's language, canonically printed.

    Args:
        text: as typed, in either dialect.
        catalogue: the fields of the source.
        around: what it is read in; its macros are expanded.
        zone: holds for times that name none.

    Raises:
        FilterError: it is wrong, or a part of it has no counterpart; with the place of that part.
    """
    writer = Wireshark(text, catalogue, around, zone)
    return render(writer.expression(writer.tree))


class Wireshark(Counterpart):
    """One filter on its way."""

    language = "Wireshark's language"

    def expression(self, node: Expression) -> Expression:
        """A tree of what the language has."""
        match node:
            case And(items) | Or(items) | Xor(items):
                return replace(node, items=tuple(map(self.expression, items)))
            case Not(item):
                return Not(self.expression(item), node.span)
            case Presence(left, explicit):
                self.allowed(left)
                if explicit and self.side(left).type is FieldType.BOOL:
                    values = (Text("true", False), Text("false", False))
                    return Membership(left, Op.IN, values, True)
                if explicit and isinstance(left, Call):
                    raise self.refused("'exists' behind a function", node.span)
                return Presence(left, False)
            case Comparison():
                self.allowed(node.left)
                self.allowed(node.right)
                return self.comparison(node)
            case Membership():
                self.allowed(node.left)
                return self.membership(node)
            case Around() | First():
                word = "around" if isinstance(node, Around) else "first"
                raise self.refused(f"'{word}(…)'", node.span)

    def allowed(self, node: Operand) -> None:
        """Refuse functions that the language does not have."""
        if isinstance(node, Call) and node.function in ELSEWHERE:
            raise self.refused(f"'{node.function}(…)'", node.span)
        inner = getattr(node, "arguments", None) or [
            getattr(node, at, None) for at in ("base", "item", "left", "right")
        ]
        for each in inner:
            if each is not None:
                self.allowed(each)

    # --- tests ---

    def comparison(self, test: Comparison) -> Expression:
        """``left op right``."""
        left = self.side(test.left)
        if not isinstance(test.right, Text) or left.type is FieldType.BYTES:
            return self.of_bytes(test) if left.type is FieldType.BYTES else self.between(test)
        return self.with_text(test, left, test.right.text)

    def between(self, test: Comparison) -> Expression:
        """A comparison of fields."""
        if test.op in (Op.ICONTAINS, Op.STARTSWITH, Op.ENDSWITH):
            raise self.refused(f"'{test.op.value}' with a field on the right", test.span)
        return test

    def with_text(self, test: Comparison, left: Left, text: str) -> Expression:
        """A comparison with a value."""
        match test.op:
            case Op.ICONTAINS:
                return replace(test, left=Call("lower", (left.node,)), op=Op.CONTAINS, right=Text(text.lower(), True))
            case Op.STARTSWITH:
                return self.matching(test, rf"\A{literal(text)}")
            case Op.ENDSWITH:
                return self.matching(test, rf"{literal(text)}\z")
            case Op.REGEX:
                return self.matching(test, rf"\A(?:{text})\z")
            case Op.GLOB:
                return self.matching(test, rf"\A(?:{glob(text)})\z")
            case Op.IGLOB:
                return self.matching(test, rf"\A(?:{glob(text)})\z", ignore_case=True)
        return test

    def matching(self, test: Comparison | Membership, pattern: str, *, ignore_case: bool = False) -> Comparison:
        """``left matches pattern``."""
        text = Text(pattern if ignore_case else f"(?-i){pattern}", True)
        return Comparison(test.left, Op.MATCHES, text, test.quantifier)

    def of_bytes(self, test: Comparison) -> Expression:
        """The same of bytes."""
        if test.op not in (Op.BCONTAINS, Op.BSTARTSWITH, Op.STARTSWITH, Op.ENDSWITH, Op.ICONTAINS):
            return test
        if not isinstance(test.right, Text) or test.op is Op.ICONTAINS:
            raise self.refused(f"'{test.op.value}' of bytes", test.span)
        data = self.value(test.right, FieldType.BYTES, test.op)
        if not isinstance(data, bytes) or not data:
            raise self.refused("no bytes at all", test.span)
        right = Text(data.hex(":") if len(data) > 1 else f":{data.hex()}", False)
        if test.op is Op.BCONTAINS:
            return replace(test, op=Op.CONTAINS, right=right)
        part = Part(-len(data), length=len(data)) if test.op is Op.ENDSWITH else Part(0, length=len(data))
        return replace(test, left=Slice(test.left, (part,)), op=Op.EQ, right=right)

    def membership(self, test: Membership) -> Expression:
        """``left in {…}`` and its kin."""
        left = self.side(test.left)
        for each in self.items(test):
            if isinstance(each, Call):
                self.allowed(each)
        if test.modifier:
            return self.modified(test, left)
        if test.op is Op.PMATCH:
            paths = [each.text for each in self.items(test) if isinstance(each, Text)]
            if not paths:
                raise self.refused("an empty list", test.span)
            return self.matching(test, rf"\A(?:{path_prefixes(paths)})\z")
        items = tuple(self.items(test))
        if not items:
            raise self.refused("an empty list", test.span)
        if any(isinstance(each, FieldName) for each in items):
            return self.one_by_one(test, left)
        every = test.op is Op.IN and not test.braces and isinstance(test.left, FieldName) and left.is_list
        quantifier = test.quantifier or ("all" if every else "")
        op = Op.IN if test.op is Op.INTERSECTS else test.op
        return replace(test, op=op, items=items, braces=True, quantifier=quantifier)

    def one_by_one(self, test: Membership, left: Left) -> Expression:
        """A list with fields in it, as tests joined by *or*."""
        if left.is_several or test.op is Op.NOT_IN or any(isinstance(each, Range) for each in self.items(test)):
            raise self.refused("a field in a list", test.span, "compare with it in a test of its own")
        parts = [Comparison(test.left, Op.EQ, each) for each in self.items(test) if not isinstance(each, Range)]
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def modified(self, test: Membership, left: Left) -> Expression:
        """``anyof`` and ``allof`` as tests joined by *or* and *and*."""
        texts = [each for each in self.items(test) if isinstance(each, Text)]
        several = left.is_several or test.quantifier
        if test.modifier == "oneof" or not texts or (several and test.modifier == "allof"):
            raise self.refused(f"'{test.modifier}' here", test.span)
        if several and (test.op is Op.NE or test.quantifier == "all"):
            raise self.refused(f"'{test.modifier}' here", test.span)
        parts: Sequence[Expression] = [
            self.comparison(Comparison(test.left, test.op, each, test.quantifier)) for each in texts
        ]
        if len(parts) == 1:
            return parts[0]
        return And(tuple(parts)) if test.modifier == "allof" else Or(tuple(parts))
