"""Groups many rows by how their blocks are laid out, and locates all arguments of a group at once (stage ②).

Rows that differ from the rest of their kind, as where lengths do not add up, are left to ``read_arguments``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thresher.capture.pieces import Pieces
from thresher.dissectors.syscall.arguments import current_type, slots
from thresher.dissectors.syscall.event_table import EventType, Param, TypeFlag, event_types
from thresher.dissectors.syscall.params import OVERLONG

if TYPE_CHECKING:
    import pyarrow as pa

_LAYOUTS = {
    0x204: (10, 22),
    0x8010ABCD: (10, 22),
    0x208: (14, 22),
    0x216: (10, 26),
    0x221: (10, 26),
    0x217: (14, 26),
    0x222: (14, 26),
}
"""Type of a block to where its event header begins, and how long that is."""
_COUNTED = 26
"""Length of headers that hold the number of parameters."""
_LENGTH_AT, _TYPE_AT, _COUNT_AT = 16, 20, 22
_MOST_PARAMS = 64
"""No event type has as many; more are not read in bulk."""

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """One argument of all rows of a shape: where its bytes start and end in ``data``."""

    param: Param
    data: bytes
    starts: Integers
    ends: Integers

    def take(self, chosen: Mask) -> Cells:
        """Those of some rows."""
        return Cells(self.param, self.data, self.starts[chosen], self.ends[chosen])

    def values(self) -> list[bytes]:
        """The bytes of each row."""
        data = self.data
        return [data[start:end] for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True)]

    def binary(self) -> pa.Array:
        """The bytes of each row as an Arrow array, copied in one go."""
        import pyarrow as pa

        lengths = self.lengths()
        ends: Integers = np.cumsum(lengths)
        within = np.arange(int(lengths.sum())) + np.repeat(self.starts - (ends - lengths), lengths)
        copied = np.frombuffer(self.data, np.uint8)[within] if len(within) else np.zeros(0, np.uint8)
        offsets = np.concatenate(([0], ends)).astype(np.int64)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(copied)]
        return pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers)

    def lengths(self) -> Integers:
        """How many bytes each row has."""
        return self.ends - self.starts

    def first_bytes(self) -> Integers:
        """The first byte of each row; anything where there is none."""
        return _numbers(self.data, self.starts, 1)

    def numbers(self, size: int, *, signed: bool) -> Integers:
        """Each as a number of 1, 2, 4 or 8 bytes, which all rows have; unsigned ones of 8 bytes wrap."""
        kind = f"<{'i' if signed else 'u'}{size}"
        return _gathered(self.data, self.starts, 1, kind).ravel().astype(np.int64)

    def integers(self, size: int) -> Integers:
        """Each as a signed number of 4 or 8 bytes; anything where it is shorter."""
        return self.numbers(size, signed=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows with the same event type, number of parameters, and the same of their enter events.

    Attributes:
        kind: the type as which current recorders write them.
        rows: which of the rows asked for.
        cells: their arguments, in the order of ``kind``.
    """

    kind: EventType
    rows: NDArray[np.intp]
    cells: tuple[Cells, ...]

    def take(self, chosen: Mask) -> Shape:
        """Some of the rows."""
        if bool(chosen.all()):
            return self
        return Shape(self.kind, self.rows[chosen], tuple(cells.take(chosen) for cells in self.cells))


@dataclass(frozen=True, slots=True)
class _Headers:
    """Headers of many blocks: event type, number of parameters, where their lengths start, where the event ends.

    The type is -1 where there is no block, and -2 where it is not read in bulk.
    """

    data: bytes
    types: Integers
    counts: Integers
    starts: Integers
    ends: Integers

    def spans(self, rows: NDArray[np.intp]) -> tuple[Integers, Integers, Mask]:
        """Start and end of each parameter of rows of one type and count, and whether they fit the event."""
        type_id, count = int(self.types[rows[0]]), int(self.counts[rows[0]])
        width = int(_widths()[type_id])
        lengths = _gathered(self.data, self.starts[rows], count, f"<u{width}").astype(np.int64)
        first = (self.starts[rows] + count * width)[:, None]
        ends = first + np.cumsum(lengths, axis=1)
        fits = ends[:, -1] <= self.ends[rows] if count else np.ones(len(rows), np.bool_)
        return ends - lengths, ends, fits


def read_shapes(blocks: Sequence[bytes], enters: Sequence[bytes]) -> Iterator[Shape]:
    """The rows whose blocks can be read in bulk, shape by shape; arguments behind a tag are not among them."""
    own = _read_headers(blocks)
    entered = _read_headers(enters)
    readable = np.flatnonzero((own.types >= 0) & (entered.types >= -1))
    keys = ((own.types << 8 | own.counts) << 24 | (entered.types + 1) << 8 | entered.counts)[readable]
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    for rows in np.split(readable[order], cuts):
        if len(rows):
            yield from _shape(rows, own, entered)


def _shape(rows: NDArray[np.intp], own: _Headers, entered: _Headers) -> Iterator[Shape]:
    first = rows[0]
    type_id, enter_type = int(own.types[first]), int(entered.types[first])
    kind = current_type(type_id)
    found = slots(type_id, int(own.counts[first]), enter_type, int(entered.counts[first]))
    if kind is None or any(slot.tagged >= 0 for slot in found):
        return
    spans = [own.spans(rows)]
    if enter_type >= 0:
        spans.append(entered.spans(rows))
    data = (own.data, entered.data)
    nowhere = np.zeros(len(rows), np.int64)
    cells = tuple(
        Cells(slot.param, data[slot.source], spans[slot.source][0][:, slot.place], spans[slot.source][1][:, slot.place])
        if slot.place >= 0
        else Cells(slot.param, b"", nowhere, nowhere)
        for slot in found
    )
    yield Shape(kind, rows, cells).take(np.logical_and.reduce([fits for _, _, fits in spans]))


def _read_headers(blocks: Sequence[bytes]) -> _Headers:
    pieces = Pieces.of(blocks)
    data, starts, lengths = pieces.data, pieces.starts, pieces.lengths
    if not lengths.any():
        nothing = np.zeros(len(pieces), np.int64)
        return _Headers(b"", nothing - 1, nothing, nothing, nothing)
    ends: Integers = starts + lengths
    headers, sizes = np.zeros((2, len(blocks)), np.int64)
    block_types = _numbers(data, starts, 4)
    for block_type, (header, size) in _LAYOUTS.items():
        headers[block_types == block_type] = header
        sizes[block_types == block_type] = size
    at: Integers = starts + headers
    event_ends: Integers = at + _numbers(data, at + _LENGTH_AT, 4)
    types = _numbers(data, at + _TYPE_AT, 2)
    good = (headers > 0) & (at + sizes <= event_ends) & (event_ends <= ends) & (types < len(event_types()))
    widths = _widths()[np.where(good, types, 0)]
    counts = _numbers(data, at + _COUNT_AT, 4)
    inferred = np.flatnonzero(good & (sizes < _COUNTED))
    good[inferred] = _is_bulk_in_version_1()[types[inferred]]
    inferred = inferred[good[inferred]]
    counts[inferred] = _inferred_counts(data, at[inferred] + sizes[inferred], event_ends[inferred])
    good &= (counts >= 0) & (counts < _MOST_PARAMS) & (at + sizes + counts * widths <= event_ends)
    types[~good] = -2
    types[lengths == 0] = -1
    counts[types < 0] = 0
    return _Headers(data, types, counts, at + sizes, event_ends)


def _inferred_counts(data: bytes, starts: Integers, ends: Integers) -> Integers:
    """The only number of lengths from each start that, with their values, fill the event; -1 where none does."""
    counts = np.zeros(len(starts), np.int64)
    filled = starts.copy()
    going = np.flatnonzero(starts < ends)
    for count in range(_MOST_PARAMS):
        place = starts[going] + 2 * count
        going = going[(filled[going] < ends[going]) & (place + 2 <= ends[going])]
        if not len(going):
            break
        filled[going] += 2 + _numbers(data, starts[going] + 2 * count, 2)
        counts[going] += 1
    return np.where(filled == ends, counts, -1)


def _gathered(data: bytes, at: Integers, count: int, kind: str) -> NDArray[Any]:
    """``count`` little-endian numbers of a kind from each place, a row each; every byte of the data may begin one."""
    width = np.dtype(kind).itemsize
    if not count or not len(at):
        return np.zeros((len(at), count), kind)
    places = max(len(data) - count * width + 1, 0)
    return np.ndarray((places, count), kind, data, strides=(1, width))[at]


def _numbers(data: bytes, at: Integers, width: int) -> Integers:
    """The unsigned number of 1, 2 or 4 bytes at each place."""
    return _gathered(data, at, 1, f"<u{width}").ravel().astype(np.int64)


@cache
def _widths() -> Integers:
    """Bytes of a parameter's length, by event type."""
    large = TypeFlag.LARGE_PAYLOAD
    return np.array([4 if kind.flags & large else 2 for kind in event_types()], np.int64)


@cache
def _is_bulk_in_version_1() -> Mask:
    """By event type, whether events with headers of version 1 count their bytes and lengths as all others do."""
    large = TypeFlag.LARGE_PAYLOAD
    return np.array([kind.name not in OVERLONG and not kind.flags & large for kind in event_types()], np.bool_)
