"""Reads the sides of a test: fields, functions, slices, arithmetic, references and values; part of stage ④."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from thresher.capture.filter import advice, functions
from thresher.capture.filter.ast import (
    Arithmetic,
    Call,
    FieldName,
    Negative,
    Operand,
    Part,
    Reference,
    Slice,
    Text,
)
from thresher.capture.filter.operators import BIT_AND, FLIPPED, KEYWORDS, SIGNS, UNSUPPORTED_SYMBOLS, Op
from thresher.capture.filter.reading import Reading
from thresher.capture.filter.tokens import SLICE, Kind, Token
from thresher.capture.model import Argument, FieldType

if TYPE_CHECKING:
    from thresher.capture.model import FieldRef, Value

PART = re.compile(
    r"\s*(?:(?P<start>-?\d{1,6})?\s*:\s*(?P<length>\d{1,6})?|(?P<first>-?\d{1,6})\s*-\s*(?P<end>-?\d{1,6})"
    r"|(?P<single>-?\d{1,6}))\s*"
)
"""One part of a slice: ``i:n``, ``:n``, ``i:``, ``i-j``, ``i``."""
MAX_PARTS = 16
SLICES = re.compile(r"(?:\[[\s\d:,-]*\])*")
DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.")
CONSTANT = re.compile(r"[+-]?[0-9]")
SIGNED = re.compile(r"[+-]?[^+-].*", re.DOTALL)
"""A bare value that a minus before it becomes part of."""
COMPARED_AS_TEXT = frozenset({FieldType.STRING, FieldType.BYTES, FieldType.IP, FieldType.BOOL})
LEVELS: tuple[frozenset[str], ...] = (BIT_AND, frozenset({"+", "-"}), frozenset({"*", "/", "%"}))
"""The signs of arithmetic, loosest first."""


class Operands(Reading):
    """The part of the parser that reads the sides of a test."""

    # --- left sides ---

    def left(self) -> Operand:
        """What a test begins with."""
        if not self.is_constant():
            return self.sum(self.primary())
        token = self.scanner.take(self.scanner.peek(value=True))
        return self.sum(Text(token.value, token.kind is Kind.STRING, self.span(token.start)))

    def is_constant(self) -> bool:
        """Whether quoted text or a number comes next."""
        token = self.scanner.peek(numeric=True)
        return token.kind is Kind.STRING or (token.kind is Kind.WORD and CONSTANT.match(token.value) is not None)

    def primary(self) -> Operand:
        """A field, function, reference, group or negative, with the slices behind it."""
        token = self.scanner.peek()
        if token.kind is Kind.NAME and token.value not in KEYWORDS:
            self.scanner.take(token)
            return self.sliced(self.named(token))
        if token.value == "$":
            return self.sliced(self.reference(token))
        if token.value == "{":
            return self.sliced(self.group(token))
        if token.value in ("-", "+"):
            return self.signed(token)
        if token.kind is Kind.END:
            raise self.error("a field was expected here, but the filter ends", token)
        if token.kind is Kind.STRING:
            raise self.error("a field was expected here, not a value", token)
        if token.value in UNSUPPORTED_SYMBOLS:
            what, hint = UNSUPPORTED_SYMBOLS[token.value]
            raise self.error(f"{what} is not supported", token, hint)
        raise self.error(f"a field was expected here, not '{token.value}'", token)

    def signed(self, token: Token) -> Operand:
        """``-item`` or ``+item``."""
        self.allowed(token)
        self.enter(self.scanner.take(token))
        item = self.factor()
        self.depth -= 1
        if token.value == "+":
            return item
        span = (self.span(token.start)[0], item.span[1])
        if isinstance(item, Text) and not item.quoted and SIGNED.fullmatch(item.text):
            return Text(item.text[1:] if item.text[0] == "-" else f"-{item.text.lstrip('+')}", False, span)
        return Negative(item, span)

    def group(self, opening: Token) -> Operand:
        """Arithmetic in braces."""
        self.allowed(opening)
        self.enter(self.scanner.take(opening))
        inside = self.sum(self.factor())
        self.close("}", opening, "an arithmetic sign or ")
        self.depth -= 1
        return inside

    def named(self, token: Token) -> Operand:
        """The field of this name with the slices that follow, or the call that begins with it."""
        if "[" not in token.value and self.scanner.follows("("):
            return self.call(token)
        name, slices = token.value, []
        while (bracket := name.rfind("[")) > 0 and SLICE.fullmatch(name[bracket:]) and self.is_slice(name, bracket):
            slices.append(Token(Kind.SYMBOL, name[bracket:], token.start + bracket, token.start + len(name)))
            name = name[:bracket]
        found: Operand = FieldName(self.resolve(token, name), self.span(token.start, token.start + len(name)))
        for each in reversed(slices):
            found = self.slice(found, each)
        return found

    def is_slice(self, name: str, bracket: int) -> bool:
        """Whether brackets cut a slice rather than give the field in front of them its argument."""
        whole, base = self.known(name), self.known(name[:bracket])
        if whole is None or base is None:
            inner = name.rfind("[", 0, bracket)
            sliced = inner > 0 and SLICE.fullmatch(name[inner:bracket]) and self.is_slice(name[:bracket], inner)
            return base is not None or bool(sliced)
        plain = name[bracket + 1 : -1].strip().isdecimal()
        return base.field.argument is Argument.PATH and base.argument is not None and not plain

    def sliced(self, base: Operand) -> Operand:
        """An operand with the slices that follow at once."""
        while token := self.scanner.slice():
            self.scanner.take(token)
            base = self.slice(base, token)
        return base

    def slice(self, base: Operand, token: Token) -> Slice:
        """One pair of brackets behind an operand."""
        self.allowed(token, "[")
        if isinstance(base, Text):
            raise self.error("only fields and what is made of them can be sliced, not a value", base)
        texts = token.value[1:-1].split(",")
        parts = [self.part(text) for text in texts]
        if len(parts) > MAX_PARTS:
            raise self.error(f"a slice has up to {MAX_PARTS} parts", token)
        found = tuple(part for part in parts if part is not None)
        if len(found) < len(texts):
            hint = "write [2:4] for 4 from the third on, [2-4] for the third to the fifth, [-4:] for the last four"
            raise self.error(f"'{token.value}' is not a slice", token, hint)
        return Slice(base, found, (base.span[0], self.span(token.start, token.end)[1]))

    def part(self, text: str) -> Part | None:
        """One part of a slice; None where it is none, or empty."""
        match = PART.fullmatch(text)
        if match is None or text.strip() == ":":
            return None
        if match["single"]:
            return Part(int(match["single"]), length=1)
        if match["first"]:
            start, end = int(match["first"]), int(match["end"])
            return None if (start < 0) is (end < 0) and end < start else Part(start, end=end)
        length = None if match["length"] is None else int(match["length"])
        return None if length == 0 else Part(int(match["start"] or 0), length=length)

    # --- functions ---

    def call(self, token: Token) -> Operand:
        """A function and its arguments in parentheses."""
        self.allowed(token)
        function = functions.canonical(token.value)
        if token.value == functions.VAL:
            raise self.error("'val(…)' can only stand on the right", token)
        if function is None:
            raise self.unknown_function(token)
        opening = self.scanner.take(self.scanner.peek())
        self.enter(opening)
        arguments: list[Operand] = []
        while not self.scanner.follows(")"):
            if arguments:
                if not self.scanner.follows(","):
                    break
                self.scanner.take(self.scanner.peek())
            if function == "join" and self.scanner.follows("("):
                arguments.extend(self.joined())
            else:
                arguments.append(self.argument(function))
        self.close(")", opening, "',' or ")
        self.depth -= 1
        return Call(function, tuple(arguments), self.span(token.start))

    def argument(self, function: str) -> Operand:
        """One argument: arithmetic, or a field; a value alone only where the function takes values."""
        takes_values = functions.FUNCTIONS[function].values
        found = self.sum(self.factor() if takes_values or self.is_constant() else self.primary())
        if isinstance(found, Text) and not takes_values:
            raise self.error("a field was expected here, not a value", found)
        return found

    def joined(self) -> list[Operand]:
        """The list that ``join`` takes."""
        opening = self.scanner.take(self.scanner.peek())
        self.enter(opening)
        found: list[Operand] = []
        while not self.scanner.follows(")"):
            if found:
                if not self.scanner.follows(","):
                    break
                self.scanner.take(self.scanner.peek())
            found.append(self.argument("join"))
        self.close(")", opening, "',' or ")
        self.depth -= 1
        return found

    def unknown_function(self, token: Token) -> Exception:
        """Why there is no such function."""
        if token.value in functions.UNSUPPORTED:
            return self.error(f"function '{token.value}' is not supported", token, functions.UNSUPPORTED[token.value])
        near = get_close_matches(token.value, [*functions.FUNCTIONS, *functions.ALIASES], 1)
        hint = f"did you mean '{near[0]}'?" if near else ""
        return self.error(f"there is no function '{token.value}'", token, hint)

    # --- arithmetic ---

    def sum(self, first: Operand, level: int = 0) -> Operand:
        """Arithmetic that begins with an operand: ``&`` binds loosest, then ``+ -``, then ``* / %``."""
        if level == len(LEVELS):
            return first
        found = self.sum(first, level + 1)
        while (token := self.sign()) is not None and token.value in LEVELS[level]:
            self.allowed(token)
            self.enter(self.scanner.take(token))
            right = self.sum(self.factor(), level + 1)
            sign = "&" if token.value in BIT_AND else token.value
            found = Arithmetic(sign, found, right, (found.span[0], right.span[1]))
        return found

    def sign(self) -> Token | None:
        """The arithmetic sign that comes next."""
        token = self.scanner.peek()
        return token if token.kind in (Kind.SYMBOL, Kind.NAME) and token.value in SIGNS else None

    def factor(self) -> Operand:
        """An operand of arithmetic: a constant, or what a test can begin with."""
        token = self.scanner.peek(numeric=True)
        if token.kind is Kind.STRING:
            self.scanner.take(token)
            return Text(token.value, True, self.span(token.start))
        if token.kind is not Kind.WORD or token.value in KEYWORDS or token.value[0] in "$@":
            return self.primary()
        name = token.value.lstrip("+-")
        following = self.text[token.end : token.end + 1]
        if following == "(" or (DOTTED.match(name) and self.known(name) is not None) or following == "[":
            return self.primary()
        self.scanner.take(token)
        return Text(token.value, False, self.span(token.start))

    # --- right sides ---

    def right(self, op: Op, left: Operand) -> Operand:
        """What a left side is compared with."""
        if op in FLIPPED and self.numeric(left):
            token = self.scanner.peek(numeric=True)
            if token.kind is Kind.WORD and token.value in KEYWORDS:
                raise self.keyword(op, token)
            if token.kind is Kind.WORD and token.value == functions.VAL and self.scanner.text[token.end :][:1] == "(":
                return self.sum(self.word(op))
            if token.kind in (Kind.WORD, Kind.STRING) or token.value in ("{", "$", "-", "+"):
                return self.sum(self.factor())
        return self.word(op)

    def numeric(self, left: Operand) -> bool:
        """Whether arithmetic can stand on the right of this left side."""
        match left:
            case FieldName(ref) | Reference(ref):
                return ref.field.type not in COMPARED_AS_TEXT
            case Call(function, arguments):
                gives = functions.FUNCTIONS[function].gives
                return gives not in COMPARED_AS_TEXT if gives else any(map(self.numeric, arguments))
            case Arithmetic(_, first, second):
                return self.numeric(first) or self.numeric(second)
            case Negative():
                return True
        return False

    def word(self, op: Op) -> Operand:
        """A value, field or call where a bare word may hold any sign."""
        token = self.scanner.peek(value=True)
        if token.kind is Kind.WORD and token.value in KEYWORDS:
            raise self.keyword(op, token)
        if token.kind is Kind.WORD and token.value[0] == "$":
            return self.sliced(self.reference(token))
        if token.kind is Kind.WORD and token.value[0] != "@":
            name = self.scanner.peek()
            self.scanner.take(token)
            if self.scanner.follows("("):
                return self.right_call(token)
            sliced = self.right_slice(name, token)
            if sliced is not None:
                return sliced
            ref = self.dotted_field(token.value)
            span = self.span(token.start)
            return Text(token.value, False, span) if ref is None else FieldName(ref, span)
        return self.value(token, f"a value was expected after '{op.value}'", angle=op in (Op.EQ, Op.NE))

    def right_slice(self, name: Token, word: Token) -> Operand | None:
        """A slice of a field on the right; None where the word is something else."""
        if name.kind is not Kind.NAME or not name.value.endswith("]") or "." not in name.value:
            return None
        behind = self.text[name.end : word.end]
        if not SLICES.fullmatch(behind):
            return None
        bracket = name.value.rfind("[")
        cuts = SLICE.fullmatch(name.value[bracket:]) is not None and self.is_slice(name.value, bracket)
        more = bool(behind) or name.end > word.end  # slices, or an argument in quotes that no bare word can hold
        if not cuts and (not more or self.known(name.value) is None):
            return None
        self.scanner.take(name)
        return self.sliced(self.named(name))

    def right_call(self, token: Token) -> Operand:
        """``val(field)`` or a function."""
        if token.value != functions.VAL:
            return self.sliced(self.call(token))
        self.allowed(token)
        opening = self.scanner.take(self.scanner.peek())
        name = self.scanner.peek()
        if name.kind is not Kind.NAME:
            raise self.error("a field was expected in 'val(…)'", name)
        self.scanner.take(name)
        ref = self.resolve(name)
        self.close(")", opening)
        return FieldName(ref, self.span(token.start))

    def dotted_field(self, word: str) -> FieldRef | None:
        """The field that a bare word on the right names; words without a dot are always values."""
        return self.known(word) if DOTTED.match(word) else None

    def keyword(self, op: Op, token: Token) -> Exception:
        """Why a word of the language is no value."""
        hint = "quote it if it is a value"
        return self.error(f"a value was expected after '{op.value}', not '{token.value}'", token, hint)

    def value(self, token: Token, expected: str, *, angle: bool = False) -> Text:
        """A string or a bare word; with ``angle``, also the direction ``<`` or ``>`` alone."""
        if token.kind is Kind.STRING:
            self.scanner.take(token)
            return Text(token.value, True, self.span(token.start))
        if token.kind is Kind.WORD and token.value[0] not in "$@" and not token.value.startswith(".."):
            self.scanner.take(token)
            return Text(token.value, False, self.span(token.start))
        if angle and token.value in ("<", ">"):
            self.scanner.take(token)
            return Text(token.value, True, self.span(token.start))
        if token.value[:1] == "$":
            raise self.error("a value of the selected event ('$') cannot stand in a list", token, "quote plain text")
        if token.value[:1] == "@":
            what, hint = UNSUPPORTED_SYMBOLS["@"]
            raise self.error(f"{what} is not supported", token, hint)
        found = ", but the filter ends" if token.kind is Kind.END else f", not '{token.value}'"
        raise self.error(expected + found, token, advice.about_missing_value(self.text, token.start))

    def reference(self, token: Token) -> Reference:
        """``$field``: what the field holds in the selected event."""
        found = self.scanner.reference(token.start)
        if found is None:
            hint = "write $proc.name for the selected event's, $name(…) for a macro; quote plain text"
            raise self.error("a field or a macro was expected after '$'", token, hint)
        place, name = found
        self.allowed(place, "$")
        bracket = name.rfind("[")
        if bracket > 0 and place.value[1] != "{" and self.is_slice(name, bracket):
            place = Token(Kind.NAME, place.value[: bracket - len(name)], place.start, place.end + bracket - len(name))
            name = name[:bracket]
        ref = self.resolve(place, name)
        self.scanner.take(place)
        if self.around.selected is None:
            raise self.error("no event is selected to take the value from", place)
        return Reference(ref, listed(self.around.selected(ref)), self.span(place.start))


def listed(value: Value) -> tuple[int | bool | str | bytes, ...]:
    """The values that a field has, none where it is missing."""
    if isinstance(value, (list, tuple)):
        return tuple(each for each in value if each is not None)
    return () if value is None or isinstance(value, float) else (value,)
