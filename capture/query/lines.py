"""Writes fields of many rows as lines of text inside the database (stage ④); what needs care is left to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.query.asking import ask_arrow, built
from thresher.capture.query.condition import access
from thresher.capture.query.keeping import kept
from thresher.capture.query.parts import computed_parts, lazy_parts
from thresher.capture.query.window import distinct, fetch, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from thresher.capture.model import FieldRef, Value
    from thresher.capture.query.line_forms import Form
    from thresher.capture.store.store import Store

    Render = Callable[[list[tuple[Value, ...]]], Sequence[str]]


def writable(store: Store, refs: Sequence[FieldRef | None], form: Form) -> bool:
    """Whether ``lines`` can write these fields: each a single value that a column, or a kept field, holds."""
    return all(ref is not None and _is_plain(store, ref, form) for ref in refs)


def _is_plain(store: Store, ref: FieldRef, form: Form) -> bool:
    catalogue = store.catalogue
    if ref.field.is_list or not form.writes(ref):
        return False
    return bool(kept(store, [ref])) or not (computed_parts(catalogue, ref) or lazy_parts(catalogue, ref))


def lines(store: Store, refs: Sequence[FieldRef], nums: NDArray[np.uint32], form: Form, render: Render) -> str:
    """A line for each row.

    Args:
        store: what is asked.
        refs: fields that are ``writable``.
        nums: rows, in any order, repeated or not.
        form: how the values become a line.
        render: writes the rows whose line would not be safe, from their values; a line each.

    Raises:
        QueryError: a field has no single value, or the database cannot answer.
    """
    if not len(nums):
        return ""
    table = _table(store, refs, nums, form)
    pieces: list[str] = []
    before = 0
    for chunk in table["line"].chunks:
        text, starts = _bytes(chunk)
        places = np.flatnonzero(form.needs_care(text, starts, len(refs)))
        rendered = render(fetch(store, refs, nums[before + places])) if len(places) else ()
        pieces += _replaced(text, starts, places.tolist(), rendered)
        before += len(chunk)
    return "".join(pieces)


def _replaced(
    text: NDArray[np.uint8], starts: NDArray[np.int64], places: Sequence[int], lines: Sequence[str]
) -> Iterator[str]:
    """The lines of a text, in pieces, some replaced; the others are ASCII."""
    at = 0
    ends = [*starts[1:].tolist(), len(text)]
    for place, line in zip(places, lines, strict=True):
        yield text[at : int(starts[place])].tobytes().decode("ascii")
        yield line
        at = ends[place]
    yield text[at:].tobytes().decode("ascii")


def _table(store: Store, refs: Sequence[FieldRef], nums: NDArray[np.uint32], form: Form) -> pa.Table:
    """The lines as they come from the database, nothing escaped, in the order of ``nums``."""
    import pyarrow as pa

    selection = access(store, built(store, kept(store, refs))).selection()
    values = [column for ref in refs for column in selection.add(ref)]
    columns = [f"{form.expression(refs, values)} AS line", "e.num AS num"]
    unique, inverse = distinct(nums)
    parts = [ask_arrow(store, sql) for sql in statements(columns, selection.source(), unique)]
    table = pa.concat_tables(parts)
    if len(table) > len(unique):
        table = table.filter(pa.array(np.isin(table["num"].to_numpy(), unique, assume_unique=True)))
    return table if inverse is None else table.take(inverse)


def _bytes(chunk: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of all texts of an Arrow string array, one after the other, and where each begins."""
    kind = np.int64 if str(chunk.type).startswith("large") else np.int32
    _, ends, data = chunk.buffers()
    if data is None:
        return np.empty(0, np.uint8), np.empty(0, np.int64)
    places = np.frombuffer(ends, kind)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    return np.frombuffer(data, np.uint8)[places[0] : places[-1]], places[:-1] - places[0]
