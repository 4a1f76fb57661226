"""Fields that say what sort of event it is, and counts and sizes for sums over chosen events; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Argument, Computed, EventFlag, Field, FieldType, Sql, Version
from thresher.dissectors.syscall.event_table import SYSCALL, TypeFlag, event_types
from thresher.dissectors.syscall.fields.evt import CATEGORY, MOVED

_NO_CALLS = ", ".join(str(kind.id) for kind in event_types() if not kind.category & SYSCALL)
_ASYNC, _PLUGIN, _PROCINFO = 402, 322, 234
_OPENS = ", ".join(
    str(kind.id)
    for kind in event_types()
    if kind.name in ("open", "openat", "openat2", "open_by_handle_at") and kind.direction == "<"
)
_READS, _WRITES = int(TypeFlag.READS_FROM_FD), int(TypeFlag.WRITES_TO_FD)
_TYPE_FLAGS = "(SELECT t.flags FROM event_types t WHERE t.type_id = e.type_id)"
_READING, _WRITING = f"{_TYPE_FLAGS} & {_READS} <> 0", f"{_TYPE_FLAGS} & {_WRITES} <> 0"
_O_READ, _O_WRITE, _O_TMPFILE, _O_CREATED = 1, 2, 8192, 16384
"""The recorder's own numbers of flags (driver, ppm_flag_helpers.h)."""


_MACHINES = "(SELECT list(m ORDER BY m.from_num) FROM machines m)"
_HOSTNAME = f"list_last(list_filter({_MACHINES}, LAMBDA x : x.from_num <= e.num)).hostname"


def _flag(name: str, title: str, description: str, place: Sql | Version) -> Field:
    return Field(name, FieldType.BOOL, title, description, place, example=f"{name} == true")


def _opened(condition: str) -> Sql:
    return Sql(f"e.type_id IN ({_OPENS}) AND coalesce((SELECT {condition} FROM fds f WHERE f.fd_id = e.fd_id), FALSE)")


def _has(flag: int) -> str:
    return f"f.open_flags & {flag} <> 0"


def _count(name: str, title: str, description: str, condition: str) -> Field:
    return Field(
        name,
        FieldType.UINT,
        title,
        f"1 for {description}, for sums; absent on all others.",
        Sql(f"CASE WHEN {condition} THEN 1 END"),
        example=f"{name} == 1",
    )


_ON_UNIX_SOCKET = (
    "coalesce((SELECT t.name = 'unix' FROM fds f JOIN fd_types t USING (type_id) WHERE f.fd_id = e.fd_id), FALSE)"
)
_OF_NETWORK = f"({CATEGORY}) = 'net' OR {_ON_UNIX_SOCKET}"
"""As libsinsp counts errors, which takes unix sockets for the network."""


def _failed(kind: str, title: str, description: str) -> Field:
    return _count(f"evt.count.error.{kind}", title, description, f"e.res < 0 AND ({CATEGORY}) = '{kind}'")


def _moved(suffix: str, title: str, description: str, *conditions: str) -> Field:
    return Field(
        f"evt.buflen.{suffix}",
        FieldType.UINT,
        title,
        f"Bytes that the call {description}, for sums; absent on other calls.",
        Sql(f"CASE WHEN {' AND '.join(conditions)} THEN ({MOVED}) END"),
        example=f"evt.buflen.{suffix} > 4096",
    )


_ON_FILE, _ON_NET = f"({CATEGORY}) = 'file'", f"({CATEGORY}) = 'net'"

EVENT_KIND_FIELDS: tuple[Field, ...] = (
    Field(
        "syscall.type",
        FieldType.STRING,
        "Call",
        "Name of the system call; absent on events that are none, such as switches and signals.",
        Version("event_types", f"CASE WHEN r.type_id IN ({_NO_CALLS}) THEN NULL ELSE r.name END"),
        example='syscall.type == "openat"',
    ),
    Field(
        "evt.type.is",
        FieldType.UINT,
        "Is of type",
        "1 for events of the type named as the argument, absent on all others.",
        Computed("type"),
        argument=Argument.NAME,
        argument_required=True,
        example="evt.type.is.openat == 1",
    ),
    Field(
        "evt.source",
        FieldType.STRING,
        "Source",
        "What produced the event: syscall, or absent for what a plugin recorded, whose source only the plugin knows.",
        Sql(f"CASE WHEN e.type_id <> {_PLUGIN} THEN 'syscall' END"),
        example='evt.source == "syscall"',
    ),
    _flag(
        "evt.is_async",
        "Is asynchronous",
        "Whether a plugin of the recorder injected the event.",
        Sql(f"e.type_id = {_ASYNC}"),
    ),
    Field(
        "evt.asynctype",
        FieldType.STRING,
        "Asynchronous type",
        "What an injected event says it is, as in 'container'.",
        Computed("asynchronous"),
        example='evt.asynctype == "container"',
    ),
    Field(
        "evt.hostname",
        FieldType.STRING,
        "Host name",
        "Name of the machine that recorded the event.",
        Sql(_HOSTNAME),
        example='evt.hostname == "web-1"',
    ),
    Field(
        "evt.plugininfo",
        FieldType.STRING,
        "Plugin's data",
        "What a plugin of the recorder wrote into its event, as text.",
        Computed("plugin"),
        example='evt.plugininfo contains "error"',
    ),
    _flag(
        "evt.is_wait",
        "Is wait",
        "Whether the call makes the thread wait, as poll, select and nanosleep do.",
        Version("event_types", f"(r.flags & {int(TypeFlag.WAITS)}) <> 0"),
    ),
    _flag(
        "evt.is_syslog",
        "Is syslog",
        "Whether the call writes to the system log's socket /dev/log.",
        Sql(
            f"coalesce({_WRITING} AND EXISTS (SELECT 1 FROM fds f WHERE f.fd_id = e.fd_id "
            "AND f.name LIKE '%/dev/log%'), FALSE)"
        ),
    ),
    Field(
        "evt.io_dir",
        FieldType.STRING,
        "I/O direction",
        "'write' for calls that write to a descriptor, 'read' for those that read from one; of calls that do both "
        "'write'.",
        Version(
            "event_types",
            f"CASE WHEN r.flags & {_WRITES} <> 0 THEN 'write' WHEN r.flags & {_READS} <> 0 THEN 'read' END",
        ),
        example='evt.io_dir == "write"',
    ),
    _flag(
        "evt.is_open_read",
        "Opens for reading",
        "Whether an open asks for reading.",
        _opened(_has(_O_READ)),
    ),
    _flag(
        "evt.is_open_write",
        "Opens for writing",
        "Whether an open asks for writing.",
        _opened(_has(_O_WRITE)),
    ),
    _flag(
        "evt.is_open_create",
        "Creates",
        "Whether an open made the file, which was not there before, or a temporary one without a name (the recorder's "
        "mark of these counts only with writing, since folders have it, too).",
        _opened(f"{_has(_O_CREATED)} OR ({_has(_O_TMPFILE)} AND {_has(_O_WRITE)})"),
    ),
    Field(
        "evt.is_open_exec",
        FieldType.BOOL,
        "Creates executable",
        "Whether an open or creat asks for a new file that its owner, group or others may execute; absent on other "
        "calls.",
        Computed("executable"),
        example="evt.is_open_exec == true",
    ),
    Field(
        "evt.count",
        FieldType.UINT,
        "Count",
        "Always 1, for sums.",
        Sql("1"),
        example="evt.count == 1",
    ),
    _count("evt.count.error", "Errors", "calls that returned an error", "e.res < 0"),
    _failed("file", "File errors", "calls on files that returned an error"),
    _count(
        "evt.count.error.net",
        "Network errors",
        "calls on the network or on unix sockets that returned an error",
        f"e.res < 0 AND ({_OF_NETWORK})",
    ),
    _failed("memory", "Memory errors", "calls about memory that returned an error"),
    _count(
        "evt.count.error.other",
        "Other errors",
        "calls that returned an error and are about neither files, network nor memory",
        f"e.res < 0 AND ({CATEGORY}) NOT IN ('file', 'memory') AND NOT ({_OF_NETWORK})",
    ),
    _count(
        "evt.count.exit",
        "Exits",
        "all events but calls that had not returned",
        f"(e.flags & {int(EventFlag.UNFINISHED)}) = 0",
    ),
    _count(
        "evt.count.procinfo",
        "Process samples",
        "the recorder's samples of processor use, of main threads",
        f"e.type_id = {_PROCINFO} AND EXISTS (SELECT 1 FROM processes p WHERE p.proc_id = e.proc_id AND p.is_main)",
    ),
    _count(
        "evt.count.threadinfo",
        "Thread samples",
        "the recorder's samples of processor use",
        f"e.type_id = {_PROCINFO}",
    ),
    _moved("in", "Bytes read", "read", _READING),
    _moved("out", "Bytes written", "wrote", _WRITING),
    _moved("file", "File bytes", "moved from or to a file", _ON_FILE),
    _moved("file.in", "File bytes read", "read from a file", _ON_FILE, _READING),
    _moved("file.out", "File bytes written", "wrote to a file", _ON_FILE, _WRITING),
    _moved("net", "Network bytes", "moved over the network", _ON_NET),
    _moved("net.in", "Network bytes read", "received over the network", _ON_NET, _READING),
    _moved("net.out", "Network bytes written", "sent over the network", _ON_NET, _WRITING),
    Field(
        "evt.abspath",
        FieldType.STRING,
        "Full path",
        "Full path of the file that the call names; with src or dst as the argument that of the first or second of "
        "two.",
        Computed("path"),
        argument=Argument.NAME,
        example='evt.abspath startswith "/etc"',
    ),
)
