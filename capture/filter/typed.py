"""The tree of a checked filter: fields with places of their own, values of the right type; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.filter.ast import Part
    from thresher.capture.model import FieldRef, FieldType
    from thresher.capture.registry import Catalogue


class Relation(Enum):
    """What is asked of one value and one operand."""

    WITHIN = "within"
    """Equal to a scalar, inside an interval, matching a pattern, equal to another field."""
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "contains"
    ICONTAINS = "icontains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"


Scalar: TypeAlias = "int | bool | str | bytes"


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, both included; addresses are 128-bit numbers with IPv4 mapped."""

    low: int | str
    high: int | str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in RE2's language."""

    regex: str
    whole: bool
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A field; in a finished tree one with a place of its own, neither ``Common`` nor one with ``either``."""

    ref: FieldRef
    type: FieldType
    is_list: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is the same for all events; None is missing in all."""

    value: Scalar | None
    type: FieldType
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What a function, a sign or a slice makes of values.

    Attributes:
        step: a name out of ``functions``; ``text`` or ``address`` for the conversions that common fields need;
            ``slice``; an arithmetic sign, ``mask`` for ``&`` between bytes; ``negative``.
        arguments: what it is applied to; where one is a list, to each of its values, unless ``whole``.
        type: of the result.
        is_list: the result is several values.
        whole: takes the values of its list all at once.
        parts: of a slice.
    """

    step: str
    arguments: tuple[Value, ...]
    type: FieldType
    is_list: bool = False
    whole: bool = False
    parts: tuple[Part, ...] = ()


Value: TypeAlias = "Subject | Constant | Applied"
Operand: TypeAlias = "Scalar | Interval | Pattern | Value"
Choice: TypeAlias = Literal["", "anyof", "allof", "oneof"]


@dataclass(frozen=True, slots=True)
class Test:
    """Whether values of the subject stand in the relation to one of the operands.

    A value passes if the relation holds for *any* operand; with ``negated``, if it holds for none. With ``choice``
    each operand is asked on its own, negated or not, and any, all or exactly one of the answers has to be yes.
    Of several values one has to pass; with ``every``, all. Without a value the test is false.
    """

    __test__ = False

    subject: Value
    relation: Relation
    operands: tuple[Operand, ...]
    negated: bool = False
    every: bool = False
    choice: Choice = ""


@dataclass(frozen=True, slots=True)
class Present:
    """Whether there is a value."""

    subject: Value


@dataclass(frozen=True, slots=True)
class Always:
    """True or false whatever the event."""

    value: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """True where the item is not, be it for want of a value."""

    item: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """All hold."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One holds."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OddOf:
    """An odd number holds."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A field that groups events; ``parts`` are the fields with places of their own that its value is made of."""

    ref: FieldRef
    parts: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """An event that the item holds of is at most ``within_ns`` away, with the same value of the scope."""

    item: Node
    within_ns: int
    scope: Key | None


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first event that the item holds of among those with its value of the field."""

    item: Node
    by: Key


Node: TypeAlias = "Test | Present | Always | Negation | AllOf | AnyOf | OddOf | Nearby | FirstOf"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that works but probably not as meant, with its place in the text."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A filter that can run.

    Attributes:
        root: its tree.
        catalogue: the fields it was checked against.
        lazy: the fields that have to be built before it runs, each once.
        warnings: what works but deserves a word, in the order of the text.
    """

    root: Node
    catalogue: Catalogue
    lazy: list[FieldRef]
    warnings: tuple[Notice, ...] = ()


def subjects(value: Value) -> Iterator[Subject]:
    """The fields that a value is made of."""
    match value:
        case Subject():
            yield value
        case Applied(_, arguments):
            for each in arguments:
                yield from subjects(each)


def contexts(node: Node) -> Iterator[Nearby | FirstOf]:
    """The nodes that look at events beside the event itself, innermost first."""
    match node:
        case Negation(item):
            yield from contexts(item)
        case AllOf(items) | AnyOf(items) | OddOf(items):
            for item in items:
                yield from contexts(item)
        case Nearby(item) | FirstOf(item):
            yield from contexts(item)
            yield node


def values(test: Test | Present) -> Iterator[Value]:
    """What a test is made of: its subject, and the operands that are no plain constants."""
    yield test.subject
    if isinstance(test, Test):
        yield from (each for each in test.operands if isinstance(each, (Subject, Constant, Applied)))
