"""Finds the few extracted rows that hold a number in DuckDB's spelling, cheaply for all the others (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thresher.capture.store.json_numbers import RESPELT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LONGEST_NUMBER = 25
"""DuckDB writes a number with a fraction or an exponent in fewer characters."""
_STARTS = np.zeros(256, np.uint8)
_STARTS[list(b"-0123456789")] = 1
_STARTS[list(b"[{")] = 2


def respelt(columns: Iterable[pa.ChunkedArray], rows: int) -> NDArray[np.bool_] | None:
    """Which rows have such a number in one of these columns of text; None where none has."""
    found: NDArray[np.bool_] | None = None
    for column in columns:
        for places, values in _suspects(column):
            distinct = values.dictionary_encode()
            is_number = pc.match_substring_regex(distinct.dictionary, RESPELT).to_numpy(zero_copy_only=False)
            if is_number.any():
                found = np.zeros(rows, bool) if found is None else found
                found[places[is_number[distinct.indices.to_numpy()]]] = True
    return found


def _suspects(column: pa.ChunkedArray) -> Iterable[tuple[NDArray[np.int64], pa.StringArray]]:
    """Values that begin like a number and are as short, or like an object or a list; with their rows."""
    first = 0
    for chunk in column.chunks:
        _, bounds_of, content = chunk.buffers()
        bounds = np.frombuffer(bounds_of, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        lengths = np.diff(bounds)
        filled = np.flatnonzero(lengths)
        if content is not None and len(filled):
            starts = _STARTS[np.frombuffer(content, np.uint8)[bounds[filled]]]
            places = filled[(starts == 2) | ((starts == 1) & (lengths[filled] < LONGEST_NUMBER))]
            if len(places):
                yield first + places, chunk.take(pa.array(places))
        first += len(chunk)
