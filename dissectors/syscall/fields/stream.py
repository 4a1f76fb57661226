"""Fields that tell which open file or connection an event works on, whoever holds it; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.contract import Following
from thresher.capture.model import Column, Field, FieldType, Sql, Version
from thresher.dissectors.syscall.event_table import IO_WRITE, event_types

_OUT_TYPES = ", ".join(
    str(kind.id) for kind in event_types() if kind.category & 0x1FF == IO_WRITE or kind.name == "splice"
)

_STREAM = "coalesce((SELECT s.stream FROM streams s WHERE s.open_id = r.open_id), r.open_id)"

STREAM_FIELDS: tuple[Field, ...] = (
    Field(
        "fd.stream",
        FieldType.UINT,
        "Stream",
        "Number of the open file or connection: the same for all copies that dup, fork, exec or pidfd_getfd make, and "
        "for both ends of a local TCP or unix connection, a pipe or a socket pair.",
        Version("fds", _STREAM),
        aliases=("falcoevents.fd.stream",),
        example="fd.stream == 7",
    ),
    Field(
        "fd.open_id",
        FieldType.UINT,
        "Open file",
        "Number of the open file: the same for all its copies, and different at the two ends of a stream.",
        Version("fds", "open_id"),
        example="fd.open_id == 7",
    ),
    Field(
        "fd.before_capture",
        FieldType.BOOL,
        "Open before",
        "Whether the file was already open when the capture began.",
        Version("fds", "EXISTS (SELECT 1 FROM fds f WHERE f.open_id = r.open_id AND f.origin IN (2, 4))"),
        example="fd.before_capture == true",
    ),
    Field(
        "evt.moved",
        FieldType.UINT,
        "Moved",
        "Bytes that the call moved into or out of its descriptor; absent for calls that move no data, or failed.",
        Column("size"),
        example="evt.moved > 65536",
    ),
    Field(
        "evt.flow",
        FieldType.STRING,
        "Flow",
        "'out' where the call put data into its descriptor, 'in' where it took data out of it.",
        Sql(f"CASE WHEN e.size IS NULL THEN NULL WHEN e.type_id IN ({_OUT_TYPES}) THEN 'out' ELSE 'in' END"),
        example='evt.flow == "out"',
    ),
)

FOLLOWING = Following(
    stream="fd.stream",
    end="fd.open_id",
    name="fd.name",
    way="evt.flow",
    moved="evt.moved",
    data="evt.buffer",
    before="fd.before_capture",
    actor=("proc.name", "proc.pid"),
)
