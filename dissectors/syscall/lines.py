"""Renders ``evt.args`` of many rows at once: each argument of a shape as a column of texts (stage ②).

Rows with arguments that need more than descriptors to be understood are left to ``Renderer``, one by one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thresher.dissectors.syscall.arguments import Argument, Arguments, decoded
from thresher.dissectors.syscall.names import COPIES, FRESH, STATEFUL, Names, Needs, Tables, read_tables
from thresher.dissectors.syscall.params import Block
from thresher.dissectors.syscall.render import Renderer, descriptor_meaning, full_text, is_copying
from thresher.dissectors.syscall.shapes import Shape, read_shapes
from thresher.dissectors.syscall.texts.blocks import text_of
from thresher.dissectors.syscall.texts.said import said

if TYPE_CHECKING:
    from thresher.capture.contract import Events, Lookup, RawEvent
    from thresher.dissectors.syscall.event_table import Param
    from thresher.dissectors.syscall.shapes import Cells, Integers, Mask

DESCRIPTORS = {"FD": 8, "FD32": 4}
"""Types of descriptor numbers and how many bytes they have."""
THREADS = {"PID": 8, "PID32": 4}
"""The same of thread numbers."""
PATHS = frozenset(("FSPATH", "FSRELPATH"))
_OTHERS = STATEFUL - DESCRIPTORS.keys() - PATHS
ONE_BY_ONE = (COPIES | FRESH.keys()) - {"fcntl"}
"""Calls whose descriptors are not simply those of their numbers."""
_UNKNOWN = -1
_NO_STATE = Arguments(None, Block(b"", 0, 0, 0, 0, 0, (0, 0), ()), ())


def lines(events: Events, lookup: Lookup) -> list[str | None]:
    """``evt.args`` of each row; None where it cannot be decoded."""
    links = Links(events)
    shapes = [kept for shape in read_shapes(events.blocks, events.enters) if len((kept := simple(shape)).rows)]
    left = np.ones(len(events), np.bool_)
    needs = Needs()
    for shape in shapes:
        left[shape.rows] = False
        for cells in shape.cells:
            if cells.param.type in DESCRIPTORS:
                links.add_needs(needs, shape, cells)
    tables = read_tables(lookup, needs)
    found: list[str | None] = [None] * len(events)
    for shape in shapes:
        for row, text in zip(shape.rows.tolist(), _lines(shape, events, links, tables), strict=True):
            found[row] = text
    for row, text in one_by_one(events, np.flatnonzero(left).tolist(), lookup):
        found[row] = text
    return found


def one_by_one(events: Events, rows: list[int], lookup: Lookup) -> list[tuple[int, str]]:
    """The lines of rows that need more than descriptors to be understood, those left out that cannot be decoded."""
    rest = _decoded(events, rows)
    needs = Needs()
    for _, event, arguments in rest:
        needs.add(event, arguments.items)
    tables = read_tables(lookup, needs)
    return [(row, Renderer(arguments, Names(event.row, arguments, tables)).line()) for row, event, arguments in rest]


def _decoded(events: Events, rows: list[int]) -> list[tuple[int, RawEvent, Arguments]]:
    """Rows one by one, those left out that cannot be decoded or are of no known type."""
    return [
        (row, event, arguments)
        for row, event in zip(rows, events.take(rows), strict=True)
        if (arguments := decoded(event)) is not None and arguments.kind is not None
    ]


def simple(shape: Shape, *, threads: bool = False) -> Shape:
    """The rows that can be rendered in bulk; with ``threads`` those too that name threads."""
    if shape.kind.name == "fcntl":
        shape = without_copies(shape)
    chosen = np.full(len(shape.rows), shape.kind.name not in ONE_BY_ONE)
    for cells in shape.cells:
        lengths = cells.lengths()
        if threads and cells.param.type in THREADS:
            chosen &= (lengths == 0) | (lengths == THREADS[cells.param.type])
        elif cells.param.type in _OTHERS or any(choice.type in STATEFUL for choice in cells.param.dynamic):
            chosen &= lengths == 0
        elif cells.param.type in DESCRIPTORS:
            chosen &= (lengths == 0) | (lengths == DESCRIPTORS[cells.param.type])
        elif cells.param.type in PATHS and len(cells.data):
            first = cells.first_bytes()
            chosen &= (lengths == 0) | (first == ord("/")) | (first == 0)
    return shape.take(chosen)


def without_copies(shape: Shape) -> Shape:
    """The rows of fcntl that make no descriptor, whose result is a plain number."""
    chosen = np.zeros(len(shape.rows), np.bool_)
    for cells in shape.cells:
        if cells.param.name == "cmd" and len(cells.data):
            copying = [value for word, value in cells.param.names if is_copying(word)]
            chosen = (cells.lengths() == 1) & ~np.isin(cells.first_bytes(), copying)
    kept = shape.take(chosen)
    plain = tuple(
        replace(cells, param=replace(cells.param, type="ERRNO")) if cells.param.name == "res" else cells
        for cells in kept.cells
    )
    return Shape(kept.kind, kept.rows, plain)


def said_of(shape: Shape, events: Events) -> list[str]:
    """What texts say of the calls of a shape that has no arguments; a capture is made of texts as a whole or not."""
    rows = shape.rows.tolist()
    if shape.kind.name != "syscall" or not rows or text_of(events.blocks[rows[0]]) is None:
        return [""] * len(rows)
    return [said(events.blocks[row]) for row in rows]


def _lines(shape: Shape, events: Events, links: Links, tables: Tables) -> list[str]:
    if not shape.cells or shape.kind.name == "syscall":
        return said_of(shape, events)
    columns = [
        links.texts(shape, cells, tables) if cells.param.type in DESCRIPTORS else _texts(cells) for cells in shape.cells
    ]
    return list(map(" ".join, zip(*columns, strict=True)))


def _texts(cells: Cells) -> list[str]:
    """``name=value`` of each row, for arguments that mean the same at any time."""
    texts = ValueTexts(cells.param)
    return [texts[value] for value in cells.values()]


class ValueTexts(dict[bytes, str]):
    """``name=value`` of one argument by its bytes, which come again and again."""

    def __init__(self, param: Param) -> None:
        super().__init__()
        self._param = param
        self._renderer = Renderer(_NO_STATE, Names({}, _NO_STATE, Tables()))

    def __missing__(self, value: bytes) -> str:
        text = f"{self._param.name}={self._renderer.full(Argument(self._param, value))}"
        self[value] = text
        return text


class _DescriptorTexts(dict[tuple[int, int], str]):
    """``name=value`` of a descriptor by its number and version."""

    def __init__(self, param: Param, tables: Tables) -> None:
        super().__init__()
        self._name = param.name
        self._descriptors = tables.descriptors

    def __missing__(self, key: tuple[int, int]) -> str:
        number, fd_id = key
        meaning = descriptor_meaning(number, self._descriptors.get(fd_id))
        text = f"{self._name}={full_text(str(number), meaning)}"
        self[key] = text
        return text


class Links:
    """What the rows of the event table say of their processes and descriptors."""

    def __init__(self, events: Events) -> None:
        rows = len(events)
        self._num = _column(events.columns.get("num"), rows, 0)
        self._proc_id = _column(events.columns.get("proc_id"), rows, _UNKNOWN)
        self._fd_id = _column(events.columns.get("fd_id"), rows, _UNKNOWN)
        fd = events.columns.get("fd")
        self._fd = _column(fd, rows, 0)
        self._has_fd = ~np.ma.getmaskarray(fd) if fd is not None else np.zeros(rows, np.bool_)

    def nums(self, shape: Shape) -> Integers:
        """The numbers of the rows of a shape in the event table."""
        return self._num[shape.rows]

    def _numbers(self, shape: Shape, cells: Cells) -> tuple[Integers, Mask, Mask]:
        """Descriptor numbers, which of them are open ones, and which are the row's own."""
        is_there = cells.lengths() > 0
        if not is_there.any():
            return np.full(len(shape.rows), _UNKNOWN), is_there, is_there
        numbers = cells.integers(DESCRIPTORS[cells.param.type])
        return numbers, is_there & (numbers >= 0), self._has_fd[shape.rows] & (self._fd[shape.rows] == numbers)

    def add_needs(self, needs: Needs, shape: Shape, cells: Cells) -> None:
        """What must be looked up for a column of descriptors."""
        numbers, is_open, is_own = self._numbers(shape, cells)
        needs.fd_ids.update(self._fd_id[shape.rows[is_open & is_own]].tolist())
        others = is_open & ~is_own & (self._proc_id[shape.rows] >= 0)
        rows = shape.rows[others]
        processes = self._proc_id[rows].tolist()
        needs.proc_ids.update(processes)
        needs.others.update(zip(self._num[rows].tolist(), processes, numbers[others].tolist(), strict=True))

    def versions(self, shape: Shape, cells: Cells, tables: Tables) -> tuple[Integers, Integers]:
        """The descriptor number of each row, and the version of it that was open, -1 where none is known."""
        numbers, is_open, is_own = self._numbers(shape, cells)
        versions = np.where(is_own, self._fd_id[shape.rows], _UNKNOWN)
        for place in np.flatnonzero(is_open & ~is_own).tolist():
            key = int(self._num[shape.rows[place]]), int(numbers[place])
            versions[place] = tables.others.get(key, _UNKNOWN)
        return numbers, versions

    def texts(self, shape: Shape, cells: Cells, tables: Tables) -> list[str]:
        """``name=value`` of each row, for descriptors."""
        numbers, versions = self.versions(shape, cells, tables)
        texts = _DescriptorTexts(cells.param, tables)
        found = [texts[key] for key in zip(numbers.tolist(), versions.tolist(), strict=True)]
        for place in np.flatnonzero(cells.lengths() == 0).tolist():
            found[place] = ValueTexts(cells.param)[b""]
        return found


def _column(column: Any, rows: int, absent: int) -> Integers:
    """A column of the event table as numbers."""
    if column is None:
        return np.full(rows, absent, np.int64)
    return np.ma.filled(np.ma.asarray(column).astype(np.int64), absent)
