"""Decodes descriptor lists of scap files, versions 1 and 2; reader side of stage ①."""

from __future__ import annotations

from thresher.capture.model import DescriptorEntry, Metadata
from thresher.capture.readers.scap.cursor import I64, U8, U16, U32, U64, Cursor, MalformedBlock

IPV4_SOCKET, IPV6_SOCKET, IPV4_SERVER, IPV6_SERVER = 3, 4, 5, 6
UNIX_SOCKET = 8
FILE_V2 = 16
NAMED = frozenset((1, 2, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21))
"""Kinds that have nothing but a name: files, directories, pipes and the anonymous inodes (scap.h)."""


def read_descriptors(cursor: Cursor, version: int, records: list[Metadata]) -> None:
    """All descriptors of one thread; V2 puts a length before each that counts itself."""
    tid = cursor.number(I64, "descriptor list tid")
    while cursor.left >= 4:
        start = cursor.position
        if version >= 2:
            cursor.enter(cursor.number(U32, "descriptor length"), start, "descriptor")
        records.append(_read_descriptor(cursor, tid, version))
        if version >= 2:
            cursor.leave()


def _read_descriptor(cursor: Cursor, tid: int, version: int) -> DescriptorEntry:
    fd = cursor.number(I64, "descriptor number")
    ino = cursor.number(U64, "descriptor inode")
    place = cursor.position
    kind = cursor.number(U8, "descriptor kind")
    if kind in (IPV4_SOCKET, IPV6_SOCKET):
        return _read_connection(cursor, tid, fd, ino, kind)
    if kind in (IPV4_SERVER, IPV6_SERVER):
        return _read_server(cursor, tid, fd, ino, kind)
    if kind == UNIX_SOCKET:
        source = cursor.number(U64, "unix socket source")
        target = cursor.number(U64, "unix socket target")
        name = cursor.string("unix socket path")
        return DescriptorEntry(tid, fd, ino, kind, name, source_pointer=source, target_pointer=target)
    if kind == FILE_V2:
        return _read_file(cursor, tid, fd, ino, version)
    if kind in NAMED:
        return DescriptorEntry(tid, fd, ino, kind, cursor.string("descriptor name"))
    if version < 2:
        raise MalformedBlock(f"descriptor kind {kind} is unknown and its length is not told", place)
    return DescriptorEntry(tid, fd, ino, kind)


def _read_connection(cursor: Cursor, tid: int, fd: int, ino: int, kind: int) -> DescriptorEntry:
    size = 4 if kind == IPV4_SOCKET else 16
    return DescriptorEntry(
        tid,
        fd,
        ino,
        kind,
        source_address=cursor.take(size, "socket source address"),
        target_address=cursor.take(size, "socket target address"),
        source_port=cursor.number(U16, "socket source port"),
        target_port=cursor.number(U16, "socket target port"),
        l4proto=cursor.number(U8, "socket protocol"),
    )


def _read_server(cursor: Cursor, tid: int, fd: int, ino: int, kind: int) -> DescriptorEntry:
    """A listening socket; its own address is the source."""
    return DescriptorEntry(
        tid,
        fd,
        ino,
        kind,
        source_address=cursor.take(4 if kind == IPV4_SERVER else 16, "server address"),
        source_port=cursor.number(U16, "server port"),
        l4proto=cursor.number(U8, "server protocol"),
    )


def _read_file(cursor: Cursor, tid: int, fd: int, ino: int, version: int) -> DescriptorEntry:
    open_flags = cursor.number(U32, "file open flags")
    name = cursor.string("file name")
    device = cursor.optional(U32, 0) if version >= 2 else 0
    return DescriptorEntry(tid, fd, ino, FILE_V2, name, open_flags=open_flags, device=device)
