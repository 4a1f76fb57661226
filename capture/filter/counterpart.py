"""What the printers of both languages share: types of sides, several values, refusals; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError
from thresher.capture.filter.ast import FieldName, FileSet, Text
from thresher.capture.filter.check import Checker
from thresher.capture.filter.expressions import is_any_ancestor
from thresher.capture.filter.parser import read
from thresher.capture.filter.typed import Subject
from thresher.capture.filter.values import operand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.filter.ast import Expression, Member, Membership, Operand, Span
    from thresher.capture.filter.operators import Op
    from thresher.capture.filter.surroundings import Surroundings
    from thresher.capture.filter.typed import Interval, Pattern, Scalar
    from thresher.capture.model import Field, FieldType
    from thresher.capture.registry import Catalogue


@dataclass(frozen=True, slots=True)
class Left:
    """The left side of a test: the node, its type, the field where it is one."""

    node: Operand
    type: FieldType
    field: Field | None
    is_ancestor: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it has a list of values."""
        return self.field is not None and self.field.is_list

    @property
    def is_several(self) -> bool:
        """Whether it may have several values."""
        return self.is_list or self.is_ancestor or (self.field is not None and bool(self.field.either))


class Counterpart:
    """One filter on its way into a language.

    Args:
        text: as typed.
        catalogue: the fields of the source.
        around: what it is read in; its macros are expanded.
        zone: holds for times that name none.

    Raises:
        FilterError: it is wrong.
    """

    language = ""

    def __init__(self, text: str, catalogue: Catalogue, around: Surroundings, zone: tzinfo) -> None:
        self.text = text
        self.catalogue = catalogue
        self.zone = zone
        self.tree: Expression = read(text, catalogue, around)
        self.checker = Checker(catalogue, text, self.tree, zone)
        self.checker.node(self.tree)

    def side(self, node: Operand) -> Left:
        """What is known of a left side."""
        value = self.checker.side(node).value
        field = node.ref.field if isinstance(node, FieldName) else None
        return Left(node, value.type, field, isinstance(value, Subject) and is_any_ancestor(value))

    def value(self, node: Text, type_: FieldType, op: Op) -> Scalar | Interval | Pattern:
        """A value of a type; the filter has been checked."""
        return operand(node, type_, op, self.zone)

    def items(self, test: Membership) -> Sequence[Member]:
        """The members of a list, those of a file too."""
        return test.items.items if isinstance(test.items, FileSet) else test.items

    def refused(self, what: str, span: Span, hint: str = "") -> FilterError:
        """Why a part has no counterpart."""
        return FilterError(f"{what} has no counterpart in {self.language}", self.text, *span, hint)
