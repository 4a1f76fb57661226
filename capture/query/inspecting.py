"""Looks into one event (stage ④): all values it has, its details tree, its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.evidence import Gathered
from thresher.capture.model import Ancestor, FieldRef, Node, Replay
from thresher.capture.note_fields import Noted
from thresher.capture.notes import NOTHING
from thresher.capture.query.parts import lazy_parts
from thresher.capture.query.window import fetch_columns, raw_events
from thresher.capture.store.keyed_tables import can_be_told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from thresher.capture.model import ByteSource, Field, Value
    from thresher.capture.notes import Note
    from thresher.capture.store.store import Store

TOGETHER = 30
"""Fields a statement: with all tables in one, planning the joins takes most of the time."""


def values(store: Store, nums: NDArray[np.uint32]) -> list[dict[str, Value]]:
    """Every printable field that has a value, by name, for each row.

    Fields over the whole event table are left out while the store loads, and always those that nothing can tell and
    those that need a second pass over the bytes; gathered ones are the dissector's to find, notes are no evidence.
    Numbers may be spelled anew: the dissector has the record to look at.
    """
    told = [field for field in store.catalogue if is_printable(field) and can_be_told(field)]
    fields = [field for field in told if not isinstance(field.place, Gathered | Replay | Noted)]
    if not store.progress().complete:
        fields = [field for field in fields if not lazy_parts(store.catalogue, FieldRef(field), whole_only=True)]
    names = [field.name for field in fields]
    slices = (fields[start : start + TOGETHER] for start in range(0, len(fields), TOGETHER))
    columns = [
        column
        for part in slices
        for column in fetch_columns(store, [FieldRef(field) for field in part], nums, as_written=False)
    ]
    rows = zip(*columns, strict=True)
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]


def is_printable(field: Field) -> bool:
    """Whether the field has a value of its own without an argument."""
    if isinstance(field.place, Ancestor) and field.place.level is None:
        return False
    return not (field.is_filter_only or field.argument_required or field.either)


def details(store: Store, nums: NDArray[np.uint32]) -> list[list[Node]]:
    """The details tree of each row, behind what was noted about it."""
    lookup = store.lookup()
    found = zip(raw_events(store, nums), values(store, nums), nums.tolist(), strict=True)
    return [[*noted(store.noted.of(num)), *store.dissector.details(event, held, lookup)] for event, held, num in found]


def noted(note: Note) -> list[Node]:
    """A note as a subtree; none where there is nothing in it."""
    if note == NOTHING:
        return []
    flags = {"frame.marked": note.marked, "frame.ref_time": note.is_reference, "frame.ignored": note.ignored}
    lines = [Node(name, "true", name, True) for name, is_set in flags.items() if is_set]
    lines += [Node("tag", tag, "tag", tag) for tag in note.tags]
    if note.comment:
        lines.append(Node("frame.comment", note.comment, "frame.comment", note.comment))
    return [Node("Notes", note.in_words(), origin="the case file, not the evidence", children=lines)]


def sources(store: Store, nums: NDArray[np.uint32]) -> list[list[ByteSource]]:
    """The bytes each row was made from."""
    return [store.dissector.sources(event) for event in raw_events(store, nums)]
