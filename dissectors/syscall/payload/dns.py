"""Reads DNS messages; part of stage ②.

The rule: only what went through a socket with port 53, 5353 or 5355 at one end is looked at, and it is DNS if its
header has a known opcode, no reserved bit set and no more entries than the bytes can hold, and if its questions, up to
where the capture cuts the message, are well-formed. What is wrong in the answers behind them is said in
``dns.malformed``, so that a crafted answer hides nothing. Layout: RFC 1035, 3596, 2782.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address

from thresher.dissectors.syscall.payload.items import CUT, Item, Protocol, text

PORTS = frozenset((53, 5353, 5355))
"""DNS, multicast DNS, LLMNR."""
TRUNCATED = "dns.truncated"
MALFORMED = "dns.malformed"
_HEADER = struct.Struct(">HHHHHH")
_QUESTION = struct.Struct(">HH")
_ANSWER = struct.Struct(">HHIH")
_OPCODES = frozenset((0, 1, 2, 4, 5))
_RESERVED = 0x40
_MOST_ENTRIES = 256
_SMALLEST_ENTRY = 5
_MOST_JUMPS = 16
_LONGEST_NAME = 255
_A, _NS, _CNAME, _PTR, _MX, _TXT, _AAAA, _SRV = 1, 2, 5, 12, 15, 16, 28, 33
_NAMES = {_NS: ("dns.ns", 0), _CNAME: ("dns.cname", 0), _PTR: ("dns.ptr.domain_name", 0), _MX: ("dns.mx", 2)}
"""Types whose data is a name, to their field and how many bytes stand before it."""
_NAMES[_SRV] = ("dns.srv.target", 6)


class _Short(Exception):
    """The bytes end too soon."""


class _Wrong(Exception):
    """No DNS message has such bytes."""


def begins(data: bytes) -> bool:
    """See ``Protocol.begins``; a port tells what may be DNS, so this is the header's rule alone."""
    if len(data) < _HEADER.size:
        return False
    _, flags, *counts = _HEADER.unpack_from(data)
    if flags >> 11 & 15 not in _OPCODES or flags & _RESERVED or sum(counts) > _MOST_ENTRIES:
        return False
    questions: int = counts[0]
    return questions <= 32 and any(counts[:3])


def read(data: bytes, is_cut: bool) -> list[Item]:
    """The values of a message; see ``Protocol.read``."""
    if not begins(data):
        return []
    identity, flags, questions, answers, authorities, extras = _HEADER.unpack_from(data)
    items = [
        Item("dns.id", identity, 0, 2),
        Item("dns.flags.response", bool(flags & 0x8000), 2, 4),
        Item("dns.flags.truncated", bool(flags & 0x200), 2, 4),
        Item("dns.flags.rcode", flags & 15, 2, 4),
        Item("dns.count.answers", answers, 6, 8),
    ]
    if not flags & 0x8000:
        items = [item for item in items if item.field not in ("dns.flags.rcode", "dns.count.answers")]
    if not is_cut and (questions + answers + authorities + extras) * _SMALLEST_ENTRY > len(data):
        return []
    at = _HEADER.size
    try:
        for place in range(questions):
            at = _question(data, at, place, items)
    except _Wrong:
        return []
    except _Short:
        return [*items, Item(TRUNCATED, True, 0, len(data))] if is_cut else []
    return items + _answers(data, at, answers, is_cut)


def _answers(data: bytes, at: int, count: int, is_cut: bool) -> list[Item]:
    """The values of the answers, as far as they are there and make sense."""
    items: list[Item] = []
    try:
        for _ in range(count):
            at = _answer(data, at, items)
    except _Short:
        if is_cut:
            return [*items, Item(TRUNCATED, True, 0, len(data))]
        return [*items, Item(MALFORMED, f"the message ends inside its answers, at byte {at}", at, len(data))]
    except _Wrong:
        return [*items, Item(MALFORMED, f"the answer at byte {at} makes no sense", at, len(data))]
    return items


def _question(data: bytes, at: int, place: int, items: list[Item]) -> int:
    name, end = _name(data, at, None if place else items)
    kind, class_ = _unpacked(_QUESTION, data, end)
    if class_ & 0x7FFF not in (1, 3, 4, 254, 255):
        raise _Wrong
    if not place:
        items.append(Item("dns.qry.name", name, at, end))
        items.append(Item("dns.qry.type", kind, end, end + 2))
    return end + _QUESTION.size


def _answer(data: bytes, at: int, items: list[Item]) -> int:
    _, start = _name(data, at, None)
    kind, _, _, length = _unpacked(_ANSWER, data, start)
    start += _ANSWER.size
    end = start + length
    if end > len(data):
        raise _Short
    if kind == _A and length == 4:
        items.append(Item("dns.a", str(IPv4Address(data[start:end])), start, end))
    elif kind == _AAAA and length == 16:
        items.append(Item("dns.aaaa", str(IPv6Address(data[start:end])), start, end))
    elif kind in (_A, _AAAA):
        raise _Wrong
    elif kind == _TXT:
        items.append(Item("dns.txt", _strings(data[start:end]), start, end))
    elif kind in _NAMES:
        field, before = _NAMES[kind]
        name, _ = _name(data[:end], start + before, None)
        items.append(Item(field, name, start, end))
    return end


def _unpacked(layout: struct.Struct, data: bytes, at: int) -> tuple[int, ...]:
    if at + layout.size > len(data):
        raise _Short
    found: tuple[int, ...] = layout.unpack_from(data, at)
    return found


def _name(data: bytes, at: int, cut_into: list[Item] | None) -> tuple[str, int]:
    """A name and where it ends; the beginning of a cut one goes into ``cut_into``, marked as such."""
    labels: list[str] = []
    start, end, size = at, -1, 0
    for _ in range(_LONGEST_NAME + _MOST_JUMPS):
        if at >= len(data):
            break
        length = data[at]
        if length >= 0xC0:
            if at + 2 > len(data):
                break
            end = at + 2 if end < 0 else end
            target = (length & 0x3F) << 8 | data[at + 1]
            if target >= at:
                raise _Wrong
            at = target
            continue
        if length > 63:
            raise _Wrong
        if not length:
            return ".".join(labels) or ".", at + 1 if end < 0 else end
        label = data[at + 1 : at + 1 + length]
        labels.append(_label(label))
        size += length + 1
        if size > _LONGEST_NAME:
            raise _Wrong
        at += 1 + length
        if at > len(data):
            break
    else:
        raise _Wrong
    if cut_into is not None and labels:
        cut_into.append(Item("dns.qry.name", ".".join(labels) + CUT, start, len(data)))
    raise _Short


def _label(data: bytes) -> str:
    r"""A label as text; dots and what is not printable ASCII as ``\\DDD``, as zone files write them."""
    return "".join(chr(byte) if 0x20 < byte < 0x7F and byte not in b".\\" else f"\\{byte:03}" for byte in data)


def _strings(data: bytes) -> str:
    """The strings of a text record, joined."""
    at, found = 0, b""
    while at < len(data):
        found += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    if at != len(data):
        raise _Wrong
    return text(found)


def _begins_in_stream(data: bytes) -> bool:
    """The same behind the length that precedes each message in a stream, or as much of it as is there."""
    return begins(data[2:]) and int.from_bytes(data[:2], "big") >= _HEADER.size if len(data) >= 14 else len(data) > 0


def _is_complete_in_stream(data: bytes) -> bool:
    return len(data) >= 2 and len(data) >= 2 + int.from_bytes(data[:2], "big")


def _read_in_stream(data: bytes, is_cut: bool) -> list[Item]:
    length = int.from_bytes(data[:2], "big")
    found = read(data[2 : 2 + length], is_cut)
    return [item._replace(start=item.start + 2, end=item.end + 2) for item in found]


DNS = Protocol("dns", begins, lambda _: True, read)
"""In datagrams."""
DNS_IN_STREAM = Protocol("dns", _begins_in_stream, _is_complete_in_stream, _read_in_stream)
