"""Suggests what can stand at the cursor of a filter: fields, operators, values that occur, names; part of stage ④."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.filter import calling
from thresher.capture.filter.context import AROUND, BY, FIRST, SCOPES, USAGE
from thresher.capture.filter.functions import FUNCTIONS
from thresher.capture.filter.operators import EXISTS, HEX, KEYWORDS, PATTERNS, SETS, SUBSTRINGS, Op, operators_for
from thresher.capture.filter.render import quote
from thresher.capture.filter.situation import Expects, Situation, rest, situation
from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.model import Ancestor, Argument, Field, FieldRef, FieldType

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue

MOST = 50
"""Suggestions at once."""

BARE = re.compile(r"[A-Za-z0-9_/:+@%-]+\Z")
"""Text values that need no quotes and cannot be taken for anything else."""

PARTS = re.compile(r"[^a-z0-9]+")

LENGTHS = {"1s": "", "100ms": "", "10s": "", "1m": "", "1ms": ""}
"""Lengths of time for ``around``."""

Ranked = tuple[tuple[int, int, int, str], "Suggestion"]
"""A suggestion with what it is ordered by."""

OPERATOR_TEXTS: Mapping[Op, str] = {
    Op.EQ: "equal",
    Op.NE: "different",
    Op.ALL_EQ: "all values equal",
    Op.ANY_NE: "any value different",
    Op.LT: "less",
    Op.LE: "at most",
    Op.GT: "more",
    Op.GE: "at least",
    Op.CONTAINS: "has this in it",
    Op.ICONTAINS: "has this in it, in any case",
    Op.BCONTAINS: "has these bytes in it, in hexadecimal",
    Op.STARTSWITH: "begins with this",
    Op.BSTARTSWITH: "begins with these bytes, in hexadecimal",
    Op.ENDSWITH: "ends with this",
    Op.MATCHES: "fits a regular expression anywhere, in any case",
    Op.REGEX: "fits a regular expression as a whole",
    Op.GLOB: "fits a pattern of * and ?",
    Op.IGLOB: "fits a pattern of * and ?, in any case",
    Op.IN: "one of a list",
    Op.NOT_IN: "none of a list",
    Op.INTERSECTS: "has one of a list",
    Op.PMATCH: "is one of these paths or below one",
}


class Counted(NamedTuple):
    """A value that occurs, as text, and in how many events."""

    text: str
    events: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Values of a field, most frequent first.

    Attributes:
        values: the values.
        exact: whether all events were looked at; otherwise there are at least as many as counted.
        final: whether asking again would tell nothing more.
        narrowed: whether the filter they were to be counted under is in force; otherwise they are those of more events.
    """

    values: Sequence[Counted] = ()
    exact: bool = True
    final: bool = True
    narrowed: bool = True


ValueSource = Callable[[FieldRef, str], Counts]
"""The values of a field in the events that match a filter; answers at once with what it has."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that can stand at the cursor.

    Attributes:
        insert: what replaces the text from ``start`` to ``end``.
        start, end: the word under the cursor.
        kind: field, function, operator, word, value, macro or saved.
        type: the type of a field; '' otherwise.
        text: one clause that says what it is.
        count: events with this value, None for what is no value.
        at_least: the count is a lower bound.
    """

    insert: str
    start: int
    end: int
    kind: str
    type: str = ""
    text: str = ""
    count: int | None = None
    at_least: bool = False


def complete(
    text: str,
    cursor: int,
    catalogue: Catalogue,
    values: ValueSource | None = None,
    names: Mapping[str, str] | None = None,
    first: Iterable[str] = (),
    around: Surroundings = PLAIN,
) -> list[Suggestion]:
    """What can stand at the cursor, best first.

    Args:
        text: a filter, finished or not.
        cursor: 0 to its length.
        catalogue: the fields of the source.
        values: tells which values occur; None where there is no capture.
        names: saved filters and macros by name, with their text; offered where a test can stand.
        first: names of fields that come before others which fit as well, as those on screen.
        around: what the filter is read in where values are counted under the rest of it.
    """
    place = situation(text, cursor, catalogue)
    start = calling.begun(text, cursor)
    if start is not None and names and not place.quoted:
        called = (_call(each, start, place.end) for each in calling.calls(text[start:cursor], names))
        if offered := list(called):
            return offered[:MOST]
    found: Iterable[Suggestion]
    match place.expects:
        case Expects.TEST:
            found = _tests(place, catalogue, names or {}, tuple(first))
        case Expects.OPERATOR:
            found = _operators(place)
        case Expects.CONNECTIVE:
            found = _connectives(place)
        case Expects.LENGTH:
            found = _words(place, LENGTHS, "value")
        case Expects.SCOPE:
            words = {word: f"only in the match's {word}" for word, name in SCOPES.items() if catalogue.get(name)}
            found = chain(_words(place, words, "word"), _keys(place, catalogue, tuple(first)))
        case Expects.KEY:
            found = _keys(place, catalogue, tuple(first))
        case Expects.VALUE:
            found = _values(text, place, catalogue, values, around)
    return list(found)[:MOST]


# --- fields and names ---


def _tests(
    place: Situation, catalogue: Catalogue, names: Mapping[str, str], first: Sequence[str]
) -> Iterator[Suggestion]:
    ranked = _fields(place, catalogue, first)
    for name, text in names.items():
        if name.lower().startswith(place.prefix.lower()) or (place.prefix and place.prefix.lower() in name.lower()):
            kind = "macro" if name.startswith("$") else "saved"
            insert = name if kind == "macro" else f"({text})"
            said = text if kind == "macro" else f"{name}: {text}"
            ranked.append(((0, -1, 0, name), Suggestion(insert, place.start, place.end, kind, "", said)))
    for function in FUNCTIONS:
        if place.prefix and function.startswith(place.prefix):
            made = Suggestion(f"{function}(", place.start, place.end, "function", "", "a function of a field")
            ranked.append(((1, 0, len(function), function), made))
    for context, usage in USAGE.items():
        if place.prefix and context.startswith(place.prefix):
            made = Suggestion(f"{context}(", place.start, place.end, "function", "", usage)
            ranked.append(((1, 0, len(context), context), made))
    if place.prefix and "not".startswith(place.prefix):
        ranked.append(((1, 0, 0, ""), Suggestion("not ", place.start, place.end, "word", "", "the opposite")))
    ranked.sort(key=lambda pair: pair[0])
    return (suggestion for _, suggestion in ranked)


def _fields(place: Situation, catalogue: Iterable[Field], first: Sequence[str]) -> list[Ranked]:
    """Fields that fit, with what they are ordered by."""
    on_screen = {name: at for at, name in enumerate(first)}
    ranked: list[Ranked] = []
    for field in catalogue:
        rank = _rank(field, place.prefix)
        if rank is not None:
            order = (rank, on_screen.get(field.name, len(on_screen)), len(field.name), field.name)
            ranked.append((order, _field(field, place)))
    return ranked


def _keys(place: Situation, catalogue: Catalogue, first: Sequence[str]) -> Iterator[Suggestion]:
    """Fields with one value, by which events can be told apart."""
    single = (field for field in catalogue if not (field.is_list or field.is_filter_only or field.either))
    single = (field for field in single if not isinstance(field.place, Ancestor) or field.place.level is not None)
    return (suggestion for _, suggestion in sorted(_fields(place, single, first), key=lambda pair: pair[0]))


def _call(call: calling.Call, start: int, end: int) -> Suggestion:
    said = f"{call.name}: {call.text}" if call.name else call.text
    return Suggestion(call.insert, start, end, call.kind, "", said)


def _rank(field: Field, prefix: str) -> int | None:
    """How well a field fits what was typed, 0 best; None where it does not."""
    if not prefix:
        return 0
    wanted = prefix.lower()
    if field.name == wanted:
        return 0
    if field.name.startswith(wanted):
        return 1
    if any(alias.lower().startswith(wanted) for alias in field.aliases):
        return 2
    if any(part.startswith(wanted) for part in field.name.split(".")[1:]):
        return 3
    words = [word for word in PARTS.split(wanted) if word]
    named = PARTS.split(field.name)
    if words and all(any(part.startswith(word) for part in named) for word in words):
        return 4
    if len(wanted) >= 2 and wanted in field.name:
        return 5
    said = f"{field.name} {field.title} {field.description}".lower()
    if len(wanted) >= 3 and words and all(word in said for word in words):
        return 6
    return 7 if len(wanted) >= 3 and _in_order(wanted, field.name) else None


def _in_order(letters: str, name: str) -> bool:
    """Whether the letters stand in the name in this order, the first ones of parts."""
    rest_of = iter(name)
    return letters[0] == name[0] and all(letter in rest_of for letter in letters)


def _field(field: Field, place: Situation) -> Suggestion:
    insert = field.name
    if field.argument_required:
        insert += "." if field.argument is Argument.PATH else "["
    kind = f"list of {field.type.value}" if field.is_list else field.type.value
    return Suggestion(insert, place.start, place.end, "field", kind, field.description.rstrip("."))


# --- operators and words between tests ---


def _operators(place: Situation) -> Iterator[Suggestion]:
    if place.op is Op.NOT_IN:
        yield Suggestion("in ", place.start, place.end, "operator", "", OPERATOR_TEXTS[Op.NOT_IN])
        return
    known = operators_for(place.field.field.type) if place.field is not None else list(Op)
    for op in known:
        if op.value.startswith(place.prefix):
            yield Suggestion(op.value + " ", place.start, place.end, "operator", "", OPERATOR_TEXTS.get(op, ""))
    if EXISTS.startswith(place.prefix):
        yield Suggestion(EXISTS, place.start, place.end, "operator", "", "the event has it")
    if not place.prefix or place.field is None or place.within:
        yield from _connectives(place)


def _connectives(place: Situation) -> Iterator[Suggestion]:
    for word, text in (("and", "both hold"), ("or", "one holds"), ("xor", "only one holds")):
        if word.startswith(place.prefix):
            yield Suggestion(word + " ", place.start, place.end, "word", "", text)
    if place.within == FIRST and BY.startswith(place.prefix):
        yield Suggestion(BY + " ", place.start, place.end, "word", "", "a field: the first event of each of its values")
    if place.within == AROUND and not place.prefix:
        yield Suggestion(", ", place.start, place.end, "word", "", "how far around, as in 2s")


def _words(place: Situation, words: Mapping[str, str], kind: str) -> Iterator[Suggestion]:
    for word, text in words.items():
        if word.startswith(place.prefix):
            yield Suggestion(word, place.start, place.end, kind, "", text)


# --- values ---


def _values(
    text: str, place: Situation, catalogue: Catalogue, source: ValueSource | None, around: Surroundings
) -> Iterator[Suggestion]:
    if place.field is None or place.op is None:
        return
    if place.op in SETS and not place.in_set and not place.prefix and not place.quoted:
        yield Suggestion("{", place.start, place.end, "word", "", "begins a set")
        return
    if place.field.field.type is FieldType.BOOL:
        for word in ("true", "false"):
            if word.startswith(place.prefix):
                yield Suggestion(word, place.start, place.end, "value", "", "")
        return
    if source is None or place.op in HEX or (place.op in PATTERNS and place.op is not Op.PMATCH):
        return
    found = source(place.field, rest(text, place, catalogue, around))
    for value in _fitting(found.values, place):
        insert = written(value.text, place.field.field.type, quoted=place.quoted)
        if found.narrowed:
            yield Suggestion(insert, place.start, place.end, "value", "", "", value.events, not found.exact)
        else:
            yield Suggestion(insert, place.start, place.end, "value", "", "occurs; not counted under the rest")


def _fitting(values: Sequence[Counted], place: Situation) -> Iterator[Counted]:
    """Values that begin with what was typed, then those that have it in them."""
    wanted = place.prefix.lower()
    if not wanted:
        yield from values
        return
    yield from (value for value in values if value.text.lower().startswith(wanted))
    if place.op in SUBSTRINGS or len(wanted) >= 2:
        lowered = ((value, value.text.lower()) for value in values)
        yield from (value for value, text in lowered if wanted in text and not text.startswith(wanted))


def written(text: str, field_type: FieldType, *, quoted: bool = False) -> str:
    """A value as a filter writes it: text bare where it can be."""
    if field_type is FieldType.STRING:
        return text if BARE.match(text) and text not in KEYWORDS and not quoted else quote(text)
    if field_type is FieldType.BYTES:
        return ":".join(text[at : at + 2] for at in range(0, len(text), 2))
    return f"{text}ns" if field_type is FieldType.DURATION else text
