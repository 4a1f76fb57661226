"""Decodes one event block in Python: header, parameter spans and typed values, for lazy fields and details of stage ②.

The kernel does the same at ingest for all events; this is for the few that are looked at and for fields on first use.
Layouts: scap_savefile.c and ppm_events_public.h of falcosecurity/libs.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types

if TYPE_CHECKING:
    from thresher.capture.model import Value

_BLOCK = struct.Struct("<II")
_CPU = struct.Struct("<H")
_FLAGS = struct.Struct("<I")
_HEADER = struct.Struct("<QqIH")
_COUNT = struct.Struct("<I")

_VERSIONS: dict[int, tuple[int, bool]] = {
    0x204: (1, False),
    0x8010ABCD: (1, False),
    0x208: (1, True),
    0x216: (2, False),
    0x217: (2, True),
    0x221: (2, False),
    0x222: (2, True),
}
"""Block type to the version of the event header and whether block flags precede it."""

OVERLONG = frozenset(("notification", "infra"))
"""Types whose recorders before header version 2 counted three bytes too many into the event's length."""

_LARGE_PAYLOAD = int(TypeFlag.LARGE_PAYLOAD)

SIGNED = frozenset(("INT8", "INT16", "INT32", "INT64", "FD", "PID", "ERRNO", "FD32", "PID32"))
IDS = frozenset(("UID", "GID"))
FLAGS = frozenset(("FLAGS8", "FLAGS16", "FLAGS32"))
ENUMS = frozenset(("ENUMFLAGS8", "ENUMFLAGS16", "ENUMFLAGS32"))
UNSIGNED = (
    frozenset(("UINT8", "UINT16", "UINT32", "UINT64", "MODE", "PORT", "SYSCALLID", "SIGTYPE", "SIGSET"))
    | frozenset(("L4PROTO", "SOCKFAMILY", "RELTIME", "ABSTIME", "BOOL"))
    | FLAGS
    | ENUMS
)
INTEGERS = SIGNED | IDS | UNSIGNED
TEXTS = frozenset(("CHARBUF", "FSPATH", "FSRELPATH"))
ARRAYS = frozenset(("CHARBUFARRAY", "CHARBUF_PAIR_ARRAY"))

UNKNOWN_ID = 0xFFFFFFFF
LEGACY_NULL = b"(NULL)\0"
"""What old drivers wrote for a string they could not read."""


@dataclass(frozen=True, slots=True)
class Block:
    """An event block with its parameters located.

    Attributes:
        data: the block's bytes from its type on.
        spans: start and end of each parameter's value in ``data``.
        header: start and end of the event header in ``data``.
    """

    data: bytes
    cpu: int
    flags: int
    time_ns: int
    tid: int
    type_id: int
    header: tuple[int, int]
    spans: tuple[tuple[int, int], ...]

    @property
    def kind(self) -> EventType | None:
        """The event's type, None where the table has none of this number."""
        return event_types()[self.type_id] if self.type_id < len(event_types()) else None


def read_block(data: bytes) -> Block:
    """Decode an event block.

    Raises:
        ValueError: the bytes are no event block, or one whose lengths do not add up; names the byte.
    """
    if len(data) < _BLOCK.size:
        raise ValueError(f"{len(data)} bytes are no block")
    block_type, _ = _BLOCK.unpack_from(data)
    if block_type not in _VERSIONS:
        raise ValueError(f"block type {block_type:#x} holds no event")
    version, has_flags = _VERSIONS[block_type]
    start = _BLOCK.size + _CPU.size + (_FLAGS.size if has_flags else 0)
    fixed = _HEADER.size + (_COUNT.size if version == 2 else 0)
    if len(data) < start + fixed:
        raise ValueError(f"event header is cut at byte {len(data)}")
    time_ns, tid, length, type_id = _HEADER.unpack_from(data, start)
    kind = event_types()[type_id] if type_id < len(event_types()) else None
    if version == 1 and kind is not None and kind.name in OVERLONG:
        length -= 3
    end = start + length
    if length < fixed or end > len(data):
        raise ValueError(f"event of {length} bytes at byte {start} does not fit its block of {len(data)}")
    return Block(
        data,
        _CPU.unpack_from(data, _BLOCK.size)[0],
        _FLAGS.unpack_from(data, _BLOCK.size + _CPU.size)[0] if has_flags else 0,
        time_ns,
        tid,
        type_id,
        (start, start + fixed),
        _spans_of_version_1(data, start + fixed, end)
        if version == 1
        else _spans(data, start + fixed, end, _COUNT.unpack_from(data, start + _HEADER.size)[0], kind),
    )


def _spans(data: bytes, start: int, end: int, count: int, kind: EventType | None) -> tuple[tuple[int, int], ...]:
    width = 4 if kind is not None and kind.flags & _LARGE_PAYLOAD else 2
    if count * width > end - start:
        raise ValueError(f"{count} parameters at byte {start} do not fit the event")
    lengths = struct.unpack_from(f"<{count}{'I' if width == 4 else 'H'}", data, start)
    return _placed(lengths, start + count * width, end)


def _spans_of_version_1(data: bytes, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Count the parameters too: the only number of lengths that, with their values, fill the event."""
    lengths: list[int] = []
    total = 0
    place = start
    while place + total < end and place + 2 <= end:
        lengths.append(data[place] | data[place + 1] << 8)
        total += lengths[-1]
        place += 2
    if place + total != end:
        raise ValueError(f"no number of parameters fills the event at byte {start}")
    return _placed(lengths, place, end)


def _placed(lengths: tuple[int, ...] | list[int], place: int, end: int) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for length in lengths:
        if place + length > end:
            raise ValueError(f"parameter {len(spans)} of {length} bytes at byte {place} passes the event's end")
        spans.append((place, place + length))
        place += length
    return tuple(spans)


def integer(param_type: str, data: bytes) -> int | None:
    """The number in ``data``; None where its size is none a number has. The absent user or group id is -1."""
    if len(data) not in (1, 2, 4, 8):
        return None
    value = int.from_bytes(data, "little", signed=param_type in SIGNED)
    return -1 if param_type in IDS and value == UNKNOWN_ID else value


def text(data: bytes) -> str:
    r"""Bytes as text, up to a NUL; bytes that are not UTF-8 are written as ``\\xNN``."""
    return data.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")


def value_of(param_type: str, data: bytes) -> Value:
    """The typed value of a parameter that is a number, a string or bytes; None for an absent or malformed one."""
    if param_type in INTEGERS:
        return integer(param_type, data)
    if param_type in TEXTS:
        return None if not data or data == LEGACY_NULL else text(data)
    return data or None
