"""Decodes machine, interface and user blocks of scap files; reader side of stage ①."""

from __future__ import annotations

from thresher.capture.model import Group, Interface, Machine, Metadata, Recorder, User
from thresher.capture.readers.scap.cursor import U8, U16, U32, U64, Cursor, MalformedBlock, text

_HOSTNAME_BYTES = 128
_ADDRESS_BYTES = {1: 4, 2: 16, 3: 4, 4: 16}
"""Interface type to the size of its addresses; types 3 and 4 come without a speed."""


_SECTION_BYTES = 16
_APPLICATION = 4
"""Option of a section header that names what wrote it (pcapng, shb_userappl)."""


def read_section(cursor: Cursor) -> list[Metadata]:
    """The recorder, where the section header names one; options that do not fit are left."""
    if cursor.left < _SECTION_BYTES:
        return []
    cursor.take(_SECTION_BYTES, "section header")
    while cursor.left >= 4:
        code, size = cursor.number(U16, "option"), cursor.number(U16, "option length")
        if code == 0 or size > cursor.left:
            break
        value = cursor.take(size, "option value")
        if code == _APPLICATION:
            return [Recorder(text(value))]
        cursor.take(min(-size % 4, cursor.left), "option padding")
    return []


def read_machine(cursor: Cursor) -> Machine:
    """The one record of a machine block, 180 bytes."""
    machine = Machine(
        cpus=cursor.number(U32, "number of CPUs"),
        memory_bytes=cursor.number(U64, "memory size"),
        max_pid=cursor.number(U64, "highest pid"),
        hostname=text(cursor.take(_HOSTNAME_BYTES, "host name")),
        boot_time_ns=cursor.number(U64, "boot time"),
        flags=cursor.number(U64, "machine flags"),
    )
    cursor.take(16, "reserved words")
    return machine


def read_interfaces(cursor: Cursor, version: int, records: list[Metadata]) -> None:
    """All entries of an interface list; V2 puts a length before each that does not count itself."""
    while cursor.left >= 4:
        if version >= 2:
            start = cursor.position
            length = cursor.number(U32, "interface length")
            cursor.enter(length + 4, start, "interface")
        records.append(_read_interface(cursor))
        if version >= 2:
            cursor.leave()


def _read_interface(cursor: Cursor) -> Interface:
    start = cursor.position
    kind = cursor.number(U16, "interface type")
    size = _ADDRESS_BYTES.get(kind)
    if size is None:
        raise MalformedBlock(f"interface type {kind} is unknown", start)
    name_bytes = cursor.number(U16, "interface name length")
    address = cursor.take(size, "interface address")
    netmask = cursor.take(size, "interface netmask")
    broadcast = cursor.take(size, "interface broadcast address")
    speed = cursor.number(U64, "interface speed") if kind in (1, 2) else 0
    return Interface(text(cursor.take(name_bytes, "interface name")), address, netmask, broadcast, speed)


def read_users(cursor: Cursor, version: int, records: list[Metadata]) -> None:
    """All entries of a user list, users and groups mixed; V2 puts a length before each that counts itself."""
    while cursor.left >= 4:
        if version >= 2:
            start = cursor.position
            cursor.enter(cursor.number(U32, "user entry length"), start, "user entry")
        records.append(_read_user_or_group(cursor))
        if version >= 2:
            cursor.leave()


def _read_user_or_group(cursor: Cursor) -> User | Group:
    start = cursor.position
    kind = cursor.number(U8, "user entry type")
    if kind > 1:
        raise MalformedBlock(f"user entry type {kind} is unknown", start)
    if kind == 1:
        return Group(gid=cursor.number(U32, "group gid"), name=text(cursor.string("group name")))
    return User(
        uid=cursor.number(U32, "uid"),
        gid=cursor.number(U32, "user gid"),
        name=text(cursor.string("user name")),
        home=text(cursor.string("user home")),
        shell=text(cursor.string("user shell")),
    )
