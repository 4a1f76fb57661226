"""The event list as lines of text (stage ⑤): aligned columns, times as ``-t`` says, colours where wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.cli.output import RESET
from thresher.capture.cli.palette import colour
from thresher.capture.escape import escape
from thresher.capture.model import FieldType, Value
from thresher.capture.timetext import many_seconds, moment, seconds

if TYPE_CHECKING:
    from thresher.capture.case import Case, Positions
    from thresher.capture.model import Field, ListColumn
    from thresher.capture.query import Aligned

BATCH = 32768
"""Events whose cells are made at once."""

MOST_CELLS = 65_536
"""Cells of a column that are remembered from one batch to the next."""

TIME = "evt.time"
NUMBER = "evt.num"
RIGHT = frozenset({FieldType.INT, FieldType.UINT, FieldType.PORT, FieldType.DURATION})
"""Types whose cells stand to the right."""

CLOCK_WIDTH = 9
WIDTHS = {"a": 8, "ad": 19, "adoy": 17, "d": 5, "dd": 5, "e": 10, "r": 5, "u": 8, "ud": 19, "udoy": 17}
"""Cells of each time format, the fraction left out."""


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How the time column is shown: a format of ``timetext.FORMATS``, its digits, the chosen zone."""

    name: str = "r"
    digits: int = 9
    zone: tzinfo = UTC


class TextList:
    """Prints events as aligned columns.

    Args:
        case: what they are of.
        columns: which fields, how wide.
        time: how ``evt.time`` is shown.
        coloured: whether rows take the style of their colour rule.
    """

    def __init__(self, case: Case, columns: Sequence[ListColumn], time: TimeStyle, coloured: bool) -> None:
        self._case = case
        self._columns = columns
        self._fields = [case.field(column.field) for column in columns]
        self._time = time
        self._coloured = coloured
        self._labels = case.labels() if len(case.stores) > 1 else []
        self._start_ns = case.start_ns() or 0
        self._before: int | None = None
        self._padded = [
            _Padded(self._width(column, field)) for column, field in zip(columns, self._fields, strict=True)
        ]

    def text(self, positions: Positions) -> Iterator[str]:
        """The lines of events, each with its end, in pieces; many plain ones are written by the database."""
        names = [column.field for column in self._columns]
        self._case.keep(positions, names)
        written = None
        is_relative = (self._time.name, self._time.digits) == ("r", 9)
        if len(positions) > BATCH and is_relative and not self._coloured and not self._labels:
            written = self._case.lines(positions, names, self._form(), self._rendered)
        return written or ("\n".join([*lines, ""]) for lines in self.lines(positions))

    def _form(self) -> Aligned:
        from thresher.capture.query import Aligned

        pairs = zip(self._columns, self._fields, strict=True)
        widths = [self._width(column, field) * (1 if _is_right(field) else -1) for column, field in pairs]
        return Aligned(tuple(widths), self._start_ns)

    def _rendered(self, rows: list[tuple[Value, ...]]) -> list[str]:
        nowhere = np.empty(0, np.uint32)
        texts = [self._column(place, values, nowhere) for place, values in enumerate(zip(*rows, strict=True))]
        return [" ".join(line).rstrip() + "\n" for line in zip(*texts, strict=True)]

    def lines(self, positions: Positions) -> Iterator[list[str]]:
        """The lines of events, in batches."""
        names = [column.field for column in self._columns]
        for at in range(0, len(positions), BATCH):
            chosen = positions[at : at + BATCH]
            columns = self._case.cells(chosen, names)
            texts = [self._column(place, values, chosen) for place, values in enumerate(columns)]
            shown = [" ".join(line).rstrip() for line in zip(*texts, strict=True)]
            yield self._in_colour(shown, chosen) if self._coloured else shown

    def _column(self, place: int, values: Sequence[Value], positions: Positions) -> Sequence[str]:
        column, field = self._columns[place], self._fields[place]
        width = self._width(column, field)
        if field.name not in (TIME, NUMBER) and field.type is FieldType.STRING and not field.is_list:
            padded = self._padded[place]
            padded.trim()
            return [padded[value] for value in values]
        texts = self._texts(field, values, positions)
        if _is_right(field):
            return list(map(f"%{width}s".__mod__, texts))
        return list(map(f"%-{width}s".__mod__, texts))

    def _width(self, column: ListColumn, field: Field) -> int:
        if field.name == TIME:
            return WIDTHS[self._time.name] + (self._time.digits + 1 if self._time.digits else 0)
        longest = max((len(label) for label in self._labels), default=-1)
        return column.width + longest + 1 if field.name == NUMBER else column.width

    def _texts(self, field: Field, values: Sequence[Value], positions: Positions) -> list[str]:
        if field.name == TIME:
            return self._times(values, positions)
        if field.name == NUMBER and self._labels:
            stores = self._case.store_of(positions)
            return [f"{self._labels[store]}:{value!s}" for store, value in zip(stores, values, strict=True)]
        return cells(values, field.type, field.is_list)

    def _times(self, values: Sequence[Value], positions: Positions) -> list[str]:
        name, digits = self._time.name, self._time.digits
        times = [value if isinstance(value, int) else None for value in values]
        if name == "r" and None not in times:
            return many_seconds([time - self._start_ns for time in times if time is not None], digits)
        if name in ("r", "d", "dd"):
            return [
                "" if time is None or since is None else seconds(time - since, digits)
                for time, since in zip(times, self._since(name, times, positions), strict=True)
            ]
        if name == "e":
            return ["" if time is None else seconds(time, digits) for time in times]
        zone = UTC if name.startswith("u") else self._time.zone
        pattern = {"u": "a", "ud": "ad", "udoy": "adoy"}.get(name, name)
        return ["" if time is None else moment(time, pattern, zone, digits) for time in times]

    def _since(self, name: str, times: list[int | None], positions: Positions) -> list[int | None]:
        """The time that each one is told from."""
        if name == "r":
            return [self._start_ns] * len(times)
        if name == "dd":
            before = [self._before if self._before is not None else times[0], *times[:-1]]
            self._before = times[-1]
            return before
        places = positions.astype("int64") - 1
        places[places < 0] = 0
        return self._case.times(places.tolist())

    def _in_colour(self, lines: list[str], positions: Positions) -> list[str]:
        styles = self._case.styles(positions.tolist())
        return [
            f"{start}{line}{RESET}" if (start := colour(style)) else line
            for line, style in zip(lines, styles, strict=True)
        ]


def _is_right(field: Field) -> bool:
    """Whether a column's cells stand to the right."""
    return field.type in RIGHT or field.name in (TIME, NUMBER)


class _Padded(dict["Value", str]):
    """Cells of a column of texts by value: the same ones come again and again."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def __missing__(self, value: Value) -> str:
        text = "" if value is None else escape(str(value))
        return self.setdefault(value, text.ljust(self._width))

    def trim(self) -> None:
        """Forget all where that is a lot."""
        if len(self) > MOST_CELLS:
            self.clear()


_escaped = lru_cache(maxsize=8192)(escape)


def cells(values: Sequence[Value], kind: FieldType, is_list: bool) -> list[str]:
    """A column's values, each as one line of printable text; '' where absent."""
    if is_list:
        lists = [value if isinstance(value, list) else [] for value in values]
        return [escape(", ".join(map(str, value))) for value in lists]
    if kind is FieldType.BOOL:
        return ["" if value is None else "true" if value else "false" for value in values]
    if kind is FieldType.BYTES:
        return [value.hex() if isinstance(value, bytes) else "" for value in values]
    if kind is FieldType.DURATION:
        return [seconds(value) if isinstance(value, int) else "" for value in values]
    if kind in RIGHT:
        return ["" if value is None else str(value) for value in values]
    return ["" if value is None else _escaped(str(value)) for value in values]
