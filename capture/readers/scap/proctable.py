"""Decodes process lists of scap files, versions 1 to 9; reader side of stage ①."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from thresher.capture.model import Metadata, ProcessEntry
from thresher.capture.readers.scap.cursor import I64, U8, U32, U64, Cursor

_OLD_TAIL_BYTES = 29
"""Longest tail that writers before libs 0.10 produced; it lacks the two members later put in front of loginuid."""
_UNKNOWN_ID = 0xFFFFFFFF


def read_processes(cursor: Cursor, version: int, records: list[Metadata]) -> None:
    """All entries of a process list; V9 puts a length before each that counts itself."""
    for entry, _, _ in process_spans(cursor, version):
        records.append(entry)


def process_spans(cursor: Cursor, version: int) -> Iterator[tuple[ProcessEntry, int, int]]:
    """Each entry of a process list with its first byte in the block's body and the one behind its last."""
    while cursor.left >= 4:
        start = cursor.position
        if version >= 9:
            cursor.enter(cursor.number(U32, "process entry length"), start, "process entry")
        entry = _read_process(cursor, version)
        if version >= 9:
            cursor.leave()
        yield entry, start, cursor.position


class _Identity(NamedTuple):
    tid: int
    pid: int
    ptid: int
    sid: int
    vpgid: int


class _Limits(NamedTuple):
    fdlimit: int
    flags: int
    uid: int
    gid: int


class _Memory(NamedTuple):
    vm_size: int = 0
    vm_rss: int = 0
    vm_swap: int = 0
    pfmajor: int = 0
    pfminor: int = 0


class _Tail(NamedTuple):
    pidns_start_ns: int = 0
    tty: int = 0
    loginuid: int = _UNKNOWN_ID
    exe_writable: bool = False
    cap_inheritable: int = 0
    cap_permitted: int = 0
    cap_effective: int = 0
    exe_upper_layer: bool = False
    exe_ino: int = 0
    exe_ctime_ns: int = 0
    exe_mtime_ns: int = 0
    exe_from_memfd: bool = False
    exe_lower_layer: bool = False
    pgid: int = -1


def _read_process(cursor: Cursor, version: int) -> ProcessEntry:
    identity = _read_identity(cursor, version)
    comm = cursor.string("process comm")
    exe = cursor.string("process exe")
    exepath = cursor.string("process exepath") if version >= 7 else b""
    args = cursor.string("process args")
    cwd = cursor.string("process cwd")
    limits = _Limits(
        cursor.number(U64, "process fdlimit"),
        cursor.number(U32, "process flags"),
        cursor.number(U32, "process uid"),
        cursor.number(U32, "process gid"),
    )
    memory = _read_memory(cursor) if version >= 2 else _Memory()
    env = cursor.string("process env") if version >= 3 else b""
    vtid = cursor.number(I64, "process vtid") if version >= 4 else -1
    vpid = cursor.number(I64, "process vpid") if version >= 4 else -1
    cgroups = cursor.string("process cgroups") if version >= 4 else b""
    root = cursor.string("process root") if version >= 5 else b""
    tail = _read_tail(cursor) if version >= 9 else _Tail()
    return ProcessEntry(
        **identity._asdict(),
        comm=comm,
        exe=exe,
        exepath=exepath,
        args=args,
        cwd=cwd,
        env=env,
        cgroups=cgroups,
        root=root,
        vtid=vtid,
        vpid=vpid,
        **limits._asdict(),
        **memory._asdict(),
        **tail._asdict(),
    )


def _read_identity(cursor: Cursor, version: int) -> _Identity:
    return _Identity(
        tid=cursor.number(I64, "process tid"),
        pid=cursor.number(I64, "process pid"),
        ptid=cursor.number(I64, "process ptid"),
        sid=cursor.number(I64, "process sid") if version >= 6 else -1,
        vpgid=cursor.number(I64, "process vpgid") if version >= 8 else -1,
    )


def _read_memory(cursor: Cursor) -> _Memory:
    return _Memory(
        cursor.number(U32, "process vm_size"),
        cursor.number(U32, "process vm_rss"),
        cursor.number(U32, "process vm_swap"),
        cursor.number(U64, "process pfmajor"),
        cursor.number(U64, "process pfminor"),
    )


def _read_tail(cursor: Cursor) -> _Tail:
    """The members that an entry's length may or may not cover, each there only if it fits."""
    has_middle = cursor.left > _OLD_TAIL_BYTES
    return _Tail(
        pidns_start_ns=cursor.optional(U64, 0) if has_middle else 0,
        tty=cursor.optional(U32, 0) if has_middle else 0,
        loginuid=cursor.optional(U32, _UNKNOWN_ID),
        exe_writable=cursor.optional(U8, 0) != 0,
        cap_inheritable=cursor.optional(U64, 0),
        cap_permitted=cursor.optional(U64, 0),
        cap_effective=cursor.optional(U64, 0),
        exe_upper_layer=cursor.optional(U8, 0) != 0,
        exe_ino=cursor.optional(U64, 0),
        exe_ctime_ns=cursor.optional(U64, 0),
        exe_mtime_ns=cursor.optional(U64, 0),
        exe_from_memfd=cursor.optional(U8, 0) != 0,
        exe_lower_layer=cursor.optional(U8, 0) != 0,
        pgid=cursor.optional(I64, -1),
    )
