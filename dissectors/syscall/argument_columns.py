"""Makes one argument of very many events at once: rows of one shape as a column, what is left row by row (stage ②).

What ``computing.compute`` says of each event is the law; this says the same of all, faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from thresher.capture.model import FieldType
from thresher.dissectors.syscall import line_columns, params
from thresher.dissectors.syscall.arguments import Argument, Arguments
from thresher.dissectors.syscall.computing import compute
from thresher.dissectors.syscall.descriptor_texts import DescriptorTexts
from thresher.dissectors.syscall.fields.arguments import BUFFER, RAW, argument_types
from thresher.dissectors.syscall.line_columns import scattered
from thresher.dissectors.syscall.lines import DESCRIPTORS, ONE_BY_ONE, PATHS, Links, without_copies
from thresher.dissectors.syscall.names import STATEFUL, Names, Needs, Tables, read_links
from thresher.dissectors.syscall.params import Block
from thresher.dissectors.syscall.render import Renderer
from thresher.dissectors.syscall.shapes import Cells, Mask, Shape, read_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thresher.capture.contract import Events, Lookup
    from thresher.dissectors.syscall.event_table import Param
    from thresher.dissectors.syscall.shapes import Integers

_NO_STATE = Arguments(None, Block(b"", 0, 0, 0, 0, 0, (0, 0), ()), ())
_MOST = (1 << 63) - 1
_NUMBERS = (FieldType.INT, FieldType.UINT, FieldType.DURATION, FieldType.TIME)

Render = Callable[["Param", bytes], "str | None"]


def column(field_name: str, argument: str | None, events: Events, lookup: Lookup) -> pa.Array | None:
    """The values of an argument field; None for one that is not made in bulk."""
    if field_name == "evt.args":
        return line_columns.column(events, lookup)
    if field_name == "evt.buffer":
        return _Buffers(field_name, argument, events, lookup).array()
    if field_name == "evt.arg":
        return _Short(field_name, argument, events, lookup).array()
    name = field_name.removeprefix(RAW).removeprefix(".")
    type_ = argument_types().get(name, FieldType.STRING) if name else FieldType.STRING
    if type_ in _NUMBERS:
        return _Numbers(field_name, argument, events, lookup, type_).array()
    if type_ is FieldType.STRING:
        return _Raw(field_name, argument, events, lookup).array()
    return None


class _Column:
    """One field of a batch of events while it is made.

    Args:
        field_name, argument, events, lookup: as for ``compute``.
    """

    def __init__(self, field_name: str, argument: str | None, events: Events, lookup: Lookup) -> None:
        self._field, self._argument = field_name, argument
        self._events, self._lookup = events, lookup
        self._name = argument or field_name.removeprefix(RAW).removeprefix(".")
        if field_name == "evt.buffer":
            self._name = BUFFER
        self._left = np.ones(len(events), np.bool_)

    def _shapes(self) -> Sequence[tuple[Shape, Cells]]:
        """The rows that can be read in bulk and have a value, by shape, each with the cells of the argument."""
        found = []
        for shape in read_shapes(self._events.blocks, self._events.enters):
            at = _place(shape, self._name)
            if at < 0:
                self._left[shape.rows] = False
                continue
            empty = shape.cells[at].lengths() == 0
            self._left[shape.rows[empty]] = False
            kept = self._readable(shape, at)
            if kept is None or not len(kept.rows):
                continue
            there = kept.cells[at].lengths() > 0
            chosen = kept.take(there)
            self._left[chosen.rows] = False
            if len(chosen.rows):
                found.append((chosen, chosen.cells[at]))
        return found

    def _readable(self, shape: Shape, at: int) -> Shape | None:
        """The rows of a shape whose value is in the bytes alone; None for none."""
        return shape

    def _others(self) -> tuple[Integers, list[object]]:
        """Rows that are made one by one, and their values."""
        rows = np.flatnonzero(self._left)
        if not len(rows):
            return rows, []
        return rows, list(compute(self._field, self._argument, self._events.take(rows.tolist()), self._lookup))


class _Numbers(_Column):
    """Numbers as recorded; a time or duration beyond 2⁶³ - 1 ns, as ``forever`` is written, is absent."""

    def __init__(self, field_name: str, argument: str | None, events: Events, lookup: Lookup, type_: FieldType) -> None:
        super().__init__(field_name, argument, events, lookup)
        self._type = type_

    def array(self) -> pa.Array:
        """All values as int64 or uint64."""
        values = np.zeros(len(self._events), np.int64)
        there = np.zeros(len(self._events), np.bool_)
        for shape, cells in self._shapes():
            values[shape.rows], there[shape.rows] = self._read(cells)
        rows, others = self._others()
        for row, value in zip(rows.tolist(), others, strict=True):
            if isinstance(value, int) and (value <= _MOST or self._type is FieldType.UINT):
                values[row] = value if value <= _MOST else value - (1 << 64)
                there[row] = True
        kind = np.uint64 if self._type is FieldType.UINT else np.int64
        return pa.array(values.view(kind), mask=~there)

    def _read(self, cells: Cells) -> tuple[Integers, Mask]:
        """The numbers, and where there is one: 1, 2, 4 or 8 bytes of either sign; the absent user or group is -1."""
        lengths = cells.lengths()
        values = np.zeros(len(lengths), np.int64)
        for size in (1, 2, 4, 8):
            chosen = lengths == size
            if chosen.any():
                values[chosen] = cells.take(chosen).numbers(size, signed=cells.param.type in params.SIGNED)
        if cells.param.type in params.IDS:
            values[values == params.UNKNOWN_ID] = -1
        there = np.isin(lengths, (1, 2, 4, 8))
        if self._type in (FieldType.DURATION, FieldType.TIME) and cells.param.type not in params.SIGNED:
            there &= values >= 0
        return values, there


class _Buffers(_Column):
    """Data that calls moved."""

    def array(self) -> pa.Array:
        """All values as binary."""
        parts: list[pa.Array] = []
        places: list[NDArray[np.intp]] = []
        for shape, cells in self._shapes():
            parts.append(cells.binary())
            places.append(shape.rows)
        rows, others = self._others()
        parts.append(pa.array(others, pa.large_binary()))
        places.append(rows)
        return scattered(pa.concat_arrays(parts), np.concatenate(places), len(self._events)).cast(pa.binary())

    def _readable(self, shape: Shape, at: int) -> Shape | None:
        if shape.cells[at].param.type == "BYTEBUF":
            return shape
        self._left[shape.rows] = False
        return None


class _Texts(_Column):
    """Texts, each made once for all rows with the same bytes."""

    def array(self) -> pa.Array:
        """All values as strings."""
        texts: dict[str | None, int] = {None: 0}
        codes = np.zeros(len(self._events), np.int64)
        for shape, made, indices in self._made():
            own = np.array([texts.setdefault(text, len(texts)) for text in made], np.int64)
            codes[shape.rows] = own[indices]
        rows, others = self._others()
        for row, text in zip(rows.tolist(), others, strict=True):
            codes[row] = texts.setdefault(None if text is None else str(text), len(texts))
        return pa.array(list(texts), pa.string()).take(pa.array(codes))

    def _made(self) -> Sequence[tuple[Shape, Sequence[str | None], Integers]]:
        """For each shape its texts, each once, and which of them every row has."""
        return [(shape, *_rendered(cells, self._text)) for shape, cells in self._shapes()]

    def _text(self, param: Param, data: bytes) -> str | None:
        raise NotImplementedError


class _Raw(_Texts):
    """Arguments as recorded."""

    def _text(self, param: Param, data: bytes) -> str | None:
        if data == params.LEGACY_NULL:
            return None
        return _renderer().both(Argument(param, data))[0]


class _Short(_Texts):
    """What arguments stand for; those that depend on threads, users or folders are left."""

    def _readable(self, shape: Shape, at: int) -> Shape | None:
        cells = shape.cells[at]
        kind = cells.param.type
        if kind in DESCRIPTORS:
            if shape.kind.name == "fcntl":
                shape = without_copies(shape)
            elif shape.kind.name in ONE_BY_ONE:
                return None
            size = DESCRIPTORS[kind]
            return shape.take((shape.cells[at].lengths() == size) & _is_small(shape.cells[at], size))
        if kind in PATHS and cells.data:
            return shape.take((cells.lengths() > 0) & np.isin(cells.first_bytes(), (0, ord("/"))))
        if kind in STATEFUL or any(choice.type in STATEFUL for choice in cells.param.dynamic):
            return None
        return shape

    def _made(self) -> Sequence[tuple[Shape, Sequence[str | None], Integers]]:
        shapes = self._shapes()
        links = Links(self._events)
        needs = Needs()
        for shape, cells in shapes:
            if cells.param.type in DESCRIPTORS:
                links.add_needs(needs, shape, cells)
        tables = read_links(self._lookup, needs)
        linked = [
            links.versions(shape, cells, tables) if cells.param.type in DESCRIPTORS else None for shape, cells in shapes
        ]
        texts = DescriptorTexts(self._lookup, [pair[1] for pair in linked if pair is not None])
        return [
            (shape, *(_rendered(cells, self._text) if pair is None else _short(texts, *pair)))
            for (shape, cells), pair in zip(shapes, linked, strict=True)
        ]

    def _text(self, param: Param, data: bytes) -> str | None:
        return _renderer().short(Argument(param, data))


def _is_small(cells: Cells, size: int) -> Mask:
    """Whether each number has at most 31 bits, as all descriptors do."""
    if not cells.data:
        return np.zeros(len(cells.starts), np.bool_)
    numbers = cells.integers(size)
    return (numbers >= -(1 << 31)) & (numbers < 1 << 31)


def _renderer() -> Renderer:
    return Renderer(_NO_STATE, Names({}, _NO_STATE, Tables()))


def _place(shape: Shape, name: str) -> int:
    """Which of a shape's arguments has this name or position; -1 where none has."""
    if name.isdecimal():
        return int(name) if int(name) < len(shape.cells) else -1
    return next((at for at, cells in enumerate(shape.cells) if cells.param.name == name), -1)


def _rendered(cells: Cells, text: Render) -> tuple[list[str | None], Integers]:
    """The texts of the distinct values, and which of them each row has."""
    coded = cells.binary().dictionary_encode()
    made = [text(cells.param, value) for value in coded.dictionary.to_pylist()]
    return made, coded.indices.to_numpy().astype(np.int64)


def _short(texts: DescriptorTexts, numbers: Integers, versions: Integers) -> tuple[list[str | None], Integers]:
    """What descriptors stood for; the bare number where that is not known: texts, and which of them each row has."""
    made, indices = texts.of(numbers, versions)
    unknown = np.flatnonzero(np.array([not text for text in made])[indices]) if "" in made else ()
    if not len(unknown):
        return list(made), indices
    bare, places = np.unique(numbers[unknown], return_inverse=True)
    indices[unknown] = len(made) + places
    return [*made, *map(str, bare.tolist())], indices
