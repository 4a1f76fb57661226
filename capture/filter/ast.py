"""The tree of a display filter as written: fields resolved, values still text; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from thresher.capture.filter.operators import Op
    from thresher.capture.model import FieldRef

Span: TypeAlias = tuple[int, int]
"""First and one past the last character in the text; not part of a node's identity."""

Quantifier: TypeAlias = Literal["", "any", "all"]


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field."""

    ref: FieldRef
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a field or of another call."""

    function: str
    argument: FieldName | Call
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    r"""A value: quoted text with its escapes resolved, or a bare word.

    Bytes that are no UTF-8 (``"\\xff"``) stand as lone surrogates, as ``surrogateescape`` has them.
    """

    text: str
    quoted: bool
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """Values from ``low`` to ``high``, both included."""

    low: Text
    high: Text
    span: Span = field(default=(0, 0), compare=False)


Left: TypeAlias = FieldName | Call
Right: TypeAlias = FieldName | Call | Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``; ``quantifier`` overrides what the operator does with several values."""

    left: Left
    op: Op
    right: Right
    quantifier: Quantifier = ""
    op_span: Span = field(default=(0, 0), compare=False)

    @property
    def span(self) -> Span:
        """From the left side to the right."""
        return self.left.span[0], self.right.span[1]


@dataclass(frozen=True, slots=True)
class Membership:
    """``left in {…}`` and the other operators with a list; ``braces`` tells Wireshark's sets from Falco's lists."""

    left: Left
    op: Op
    items: tuple[Text | Range, ...]
    braces: bool
    quantifier: Quantifier = ""
    op_span: Span = field(default=(0, 0), compare=False)
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """A bare field, or ``field exists`` where ``explicit``."""

    left: FieldName
    explicit: bool
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """``not item``."""

    item: Expression
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Two or more that must all hold."""

    items: tuple[Expression, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Xor:
    """Two or more of which an odd number must hold."""

    items: tuple[Expression, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more of which one must hold."""

    items: tuple[Expression, ...]
    span: Span = field(default=(0, 0), compare=False)


Expression: TypeAlias = "Comparison | Membership | Presence | Not | And | Xor | Or"
