"""Reads what strace writes of a descriptor in angle brackets (``-yy``) as an entry of a descriptor list; stage ①."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from thresher.dissectors.syscall.texts.addresses import Endpoint, endpoint
from thresher.dissectors.syscall.texts.blocks import Descriptor

_SOCKET = re.compile(rb"(TCP|TCPv6|UDP|UDPv6|UNIX|UNIX-[A-Z]+|NETLINK|RAW|RAWv6):\[(.*)\]\Z", re.DOTALL)
_PAIR = re.compile(rb"(.+):([0-9]{1,5})->(.+):([0-9]{1,5})\Z")
_ONE = re.compile(rb"(.+):([0-9]{1,5})\Z")
_INODE = re.compile(rb"(pipe|socket):\[([0-9]{1,18})\]\Z")
_PATH_OF_UNIX = re.compile(rb'"(.*)"', re.DOTALL)
_DEVICE = re.compile(rb"<(?:char|block) [0-9]+:[0-9]+>\Z")
_DELETED = re.compile(rb"(?: \(deleted\)|\(deleted\))\Z")
_ANONYMOUS = {
    b"[eventfd]": 9,
    b"[eventfd2]": 9,
    b"[signalfd]": 11,
    b"[eventpoll]": 12,
    b"inotify": 13,
    b"[timerfd]": 14,
    b"[userfaultfd]": 18,
    b"[io_uring]": 19,
    b"[pidfd]": 21,
}
_BPF = (b"bpf-map", b"bpf-prog", b"bpf_link", b"btf")
FILE, IPV4, IPV6, IPV4_SERVER, IPV6_SERVER, PIPE, UNIX_SOCKET, NETLINK, BPF = 1, 3, 4, 5, 6, 7, 8, 15, 17
_PROTOCOLS = {b"TCP": 2, b"UDP": 3, b"RAW": 5}
"""scap's codes of descriptor lists (scap.h, scap_l4_proto)."""


class Connection(NamedTuple):
    """The ends of an internet socket as its owner sees them."""

    protocol: bytes
    local: Endpoint
    remote: Endpoint


def connection(decoration: bytes | None) -> Connection | None:
    """Both ends of a connected internet socket."""
    found = _SOCKET.match(decoration or b"")
    pair = _PAIR.match(found[2]) if found else None
    if not found or not pair:
        return None
    local, remote = _end(pair[1], pair[2]), _end(pair[3], pair[4])
    if local is None or remote is None or local.address.version != remote.address.version:
        return None
    return Connection(found[1].removesuffix(b"v6"), local, remote)


def local_end(decoration: bytes | None) -> Endpoint | None:
    """The own address of an internet socket that is bound."""
    if both := connection(decoration):
        return both.local
    found = _SOCKET.match(decoration or b"")
    one = _ONE.match(found[2]) if found and found[1][:3] in _PROTOCOLS else None
    return _end(one[1], one[2]) if one else None


def is_socket(decoration: bytes) -> bool:
    """Whether a decoration is that of a socket."""
    return _SOCKET.match(decoration) is not None or decoration.startswith(b"socket:[")


def path_of(decoration: bytes) -> bytes:
    """The path of an open file, without what says that it is a device or deleted."""
    return _DELETED.sub(b"", _DEVICE.sub(b"", decoration))


def entry(fd: int, decoration: bytes) -> Descriptor | None:
    """The descriptor; None where nothing certain can be said of it."""
    if decoration[:1] == b"/":
        return Descriptor(fd, FILE, _string(path_of(decoration)))
    if inode := _INODE.match(decoration):
        return Descriptor(fd, PIPE, _string(decoration), int(inode[2])) if inode[1] == b"pipe" else None
    if decoration.startswith(b"anon_inode:"):
        return _anonymous(fd, decoration.removeprefix(b"anon_inode:"))
    if decoration.startswith((b"signalfd:", b"pid:")):
        return Descriptor(fd, 11 if decoration[:1] == b"s" else 21, _string(b""))
    if found := _SOCKET.match(decoration):
        return _socket(fd, found[1], found[2], decoration)
    return None


def _anonymous(fd: int, name: bytes) -> Descriptor | None:
    kind = BPF if name.startswith(_BPF) else _ANONYMOUS.get(name)
    return Descriptor(fd, kind, _string(b"")) if kind is not None else None


def _socket(fd: int, family: bytes, inside: bytes, decoration: bytes) -> Descriptor | None:
    if family == b"NETLINK":
        return Descriptor(fd, NETLINK, _string(b""))
    if family.startswith(b"UNIX"):
        path = _PATH_OF_UNIX.search(inside)
        return Descriptor(fd, UNIX_SOCKET, struct.pack("<QQ", 0, 0) + _string(path[1] if path else b""))
    protocol = _PROTOCOLS[family.removesuffix(b"v6")]
    if both := connection(decoration):
        kind, size = (IPV4, 4) if both.local.address.version == 4 else (IPV6, 16)
        ends = (both.local.address.packed, both.remote.address.packed, both.local.port, both.remote.port, protocol)
        return Descriptor(fd, kind, struct.pack(f"<{size}s{size}sHHB", *ends))
    own = local_end(decoration)
    if own is None:
        return None
    kind, size = (IPV4_SERVER, 4) if own.address.version == 4 else (IPV6_SERVER, 16)
    return Descriptor(fd, kind, struct.pack(f"<{size}sHB", own.address.packed, own.port, protocol))


def _end(address: bytes, port: bytes) -> Endpoint | None:
    return endpoint(address.strip(b"[]").decode("ascii", "replace"), int(port))


def _string(value: bytes) -> bytes:
    value = value[:65535]
    return struct.pack("<H", len(value)) + value
