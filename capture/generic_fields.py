"""The fields that every source declares alike, so that one name has one type and one meaning everywhere (stage ②)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.model import Column, Common, Field, FieldType, Place, Sql

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    aliases=("frame.time", "evt.datetime", "evt.outputtime"),
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
        aliases=("sysdig.event_name",),
        example='evt.type in ("openat", "GetObject")',
    )


ROW = "frame"
"""The field that stands for the text of a row; Wireshark's name for the whole of a packet."""

NO_TEXT = frozenset({FieldType.TIME, FieldType.DURATION})
"""Types whose cells look different from one list to the next."""


def row_text(columns: Sequence[Field]) -> Field:
    """``frame``: the text in any of the columns of the source's list, but of those that hold times and the number."""
    searched = [field.name for field in columns if field.type not in NO_TEXT and field.name != EVENT_NUMBER.name]
    return Field(
        ROW,
        FieldType.STRING,
        "Row",
        "Text in any of the source's default columns but number and time, as listed; other fields are not searched.",
        Common(tuple(searched)),
        is_list=True,
        is_filter_only=True,
        example='frame contains "passwd"',
    )


_FILE = "(SELECT f.path FROM files f WHERE f.file_id = {row}.file_id)"
_COUNT = "1 + (SELECT count(*) FROM copies c WHERE c.num = e.num)"
_PLACE = f"{_FILE} || ':' || {{row}}.offset_bytes"
_PLACES = f"""list_concat([{_PLACE.format(row="e")}],
 (SELECT list({_PLACE.format(row="c")} ORDER BY c.evt_num) FROM copies c WHERE c.num = e.num))"""


_REPEATED = """(SELECT list(m.fullkey[3:] ORDER BY m.fullkey) FROM (
 SELECT t.fullkey FROM json_tree(e.raw) t GROUP BY t.fullkey HAVING count(*) > 1) m)"""


def delivery(prefix: str) -> tuple[Field, ...]:
    """Where a record was found and how often, for sources of records; ``prefix`` is that of the source's fields."""
    return (
        Field(
            f"{prefix}.file",
            FieldType.STRING,
            "File",
            "File that the record was found in, the first where it was delivered more than once.",
            Sql(_FILE.format(row="e")),
        ),
        Field(
            f"{prefix}.wrapping",
            FieldType.STRING,
            "Wrapping",
            "In what the record was found, absent where it stands plain in its file.",
            Column("wrapping"),
        ),
        Field(
            f"{prefix}.copies",
            FieldType.UINT,
            "Copies",
            "How many times the record was delivered with the same bytes and identity, 1 where only once.",
            Sql(_COUNT),
            example=f"{prefix}.copies > 1",
        ),
        Field(
            f"{prefix}.places",
            FieldType.STRING,
            "Places",
            "File and offset, as 'file:offset', of every delivery of the record.",
            Sql(_PLACES),
            is_list=True,
        ),
        Field(
            f"{prefix}.unordered",
            FieldType.BOOL,
            "Unordered",
            "Whether other events have the same time, so that nothing tells which of them came first.",
            Sql("e.time_ns IN (SELECT t.time_ns FROM shared_times t)"),
        ),
        Field(
            f"{prefix}.sameid",
            FieldType.STRING,
            "Same identity",
            "Whether other records have the same identity and differ from this one in 'content' or only in 'spelling'.",
            Sql("(SELECT any_value(s.differs) FROM same_ids s WHERE s.num = e.num)"),
        ),
        Field(
            f"{prefix}.repeated",
            FieldType.STRING,
            "Repeated",
            "Members that stand more than once in the record, which no service writes; of each the first counts.",
            Sql(_REPEATED),
            is_list=True,
            example=f"{prefix}.repeated",
        ),
    )
