"""Makes a big capture from a small one: its events repeated in one section, as if the same had happened N times over.

Copy k of the events is moved in time by k periods and into process ids of its own (k × stride), so that threads,
descriptors and versions grow as they would in a long recording, and every row of a copy has the values of its
original but for time and ids. For that, the process list and the descriptor lists carry the threads that have events,
their parents and their thread group leaders once for each copy. What a recorder writes once (users, groups, containers,
events without a real time) is written once. Ids 0 and 1 stay, and so do ids inside another pid namespace; ids in text
(``/proc/4192/status``) are left as they are.

    python -m benchmarks.repeat samples/shop/shop.scap big.scap --events 7000000
    python -m benchmarks.repeat 502Error.scap big.scap --events 6000000 --thin procinfo=40
"""

from __future__ import annotations

import argparse
import gzip
import struct
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from thresher.dissectors.syscall.event_table import TypeFlag, event_types

EVENT_BLOCKS = {0x204: (2, 22), 0x8010ABCD: (2, 22), 0x208: (6, 22), 0x216: (2, 26), 0x217: (6, 26)}
EVENT_BLOCKS |= {0x221: (2, 26), 0x222: (6, 26)}
"""Event block type to (bytes before the event's header, header length)."""
PROCESS_LISTS = {0x202: 1, 0x8000ABCD: 1, 0x207: 2, 0x8013ABCD: 2, 0x209: 3, 0x8014ABCD: 3}
PROCESS_LISTS |= {0x20F + version - 3: version for version in range(4, 10)}
DESCRIPTOR_LISTS = (0x203, 0x8001ABCD, 0x218)
ONCE = ("container", "useradded", "userdeleted", "groupadded", "groupdeleted", "notification", "infra")
REAL_TIME_NS = 10**15
"""Events before this are marks of the recorder, not moments."""

Offsets = npt.NDArray[np.int64]


@dataclass(slots=True)
class Events:
    """Event blocks joined together, and where in them times and ids stand."""

    blocks: bytearray = field(default_factory=bytearray)
    count: int = 0
    times: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    tids: set[int] = field(default_factory=set)
    first_ns: int = 0
    last_ns: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A thread of the process list: its bytes, its ids and where in the bytes they stand."""

    data: bytes
    tid: int
    pid: int
    ptid: int
    ids: tuple[int, ...]


@dataclass(slots=True)
class Capture:
    """A capture taken apart."""

    head: bytearray = field(default_factory=bytearray)
    process_list: int = 0
    entries: list[Entry] = field(default_factory=list)
    descriptors: list[tuple[int, int, bytes]] = field(default_factory=list)
    """Block type, tid, rest of the body."""
    once: Events = field(default_factory=Events)
    repeated: Events = field(default_factory=Events)


def read(path: Path, thin: dict[str, int]) -> Capture:
    """Take a capture apart; of each event type in ``thin`` only every n-th is kept."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    capture = Capture()
    seen = dict.fromkeys(thin, 0)
    at = 0
    while at + 12 <= len(data):
        block_type, total = struct.unpack_from("<II", data, at)
        block = data[at : at + total]
        body = block[8 : total - 4]
        if block_type in EVENT_BLOCKS:
            name = type_name(block, *EVENT_BLOCKS[block_type])
            if name in thin:
                seen[name] += 1
            if seen.get(name, 1) % thin.get(name, 1) == 0 or name not in thin:
                add_event(capture, block, name, *EVENT_BLOCKS[block_type])
        elif block_type in PROCESS_LISTS:
            capture.process_list = block_type
            capture.entries += process_entries(body, PROCESS_LISTS[block_type])
        elif block_type in DESCRIPTOR_LISTS:
            capture.descriptors.append((block_type, struct.unpack_from("<Q", body)[0], body[8:]))
        else:
            capture.head += block
        at += total
    return capture


def type_name(block: bytes, before: int, header: int) -> str:
    """The event type's name."""
    (code,) = struct.unpack_from("<H", block, 8 + before + 20)
    return event_types()[code].name if code < len(event_types()) else f"unknown({code})"


def add_event(capture: Capture, block: bytes, name: str, before: int, header: int) -> None:
    """Append an event block to the part of the capture it belongs to, and note its time and ids."""
    at = 8 + before
    time_ns, tid, length, code = struct.unpack_from("<QqIH", block, at)
    events = capture.once if name in ONCE or time_ns < REAL_TIME_NS else capture.repeated
    base = len(events.blocks)
    if events is capture.repeated:
        events.first_ns = events.first_ns or time_ns
        events.last_ns = max(events.last_ns, time_ns)
        events.times.append(base + at)
        events.tids.add(tid)
        found = [at + 8, *parameter_ids(block, at, length, code, header)]
        events.ids += [base + offset for offset in found if struct.unpack_from("<q", block, offset)[0] > 1]
    events.blocks += block
    events.count += 1


def parameter_ids(block: bytes, at: int, length: int, code: int, header: int) -> list[int]:
    """Offsets in the block of the event's parameters that are ids of this pid namespace."""
    wanted = id_parameters(code)
    if not wanted:
        return []
    event = event_types()[code]
    width = 4 if event.flags & TypeFlag.LARGE_PAYLOAD else 2
    lengths = parameter_lengths(block, at, length, header, width, len(event.params))
    value_at = at + header + width * len(lengths)
    places: dict[str, int] = {}
    for index, size in enumerate(lengths):
        if index < len(event.params) and index in wanted and size == 8:
            places[event.params[index].name] = value_at
        value_at += size
    values = {name: struct.unpack_from("<q", block, offset)[0] for name, offset in places.items()}
    for inner, outer in (("vtid", "tid"), ("vpid", "pid")):
        if values.get(inner) != values.get(outer):
            places.pop(inner, None)
    return list(places.values())


@cache
def id_parameters(code: int) -> frozenset[int]:
    """Indices of the parameters of an event type that hold process, thread, group or session ids."""
    if code >= len(event_types()):
        return frozenset()
    return frozenset(
        index
        for index, param in enumerate(event_types()[code].params)
        if param.type == "PID" or (param.type == "INT64" and param.name in ("pid", "tid"))
    )


def parameter_lengths(block: bytes, at: int, length: int, header: int, width: int, declared: int) -> list[int]:
    """Lengths of an event's parameters; old events do not say how many they have."""
    code = "I" if width == 4 else "H"
    if header == 26:
        (count,) = struct.unpack_from("<I", block, at + 22)
        return list(struct.unpack_from(f"<{count}{code}", block, at + header))
    for count in range(declared, -1, -1):
        if header + width * count > length:
            continue
        lengths = struct.unpack_from(f"<{count}{code}", block, at + header)
        if header + width * count + sum(lengths) == length:
            return list(lengths)
    return []


def process_entries(body: bytes, version: int) -> list[Entry]:
    """The entries of a process list block."""
    entries = []
    at = 0
    while at + 4 <= len(body):
        start = at
        if version >= 9:
            (length,) = struct.unpack_from("<I", body, at)
            at += 4
        tid, pid, ptid = struct.unpack_from("<qqq", body, at)
        ids = [at, at + 8, at + 16]
        at += 24
        for since in (6, 8):  # sid, vpgid
            if version >= since:
                ids.append(at)
                at += 8
        end, inner = entry_end(body, at, version)
        if version >= 9:
            end = start + length
        ids += [place for place, outer in zip(inner, (tid, pid), strict=False) if read_id(body, place) == outer]
        kept = tuple(place - start for place in ids if read_id(body, place) > 1)
        entries.append(Entry(body[start:end], tid, pid, ptid, kept))
        at = end
        if len(body) - at < 4:
            break
    return entries


def read_id(body: bytes | bytearray, at: int) -> int:
    """A signed 64-bit id."""
    value: int = struct.unpack_from("<q", body, at)[0]
    return value


def entry_end(body: bytes, at: int, version: int) -> tuple[int, tuple[int, ...]]:
    """Where an entry without a length of its own ends, and where vtid and vpid stand, from its comm on."""
    for _ in range(5 if version >= 7 else 4):  # comm, exe, exepath, args, cwd
        at = skip_text(body, at)
    at += 8 + 12  # fdlimit; flags, uid, gid
    if version >= 2:
        at += 12 + 16  # sizes, page faults
    if version >= 3:
        at = skip_text(body, at)  # env
    if version < 4:
        return at, ()
    inner = (at, at + 8)
    at = skip_text(body, at + 16)  # cgroups
    return (skip_text(body, at) if version >= 5 else at), inner


def skip_text(body: bytes, at: int) -> int:
    """Behind a text with its length in front."""
    return at + 2 + int(struct.unpack_from("<H", body, at)[0])


def needed(capture: Capture) -> set[int]:
    """Threads that every copy needs in the process list: with events, and their parents and leaders, transitively."""
    listed = {entry.tid: entry for entry in capture.entries}
    found: set[int] = set()
    open_ = [tid for tid in capture.repeated.tids if tid in listed]
    while open_:
        tid = open_.pop()
        if tid > 1 and tid not in found:
            found.add(tid)
            open_ += [other for other in (listed[tid].pid, listed[tid].ptid) if other in listed]
    return found


def write(capture: Capture, target: BinaryIO, copies: int) -> None:
    """Write the capture with its repeated events ``copies`` times."""
    used = [entry.tid for entry in capture.entries] + list(capture.repeated.tids)
    stride = -(-(max(used) + 1) // 10_000) * 10_000
    period = capture.repeated.last_ns - capture.repeated.first_ns + 1_000_000
    target.write(capture.head)
    write_state(capture, target, copies, stride)
    target.write(capture.once.blocks)
    times = np.array(capture.repeated.times, dtype=np.int64)
    ids = np.array(capture.repeated.ids, dtype=np.int64)
    buffer = bytearray(capture.repeated.blocks)
    # Every byte offset as the start of a 64-bit number: events are not aligned.
    numbers = np.ndarray((len(buffer) - 7,), dtype="<i8", buffer=buffer, strides=(1,))
    for _ in range(copies):
        target.write(buffer)
        numbers[times] += period
        numbers[ids] += stride


def write_state(capture: Capture, target: BinaryIO, copies: int, stride: int) -> None:
    """Write process and descriptor lists, for the copies behind the first only what they need."""
    wanted = needed(capture)
    body = bytearray().join(entry.data for entry in capture.entries)
    for copy in range(1, copies):
        for entry in capture.entries:
            if entry.tid in wanted:
                body += shifted(entry, copy * stride)
    if capture.entries:
        target.write(framed(capture.process_list, bytes(body)))
    for copy in range(copies):
        for block_type, tid, rest in capture.descriptors:
            if copy == 0 or tid in wanted:
                target.write(framed(block_type, struct.pack("<Q", tid + copy * stride) + rest))


def shifted(entry: Entry, distance: int) -> bytes:
    """The entry with its ids moved."""
    data = bytearray(entry.data)
    for place in entry.ids:
        struct.pack_into("<q", data, place, read_id(data, place) + distance)
    return bytes(data)


def framed(block_type: int, body: bytes) -> bytes:
    """A metadata block."""
    padded = body + bytes(-len(body) % 4)
    total = len(padded) + 12
    return struct.pack("<II", block_type, total) + padded + struct.pack("<I", total)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and write the capture; says on stderr what was made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--events", type=int, required=True, help="at least this many event blocks")
    parser.add_argument("--thin", action="append", default=[], metavar="TYPE=N", help="keep every N-th event of a type")
    options = parser.parse_args(arguments)
    thin = {name: int(count) for name, _, count in (text.partition("=") for text in options.thin)}
    capture = read(options.source, thin)
    copies = -(-(options.events - capture.once.count) // capture.repeated.count)
    with options.target.open("wb") as target:
        write(capture, target, copies)
    events = capture.once.count + copies * capture.repeated.count
    print(f"{copies} copies, {events} event blocks, {options.target.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
