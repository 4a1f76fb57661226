"""Writes valid scap files of every block version, so that tests of stages ①–③ can state what a file holds."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from thresher.capture.model import DescriptorEntry, Group, Interface, Machine, ProcessEntry, User
from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types

SECTION = 0x0A0D0D0A
MACHINE = (0x201, 0x8002ABCD)
"""Today's code, and that of historic files."""
INTERFACES = {1: 0x205, 2: 0x219}
USERS = {1: 0x206, 2: 0x220}
PROCESSES = {1: 0x202, 2: 0x207, 3: 0x209, 4: 0x210, 5: 0x211, 6: 0x212, 7: 0x213, 8: 0x214, 9: 0x215}
DESCRIPTORS = {1: 0x203, 2: 0x218}
EVENTS = {(1, False): 0x204, (1, True): 0x208, (2, False): 0x216, (2, True): 0x217}
LARGE_EVENTS = {False: 0x221, True: 0x222}
HISTORIC = {
    0x201: 0x8002ABCD,
    0x202: 0x8000ABCD,
    0x207: 0x8013ABCD,
    0x209: 0x8014ABCD,
    0x203: 0x8001ABCD,
    0x204: 0x8010ABCD,
    0x205: 0x8011ABCD,
    0x206: 0x8012ABCD,
}
FULL_TAIL = 76
OLD_TAIL = 29
"""Bytes of a V9 process entry behind its root: of today's writers, and of those before libs 0.10."""

_INTEGERS = {
    "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q", "UINT8": "B", "UINT16": "H", "UINT32": "I", "UINT64": "Q",
    "FD": "q", "PID": "q", "ERRNO": "q", "FD32": "i", "PID32": "i", "UID": "I", "GID": "I", "MODE": "I", "SIGSET": "I",
    "FLAGS8": "B", "FLAGS16": "H", "FLAGS32": "I", "ENUMFLAGS8": "B", "ENUMFLAGS16": "H", "ENUMFLAGS32": "I",
    "BOOL": "I", "SIGTYPE": "B", "L4PROTO": "B", "SOCKFAMILY": "B", "PORT": "H", "SYSCALLID": "H",
    "RELTIME": "Q", "ABSTIME": "Q", "DOUBLE": "d",
}  # fmt: skip
_TEXTS = frozenset(("CHARBUF", "FSPATH", "FSRELPATH"))


def encode(param_type: str, value: object) -> bytes:
    """The bytes of one parameter; bytes are taken as they are, None is an absent value."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value + b"\0" if param_type in _TEXTS and not value.endswith(b"\0") else value
    if isinstance(value, str):
        return value.encode() + b"\0"
    return struct.pack("<" + _INTEGERS[param_type], value)


def tuple_of(source: str, source_port: int, target: str, target_port: int) -> bytes:
    """A SOCKTUPLE of two internet addresses."""
    first, second = ip_address(source), ip_address(target)
    family = 2 if first.version == 4 else 10
    if family == 2:
        return struct.pack("<B4sH4sH", family, first.packed, source_port, second.packed, target_port)
    return struct.pack("<B16sH16sH", family, first.packed, source_port, second.packed, target_port)


def unix_tuple(source: int, target: int, path: bytes) -> bytes:
    """A SOCKTUPLE of two unix sockets."""
    return struct.pack("<BQQ", 1, source, target) + path + b"\0"


def address_of(address: str, port: int) -> bytes:
    """A SOCKADDR of an internet address."""
    packed = ip_address(address).packed
    return struct.pack("<B", 2 if len(packed) == 4 else 10) + packed + struct.pack("<H", port)


def newest(name: str, direction: str) -> EventType:
    """The event type of this name that current recorders write."""
    found = [kind for kind in event_types() if kind.name == name and kind.direction == direction]
    current = [kind for kind in found if not kind.flags & TypeFlag.OLD_VERSION]
    return (current or found)[-1]


class Scap:
    """A scap file in the making; each call appends a block and returns the builder."""

    def __init__(self, *, section: bool = True) -> None:
        self.parts: list[bytes] = []
        if section:
            self.section()

    def __bytes__(self) -> bytes:
        return b"".join(self.parts)

    @property
    def size(self) -> int:
        """Bytes so far: where the next block begins."""
        return sum(map(len, self.parts))

    def raw(self, data: bytes) -> Scap:
        """Bytes as they are."""
        self.parts.append(data)
        return self

    def block(self, block_type: int, body: bytes) -> Scap:
        """One block: type, length, body padded to four bytes, length again."""
        body += b"\0" * (-len(body) % 4)
        length = struct.pack("<I", len(body) + 12)
        return self.raw(struct.pack("<I", block_type) + length + body + length)

    def section(self, options: bytes = b"", minor: int = 2) -> Scap:
        """A section header; ``options`` are pcapng options, see ``option``."""
        return self.block(SECTION, struct.pack("<IHHQ", 0x1A2B3C4D, 1, minor, 2**64 - 1) + options)

    def machine(self, machine: Machine | None = None, *, historic: bool = False) -> Scap:
        """A machine block."""
        return self.block(MACHINE[historic], machine_body(machine or Machine(2, 2**32, 4194304, "host")))

    def interfaces(self, entries: Sequence[Interface], version: int = 2) -> Scap:
        """An interface list; a speed of zero is written in the form without one."""
        return self.block(INTERFACES[version], b"".join(_interface(entry, version) for entry in entries))

    def users(self, entries: Sequence[User | Group], version: int = 2) -> Scap:
        """A user list."""
        return self.block(USERS[version], b"".join(_user(entry, version) for entry in entries))

    def processes(self, entries: Sequence[ProcessEntry], version: int = 9, tail: int = FULL_TAIL) -> Scap:
        """A process list; ``tail`` cuts the end of each V9 entry to what an older writer produced."""
        return self.block(PROCESSES[version], b"".join(process_entry(entry, version, tail) for entry in entries))

    def descriptors(self, tid: int, entries: Sequence[DescriptorEntry], version: int = 2) -> Scap:
        """The descriptor list of one thread."""
        body = struct.pack("<q", tid) + b"".join(descriptor_entry(entry, version) for entry in entries)
        return self.block(DESCRIPTORS[version], body)

    def event(
        self,
        kind: EventType | str,
        params: Mapping[str, object],
        direction: str = "<",
        *,
        time_ns: int,
        tid: int,
        cpu: int = 0,
        version: int = 2,
        flags: int | None = None,
        large: bool = False,
    ) -> Scap:
        """An event with these parameters by name; those not named are absent ones of length zero."""
        event_type = newest(kind, direction) if isinstance(kind, str) else kind
        wrong = set(params) - {param.name for param in event_type.params}
        if wrong:
            raise ValueError(f"{event_type.name} has no parameter {', '.join(sorted(wrong))}")
        values = [encode(param.type, params.get(param.name)) for param in event_type.params]
        body = event_body(event_type, values, time_ns=time_ns, tid=tid, cpu=cpu, version=version, flags=flags)
        code = LARGE_EVENTS[flags is not None] if large else EVENTS[version, flags is not None]
        return self.block(code, body)


def event_body(
    event_type: EventType,
    values: Sequence[bytes],
    *,
    time_ns: int,
    tid: int,
    cpu: int = 0,
    version: int = 2,
    flags: int | None = None,
) -> bytes:
    """Body of an event block of these parameter values, which may be fewer than the type has."""
    width = "I" if event_type.flags & TypeFlag.LARGE_PAYLOAD else "H"
    lengths = struct.pack(f"<{len(values)}{width}", *map(len, values))
    count = struct.pack("<I", len(values)) if version == 2 else b""
    payload = lengths + b"".join(values)
    header = struct.pack("<QqIH", time_ns, tid, 22 + len(count) + len(payload), event_type.id)
    marks = b"" if flags is None else struct.pack("<I", flags)
    return struct.pack("<H", cpu) + marks + header + count + payload


def option(code: int, value: bytes) -> bytes:
    """A pcapng option; code 0 ends the list."""
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def machine_body(machine: Machine) -> bytes:
    """Body of a machine block."""
    return struct.pack(
        "<IQQ128sQQQQ",
        machine.cpus,
        machine.memory_bytes,
        machine.max_pid,
        machine.hostname.encode(),
        machine.boot_time_ns,
        machine.flags,
        0,
        0,
    )


def _string(value: bytes) -> bytes:
    return struct.pack("<H", len(value)) + value


def _interface(entry: Interface, version: int) -> bytes:
    kind = (1 if len(entry.address) == 4 else 2) + (0 if entry.speed else 2)
    name = entry.name.encode()
    speed = struct.pack("<Q", entry.speed) if entry.speed else b""
    body = struct.pack("<HH", kind, len(name)) + entry.address + entry.netmask + entry.broadcast + speed + name
    return struct.pack("<I", len(body)) + body if version == 2 else body


def _user(entry: User | Group, version: int) -> bytes:
    if isinstance(entry, Group):
        body = struct.pack("<BI", 1, entry.gid) + _string(entry.name.encode())
    else:
        names = (entry.name, entry.home, entry.shell)
        body = struct.pack("<BII", 0, entry.uid, entry.gid) + b"".join(_string(name.encode()) for name in names)
    return _counted(body, version == 2)


def _counted(body: bytes, is_counted: bool) -> bytes:
    """With a length in front that counts itself, where the version has one."""
    return struct.pack("<I", len(body) + 4) + body if is_counted else body


def process_entry(entry: ProcessEntry, version: int, tail: int = FULL_TAIL) -> bytes:
    """One entry of a process list."""
    parts = [struct.pack("<qqq", entry.tid, entry.pid, entry.ptid)]
    if version >= 6:
        parts.append(struct.pack("<q", entry.sid))
    if version >= 8:
        parts.append(struct.pack("<q", entry.vpgid))
    parts += [_string(entry.comm), _string(entry.exe)]
    if version >= 7:
        parts.append(_string(entry.exepath))
    parts += [_string(entry.args), _string(entry.cwd)]
    parts.append(struct.pack("<QIII", entry.fdlimit, entry.flags, entry.uid, entry.gid))
    if version >= 2:
        memory = (entry.vm_size, entry.vm_rss, entry.vm_swap, entry.pfmajor, entry.pfminor)
        parts.append(struct.pack("<IIIQQ", *memory))
    if version >= 3:
        parts.append(_string(entry.env))
    if version >= 4:
        parts += [struct.pack("<qq", entry.vtid, entry.vpid), _string(entry.cgroups)]
    if version >= 5:
        parts.append(_string(entry.root))
    if version >= 9:
        parts.append(_process_tail(entry, tail))
    return _counted(b"".join(parts), version >= 9)


def _process_tail(entry: ProcessEntry, tail: int) -> bytes:
    middle = b"" if tail <= OLD_TAIL else struct.pack("<QI", entry.pidns_start_ns, entry.tty)
    rest = struct.pack(
        "<IBQQQBQQQBBq",
        entry.loginuid,
        entry.exe_writable,
        entry.cap_inheritable,
        entry.cap_permitted,
        entry.cap_effective,
        entry.exe_upper_layer,
        entry.exe_ino,
        entry.exe_ctime_ns,
        entry.exe_mtime_ns,
        entry.exe_from_memfd,
        entry.exe_lower_layer,
        entry.pgid,
    )
    return (middle + rest)[:tail]


def descriptor_entry(entry: DescriptorEntry, version: int) -> bytes:
    """One entry of a descriptor list."""
    head = struct.pack("<qQB", entry.fd, entry.ino, entry.kind)
    if entry.kind in (3, 4):
        ports = struct.pack("<HHB", entry.source_port, entry.target_port, entry.l4proto)
        rest = entry.source_address + entry.target_address + ports
    elif entry.kind in (5, 6):
        rest = entry.source_address + struct.pack("<HB", entry.source_port, entry.l4proto)
    elif entry.kind == 8:
        rest = struct.pack("<QQ", entry.source_pointer, entry.target_pointer) + _string(entry.name)
    elif entry.kind == 16:
        rest = struct.pack("<I", entry.open_flags) + _string(entry.name)
        rest += struct.pack("<I", entry.device) if version == 2 else b""
    else:
        rest = _string(entry.name)
    return _counted(head + rest, version == 2)
