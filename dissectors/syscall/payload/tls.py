"""Reads the handshake messages of TLS records: their types, and what a hello offers; part of stage ②.

The rule: bytes are TLS if they begin with a handshake record (type 22) of version 3.0 to 3.4 and a length that such
records may have, and the first message in it is of a known type, fits the largest handshake that is allowed, and, for
hellos, says a version again and has a session id of at most 32 bytes. Handshakes that are already encrypted fail that
and are left out. Layout: RFC 8446, RFC 6066.
"""

from __future__ import annotations

from collections.abc import Iterator

from thresher.dissectors.syscall.payload.items import CUT, Item, Protocol, text

TRUNCATED = "tls.truncated"
CLIENT_HELLO, SERVER_HELLO = 1, 2
TYPES = {
    0: 0,
    CLIENT_HELLO: 1 << 14,
    SERVER_HELLO: 1 << 14,
    4: 1 << 16,
    11: 1 << 18,
    12: 1 << 14,
    13: 1 << 15,
    14: 0,
    15: 1 << 15,
    16: 1 << 13,
}
"""Types of handshake messages that go unencrypted, to the most bytes one may have."""
_LONGEST_RECORD = (1 << 14) + 256
_RECORD = 5
_MESSAGE = 4
_MOST_MESSAGES = 16
_MOST_EXTENSIONS = 64
_SERVER_NAME, _ALPN = 0, 16
_HANDSHAKE = 22


def begins(data: bytes) -> bool:
    """See ``Protocol.begins``."""
    if data[:1] != b"\x16" or data[1:2] not in (b"\x03", b"") or (len(data) > 2 and data[2] > 4):
        return False
    if len(data) < _RECORD:
        return True
    length = int.from_bytes(data[3:5], "big")
    if not _MESSAGE <= length <= _LONGEST_RECORD:
        return False
    return len(data) < _RECORD + _MESSAGE or _is_message(data[_RECORD:], first=True)


def _is_message(data: bytes, first: bool = False) -> bool:
    """Whether a handshake message begins like one."""
    kind, length = data[0], int.from_bytes(data[1:4], "big")
    if kind not in TYPES or length > TYPES[kind] or (first and kind in (0, 14) and length):
        return False
    if kind not in (CLIENT_HELLO, SERVER_HELLO):
        return True
    version_fits = data[4:5] in (b"\x03", b"") and (len(data) < 6 or data[5] <= 4)
    return length >= 38 and version_fits and (len(data) < 39 or data[38] <= 32)


def is_complete(data: bytes) -> bool:
    """Whether the whole first record is there."""
    return len(data) >= _RECORD and len(data) >= _RECORD + int.from_bytes(data[3:5], "big")


def read(data: bytes, is_cut: bool) -> list[Item]:
    """The values of the first record; see ``Protocol.read``."""
    if len(data) < _RECORD + _MESSAGE or not begins(data):
        return []
    end = _RECORD + int.from_bytes(data[3:5], "big")
    items = [Item("tls.record.version", int.from_bytes(data[1:3], "big"), 1, 3)]
    at = _RECORD
    for _ in range(_MOST_MESSAGES):
        if at + _MESSAGE > min(end, len(data)) or not _is_message(data[at:]):
            break
        kind, length = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        items.append(Item("tls.handshake.type", kind, at, at + 1))
        if kind in (CLIENT_HELLO, SERVER_HELLO):
            items += _hello(data, at + _MESSAGE, min(at + _MESSAGE + length, end), kind)
        at += _MESSAGE + length
    return [*items, Item(TRUNCATED, True, 0, len(data))] if is_cut or at > len(data) else items


def _hello(data: bytes, at: int, end: int, kind: int) -> list[Item]:
    """What a hello says; the bytes may end anywhere in it."""
    items: list[Item] = []
    if at + 2 <= len(data):
        items.append(Item("tls.handshake.version", int.from_bytes(data[at : at + 2], "big"), at, at + 2))
    at += 2 + 32
    at += 1 + _number(data, at, 1)
    if kind == CLIENT_HELLO:
        at += 2 + _number(data, at, 2)
        at += 1 + _number(data, at, 1)
    else:
        if at + 2 <= min(end, len(data)):
            items.append(Item("tls.handshake.ciphersuite", _number(data, at, 2), at, at + 2))
        at += 2 + 1
    end = min(end, at + 2 + _number(data, at, 2))
    for extension, start, stop in _extensions(data, at + 2, end):
        if extension == _SERVER_NAME and kind == CLIENT_HELLO:
            items += _server_name(data, start, stop)
        elif extension == _ALPN:
            items += _protocols(data, start, stop)
    return items


def _number(data: bytes, at: int, size: int) -> int:
    """A number, 0 where the bytes end before it: what follows is then not there either."""
    return int.from_bytes(data[at : at + size], "big") if at + size <= len(data) else 0


def _extensions(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Type, start and end of each extension; the last may end behind the bytes."""
    for _ in range(_MOST_EXTENSIONS):
        if at + 4 > min(end, len(data)):
            return
        start = at + 4
        stop = start + _number(data, at + 2, 2)
        if stop > end:
            return
        yield _number(data, at, 2), start, stop
        at = stop


def _server_name(data: bytes, start: int, stop: int) -> list[Item]:
    if start + 5 > min(stop, len(data)) or data[start + 2] != 0:
        return []
    length = _number(data, start + 3, 2)
    begin, end = start + 5, start + 5 + length
    name = data[begin : min(end, stop)]
    if end > stop or not name:
        return []
    mark = CUT if len(name) < length else ""
    return [Item("tls.handshake.extensions_server_name", text(name) + mark, begin, begin + len(name))]


def _protocols(data: bytes, start: int, stop: int) -> list[Item]:
    items: list[Item] = []
    at = start + 2
    while at < min(stop, len(data)) and len(items) < _MOST_EXTENSIONS:
        begin, end = at + 1, at + 1 + data[at]
        name = data[begin : min(end, stop)]
        if end > stop or not name:
            break
        mark = CUT if len(name) < end - begin else ""
        items.append(Item("tls.handshake.extensions_alpn_str", text(name) + mark, begin, begin + len(name)))
        at = end
    return items


TLS = Protocol("tls", begins, is_complete, read)
