"""Where the columns of the event list stand, and how a row becomes text in them (stage ⑤)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from thresher.capture.model import Field, FieldType, ListColumn
from thresher.capture.timetext import SECOND, moment, seconds
from thresher.tui.times import TimeFormat
from thresher.tui.values import RIGHT, cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.tui.windows import Row

GAP = 1
REST_LIMIT = 2000
"""Cells of the last column that scrolling can reach."""


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
        self.digits = 0
        self.rest = 0
        self.layouts: list[Layout] = []

    def learn(self, row: Row) -> bool:
        """Widen for what this row shows: digits of a second, text of the last column; says whether that changed."""
        before = (self.digits, self.rest)
        if row.time_ns is not None and self.digits < 9:
            part = row.time_ns % SECOND
            self.digits = max(self.digits, 0 if not part else 3 if not part % 10**6 else 9)
        if row.values:
            text = cell_text(row.values[-1], self._types[-1])
            self.rest = max(self.rest, min(cell_len(text), REST_LIMIT))
        return before != (self.digits, self.rest)

    def place(self, width: int) -> int:
        """Lay the columns out for a viewport of ``width`` cells; returns the width of all of them."""
        self.layouts = []
        start = 1
        for index, (column, type_) in enumerate(zip(self.columns, self._types, strict=True)):
            is_last = index == len(self.columns) - 1
            wanted = self._time_width() if type_ is FieldType.TIME else max(column.width, cell_len(column.title))
            if is_last:
                wanted = max(wanted, self.rest, width - start)
            self.layouts.append(Layout(column, type_, start, wanted))
            start += wanted + GAP
        return start - GAP

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
            return seconds(value - self.start_ns, self.digits)
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
