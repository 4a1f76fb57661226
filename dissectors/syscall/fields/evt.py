"""Fields of the event itself: what was called, how it ended, how long it took; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.generic_fields import event_type
from thresher.capture.model import Column, EventFlag, Field, FieldType, Sql, Version, Window
from thresher.dissectors.syscall.event_table import IO_OTHER, IO_READ, IO_WRITE, TypeFlag, event_types

IO_TYPES = tuple(kind.id for kind in event_types() if kind.category & 0x1FF in (IO_READ, IO_WRITE, IO_OTHER))
"""Event types whose category is that of the descriptor they work on."""

_IO = f"e.type_id IN ({', '.join(map(str, IO_TYPES))})"

_CATEGORY_OF_DESCRIPTOR = (
    "(SELECT CASE WHEN t.name IN ('file', 'directory') THEN 'file' WHEN t.name IN ('ipv4', 'ipv6') THEN 'net' "
    "WHEN t.name IN ('pipe', 'unix', 'event', 'signalfd', 'inotify', 'userfaultfd') THEN 'ipc' END "
    "FROM fds f JOIN fd_types t USING (type_id) WHERE f.fd_id = e.fd_id)"
)
"""As libsinsp, event.cpp, get_category."""

CATEGORY = (
    f"CASE WHEN {_IO} THEN coalesce({_CATEGORY_OF_DESCRIPTOR}, 'unknown') ELSE (SELECT CASE t.category "
    "WHEN 'ipc' THEN 'IPC' ELSE t.category END FROM event_types t WHERE t.type_id = e.type_id) END"
)

MOVED = f"CASE WHEN e.fd_id IS NOT NULL AND e.res >= 0 AND {_IO} THEN e.res END"
"""Bytes that a call on a known descriptor moved."""

_READS, _WRITES = int(TypeFlag.READS_FROM_FD), int(TypeFlag.WRITES_TO_FD)

_SHOWN_TIME = f"CASE WHEN (e.flags & {int(EventFlag.INTERNAL)}) = 0 AND e.time_ns > 0 THEN e.time_ns END"
"""Recorders stamp some bookkeeping with zero."""

EVENT_FIELDS: tuple[Field, ...] = (
    event_type(Version("event_types", "name")),
    Field(
        "evt.category",
        FieldType.STRING,
        "Category",
        "Kind of operation: file, net, ipc, IPC, memory, process, sleep, signal, user, wait, scheduler, internal, "
        "other or unknown; for reads, writes and the like it is that of the descriptor.",
        Sql(CATEGORY),
        example='evt.category == "net"',
    ),
    Field(
        "evt.cpu",
        FieldType.INT,
        "CPU",
        "Processor the event was recorded on, counted from 0.",
        Column("cpu"),
        example="evt.cpu == 0",
    ),
    Field(
        "evt.dir",
        FieldType.STRING,
        "Direction",
        "'>' for a call that had not returned when the capture ended or lost it, '<' for all other events.",
        Sql(f"CASE WHEN (e.flags & {int(EventFlag.UNFINISHED)}) <> 0 THEN '>' ELSE '<' END"),
        example='evt.dir == ">"',
    ),
    Field(
        "evt.res",
        FieldType.STRING,
        "Result",
        "SUCCESS, or the name of the error; absent where the event type has no result.",
        Version("errors", "name"),
        example='evt.res == "ENOENT"',
    ),
    Field(
        "evt.outcome",
        FieldType.STRING,
        "Outcome",
        "How the call ended, in the words of all sources: ok, or the name of the error.",
        Version("errors", "CASE r.res WHEN 0 THEN 'ok' ELSE r.name END"),
        example='evt.outcome == "ok"',
    ),
    Field(
        "evt.rawres",
        FieldType.INT,
        "Raw result",
        "What the call returned; negative numbers are errors.",
        Column("res"),
        example="evt.rawres < 0",
    ),
    Field(
        "evt.failed",
        FieldType.BOOL,
        "Failed",
        "Whether the call returned an error; absent where the event type has no result.",
        Sql("e.res < 0"),
        example="evt.failed == true",
    ),
    Field(
        "evt.latency",
        FieldType.DURATION,
        "Latency",
        "Time from entering the call to leaving it, in nanoseconds; absent where the capture lacks one of the two.",
        Column("latency_ns"),
        example="evt.latency > 10ms",
    ),
    Field(
        "evt.gap",
        FieldType.DURATION,
        "Gap",
        "Time since the same thread's previous event, in nanoseconds; no call took longer than its gap.",
        Window(f"e.time_ns - lag({_SHOWN_TIME} IGNORE NULLS) OVER (PARTITION BY e.tid ORDER BY e.evt_num)"),
        example="evt.gap > 1s",
    ),
    Field(
        "evt.buflen",
        FieldType.UINT,
        "Buffer length",
        "Bytes that a call on a known descriptor moved, as it returned them; the captured part may be shorter.",
        Sql(MOVED),
        example="evt.buflen > 4096",
    ),
    Field(
        "evt.is_io",
        FieldType.BOOL,
        "Is I/O",
        "Whether the call reads from or writes to a descriptor.",
        Version("event_types", f"(r.flags & {_READS | _WRITES}) <> 0"),
        example="evt.is_io == true",
    ),
    Field(
        "evt.is_io_read",
        FieldType.BOOL,
        "Is read",
        "Whether the call reads from a descriptor.",
        Version("event_types", f"(r.flags & {_READS}) <> 0"),
        example="evt.is_io_read == true",
    ),
    Field(
        "evt.is_io_write",
        FieldType.BOOL,
        "Is write",
        "Whether the call writes to a descriptor.",
        Version("event_types", f"(r.flags & {_WRITES}) <> 0"),
        example="evt.is_io_write == true",
    ),
)
