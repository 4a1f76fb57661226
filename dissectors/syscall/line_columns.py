"""Renders ``evt.args`` of very many rows at once, as an Arrow column made of a column for each argument (stage ②).

``lines.lines`` says the same of a screenful of rows, and what it leaves to be done one by one is left here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thresher.dissectors.syscall.descriptor_texts import DescriptorTexts
from thresher.dissectors.syscall.lines import DESCRIPTORS, THREADS, Links, ValueTexts, one_by_one, said_of, simple
from thresher.dissectors.syscall.names import Needs, read_links
from thresher.dissectors.syscall.shapes import read_shapes
from thresher.dissectors.syscall.thread_texts import ThreadTexts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thresher.capture.contract import Events, Lookup
    from thresher.dissectors.syscall.shapes import Cells, Integers, Shape

Linked = tuple["Integers", "Integers"]
"""Descriptor numbers of a column, and the version that each stood for."""


def column(events: Events, lookup: Lookup) -> pa.Array:
    """``evt.args`` of each row; null where it cannot be decoded."""
    links, needs = Links(events), Needs()
    shapes = [
        found for shape in read_shapes(events.blocks, events.enters) if len((found := simple(shape, threads=True)).rows)
    ]
    left = np.ones(len(events), np.bool_)
    for shape in shapes:
        left[shape.rows] = False
        for cells in shape.cells:
            if cells.param.type in DESCRIPTORS:
                links.add_needs(needs, shape, cells)
            elif cells.param.type in THREADS:
                needs.tids.update(np.unique(_numbers(cells)).tolist())
    tables = read_links(lookup, needs)
    threads = ThreadTexts(lookup, needs.tids)
    linked = [
        [links.versions(shape, cells, tables) if cells.param.type in DESCRIPTORS else None for cells in shape.cells]
        for shape in shapes
    ]
    texts = DescriptorTexts(lookup, [pair[1] for columns in linked for pair in columns if pair is not None])
    parts = [
        _joined(shape, columns, texts, threads, links.nums(shape), events)
        for shape, columns in zip(shapes, linked, strict=True)
    ]
    places = [shape.rows for shape in shapes]
    rest = one_by_one(events, np.flatnonzero(left).tolist(), lookup)
    parts.append(pa.array([text for _, text in rest], pa.string()))
    places.append(np.array([row for row, _ in rest], np.intp))
    return scattered(pa.concat_arrays(parts), np.concatenate(places), len(events))


def scattered(values: pa.Array, rows: NDArray[np.intp], count: int) -> pa.Array:
    """Values at their rows, null elsewhere."""
    places = np.full(count, -1, np.int64)
    places[rows] = np.arange(len(rows))
    return values.take(pa.array(places, mask=places < 0))


def _joined(
    shape: Shape,
    linked: list[Linked | None],
    texts: DescriptorTexts,
    threads: ThreadTexts,
    nums: Integers,
    events: Events,
) -> pa.Array:
    """The line of each row of a shape."""
    if not shape.cells or shape.kind.name == "syscall":
        return pa.array(said_of(shape, events), pa.string())
    columns = [
        _descriptors(cells, pair, texts)
        if pair is not None
        else _threads(cells, nums, threads)
        if cells.param.type in THREADS
        else _values(cells)
        for cells, pair in zip(shape.cells, linked, strict=True)
    ]
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")


def _values(cells: Cells) -> pa.Array:
    """``name=value`` of each row, rendered once for all rows with the same bytes."""
    coded = cells.binary().dictionary_encode()
    made = ValueTexts(cells.param)
    return pa.array([made[value] for value in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _descriptors(cells: Cells, pair: Linked, texts: DescriptorTexts) -> pa.Array:
    """The same of descriptors: the number, and in parentheses what it stood for where that is known."""
    return _numbered(cells, pair[0], *texts.of(*pair))


def _threads(cells: Cells, nums: Integers, threads: ThreadTexts) -> pa.Array:
    """The same of threads: the number, and in parentheses the thread's name at the event."""
    numbers = _numbers(cells)
    return _numbered(cells, numbers, *threads.of(numbers, nums))


def _numbers(cells: Cells) -> Integers:
    """The numbers of threads; 0 where there is none."""
    there = cells.lengths() > 0
    numbers = np.zeros(len(there), np.int64)
    if there.any():
        numbers[there] = cells.take(there).integers(THREADS[cells.param.type])
    return numbers


def _numbered(cells: Cells, values: Integers, meanings: list[str], indices: Integers) -> pa.Array:
    """``name=number(meaning)`` of each row, without parentheses where there is no meaning."""
    numbers = pc.cast(pa.array(values), pa.string())
    meant = pa.array(meanings, pa.string()).take(pa.array(indices))
    full = pc.binary_join_element_wise(numbers, pc.binary_join_element_wise("(", meant, ")", ""), "")
    said = pc.if_else(pc.fill_null(pc.not_equal(meant, ""), False), full, numbers)
    named = pc.binary_join_element_wise(f"{cells.param.name}=", said, "")
    is_empty = cells.lengths() == 0
    return pc.if_else(pa.array(is_empty), ValueTexts(cells.param)[b""], named) if is_empty.any() else named
