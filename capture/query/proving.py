"""Says what proves the value that an event has of a field (stage ④)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.evidence import Gathered, Proof
from thresher.capture.note_fields import Noted
from thresher.capture.query.asking import ask, built
from thresher.capture.query.parts import common_parts
from thresher.capture.query.window import fetch, heads, raw_events
from thresher.capture.store.gathering import SOURCE

if TYPE_CHECKING:
    from thresher.capture.model import FieldRef, Value
    from thresher.capture.store.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """Why an event says what it says.

    Attributes:
        field: canonical name, with its argument.
        value: what the event has, None where it does not have the field.
        kind: as ``contract.Proof.kind``.
        text: the same in words.
        evt_num: the number of the event that proves it, None where something else does.
        offset_bytes: where the block that proves it starts in the uncompressed capture, None where that is not known.
    """

    field: str
    value: Value
    kind: str
    text: str
    evt_num: int | None
    offset_bytes: int | None


def why(store: Store, ref: FieldRef, num: int) -> list[Answer]:
    """An answer for the field, or one for each of those that it is made of and that the event has."""
    nums = np.array([num], np.uint32)
    parts = common_parts(store.catalogue, ref)
    answers = [_answer(store, part, nums) for part in parts]
    present = [answer for answer in answers if answer.value is not None]
    return present or answers[:1]


def _answer(store: Store, ref: FieldRef, nums: np.ndarray) -> Answer:
    ((value,),) = fetch(store, [ref], nums)
    if value is None:
        return Answer(ref.key, None, "absent", "this event does not have the field", None, None)
    num = int(nums[0])
    if isinstance(ref.field.place, Noted):
        return Answer(ref.key, value, "note", "the case file says so; it is not in the evidence", None, None)
    proof = _gathered(store, ref, num) if isinstance(ref.field.place, Gathered) else None
    if proof is None:
        (event,) = raw_events(store, nums)
        proof = store.dissector.prove(ref, event, store.lookup())
    source = num if proof.kind == "event" and proof.num is None else proof.num
    evt_num = offset = None
    if source is not None:
        (evt_num,) = heads(store, "evt_num", np.array([source], np.uint32))
        (offset,) = heads(store, "offset_bytes", np.array([source], np.uint32))
    return Answer(ref.key, value, proof.kind, proof.text or "this event", evt_num, proof.offset or offset)


def _gathered(store: Store, ref: FieldRef, num: int) -> Proof | None:
    """What stands beside the value in the field's own table."""
    table = built(store, [ref])[ref.key]
    found = ask(store, f"SELECT {SOURCE} FROM {table} WHERE num = {num}")
    source = found[0][0] if found else None
    if source is None or source == num:
        return None
    types = ask(
        store,
        f"SELECT t.name, e.evt_num FROM events AS e LEFT JOIN event_types AS t USING (type_id) WHERE e.num = {source}",
    )
    name, number = types[0]
    return Proof("event", f"{name or 'event'} at event {number}", source)
