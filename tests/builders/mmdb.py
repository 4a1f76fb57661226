"""Writes small MaxMind databases, by the format's public specification, version 2.0."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

UINT16, UINT32, UINT64 = 5, 6, 9
KINDS = {
    "binary_format_major_version": UINT16,
    "binary_format_minor_version": UINT16,
    "build_epoch": UINT64,
    "ip_version": UINT16,
    "record_size": UINT16,
}
"""Numbers whose type readers insist on."""
MARKER = b"\xab\xcd\xefMaxMind.com"


def write(path: Path, networks: dict[str, dict[str, Any]]) -> Path:
    """A database that gives each network its record; IPv4 stands in the low addresses of IPv6."""
    data = b""
    tree: list[list[int | None]] = [[None, None]]
    leaves: dict[tuple[int, int], int] = {}
    for text, record in networks.items():
        _insert(tree, leaves, text, len(data))
        data += encoded(record)
    count = len(tree)
    nodes = b"".join(
        b"".join(_value(node, side, tree, leaves, count).to_bytes(3, "big") for side in (0, 1)) for node in range(count)
    )
    about = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_700_000_000,
        "database_type": "Test",
        "description": {"en": "made by a test"},
        "ip_version": 6,
        "languages": ["en"],
        "node_count": count,
        "record_size": 24,
    }
    path.write_bytes(nodes + bytes(16) + data + MARKER + encoded(about))
    return path


def _insert(tree: list[list[int | None]], leaves: dict[tuple[int, int], int], text: str, offset: int) -> None:
    network = ip_network(text)
    length = network.prefixlen + (96 if isinstance(network, IPv4Network) else 0)
    number = int(network.network_address)
    node = 0
    for place in range(length):
        side = number >> (127 - place) & 1
        if place == length - 1:
            leaves[node, side] = offset
            return
        child = tree[node][side]
        if child is None:
            child = tree[node][side] = len(tree)
            tree.append([None, None])
        node = child


def _value(node: int, side: int, tree: list[list[int | None]], leaves: dict[tuple[int, int], int], count: int) -> int:
    if (node, side) in leaves:
        return count + 16 + leaves[node, side]
    child = tree[node][side]
    return count if child is None else child


def encoded(value: Any, kind: int = UINT32) -> bytes:
    if isinstance(value, dict):
        members = (encoded(key) + encoded(each, KINDS.get(key, UINT32)) for key, each in value.items())
        return _head(7, len(value)) + b"".join(members)
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(encoded, value))
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    text = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _head(kind, len(text)) + text


def _head(kind: int, size: int) -> bytes:
    length, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return (bytes([kind << 5 | length]) if kind < 8 else bytes([length, kind - 7])) + more
