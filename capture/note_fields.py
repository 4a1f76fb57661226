"""The fields that say what people noted about an event, the same for every source (stage ②)."""

from __future__ import annotations

from dataclasses import dataclass

from thresher.capture.model import Field, FieldType, Window


@dataclass(frozen=True, slots=True)
class Noted(Window):
    """A note of the open case file; ``expression`` is its kind, which names the table that has it in a store.

    Whether an event has a note of a kind is always known; a text is absent where there is none.
    """


MARKED, COMMENT, REFERENCE, IGNORED, TAG = "marked", "comment", "reference", "ignored", "tag"

NOTE_FIELDS: tuple[Field, ...] = (
    Field(
        "frame.marked",
        FieldType.BOOL,
        "Marked",
        "Whether the event is marked in the case file.",
        Noted(MARKED),
        example="frame.marked",
    ),
    Field(
        "frame.comment",
        FieldType.STRING,
        "Comment",
        "What the case file says about the event.",
        Noted(COMMENT),
        aliases=("pkt_comment",),
        example='frame.comment contains "beacon"',
    ),
    Field(
        "frame.ref_time",
        FieldType.BOOL,
        "Reference",
        "Whether the event is a time reference in the case file.",
        Noted(REFERENCE),
        example="frame.ref_time",
    ),
    Field(
        "frame.ignored",
        FieldType.BOOL,
        "Ignored",
        "Whether the event is ignored in the case file; a filter that names this field shows ignored events too.",
        Noted(IGNORED),
        example="frame.ignored",
    ),
    Field(
        "tag",
        FieldType.STRING,
        "Tags",
        "Tags that the case file gives the event.",
        Noted(TAG),
        is_list=True,
        example='tag == "persistence"',
    ),
)
"""Names as in Wireshark where it has them."""
