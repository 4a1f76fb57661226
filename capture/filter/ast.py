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
Modifier: TypeAlias = Literal["", "anyof", "allof", "oneof"]


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field."""

    ref: FieldRef
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one or more operands; the list that ``join`` takes is spread out behind its separator."""

    function: str
    arguments: tuple[Operand, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a slice: from ``start`` on, ``length`` long, or up to ``end`` inclusive, or to the end of all.

    ``start`` and ``end`` count from the end where they are negative.
    """

    start: int
    length: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Parts of a text (characters) or of bytes, one behind the other."""

    base: Operand
    parts: tuple[Part, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left sign right``; the sign is one of ``+ - * / % &``."""

    sign: str
    left: Operand
    right: Operand
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """``-item``."""

    item: Operand
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """``$field``: the values that the field has in the selected event; none where it is missing there."""

    ref: FieldRef
    values: tuple[int | bool | str | bytes, ...]
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


@dataclass(frozen=True, slots=True)
class FileSet:
    """``@path``: the values in a file that the user named."""

    path: str
    items: tuple[Text, ...]
    span: Span = field(default=(0, 0), compare=False)


Operand: TypeAlias = "FieldName | Call | Slice | Arithmetic | Negative | Reference | Text"
Member: TypeAlias = "Text | Range | FieldName | Call"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``; ``quantifier`` overrides what the operator does with several values."""

    left: Operand
    op: Op
    right: Operand
    quantifier: Quantifier = ""
    op_span: Span = field(default=(0, 0), compare=False)

    @property
    def span(self) -> Span:
        """From one side to the other; a value that was written on the left is on the right."""
        return min(self.left.span[0], self.right.span[0]), max(self.left.span[1], self.right.span[1])


@dataclass(frozen=True, slots=True)
class Membership:
    """``left in {…}`` and the other operators with a list; ``braces`` tells Wireshark's sets from Falco's lists.

    With ``modifier`` the operator is one that compares, and it has to hold for any, all or exactly one of the items.
    """

    left: Operand
    op: Op
    items: tuple[Member, ...] | FileSet
    braces: bool
    quantifier: Quantifier = ""
    modifier: Modifier = ""
    op_span: Span = field(default=(0, 0), compare=False)
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """A bare field or value, or ``field exists`` where ``explicit``."""

    left: Operand
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


@dataclass(frozen=True, slots=True)
class Around:
    """``around(item, within, scope)``: an event that matches is near, and has the same value of the scope.

    ``within`` is a length of time as written.
    """

    item: Expression
    within: Text
    scope: FieldName | None = None
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class First:
    """``first(item by field)``: the first event in the shown order that matches and has this value of the field."""

    item: Expression
    by: FieldName
    span: Span = field(default=(0, 0), compare=False)


Expression: TypeAlias = "Comparison | Membership | Presence | Not | And | Xor | Or | Around | First"
