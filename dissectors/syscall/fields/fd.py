"""Fields of the descriptor that the event works on; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Column, Common, Field, FieldType, Version

_FILES = "(1, 16)"
"""scap's codes of files: without and with open flags; directories are 2, connections 3 and 4, servers 5 and 6."""

_UNOPENED = 30
"""What an open would have opened, had it not failed."""

_PARENT = (
    "CASE WHEN r.name = '' THEN NULL WHEN r.name LIKE '_%/' THEN r.name "
    "ELSE coalesce(nullif(regexp_extract(r.name, '(?s)^(.+)/[^/]+$', 1), ''), '/') END"
)
DIRECTORY = (
    f"CASE WHEN r.type_id = 2 THEN nullif(r.name, '') WHEN r.type_id IN {_FILES} THEN {_PARENT} "
    f"WHEN r.type_id = {_UNOPENED} AND r.name LIKE '/%' THEN {_PARENT} END"
)
_FILENAME = (
    f"CASE WHEN r.type_id IN {_FILES} THEN "
    "nullif(coalesce(nullif(regexp_extract(r.name, '(?s)([^/]+)$', 1), ''), r.name), '') END"
)

IS_CONNECTION = "r.type_id IN (3, 4) AND r.role <> 0"
"""Ends are known as client and server only once the role is (libsinsp, sinsp_filtercheck_fd.cpp)."""

CLIENT = f"CASE WHEN {IS_CONNECTION} THEN {{}} END"
_SERVER = "CASE WHEN r.type_id IN (3, 4, 5, 6) AND r.role <> 0 THEN {} END"
SERVER_PORT = "CASE WHEN r.type_id IN (5, 6) OR (r.type_id IN (3, 4) AND r.role <> 0) THEN r.sport END"

_L4PROTO = (
    "CASE WHEN r.l4proto = 4 THEN 'raw' WHEN r.type_id IN (3, 4) AND r.role = 0 THEN NULL "
    "WHEN r.l4proto = 1 THEN 'tcp' WHEN r.l4proto = 2 THEN 'udp' WHEN r.l4proto = 3 THEN 'icmp' END"
)

_IS_LOCAL_ADDRESS = "EXISTS (SELECT 1 FROM interfaces i WHERE i.address = regexp_extract(r.name, '->(.*):[0-9]+$', 1))"
_IS_SERVER = (
    f"CASE WHEN r.type_id = {_UNOPENED} THEN NULL WHEN r.type_id IN (5, 6) THEN TRUE "
    f"WHEN {IS_CONNECTION} THEN {_IS_LOCAL_ADDRESS} ELSE FALSE END"
)


def _descriptor(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    aliases = (name.removesuffix("ip") + "net",) if type_ is FieldType.IP else ()
    return Field(name, type_, title, description, Version("fds", expression), aliases=aliases, example=example)


def _local(client: str, server: str) -> str:
    return f"CASE WHEN {IS_CONNECTION} THEN CASE WHEN r.client_is_local THEN {client} ELSE {server} END END"


LOCAL_PORT, REMOTE_PORT = _local("r.cport", "r.sport"), _local("r.sport", "r.cport")

DESCRIPTOR_FIELDS: tuple[Field, ...] = (
    Field(
        "fd.num",
        FieldType.INT,
        "FD",
        "Number of the descriptor; negative where the call was given or returned an invalid one.",
        Column("fd"),
        example="fd.num in {0..2}",
    ),
    Field(
        "fd.type",
        FieldType.STRING,
        "FD type",
        "Kind of descriptor: file, directory, ipv4, ipv6, unix, pipe, event, signalfd, eventpoll, inotify, timerfd, "
        "netlink, bpf, userfaultfd, io_uring, memfd or pidfd.",
        Version("fd_types", "name"),
        example='fd.type == "ipv4"',
    ),
    Field(
        "fd.typechar",
        FieldType.STRING,
        "FD letter",
        "The kind of descriptor as one letter: f, d, 4, 6, u, p, e, s, l, i, t, n, b, r, m, P or o for unknown.",
        Version("fd_types", "letter"),
        example='fd.typechar == "4"',
    ),
    _descriptor(
        "fd.name",
        FieldType.STRING,
        "FD name",
        "Full path of a file; addresses and ports of a connection, client first; '' where it has no name.",
        "name",
        'fd.name startswith "/etc"',
    ),
    _descriptor(
        "fd.directory",
        FieldType.STRING,
        "Directory",
        "Directory that holds the file; the directory itself where the descriptor is one.",
        DIRECTORY,
        'fd.directory == "/etc"',
    ),
    _descriptor(
        "fd.filename",
        FieldType.STRING,
        "File name",
        "Last part of a file's path.",
        _FILENAME,
        'fd.filename == "shadow"',
    ),
    Field(
        "fd.ip",
        FieldType.IP,
        "Address",
        "Either address of the connection; for filters.",
        Common(("fd.cip", "fd.sip")),
        is_filter_only=True,
        either=("fd.cip", "fd.sip"),
        aliases=("fd.net",),
        example="fd.ip in {10.0.0.0/8}",
    ),
    _descriptor(
        "fd.cip",
        FieldType.IP,
        "Client address",
        "Address of the client end.",
        CLIENT.format("r.cip_{half}"),
        "fd.cip == 10.0.0.1",
    ),
    _descriptor(
        "fd.sip",
        FieldType.IP,
        "Server address",
        "Address of the server end, also of a listening socket.",
        _SERVER.format("r.sip_{half}"),
        "fd.sip == 10.0.0.1",
    ),
    _descriptor(
        "fd.lip",
        FieldType.IP,
        "Local address",
        "Address of the end on this machine.",
        _local("r.cip_{half}", "r.sip_{half}"),
        "fd.lip == 10.0.0.1",
    ),
    _descriptor(
        "fd.rip",
        FieldType.IP,
        "Remote address",
        "Address of the other end.",
        _local("r.sip_{half}", "r.cip_{half}"),
        "not fd.rip in {10.0.0.0/8}",
    ),
    Field(
        "fd.port",
        FieldType.PORT,
        "Port",
        "Either port of the connection; for filters.",
        Common(("fd.cport", "fd.sport")),
        is_filter_only=True,
        either=("fd.cport", "fd.sport"),
        example="fd.port == 443",
    ),
    _descriptor(
        "fd.cport",
        FieldType.PORT,
        "Client port",
        "Port of the client end.",
        CLIENT.format("r.cport"),
        "fd.cport > 32767",
    ),
    _descriptor(
        "fd.sport",
        FieldType.PORT,
        "Server port",
        "Port of the server end, also of a listening socket.",
        SERVER_PORT,
        "fd.sport == 22",
    ),
    _descriptor(
        "fd.lport",
        FieldType.PORT,
        "Local port",
        "Port of the end on this machine.",
        LOCAL_PORT,
        "fd.lport == 22",
    ),
    _descriptor(
        "fd.rport",
        FieldType.PORT,
        "Remote port",
        "Port of the other end.",
        REMOTE_PORT,
        "fd.rport == 443",
    ),
    _descriptor(
        "fd.l4proto",
        FieldType.STRING,
        "Protocol",
        "Protocol of a socket: tcp, udp, icmp or raw; absent until it is known which end is the client.",
        _L4PROTO,
        'fd.l4proto == "udp"',
    ),
    _descriptor(
        "fd.is_server",
        FieldType.BOOL,
        "Is server",
        "Whether the server end is on this machine; true at both ends of a connection within it.",
        _IS_SERVER,
        "fd.is_server == true",
    ),
)
