"""Writes captures of random but well-formed events of few threads and descriptors, so that they meet each other."""

from __future__ import annotations

import random
import struct

from tests.builders.entries import process
from tests.builders.scap import Scap, address_of, event_body, tuple_of, unix_tuple
from thresher.capture.model import DescriptorEntry, Interface, ProcessEntry, User
from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.layout import type_info

THREADS = (1, 2, 3, 4, 5, 6, 1 << 31, (1 << 62) + 5, -1, 0)
FILES = (0, 1, 2, 3, 4, 5, 6, 7, -1, -100, 1 << 31, 1 << 62)
RESULTS = (0, 0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -115, 1 << 40)
FLAGS = (0, 0, 1, 0x800, 1 << 13, 1 << 7, 1 << 22, 1 << 24, 1 << 16, 1 << 10, 0x7FFFFFFF, 0xFFFFFFFF)
PATHS = (
    b"/", b"a", b"../..", b"/a//b/./c/../d/", b"", b"<NA>", b"/x" * 1200, b"\xff\xfe", b"e (deleted)", b".", b"..",
    b"a/",
)  # fmt: skip
IPS4 = ("0.0.0.0", "127.0.0.1", "10.0.0.1", "10.0.0.2", "255.255.255.255")
IPS6 = ("::", "::1", "::ffff:10.0.0.1", "fe80::1", "2001:db8::2", "::ffff:0.0.0.0")
PORTS = (0, 1, 53, 80, 65535)
STATEFUL = tuple(
    kind for kind in event_types() if type_info()[kind.id, c.I_KIND] != c.K_NONE or type_info()[kind.id, c.I_PAIRS]
)


def random_capture(dice: random.Random, events: int) -> list[bytes]:
    """The blocks of a capture: lists, then events of two kinds of file at once."""
    scap = Scap().machine().users([User(0, 0, "root", "/root", "/bin/sh")])
    scap.interfaces([Interface("eth0", b"\n\0\0\1", b"\xff\xff\xff\0", b"\n\0\0\xff", 0)])
    for tid in THREADS[: dice.randrange(7)]:
        scap.processes([_process(dice, tid)])
        scap.descriptors(tid, [_descriptor(dice, fd) for fd in range(dice.randrange(4))])
    time = 1_000_000_000
    for _ in range(events):
        time += dice.choice((0, 1, 1000, 10**9, 3 * 10**9))
        if dice.randrange(60) == 0:
            scap.section()
        kind = dice.choice(STATEFUL) if dice.randrange(8) else dice.choice(event_types())
        scap.raw(_event(dice, kind, time))
    return scap.parts


def _event(dice: random.Random, kind: EventType, time: int) -> bytes:
    values = [_value(dice, param.type, param.name) for param in kind.params]
    values = [b"" if dice.randrange(12) == 0 else value for value in values]
    if dice.randrange(10) == 0:
        values = values[: dice.randrange(len(values) + 1)]
    wide = bool(kind.flags & TypeFlag.LARGE_PAYLOAD)
    version = 2 if wide else dice.choice((1, 2))
    flags = dice.choice((None, None, None, 0, 1))
    tid = dice.choice(THREADS) if dice.randrange(10) == 0 else dice.choice(THREADS[:6])
    body = event_body(kind, values, time_ns=time, tid=tid, cpu=dice.randrange(4), version=version, flags=flags)
    code = {(1, False): 0x204, (1, True): 0x208, (2, False): 0x216, (2, True): 0x217}[version, flags is not None]
    if version == 2 and dice.randrange(20) == 0:
        code = 0x222 if flags is not None else 0x221
    return Scap(section=False).block(code, body).parts[0]


def _process(dice: random.Random, tid: int) -> ProcessEntry:
    pid = dice.choice((tid, tid, *THREADS[:4]))
    return process(
        tid, dice.choice(THREADS[:5]), b"p%d" % tid, pid=pid, exe=dice.choice(PATHS), exepath=dice.choice(PATHS),
        cwd=dice.choice(PATHS), args=b"a\0b\0", vtid=dice.choice((tid, 1)), flags=dice.choice((0, 1 << 2, 1 << 7)),
    )  # fmt: skip


def _descriptor(dice: random.Random, fd: int) -> DescriptorEntry:
    kind = dice.choice((1, 3, 5, 7, 8, 16))
    addresses = {
        "source_address": b"\n\0\0\1", "target_address": b"\n\0\0\2",
        "source_port": dice.choice(PORTS), "target_port": dice.choice(PORTS), "l4proto": dice.randrange(6),
    } if kind in (3, 5) else {}  # fmt: skip
    return DescriptorEntry(tid=1, fd=fd, ino=fd, kind=kind, name=dice.choice(PATHS)[:200], **addresses)


def _value(dice: random.Random, kind: str, name: str) -> bytes:
    """A parameter's bytes: mostly sound, from few values, sometimes of the wrong size."""
    if dice.randrange(40) == 0:
        return dice.randbytes(dice.choice((1, 2, 3, 4, 7, 8, 9, 40)))
    if kind in ("CHARBUF", "FSPATH", "FSRELPATH"):
        return dice.choice(PATHS) + b"\0"
    if kind == "SOCKADDR":
        return address_of(dice.choice(dice.choice((IPS4, IPS6))), dice.choice(PORTS))
    if kind == "SOCKTUPLE":
        return _tuple(dice)
    if name in ("res", "fd") and kind in ("FD", "ERRNO", "PID"):
        return struct.pack("<q", dice.choice(RESULTS if name == "res" else FILES))
    sizes = {"8": 1, "16": 2, "32": 4, "64": 8}
    size = next((sizes[end] for end in ("64", "32", "16", "8") if kind.endswith(end)), 0)
    if size or kind in ("FD", "PID", "ERRNO", "UID", "GID", "MODE", "SYSCALLID", "RELTIME"):
        size = size or {"UID": 4, "GID": 4, "MODE": 4, "SYSCALLID": 2}.get(kind, 8)
        number = dice.choice((*THREADS, *FILES, *FLAGS))
        return (number & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    return b"x\0y=/docker/" + b"ab" * 32 + b"\0" if name == "cgroups" else dice.randbytes(dice.randrange(20))


def _tuple(dice: random.Random) -> bytes:
    if dice.randrange(4) == 0:
        return unix_tuple(dice.randrange(1 << 64), 5, dice.choice(PATHS)[:100])
    names = dice.choice((IPS4, IPS6))
    return tuple_of(dice.choice(names), dice.choice(PORTS), dice.choice(names), dice.choice(PORTS))
