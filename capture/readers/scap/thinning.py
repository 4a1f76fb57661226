"""Leaves out of lists what a part of a capture does not need, and marks events that only carry state; stage ①."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from thresher.capture.readers.scap.blocks import BLOCK_TYPES, Kind
from thresher.capture.readers.scap.cursor import Cursor
from thresher.capture.readers.scap.proctable import process_spans

if TYPE_CHECKING:
    from thresher.capture.evidence import Wanted
    from thresher.capture.model import ProcessEntry

STATE_ONLY = 1
"""Block flag of events that change state and are not shown (scap_savefile.h, SCAP_DF_STATE_ONLY)."""

_HEAD = struct.Struct("<II")
_TID = struct.Struct("<q")
_WITH_FLAGS = {0x204: 0x208, 0x8010ABCD: 0x208, 0x216: 0x217, 0x221: 0x222}
"""Types of event blocks to those of the same with flags."""
_FLAGS_AT = 10
"""Behind type, length and processor."""


def thin(block_type: int, body: bytes, wanted: Wanted) -> bytes | None:
    """The body of a metadata block without what is not wanted, None where nothing is left.

    Raises:
        MalformedBlock: a list cannot be read to its end.
    """
    known = BLOCK_TYPES.get(block_type)
    if known is None:
        return None
    if known.kind is Kind.PROCESSES:
        return b"".join(_processes(body, known.version, wanted)) or None
    if known.kind is Kind.DESCRIPTORS:
        tid = _TID.unpack_from(body)[0] if len(body) >= _TID.size else -1
        if tid in wanted.full:
            return body
        return body[: _TID.size] if tid in wanted.bare else None
    return body


def _processes(body: bytes, version: int, wanted: Wanted) -> list[bytes]:
    kept = []
    for entry, start, end in process_spans(Cursor(body), version):
        if entry.pid in wanted.full or entry.tid in wanted.full:
            kept.append(body[start:end])
        elif entry.tid in wanted.bare:
            kept.append(bare(entry, version))
    return kept


def bare(entry: ProcessEntry, version: int) -> bytes:
    """An entry of a process list that says who a process is and whose child, and nothing of what it does."""
    parts = [struct.pack("<qqq", entry.tid, entry.pid, entry.ptid)]
    parts += [struct.pack("<q", entry.sid)] if version >= 6 else []
    parts += [struct.pack("<q", entry.vpgid)] if version >= 8 else []
    parts += [_string(entry.comm), _string(entry.exe)]
    parts += [_string(entry.exepath)] if version >= 7 else []
    parts += [_string(b""), _string(b"")]
    parts.append(struct.pack("<QIII", entry.fdlimit, entry.flags, entry.uid, entry.gid))
    parts += [bytes(28)] if version >= 2 else []
    parts += [_string(b"")] if version >= 3 else []
    parts += [struct.pack("<qq", entry.vtid, entry.vpid), _string(b"")] if version >= 4 else []
    parts += [_string(b"")] if version >= 5 else []
    if version < 9:
        return b"".join(parts)
    parts.append(struct.pack("<QII", entry.pidns_start_ns, entry.tty, entry.loginuid) + bytes(52))
    parts.append(_TID.pack(entry.pgid))
    packed = b"".join(parts)
    return struct.pack("<I", len(packed) + 4) + packed


def _string(value: bytes) -> bytes:
    return struct.pack("<H", len(value)) + value


def marked(block: bytes) -> bytes:
    """An event block with the mark that it only carries state."""
    block_type, length = _HEAD.unpack_from(block)
    if block_type not in _WITH_FLAGS:
        flags = int.from_bytes(block[_FLAGS_AT : _FLAGS_AT + 4], "little") | STATE_ONLY
        return block[:_FLAGS_AT] + flags.to_bytes(4, "little") + block[_FLAGS_AT + 4 :]
    longer = struct.pack("<I", length + 4)
    head = struct.pack("<I", _WITH_FLAGS[block_type]) + longer + block[_HEAD.size : _FLAGS_AT]
    return head + struct.pack("<I", STATE_ONLY) + block[_FLAGS_AT:-4] + longer
