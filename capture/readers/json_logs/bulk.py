"""Splits a long run of undamaged records at once; gives up, without an answer, at anything unusual (stage ①)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
import numpy as np

from thresher.capture.pieces import Pieces
from thresher.capture.readers.json_logs.scan import MAX_DEPTH, MAX_RECORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]
    Split: TypeAlias = tuple[Sequence[bytes], list[int]]
    """Texts, and where each starts in the data."""

FEW = 64
"""So many records are sooner cut out than described."""
_CASE, _OPENING = np.uint8(0x20), np.uint8(0x7B)
"""The bit in which the two opening brackets differ, and what both are with it."""
_ONES, _HIGHEST = np.uint64(0x0101010101010101), np.uint64(56)
"""Multiplied by the first, a word has the sum of its bytes in its highest one."""

_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_LINES = msgspec.json.Decoder(msgspec.Raw)
_TAIL_BYTES = 64


def split_array(data: bytes, start: int, signature: bytes, is_last: bool) -> tuple[Split, int] | None:
    """Split the elements of an array from ``start``, where one begins, as far as whole ones can be told cheaply.

    A stretch that parses as the inside of an array can only have ended between two of its elements.

    Returns:
        The records and where to go on; None where one by one is the only way.
    """
    for cut in _array_cuts(data, start, signature, is_last):
        end = _elements_end(data, start, cut)
        raws = _decoded(_ARRAY.decode, b"".join((b"[", memoryview(data)[start:end], b"]")))
        if raws is not None:
            split = _located(data, start, raws, signature, end)
            return (split, cut) if split else None
    return None


def split_lines(data: bytes, start: int, signature: bytes, is_last: bool) -> tuple[Split, int] | None:
    """The same for objects one after the other, usually one a line."""
    cut = len(data) if is_last else data.rfind(b"\n", start) + 1
    if cut <= start:
        return None
    raws = _decoded(_LINES.decode_lines, data[start:cut])
    if raws is None:
        return None
    split = _located(data, start, raws, signature, _elements_end(data, start, cut))
    return (split, cut) if split else None


def _array_cuts(data: bytes, start: int, signature: bytes, is_last: bool) -> Iterator[int]:
    """Where the run may end, most promising first: the end of the line or file, then the last record's start."""
    line_end = data.find(b"\n", start)
    tail = data[max(start, line_end - _TAIL_BYTES) : line_end] if line_end > 0 else b""
    if tail.rstrip().endswith((b"]}", b"]")):
        yield data.rfind(b"]", start, line_end)
    elif is_last and (close := data.rfind(b"]", start)) > 0:
        yield close
    if (last := data.rfind(signature, start + 1)) > 0:
        yield last


def _elements_end(data: bytes, start: int, cut: int) -> int:
    """Where the last element before ``cut`` ends: white space, and one comma, left out; copies no more than it must."""
    tail = data[max(start, cut - _TAIL_BYTES) : cut]
    if tail.isspace():
        tail = data[start:cut]
    return cut - len(tail) + len(tail.rstrip().removesuffix(b","))


def _decoded(decode: object, text: bytes) -> list[msgspec.Raw] | None:
    try:
        return decode(text)  # type: ignore[operator, no-any-return]
    except (msgspec.DecodeError, RecursionError):
        return None


def _located(data: bytes, start: int, raws: Sequence[msgspec.Raw], signature: bytes, end: int) -> Split | None:
    """Texts and places; None where an element is not plainly a record like the others.

    Args:
        data: the bytes that they are in.
        start: where the first one begins.
        raws: the elements, at least one.
        signature: what each must begin with.
        end: where the last one ends.
    """
    if not raws:
        return None
    lengths = np.fromiter(map(len, raws), np.int64, len(raws))
    if lengths.min() < len(signature) or lengths.max() > MAX_RECORD_BYTES:
        return None
    starts = _starts(data, start, lengths, end)
    view = np.frombuffer(data, np.uint8)
    if (view[starts[:, None] + np.arange(len(signature))] != np.frombuffer(signature, np.uint8)).any():
        return None
    if _most_brackets(view[start:end], starts - start) > MAX_DEPTH:
        return None
    pieces = Pieces(data, starts, lengths)
    return (list(pieces) if len(raws) < FEW else pieces), starts.tolist()


def _starts(data: bytes, start: int, lengths: Numbers, end: int) -> Numbers:
    """Where the elements begin; between two of them stand only white space and a comma, at least one byte."""
    if int(lengths.sum()) + len(lengths) - 1 == end - start:
        return start + np.cumsum(lengths + 1) - (lengths + 1)
    starts = np.empty_like(lengths)
    at = start
    for place, length in enumerate(lengths.tolist()):
        starts[place] = at = data.find(b"{", at)
        at += length
    return starts


def _most_brackets(view: NDArray[np.uint8], starts: Numbers) -> int:
    """No fewer brackets than any of the records opens, so that none nests deeper.

    Counted in words of eight bytes; one that two records share counts for the second, so the first may have eight more.
    """
    opens = np.zeros(-(-len(view) // 8) * 8, np.bool_)
    np.equal(view | _CASE, _OPENING, out=opens[: len(view)])
    in_words = (opens.view(np.uint64) * _ONES) >> _HIGHEST
    return int(np.add.reduceat(in_words, starts >> 3).max()) + 8
