"""Writes what a text tells of as scap blocks, each event with the text it was made from behind it; stage ①.

Layouts: scap_savefile.c and ppm_events_public.h of falcosecurity/libs. The text stands between the event and the
length that ends its block, where readers of scap see padding.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from thresher.dissectors.syscall.event_table import EventType, TypeFlag

if TYPE_CHECKING:
    from collections.abc import Sequence

SECTION = 0x0A0D0D0A
EVENT, FLAGGED_EVENT = 0x216, 0x217
DESCRIPTORS = 0x218
INTERFACES = 0x205
STATE_ONLY = 1
NO_CPU = 0xFFFF
MOST_VALUE = 65535
"""Bytes of a parameter; the rest of a longer one is in the text."""
MOST_TEXT = 120_000
"""Bytes of text kept in a block, which may have 262,144."""
_MOST_VALUES = 130_000
_MARK = b"\0TXT"
_TRAILER = struct.Struct("<4sQII")
_APPLICATION = 4
_HEADER = struct.Struct("<QqIHI")
_START = struct.pack("<H", NO_CPU)
_FLAGGED_START = _START + struct.pack("<I", STATE_ONLY)
_ENDS = struct.Struct("<II")
_LENGTH = struct.Struct("<I")
_LARGE = int(TypeFlag.LARGE_PAYLOAD)
_LATEST = (1 << 63) - 1
_SIZES: dict[str, str] = {
    "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q", "UINT8": "B", "UINT16": "H", "UINT32": "I", "UINT64": "Q",
    "FD": "q", "PID": "q", "ERRNO": "q", "UID": "I", "GID": "I", "MODE": "I", "FLAGS8": "B", "FLAGS16": "H",
    "FLAGS32": "I", "ENUMFLAGS8": "B", "ENUMFLAGS16": "H", "ENUMFLAGS32": "I", "SIGTYPE": "B", "SYSCALLID": "H",
    "RELTIME": "Q", "ABSTIME": "Q",
}  # fmt: skip
INTEGERS: dict[str, struct.Struct] = {name: struct.Struct(f"<{letter}") for name, letter in _SIZES.items()}
TEXTS = frozenset({"CHARBUF", "FSPATH", "FSRELPATH"})


class Text(NamedTuple):
    """The lines that an event was made from.

    Attributes:
        offset: of the first of them in the text.
        line: number of the first, from 1.
        size: bytes that they take in the text, ends of lines included.
    """

    offset: int
    line: int
    data: bytes
    size: int = 0


class Descriptor(NamedTuple):
    """What a text says a descriptor is; ``kind`` and ``rest`` as in scap's descriptor list, inode 0 where unknown."""

    fd: int
    kind: int
    rest: bytes
    inode: int = 0


def packed(param_type: str, value: int | bytes | None) -> bytes:
    """A parameter's bytes; nothing where there is no value, or one that the type cannot hold."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        if param_type in INTEGERS:
            return b""
        value = value[: MOST_VALUE - 1]
        return value.partition(b"\0")[0] + b"\0" if param_type in TEXTS else value
    form = INTEGERS.get(param_type)
    if form is None:
        return b""
    try:
        return form.pack(value)
    except struct.error:
        return b""


def section(recorder: str) -> bytes:
    """The header that begins a section, with the name of what recorded it."""
    name = recorder.encode()
    options = struct.pack("<HH", _APPLICATION, len(name)) + name + bytes(-len(name) % 4) + bytes(4)
    return _block(SECTION, struct.pack("<IHHQ", 0x1A2B3C4D, 1, 2, 2**64 - 1) + options)


def event(
    kind: EventType, values: Sequence[bytes], time_ns: int, tid: int, text: Text | None, *, state_only: bool = False
) -> bytes:
    """An event with its parameters in the order of its type; ``state_only`` ones change state and are not shown."""
    sizes = [len(value) for value in values]
    if sum(sizes) > _MOST_VALUES:
        values = [value if len(value) < 1024 else b"" for value in values]
        sizes = [len(value) for value in values]
    lengths = _lengths(len(values), bool(kind.flags & _LARGE))
    size = _HEADER.size + lengths.size + sum(sizes)
    header = _HEADER.pack(min(max(time_ns, 0), _LATEST), tid, size, kind.id, len(values))
    start = _FLAGGED_START if state_only else _START
    parts = (start, header, lengths.pack(*sizes), *values, _trailer(text))
    return _block(FLAGGED_EVENT if state_only else EVENT, b"".join(parts))


@cache
def _lengths(count: int, is_large: bool) -> struct.Struct:
    """The lengths of the parameters of an event."""
    return struct.Struct(f"<{count}{'I' if is_large else 'H'}")


def descriptors(tid: int, entries: Sequence[Descriptor]) -> bytes:
    """A descriptor list of a thread."""
    packed_entries = []
    for entry in entries:
        body = struct.pack("<qQB", entry.fd, entry.inode, entry.kind) + entry.rest
        packed_entries.append(struct.pack("<I", len(body) + 4) + body)
    return _block(DESCRIPTORS, struct.pack("<q", tid) + b"".join(packed_entries))


def own_address(address: bytes) -> bytes:
    """An interface list that says of an address of 4 or 16 bytes that it is the machine's, and no more."""
    kind = 1 if len(address) == 4 else 2
    return _block(INTERFACES, struct.pack("<HH", kind, 0) + address + bytes(2 * len(address) + 8))


def text_of(block: bytes) -> Text | None:
    """The text that an event's block was made from; None where it was recorded as a block."""
    if len(block) < 40:
        return None
    at = 14 if int.from_bytes(block[:4], "little") == FLAGGED_EVENT else 10
    end = at + int.from_bytes(block[at + 16 : at + 20], "little")
    if end + _TRAILER.size > len(block) - 4 or block[end : end + 4] != _MARK:
        return None
    _, offset, line, size = _TRAILER.unpack_from(block, end)
    start = end + _TRAILER.size
    return Text(offset, line, block[start : min(start + size, len(block) - 4)])


def _trailer(text: Text | None) -> bytes:
    if text is None:
        return b""
    kept = text.data[:MOST_TEXT]
    return _TRAILER.pack(_MARK, text.offset, text.line & 0xFFFFFFFF, len(kept)) + kept


def _block(block_type: int, body: bytes) -> bytes:
    padding = -len(body) % 4
    length = len(body) + padding + 12
    return b"".join((_ENDS.pack(block_type, length), body, bytes(padding), _LENGTH.pack(length)))
