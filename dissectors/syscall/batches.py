"""Turns the kernel's tables into Arrow batches of the store's columns; stage ②."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thresher.dissectors.syscall.errors import ERRORS
from thresher.dissectors.syscall.event_table import (
    ACCEPT4,
    CATEGORIES,
    GENERIC_BASE,
    event_types,
    syscall_names,
)
from thresher.dissectors.syscall.kernel import columns as c

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

EVENT_TYPES: tuple[tuple[str, int, Any], ...] = (
    ("time_ns", c.C_TIME, pa.int64()),
    ("evt_num", c.C_NUM, pa.uint32()),
    ("type_id", c.C_TYPE, pa.int32()),
    ("offset_bytes", c.C_OFFSET, pa.uint64()),
    ("length_bytes", c.C_LENGTH, pa.uint32()),
    ("flags", c.C_FLAGS, pa.uint16()),
    ("cpu", c.C_CPU, pa.int16()),
    ("tid", c.C_TID, pa.int64()),
    ("proc_id", c.C_PROC, pa.uint32()),
    ("fd_id", c.C_FDID, pa.uint32()),
    ("fd", c.C_FD, pa.int64()),
    ("res", c.C_RES, pa.int64()),
    ("latency_ns", c.C_LATENCY, pa.int64()),
    ("size", c.C_SIZE, pa.uint32()),
    ("enter_offset", c.C_ENTER, pa.uint64()),
    ("enter_length", c.C_ENTERLEN, pa.uint32()),
)
"""Column, where the kernel keeps it, Arrow type."""

ALWAYS_KNOWN = frozenset({"time_ns", "evt_num", "type_id", "offset_bytes", "length_bytes", "flags", "tid"})
NO_CPU = 0xFFFF
"""The processor of blocks made from a text that does not tell it."""

FD_TYPES: tuple[tuple[int, str | None, str | None], ...] = (
    (c.D_UNKNOWN, None, "o"),
    (c.D_FILE, "file", "f"),
    (c.D_DIRECTORY, "directory", "d"),
    (c.D_IPV4, "ipv4", "4"),
    (c.D_IPV6, "ipv6", "6"),
    (c.D_IPV4SERVER, "ipv4", "4"),
    (c.D_IPV6SERVER, "ipv6", "6"),
    (c.D_PIPE, "pipe", "p"),
    (c.D_UNIX, "unix", "u"),
    (c.D_EVENT, "event", "e"),
    (10, None, "X"),
    (11, "signalfd", "s"),
    (12, "eventpoll", "l"),
    (13, "inotify", "i"),
    (14, "timerfd", "t"),
    (c.D_NETLINK, "netlink", "n"),
    (17, "bpf", "b"),
    (18, "userfaultfd", "u"),
    (19, "io_uring", "r"),
    (c.D_MEMFD, "memfd", "m"),
    (c.D_PIDFD, "pidfd", "P"),
    (c.D_UNOPENED, None, "f"),
)
"""Code, word and letter of each kind of descriptor (libsinsp, fdinfo.cpp)."""


def table(view: memoryview, width: int) -> Table:
    """A kernel table as an array of rows."""
    return np.frombuffer(view, np.int64).reshape(-1, width)


def column(values: Table, kind: Any, unknown: int = c.NONE) -> pa.Array:
    """An Arrow column, NULL where the value is ``unknown``."""
    known = values != unknown
    count = int(np.count_nonzero(known))
    if not count:
        return pa.nulls(len(values), kind)
    made = values.astype(kind.to_pandas_dtype(), copy=True)
    bits = None if count == len(values) else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(made)], len(values) - count)


def event_batch(cells: Table, first: int, count: int) -> pa.RecordBatch:
    """The pending events.

    Args:
        cells: C_WIDTH rows of the kernel's row buffer.
        first: ``num`` of the first event.
        count: how many there are.
    """
    names = ["num", "file_id"]
    arrays = [
        pa.array(np.arange(first, first + count, dtype=np.uint32)),
        pa.array(np.zeros(count, np.uint32)),
    ]
    for name, place, kind in EVENT_TYPES:
        values = cells[place, :count]
        if name in ALWAYS_KNOWN:
            arrays.append(pa.array(values.astype(kind.to_pandas_dtype())))
        else:
            arrays.append(column(values, kind, NO_CPU if name == "cpu" else c.NONE))
        names.append(name)
    return pa.RecordBatch.from_arrays(arrays, names=names)


def texts(arena: Any, grid: Any, place: int, first: int, last: int, keep_empty: bool = False) -> pa.Array:
    r"""The texts a kernel table keeps at a column; empty ones are NULL unless asked for.

    Bytes that are not UTF-8 show as ``\xNN``.
    """
    offsets = array("i", bytes(4 * (last - first + 1)))
    data = arena.gather(grid, place, first, last, offsets)
    if data.isascii():
        made = pa.StringArray.from_buffers(last - first, pa.py_buffer(offsets), pa.py_buffer(data))
    else:
        ends = offsets.tolist()
        made = pa.array([data[a:b].decode("utf-8", "backslashreplace") for a, b in pairwise(ends)], pa.string())
    if keep_empty:
        return made
    return masked(made, np.diff(np.frombuffer(offsets, np.int32)) == 0)


def parts(listed: pa.Array) -> pa.Array:
    """Texts as lists of what stands between their NULs; an empty text is an empty list."""
    split = pc.split_pattern(listed, "\0")
    return pc.if_else(pc.equal(pc.binary_length(listed), 0), pa.scalar([], split.type), split)


def masked(values: pa.Array, absent: NDArray[np.bool_]) -> pa.Array:
    """The values, NULL where absent."""
    return pc.if_else(pa.array(absent), pa.scalar(None, values.type), values) if absent.any() else values


def rows_of(names: Sequence[str], rows: Sequence[Sequence[object]], schema: Sequence[Any]) -> pa.RecordBatch:
    """A small table from Python rows."""
    arrays = [pa.array([row[i] for row in rows], type=schema[i]) for i in range(len(names))]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


@cache
def event_type_rows() -> pa.RecordBatch:
    """The event types that can occur, with generic calls under their own names."""
    rows: list[tuple[int, str, str, str, int]] = []
    for known in event_types():
        name = "accept4" if known.id in ACCEPT4 else known.name
        rows.append((known.id, name, category_word(known.category), known.direction, known.flags))
    for code, name in enumerate(syscall_names()):
        rows.append((GENERIC_BASE + code, name or f"unknown({code})", "other", "<", 0))
    return _event_type_batch(rows)


def unknown_type_rows(ids: Sequence[int]) -> pa.RecordBatch:
    """Event types that occurred and are in no table."""
    codes = [identity - GENERIC_BASE if identity >= GENERIC_BASE else identity for identity in ids]
    return _event_type_batch(
        [(identity, f"unknown({code})", "unknown", "<", 0) for identity, code in zip(ids, codes, strict=True)]
    )


def _event_type_batch(rows: Sequence[tuple[object, ...]]) -> pa.RecordBatch:
    kinds = (pa.int32(), pa.string(), pa.string(), pa.string(), pa.int32())
    return rows_of(("type_id", "name", "category", "direction", "flags"), rows, kinds)


def category_word(category: int) -> str:
    """The word for a category (libsinsp, sinsp_filtercheck_event.cpp)."""
    low = category & 511
    return CATEGORIES.get(low, CATEGORIES.get(low & 255, "unknown"))


@cache
def fd_type_rows() -> pa.RecordBatch:
    """The kinds of descriptors."""
    return rows_of(("type_id", "name", "letter"), FD_TYPES, (pa.uint8(), pa.string(), pa.string()))


@cache
def error_rows() -> pa.RecordBatch:
    """Names of results: success, and every error number there is a name for."""
    rows = [(0, "SUCCESS"), *((-number, name) for number, name in sorted(ERRORS.items()))]
    return rows_of(("res", "name"), rows, (pa.int64(), pa.string()))
