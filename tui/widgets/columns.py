"""Where the columns of the event list stand, and how a row becomes text in them (stage ⑤)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from thresher.capture.model import Field, FieldType, ListColumn
from thresher.capture.notes import reference_before
from thresher.capture.timetext import SECOND, moment, seconds
from thresher.tui.times import TimeFormat
from thresher.tui.values import RIGHT, cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.tui.windows import Row

GAP = 1
LONGEST = 2000
"""Cells of a value that scrolling can reach; the details have the whole of it."""


@dataclass(slots=True)
class Layout:
    """A column's place: first cell, width, and how its values are written."""

    column: ListColumn
    type: FieldType
    start: int
    width: int


class Columns:
    """The columns, and the way of writing times in them.

    Args:
        columns: as the case has them; the one of width 0, or else the last, takes what is left.
        fields: all fields by name.
    """

    def __init__(self, columns: Sequence[ListColumn], fields: Mapping[str, Field]) -> None:
        self.columns = list(columns)
        self._types = [type_of(column.field, fields) for column in columns]
        self.time_format = TimeFormat.CLOCK
        self.zone: tzinfo = UTC
        self.start_ns = 0
        self.references: list[tuple[int, int]] = []
        self.digits = 0
        self._seen = [0] * len(self.columns)
        self.layouts: list[Layout] = []

    def learn(self, row: Row) -> bool:
        """Widen for what this row shows: digits of a second, text of the columns; says whether that changed."""
        before = (self.digits, sum(self._seen))
        if row.time_ns is not None and self.digits < 9:
            part = row.time_ns % SECOND
            self.digits = max(self.digits, 0 if not part else 3 if not part % 10**6 else 9)
        for index, value in enumerate(row.values):
            length = min(cell_len(cell_text(value, self._types[index])), LONGEST)
            self._seen[index] = max(self._seen[index], length)
        return before != (self.digits, sum(self._seen))

    def forget(self) -> None:
        """Other rows come: let the columns be as narrow as these allow."""
        self._seen = [0] * len(self.columns)

    def place(self, width: int) -> int:
        """Lay the columns out for a viewport of ``width`` cells; returns the width of all of them.

        A column is as wide as what has been seen in it, up to the width it was given, and wider where there is room.
        """
        widths = [self._narrow(index) for index in range(len(self.columns))]
        spare = width - 1 - sum(widths) - GAP * (len(widths) - 1)
        for index, (column, type_) in enumerate(zip(self.columns, self._types, strict=True)):
            if spare > 0 and type_ is not FieldType.TIME and self._seen[index] > widths[index] and column.width:
                more = min(spare, self._seen[index] - widths[index])
                widths[index] += more
                spare -= more
        widths[-1] += max(spare, 0)
        self.layouts, start = [], 1
        for column, type_, wide in zip(self.columns, self._types, widths, strict=True):
            self.layouts.append(Layout(column, type_, start, wide))
            start += wide + GAP
        return start - GAP

    def _narrow(self, index: int) -> int:
        """The least width that a column has."""
        column, type_ = self.columns[index], self._types[index]
        if type_ is FieldType.TIME:
            return self._time_width()
        seen, title = self._seen[index], cell_len(column.title)
        return max(title, seen if not column.width or index == len(self.columns) - 1 else min(seen, column.width))

    def _time_width(self) -> int:
        fraction = self.digits + 1 if self.digits else 0
        return {TimeFormat.FULL: 19, TimeFormat.CLOCK: 8, TimeFormat.RELATIVE: 9, TimeFormat.DELTA: 9}[
            self.time_format
        ] + fraction

    def header(self) -> list[str]:
        """The headings, each as wide as its column."""
        return [fitted(each.column.title, each.width, each.type in RIGHT) for each in self.layouts]

    def cells(self, row: Row) -> list[str]:
        """A row's values, each as wide as its column."""
        return [
            fitted(self._text(each.type, value, row), each.width, each.type in RIGHT)
            for each, value in zip(self.layouts, row.values, strict=True)
        ]

    def _text(self, type_: FieldType, value: object, row: Row) -> str:
        if type_ is not FieldType.TIME or not isinstance(value, int):
            return cell_text(value, type_)  # type: ignore[arg-type]
        if self.time_format is TimeFormat.FULL:
            return moment(value, "ad", self.zone, self.digits)
        if self.time_format is TimeFormat.CLOCK:
            return moment(value, "a", self.zone, self.digits)
        if self.time_format is TimeFormat.RELATIVE:
            before = reference_before(self.references, row.position)
            return "*REF*" if row.note.is_reference else seconds(value - (before or self.start_ns), self.digits)
        return (
            ""
            if row.previous_ns is None or row.time_ns is None
            else seconds(row.time_ns - row.previous_ns, self.digits)
        )

    def at(self, cell: int) -> int:
        """The column that covers a cell, counted from the left of the first one."""
        for index, each in enumerate(self.layouts):
            if cell < each.start + each.width + GAP:
                return index
        return max(len(self.layouts) - 1, 0)


def field_of(name: str, fields: Mapping[str, Field]) -> Field | None:
    """The field of a column, which may carry an argument: ``proc.aname[2]``, ``ct.request.bucketName``."""
    bare = name.partition("[")[0]
    while bare not in fields and "." in bare:
        bare = bare.rpartition(".")[0]
    return fields.get(bare)


def type_of(name: str, fields: Mapping[str, Field]) -> FieldType:
    """The type of a column's field; text where nobody knows it."""
    field = field_of(name, fields)
    return field.type if field is not None else FieldType.STRING


def fitted(text: str, width: int, right: bool = False) -> str:
    """Text in exactly ``width`` cells; what does not fit ends in ``…``."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…" * min(width, 1)
    return " " * (width - length) + text if right else text + " " * (width - length)
