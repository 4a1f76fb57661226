"""What a dissector gives beyond rows: gathered values, what proves values, what a part needs; stage ②."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from thresher.capture.model import Window

if TYPE_CHECKING:
    from thresher.capture.model import Value

OnProgress = Callable[[float], None]

EXTRAS = {"ancestors": "Ancestors with arguments, folder and descriptors, as far as the process list has them."}
"""What a part of a capture may hold beside what it needs, by the word that asks for it."""


class Gathered(Window):
    """Made by the dissector for all events of the capture in one pass, as ``expression`` names it, on first use.

    For values that one event does not hold alone; all fields of a pass are made together and kept.
    """


class Numbered(Window):
    """Made by the dissector from the store's tables alone, stretch by stretch; ``expression`` says what."""


class Numbers(NamedTuple):
    """Values of a ``Numbered`` field for a stretch of rows, as two numpy arrays; values are masked where absent."""

    nums: Any
    values: Any


class Keys(NamedTuple):
    """Values of a field that is ``Told`` for keys that events share: as many of each, each key once."""

    keys: Sequence[Value]
    values: Sequence[Value]


class Proven(NamedTuple):
    """One value of a ``Gathered`` field: of the event in row ``num``, as the event in row ``source`` proves."""

    field: str
    num: int
    value: Value
    source: int


class Proof(NamedTuple):
    """What proves a value.

    Attributes:
        kind: ``event``, ``inherited`` (at the clone), ``process list``, ``descriptor list``, ``metadata``, ``guess``
            (after a gap in the capture), or ``absent`` where the event does not have the field.
        text: the same in words, as ``execve at event 4711``; '' where the event itself proves it.
        num: the row of the event that proves it; None where none does.
        offset: where the block that proves it starts in the uncompressed capture; None where that is not known.
    """

    kind: str
    text: str = ""
    num: int | None = None
    offset: int | None = None


class Wanted(NamedTuple):
    """Which processes of a capture's lists a part of it needs: ``full`` ones whole, of ``bare`` ones who they are."""

    full: frozenset[int]
    bare: frozenset[int]


class Kept(NamedTuple):
    """What a part of a capture needs beside its events: rows that change state they depend on, and processes."""

    state: Sequence[int]
    wanted: Wanted
