"""Writes fields of many rows as lines of text inside the database (stage ④); what needs care is left to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thresher.capture.model import FieldRef, FieldType, Value
from thresher.capture.query.asking import ask_arrow
from thresher.capture.query.condition import access
from thresher.capture.query.parts import computed_parts, lazy_parts
from thresher.capture.query.window import distinct, fetch, statements
from thresher.capture.store import quoting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from thresher.capture.store.store import Store

    Render = Callable[[list[tuple[Value, ...]]], Sequence[str]]

WRITTEN: Final = frozenset(
    (FieldType.INT, FieldType.UINT, FieldType.BOOL, FieldType.STRING, FieldType.PORT, FieldType.DURATION)
)
"""Types whose text in SQL is that of an export."""

_LINE_FEED: Final = 10
_BACKSLASH: Final = 0x5C
_PRINTABLE: Final = (0x20, 0x7E)


def writable(store: Store, refs: Sequence[FieldRef | None]) -> bool:
    """Whether ``lines`` can write these fields: each a single value of a plain type that a column holds."""
    return all(ref is not None and _is_plain(store, ref) for ref in refs)


def _is_plain(store: Store, ref: FieldRef) -> bool:
    catalogue = store.catalogue
    return (
        ref.field.type in WRITTEN
        and not ref.field.is_list
        and not computed_parts(catalogue, ref)
        and not lazy_parts(catalogue, ref)
    )


def lines(store: Store, refs: Sequence[FieldRef], nums: NDArray[np.uint32], separator: str, render: Render) -> str:
    """A line for each row, its values between separators, absent ones empty.

    Args:
        store: what is asked.
        refs: fields that are ``writable``.
        nums: rows, in any order, repeated or not.
        separator: one ASCII character.
        render: writes the rows that hold anything but printable ASCII, a backslash or the separator; a line each.

    Raises:
        QueryError: a field has no single value, or the database cannot answer.
    """
    if not len(nums):
        return ""
    table = _table(store, refs, nums, separator)
    chunks = table["line"].chunks
    separators = len(refs) - 1
    texts = [_bytes(chunk) for chunk in chunks]
    if all(_is_safe(text, len(chunk), separators, separator) for text, chunk in zip(texts, chunks, strict=True)):
        return "".join([text.tobytes().decode("ascii") for text in texts])
    found: list[str] = table["line"].to_pylist()
    unsafe = [place for place, text in enumerate(found) if not _is_safe_line(text, separators, separator)]
    for place, text in zip(unsafe, render(fetch(store, refs, nums[unsafe])), strict=True):
        found[place] = text
    return "".join(found)


def _table(store: Store, refs: Sequence[FieldRef], nums: NDArray[np.uint32], separator: str) -> pa.Table:
    """The lines as they come from the database, nothing escaped, in the order of ``nums``."""
    import pyarrow as pa

    selection = access(store, {}).selection()
    between = f", {quoting.text(separator)}, "
    values = [f"({column})::VARCHAR" for ref in refs for column in selection.add(ref)]
    columns = [f"concat({between.join(values)}, chr({_LINE_FEED})) AS line", "e.num AS num"]
    unique, inverse = distinct(nums)
    parts = [ask_arrow(store, sql) for sql in statements(columns, selection.source(), unique)]
    table = pa.concat_tables(parts)
    if len(table) > len(unique):
        table = table.filter(pa.array(np.isin(table["num"].to_numpy(), unique, assume_unique=True)))
    return table if inverse is None else table.take(inverse)


def _bytes(chunk: pa.Array) -> NDArray[np.uint8]:
    """The bytes of all texts of an Arrow string array, one after the other."""
    kind = np.int64 if str(chunk.type).startswith("large") else np.int32
    _, ends, data = chunk.buffers()
    if data is None:
        return np.empty(0, np.uint8)
    places = np.frombuffer(ends, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    return np.frombuffer(data, np.uint8)[places[0] : places[-1]]


def _is_safe(text: NDArray[np.uint8], rows: int, separators: int, separator: str) -> bool:
    """Whether nothing in the lines has to be escaped, and no value holds a separator."""
    counts = np.bincount(text, minlength=256)
    low, high = _PRINTABLE
    plain = int(counts[low : high + 1].sum()) - int(counts[_BACKSLASH])
    between = int(counts[ord(separator)])
    if not low <= ord(separator) <= high:
        plain += between
    return between == rows * separators and int(counts[_LINE_FEED]) == rows and plain + rows == len(text)


def _is_safe_line(line: str, separators: int, separator: str) -> bool:
    values = line[:-1]
    rest = values.replace(separator, "")
    return len(values) - len(rest) == separators and rest.isascii() and rest.isprintable() and "\\" not in rest
