"""Fields of a descriptor's device, family, state and services, and chains of it with others; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Common, Field, FieldType, Sql, Version
from thresher.dissectors.syscall.fields.fd import CLIENT, DIRECTORY, IS_CONNECTION, LOCAL_PORT, REMOTE_PORT, SERVER_PORT
from thresher.dissectors.syscall.fields.services import service

_UPPER, _LOWER = 32768, 65536
"""The recorder's marks among the open flags (driver, ppm_events_public.h)."""
_CONNECTED = 1
_CONTAINER = (
    "(SELECT CASE p.container_id WHEN 'host' THEN '' ELSE p.container_id END FROM processes p "
    "WHERE p.proc_id = e.proc_id)"
)
_DEVICE = "nullif(r.dev, 0)"


def _descriptor(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("fds", expression), example=example)


def _service(end: str, word: str, port: str) -> Field:
    return _descriptor(
        f"fd.{end}proto",
        FieldType.STRING,
        f"{word} service",
        f"Name of the service that the port of the {word.lower()} end is known for, else the port's number.",
        f"CASE WHEN ({port}) IS NOT NULL THEN {service(port)} END",
        f'fd.{end}proto == "https"',
    )


def _chained(column: str) -> Sql:
    return Sql(f"(SELECT {_CONTAINER} || ':' || ({column}) FROM fds r WHERE r.fd_id = e.fd_id)")


_NAMED_BEFORE = (
    "SELECT f.fd_id, f.open_id, f.from_num, f.origin, f.origin_offset, f.name, "
    "CASE WHEN f.open_id IS NOT NULL THEN lag(f.name) OVER (PARTITION BY f.open_id ORDER BY f.fd_id) END AS before "
    "FROM fds f"
)
_NAME_CHANGED = (
    "(SELECT v.origin = 0 AND (v.from_num = e.num OR v.origin_offset = e.offset_bytes) AND v.open_id IS NOT NULL "
    "AND coalesce(v.name, '') <> coalesce(v.before, '') "
    f"FROM ({_NAMED_BEFORE}) v WHERE v.fd_id = e.fd_id)"
)
"""As libsinsp, whose descriptors have no name before their first (parsers.cpp, end of process_event)."""

KIND_FIELDS: tuple[Field, ...] = (
    _descriptor(
        "fd.sockfamily",
        FieldType.STRING,
        "Socket family",
        "'ip' for sockets of either internet protocol, 'unix' for local ones; absent on what is no socket.",
        "CASE WHEN r.type_id IN (3, 4, 5, 6) THEN 'ip' WHEN r.type_id = 8 THEN 'unix' END",
        'fd.sockfamily == "ip"',
    ),
    Field(
        "fd.uid",
        FieldType.STRING,
        "FD of thread",
        "Thread id and descriptor number as one text, to tell descriptors apart in groups.",
        Sql("CASE WHEN e.fd >= 0 THEN e.tid || '' || e.fd END"),
        example='fd.uid == "47113"',
    ),
    Field(
        "fd.containername",
        FieldType.STRING,
        "Container and name",
        "Container id and name of the descriptor with a colon between; nothing before it on the host.",
        _chained("r.name"),
        example='fd.containername endswith ":/etc/shadow"',
    ),
    Field(
        "fd.containerdirectory",
        FieldType.STRING,
        "Container and folder",
        "Container id and folder of the descriptor's file with a colon between; nothing before it on the host.",
        _chained(DIRECTORY),
        example='fd.containerdirectory endswith ":/etc"',
    ),
    Field(
        "fd.proto",
        FieldType.STRING,
        "Service",
        "Name of the service at either end of the connection; for filters.",
        Common(("fd.cproto", "fd.sproto")),
        is_filter_only=True,
        either=("fd.cproto", "fd.sproto"),
        example='fd.proto == "https"',
    ),
    _service("c", "Client", CLIENT.format("r.cport")),
    _service("s", "Server", SERVER_PORT),
    _service("l", "Local", LOCAL_PORT),
    _service("r", "Remote", REMOTE_PORT),
    _descriptor(
        "fd.connected",
        FieldType.BOOL,
        "Connected",
        "Whether a socket of an internet protocol is connected after the event.",
        f"CASE WHEN {IS_CONNECTION} OR r.type_id IN (3, 4) THEN r.connection = {_CONNECTED} END",
        "fd.connected == false",
    ),
    Field(
        "fd.name_changed",
        FieldType.BOOL,
        "Name changed",
        "Whether this event gave the descriptor a name, or another one, as datagrams to another address do.",
        Sql(_NAME_CHANGED),
        example="fd.name_changed == true",
    ),
    _descriptor(
        "fd.dev",
        FieldType.INT,
        "Device",
        "Number of the device that holds the file, as the kernel keeps it: "
        "the major number above 20 bits of minor number.",
        _DEVICE,
        "fd.dev == 64768",
    ),
    _descriptor(
        "fd.dev.major",
        FieldType.INT,
        "Major device",
        "Major number of the device that holds the file.",
        f"{_DEVICE} >> 20",
        "fd.dev.major == 8",
    ),
    _descriptor(
        "fd.dev.minor",
        FieldType.INT,
        "Minor device",
        "Minor number of the device that holds the file.",
        f"{_DEVICE} & 1048575",
        "fd.dev.minor == 1",
    ),
    _descriptor("fd.ino", FieldType.INT, "Inode", "Inode number of the file.", "nullif(r.ino, 0)", "fd.ino == 260178"),
    _descriptor(
        "fd.nameraw",
        FieldType.STRING,
        "Name as given",
        "Path of the file as the program gave it; absent on what is no file.",
        "CASE WHEN r.type_id IN (1, 2, 16) THEN r.name_raw END",
        'fd.nameraw == "../shadow"',
    ),
    _descriptor(
        "fd.is_upper_layer",
        FieldType.BOOL,
        "In upper layer",
        "Whether the file is in the upper layer of an overlay: not part of the container's image.",
        f"coalesce(r.open_flags & {_UPPER} <> 0, FALSE)",
        "fd.is_upper_layer == true",
    ),
    _descriptor(
        "fd.is_lower_layer",
        FieldType.BOOL,
        "In lower layer",
        "Whether the file is in the lower layer of an overlay: part of the container's image.",
        f"coalesce(r.open_flags & {_LOWER} <> 0, FALSE)",
        "fd.is_lower_layer == true",
    ),
)
