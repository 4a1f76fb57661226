"""Splits a long run of undamaged records at once; gives up, without an answer, at anything unusual (stage ①)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from thresher.capture.readers.json_logs.scan import MAX_DEPTH, MAX_RECORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Split = tuple[list[bytes], list[int]]
"""Texts, and where each starts in the data."""

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
        elements = memoryview(data)[start : _elements_end(data, start, cut)]
        raws = _decoded(_ARRAY.decode, b"".join((b"[", elements, b"]")))
        if raws is not None:
            split = _located(data, start, raws, signature)
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
    split = _located(data, start, raws, signature)
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


def _located(data: bytes, start: int, raws: Sequence[msgspec.Raw], signature: bytes) -> Split | None:
    """Texts and places; None where an element is not plainly a record like the others."""
    texts: list[bytes] = []
    places: list[int] = []
    at = start
    for raw in raws:
        text = bytes(raw)
        # Between two elements stand only white space and a comma.
        at = data.find(b"{", at)
        if not text.startswith(signature) or len(text) > MAX_RECORD_BYTES:
            return None
        if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
            return None
        texts.append(text)
        places.append(at)
        at += len(text)
    return texts, places
