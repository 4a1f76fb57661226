"""The tree of a checked filter: fields with places of their own, values of the right type; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
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
    """A field with a place of its own, and what is made of its values before they are compared.

    Attributes:
        ref: the field; neither ``Common`` nor one with ``either``.
        steps: names out of ``functions``, innermost first; before them ``text`` or ``address`` where a common field
            of another type stands above.
        type: type of the result.
        is_list: whether the result is several values.
    """

    ref: FieldRef
    steps: tuple[str, ...]
    type: FieldType
    is_list: bool


Operand: TypeAlias = "Scalar | Interval | Pattern | Subject"


@dataclass(frozen=True, slots=True)
class Test:
    """Whether values of the subject stand in the relation to one of the operands.

    A value passes if the relation holds for *any* operand; with ``negated``, if it holds for none. Of several values
    one has to pass; with ``every``, all. Without a value the test is false.
    """

    __test__ = False

    subject: Subject
    relation: Relation
    operands: tuple[Operand, ...]
    negated: bool = False
    every: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Whether the field has a value."""

    subject: Subject


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


Node: TypeAlias = "Test | Present | Always | Negation | AllOf | AnyOf | OddOf"


@dataclass(frozen=True, slots=True)
class Checked:
    """A filter that can run.

    Attributes:
        root: its tree.
        catalogue: the fields it was checked against.
        lazy: the fields that have to be built before it runs, each once.
    """

    root: Node
    catalogue: Catalogue
    lazy: list[FieldRef]
