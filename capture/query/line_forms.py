"""The two forms in which the database writes rows as lines (stage ④): separated values, and aligned columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from thresher.capture.model import FieldRef, FieldType
from thresher.capture.store import quoting

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PLAIN = frozenset((FieldType.INT, FieldType.UINT, FieldType.BOOL, FieldType.STRING, FieldType.PORT))
"""Types whose text in SQL is the one that people are shown."""
_LINE_FEED = 10
_ODD = bytes(byte for byte in range(256) if not 0x20 <= byte < 0x7F)
"""Bytes that are not printable ASCII; in a line that needs no care its end is the only one."""
_NEEDS_CARE = 1
"""A character that is never safe: it leaves a row to the caller."""
_SECOND = 1_000_000_000


class Form(Protocol):
    """How the values of a row become a line."""

    def writes(self, ref: FieldRef) -> bool:
        """Whether the database can write a single value of this field."""

    def expression(self, refs: Sequence[FieldRef], values: Sequence[str]) -> str:
        """SQL of the line, its end included, from SQL of the values."""

    def needs_care(self, text: NDArray[np.uint8], starts: NDArray[np.int64], columns: int) -> NDArray[np.bool_]:
        """Which lines hold something to escape, or a value that could be taken for two.

        Args:
            text: the bytes of all lines, ends included.
            starts: where each line begins.
            columns: how many values each has.
        """


@dataclass(frozen=True, slots=True)
class Separated:
    """Values between separators, as exports have them; absent ones are empty.

    Attributes:
        separator: one ASCII character.
    """

    separator: str

    def writes(self, ref: FieldRef) -> bool:
        """See ``Form.writes``."""
        return ref.field.type in _PLAIN or ref.field.type is FieldType.DURATION

    def expression(self, refs: Sequence[FieldRef], values: Sequence[str]) -> str:
        """See ``Form.expression``."""
        between = f", {quoting.text(self.separator)}, "
        return f"concat({between.join(f'({value})::VARCHAR' for value in values)}, chr({_LINE_FEED}))"

    def needs_care(self, text: NDArray[np.uint8], starts: NDArray[np.int64], columns: int) -> NDArray[np.bool_]:
        """See ``Form.needs_care``; backslashes are what exports escape with."""
        own = self.separator.encode()
        odd = _marked(text, _ODD.replace(own, b"") + b"\\")
        return np.not_equal(_counts(odd, starts), 1) | np.not_equal(_counts(_marked(text, own), starts), columns - 1)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Columns of the event list.

    Attributes:
        widths: cells of each column, negative where it stands to the left.
        start_ns: what times are told from, in seconds with nine digits.
    """

    widths: tuple[int, ...]
    start_ns: int

    def writes(self, ref: FieldRef) -> bool:
        """See ``Form.writes``."""
        return ref.field.type in _PLAIN or ref.field.type is FieldType.TIME

    def expression(self, refs: Sequence[FieldRef], values: Sequence[str]) -> str:
        """See ``Form.expression``."""
        texts = [
            self._since(value) if ref.field.type is FieldType.TIME else f"coalesce(({value})::VARCHAR, '')"
            for ref, value in zip(refs, values, strict=True)
        ]
        cells = ", ' ', ".join(_aligned(text, width) for text, width in zip(texts, self.widths, strict=True))
        # trimming is dear, and nearly all lines end in the text of their last column
        ends_blank = f"{texts[-1]} = '' OR ends_with({texts[-1]}, ' ')"
        line = f"CASE WHEN {ends_blank} THEN rtrim(concat({cells}), ' ') ELSE concat({cells}) END"
        return f"concat({line}, chr({_LINE_FEED}))"

    def _since(self, value: str) -> str:
        since = f"({value} - {self.start_ns})"
        text = f"concat({since} // {_SECOND}, '.', substr(({_SECOND} + {since} % {_SECOND})::VARCHAR, 2))"
        return f"CASE WHEN {value} IS NULL THEN '' WHEN {since} < 0 THEN chr({_NEEDS_CARE}) ELSE {text} END"

    def needs_care(self, text: NDArray[np.uint8], starts: NDArray[np.int64], columns: int) -> NDArray[np.bool_]:
        """See ``Form.needs_care``."""
        return np.not_equal(_counts(_marked(text, _ODD), starts), 1)


def _aligned(text: str, width: int) -> str:
    """SQL of a cell; what is not ASCII needs care anyway, so that bytes may count as cells."""
    if not width:
        return text
    filling = f"repeat(' ', {abs(width)} - strlen({text}))"
    return f"{filling}, {text}" if width > 0 else f"{text}, {filling}"


def _marked(text: NDArray[np.uint8], wanted: bytes) -> NDArray[np.intp]:
    """Where these bytes stand."""
    marks = bytes(byte in wanted for byte in range(256))
    return np.flatnonzero(np.frombuffer(text.tobytes().translate(marks), np.uint8))


def _counts(places: NDArray[np.intp], starts: NDArray[np.int64]) -> NDArray[np.intp]:
    """How many of the places are in each line."""
    return np.diff(np.searchsorted(places, starts), append=len(places))
