"""Pieces of one buffer as a sequence of bytes, cut out only when asked for; shared by stages ① to ③."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PADDING = bytes(64)
"""Behind the last piece, so that a header can be looked at where a piece is cut short."""


class Pieces(Sequence[bytes]):
    """Stretches of a buffer.

    Args:
        data: the buffer; where the pieces are blocks, with ``PADDING`` behind it.
        starts: where each piece begins in it.
        lengths: how many bytes each has.
    """

    __slots__ = ("data", "lengths", "starts")

    def __init__(self, data: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        self.data = data
        self.starts = starts
        self.lengths = lengths

    @classmethod
    def of(cls, parts: Sequence[bytes]) -> Pieces:
        """The same pieces, joined; as they are where they are ``Pieces``."""
        if isinstance(parts, Pieces):
            return parts
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        return cls(b"".join([*parts, PADDING]), np.cumsum(lengths) - lengths, lengths)

    def take(self, places: Sequence[int]) -> Pieces:
        """Some of the pieces, in the order asked for."""
        chosen = np.asarray(places, dtype=np.intp)
        return Pieces(self.data, self.starts[chosen], self.lengths[chosen])

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> Pieces: ...

    def __getitem__(self, place: int | slice) -> bytes | Pieces:
        if isinstance(place, slice):
            return Pieces(self.data, self.starts[place], self.lengths[place])
        start = int(self.starts[place])
        return self.data[start : start + int(self.lengths[place])]

    def __iter__(self) -> Iterator[bytes]:
        data = self.data
        for start, end in zip(self.starts.tolist(), (self.starts + self.lengths).tolist(), strict=True):
            yield data[start:end]
