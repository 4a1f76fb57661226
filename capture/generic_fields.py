"""The fields that every source declares alike, so that one name has one type and one meaning everywhere (stage ②)."""

from __future__ import annotations

from thresher.capture.model import Column, Field, FieldType, Place, Sql

EVENT_NUMBER = Field(
    "evt.num",
    FieldType.UINT,
    "No.",
    "Ordinal of the event in its capture, counted from 1 over everything that was recorded.",
    Column("evt_num"),
    aliases=("frame.number",),
    example="evt.num in {1000..2000}",
)
EVENT_TIME = Field(
    "evt.time",
    FieldType.TIME,
    "Time",
    "When the event happened, in UTC unless another zone is chosen.",
    Column("time_ns"),
    aliases=("frame.time", "evt.datetime"),
    example='evt.time >= "2026-11-23 07:10:37"',
)
EVENT_RAW_TIME = Field(
    "evt.rawtime",
    FieldType.UINT,
    "Raw time",
    "When the event happened, in nanoseconds since 1970 in UTC.",
    Column("time_ns"),
    aliases=("frame.time_epoch",),
    example="evt.rawtime > 1700000000000000000",
)
EVENT_RELATIVE_TIME = Field(
    "evt.reltime",
    FieldType.DURATION,
    "Since start",
    "Time since the first event of the capture, in nanoseconds.",
    Sql("e.time_ns - :start_ns"),
    aliases=("frame.time_relative",),
    example="evt.reltime < 2s",
)

TIME_FIELDS: tuple[Field, ...] = (EVENT_NUMBER, EVENT_TIME, EVENT_RAW_TIME, EVENT_RELATIVE_TIME)
"""Number and times; they live in the head of every event table, so the declarations serve every source as they are."""


def event_type(place: Place) -> Field:
    """``evt.type``, the name of what happened: a system call, an API call; each source knows where its own lives."""
    return Field(
        "evt.type",
        FieldType.STRING,
        "Event",
        "Name of what happened: the system call, or the API call.",
        place,
        example='evt.type in ("openat", "GetObject")',
    )
