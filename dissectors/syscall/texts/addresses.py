"""Packs socket addresses and pairs of them as scap's parameters do; stage ①."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

UNIX, INET, INET6 = 1, 2, 10


class Endpoint(NamedTuple):
    """An address with its port, in host order."""

    address: IPv4Address | IPv6Address
    port: int


def endpoint(address: str, port: int) -> Endpoint | None:
    """The endpoint, None where the text is no address or the number no port."""
    if not 0 <= port <= 65535:
        return None
    try:
        return Endpoint(ip_address(address.partition("%")[0]), port)
    except ValueError:
        return None


def sockaddr(end: Endpoint | bytes) -> bytes:
    """A SOCKADDR of an internet address, or of a unix socket's path."""
    if isinstance(end, bytes):
        return bytes([UNIX]) + end.replace(b"\0", b"") + b"\0"
    return bytes([_family(end)]) + end.address.packed + struct.pack("<H", end.port)


def socktuple(source: Endpoint, target: Endpoint) -> bytes | None:
    """A SOCKTUPLE; None where the families differ."""
    if source.address.version != target.address.version:
        return None
    packed = (source.address.packed, source.port, target.address.packed, target.port)
    size = len(packed[0])
    return bytes([_family(source)]) + struct.pack(f"<{size}sH{size}sH", *packed)


def with_peer(call: str, peer: Endpoint) -> bytes | None:
    """The SOCKTUPLE of a call that names the other end alone: the own one is the unspecified address and port 0.

    Args:
        call: as scap names it; the calls that receive have the peer as their source.
        peer: the other end.
    """
    own = Endpoint(ip_address(bytes(len(peer.address.packed))), 0)
    return socktuple(peer, own) if call.startswith(("accept", "recv")) else socktuple(own, peer)


def _family(end: Endpoint) -> int:
    return INET if end.address.version == 4 else INET6


def raw_sockaddr(data: bytes) -> Endpoint | bytes | None:
    """What a ``struct sockaddr`` of a little-endian machine holds: an endpoint, or the path of a unix socket."""
    if len(data) < 2:
        return None
    family = int.from_bytes(data[:2], "little")
    if family == INET and len(data) >= 8:
        return Endpoint(IPv4Address(data[4:8]), int.from_bytes(data[2:4], "big"))
    if family == INET6 and len(data) >= 24:
        return Endpoint(IPv6Address(data[8:24]), int.from_bytes(data[2:4], "big"))
    if family == UNIX:
        path = data[2:]
        return path.partition(b"\0")[0] if path[:1] != b"\0" else b"@" + path[1:].rstrip(b"\0")
    return None
