"""Says what can stand at a place in a filter that is being typed, and which rest of it is in force; part of stage ④."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError, QueryError
from thresher.capture.filter.ast import And, Expression, Not, Presence
from thresher.capture.filter.calling import end_of
from thresher.capture.filter.context import AROUND, BY, FIRST, USAGE
from thresher.capture.filter.operators import CONNECTIVES, EXISTS, NOT, QUANTIFIERS, SETS, SYMBOLS, WORDS, Op
from thresher.capture.filter.parser import read
from thresher.capture.filter.render import render
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.filter.tokens import Kind, Scanner, Token

if TYPE_CHECKING:
    from thresher.capture.model import FieldRef
    from thresher.capture.registry import Catalogue

ALWAYS = "evt.num exists"
"""Stands for the test that is being typed: true of every event."""

OPENING = {"(": ")", "{": "}", AROUND: ")", FIRST: ")"}
"""What is open, and what closes it: brackets, and functions that have a filter in them."""

NAME_BEFORE = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*\Z")


class Expects(Enum):
    """What can stand at the cursor."""

    TEST = "test"
    """A field, a function, ``not``."""
    OPERATOR = "operator"
    VALUE = "value"
    CONNECTIVE = "connective"
    LENGTH = "length"
    """How far ``around`` reaches."""
    SCOPE = "scope"
    """What ``around`` keeps to."""
    KEY = "key"
    """A field behind ``by``."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The place of the cursor in a filter.

    Attributes:
        expects: what can stand there.
        prefix: what has been typed of it, quotes taken off.
        start: where that begins.
        end: where the word under the cursor ends.
        quoted: a quote has been opened before the prefix.
        field: the field of the test that the cursor is in, None before it or where it is not known.
        op: its operator, None before it.
        in_set: the cursor is between the brackets of a list.
        test_start: where the test begins, with any ``not`` before it.
        closing: brackets of its filter that are still open at the cursor, innermost first, as they are closed.
        within: ``around`` or ``first`` where the cursor is directly in one, otherwise ''.
        filter_start: where the filter begins that the test is in: behind ``around(``, or at 0.
    """

    expects: Expects = Expects.TEST
    prefix: str = ""
    start: int = 0
    end: int = 0
    quoted: bool = False
    field: FieldRef | None = None
    op: Op | None = None
    in_set: bool = False
    test_start: int = 0
    closing: str = ""
    within: str = ""
    filter_start: int = 0


def situation(text: str, cursor: int, catalogue: Catalogue) -> Situation:
    """What can stand at ``cursor``, a place from 0 to the length of the text.

    Never raises: where the text before the cursor is beyond understanding, a test is expected.
    """
    cursor = max(0, min(cursor, len(text)))
    try:
        found = _Reader(text[:cursor], catalogue).read()
    except FilterError:
        found = Situation(start=cursor)
    return replace(found, end=_word_end(text, cursor, found))


def rest(text: str, place: Situation, catalogue: Catalogue, around: Surroundings = PLAIN) -> str:
    """The filter without the test at the cursor: what every event that matches has to meet anyway; '' for nothing.

    In ``around`` and ``first`` that is the filter inside, up to the test. The rest is canonical: macros are expanded.
    Only what is joined to the test with *and* counts; what stands behind the cursor does if it can be read.
    """
    head = text[place.filter_start : place.test_start] + ALWAYS
    at = (place.test_start - place.filter_start, len(head))
    for tail in (text[place.end :] if not place.filter_start else "", ""):
        for closed in ("", place.closing):
            try:
                found = _without(read(head + tail + closed, catalogue, around), at)
            except FilterError:
                continue
            return render(found) if found is not None else ""
    return ""


def _without(expression: Expression, at: tuple[int, int]) -> Expression | None:
    """What holds beside the test at a place; None for nothing."""
    if not isinstance(expression, And):
        return None
    kept: list[Expression] = []
    for item in expression.items:
        inner = _without(item, at) if _holds(item, at) else item
        if inner is not None:
            kept.append(inner)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def _holds(expression: Expression, at: tuple[int, int]) -> bool:
    if isinstance(expression, Presence):
        return expression.span == at
    if isinstance(expression, Not):
        return _holds(expression.item, at)
    return any(_holds(item, at) for item in getattr(expression, "items", ()) if hasattr(item, "span"))


def _word_end(text: str, cursor: int, place: Situation) -> int:
    """Where the word under the cursor ends, its closing quote included."""
    stop = {'"', "'"} if place.quoted else set(" \t\n()[]{}\"',=<>!&|")
    end = cursor
    while end < len(text) and text[end] not in stop:
        end += 1
    if place.quoted:
        return end + 1 if end < len(text) else cursor
    return end


BEHIND_FILTER = {(AROUND, ","): Expects.LENGTH, (FIRST, BY): Expects.KEY}
"""What can stand behind the filter in a function, by what ends it."""


class _Reader:
    """Reads the part before the cursor token by token, and keeps what is open."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self._text = text
        self._catalogue = catalogue
        self._scanner = Scanner(text)
        self._open: list[str] = []
        self._starts: list[int] = []
        self._now = Situation()
        self._is_new_test = True

    def read(self) -> Situation:
        """The situation at the end of the text."""
        while True:
            try:
                token = self._scanner.peek(value=self._now.expects in (Expects.VALUE, Expects.LENGTH))
            except FilterError as error:
                return self._unclosed(error)
            if token.kind is Kind.END:
                return self._at(len(self._text), "")
            if token.end == len(self._text) and token.kind in (Kind.NAME, Kind.WORD):
                return self._at(token.start, token.value)
            self._scanner.take(token)
            self._step(token)

    def _at(self, start: int, prefix: str) -> Situation:
        if self._is_new_test and self._now.expects is Expects.TEST:
            self._now = replace(self._now, test_start=start)
        inside = next((at for at in range(len(self._open), 0, -1) if self._open[at - 1] in USAGE), 0)
        closing = "".join(OPENING[each] for each in reversed(self._open[inside:]))
        within = self._open[-1] if self._open and self._open[-1] in USAGE else ""
        filter_start = self._starts[-1] if self._starts else 0
        return replace(self._now, start=start, prefix=prefix, closing=closing, within=within, filter_start=filter_start)

    def _unclosed(self, error: FilterError) -> Situation:
        """A quote is open: what follows it is the prefix of a value."""
        start = min(error.start, len(self._text))
        opened = start + 1 if self._text[start : start + 1] in ('"', "'") else start + 2
        return replace(self._at(start, self._text[opened:]), quoted=True)

    def _step(self, token: Token) -> None:
        match self._now.expects:
            case Expects.TEST:
                self._in_test(token)
            case Expects.OPERATOR:
                self._behind_field(token)
            case Expects.VALUE:
                self._in_value(token)
            case Expects.CONNECTIVE:
                self._behind_test(token)
            case Expects.LENGTH | Expects.SCOPE | Expects.KEY:
                self._behind_filter(token)

    def _in_test(self, token: Token) -> None:
        if self._is_new_test:
            self._now = replace(self._now, test_start=token.start)
            self._is_new_test = False
        if token.value == "$" and (end := end_of(self._text, token.start)) is not None:
            self._scanner.at = end
            self._end_test()
        elif token.kind is Kind.SYMBOL and token.value == "(":
            word = self._word_before()
            self._open.append(word if word in USAGE else "(")
            if word in USAGE:
                self._starts.append(token.end)
            self._is_new_test = word in USAGE or not self._is_function(word)
        elif token.value in NOT or token.value in QUANTIFIERS:
            return
        elif token.kind is Kind.NAME and not self._scanner.follows("("):
            self._now = replace(self._now, expects=Expects.OPERATOR, field=self._resolved(token.value), op=None)

    def _word_before(self) -> str:
        """What stands before the bracket just read."""
        found = NAME_BEFORE.search(self._text, 0, self._scanner.at - 1)
        return found[1] if found else ""

    def _is_function(self, word: str) -> bool:
        """Whether a bracket behind it belongs to a function."""
        return bool(word) and word not in CONNECTIVES | NOT

    def _behind_field(self, token: Token) -> None:
        op = (WORDS if token.kind is Kind.NAME else SYMBOLS).get(token.value)
        if op is not None:
            negated = self._now.op is Op.NOT_IN and op is Op.IN
            self._now = replace(self._now, expects=Expects.VALUE, op=Op.NOT_IN if negated else op)
        elif token.value == "not":
            self._now = replace(self._now, op=Op.NOT_IN)
        elif token.value == ")":
            self._shut()
        elif token.value == EXISTS:
            self._now = replace(self._now, expects=Expects.CONNECTIVE)
        else:
            self._behind_test(token)

    def _in_value(self, token: Token) -> None:
        if self._now.op in SETS:
            if token.value in OPENING and not self._now.in_set and token.kind is Kind.SYMBOL:
                self._open.append(token.value)
                self._now = replace(self._now, in_set=True)
            elif token.kind is Kind.SYMBOL and token.value in ")}":
                self._shut()
                self._end_test()
            return
        if not self._scanner.follows("("):
            self._end_test()

    def _end_test(self) -> None:
        self._now = replace(self._now, expects=Expects.CONNECTIVE, in_set=False)

    def _behind_test(self, token: Token) -> None:
        if token.value in CONNECTIVES:
            self._now = Situation(test_start=token.end)
            self._is_new_test = True
        elif token.value == ")":
            self._shut()
        elif self._open and (self._open[-1], token.value) in BEHIND_FILTER:
            self._now = Situation(BEHIND_FILTER[self._open[-1], token.value], test_start=token.end)

    def _behind_filter(self, token: Token) -> None:
        if token.value == "," and self._now.expects is Expects.LENGTH:
            self._now = Situation(Expects.SCOPE, test_start=token.end)
        elif token.value == ")":
            self._shut()
            self._now = Situation(Expects.CONNECTIVE, test_start=token.end)

    def _shut(self) -> None:
        if self._open and self._open.pop() in USAGE:
            self._starts.pop()

    def _resolved(self, name: str) -> FieldRef | None:
        try:
            return self._catalogue.resolve(name)
        except QueryError:
            return None
