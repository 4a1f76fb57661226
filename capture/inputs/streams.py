"""Opens one input file as a stream of uncompressed chunks, hashing what is on disk on the way (stage ①)."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.errors import ChangedError, UnreadableError
from thresher.capture.inputs import standard_input
from thresher.capture.inputs.inflate import CorruptError, Inflater, compression_of
from thresher.capture.inputs.tail import WAIT_S, Tail
from thresher.capture.model import Damage

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"
READ = 1 << 20
"""Bytes read at once from a plain file."""
READ_COMPRESSED = 256 << 10
HEAD = 64 << 10
"""Bytes that readers are shown to recognise their format."""
LEAST_HEAD = 64
"""So many are waited for where a source hands out little at a time."""
MAX_INFLATE = 64 << 30
"""Most bytes that one file may inflate to unless the user says otherwise."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file as it was when it was found; size and times are -1 for pipes and missing files.

    Attributes:
        is_live: others may still write to it: a pipe, or a file that is to be followed.
    """

    path: str
    size: int
    mtime_ns: int
    device: int
    inode: int
    is_pipe: bool = False
    is_missing: bool = False
    is_live: bool = False

    @classmethod
    def of(cls, path: str, *, follow: bool = False) -> InputFile:
        """The file at ``path``, which is to be followed while it grows, or is not.

        Raises:
            UnreadableError: it cannot be looked at.
        """
        try:
            found = os.stat(path)  # noqa: PTH116 - the same call as on the open descriptor below
        except (OSError, ValueError) as error:
            raise UnreadableError(path, f"cannot be opened: {_reason(error)}") from error
        if not stat.S_ISREG(found.st_mode):
            return cls.pipe(path)
        return cls(path, found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino, is_live=follow)

    @classmethod
    def pipe(cls, path: str) -> InputFile:
        """Standard input or a named pipe: can be read once, and nothing is known of it before."""
        return cls(path, 0, -1, -1, -1, is_pipe=True, is_live=True)

    @classmethod
    def missing(cls, path: str) -> InputFile:
        """A path where there is nothing now."""
        return cls(path, 0, -1, -1, -1, is_missing=True)

    def is_still(self, found: os.stat_result) -> bool:
        """Whether a file found later is this one, unchanged, or grown where that is expected."""
        if self.is_live:
            return (self.device, self.inode) == (found.st_dev, found.st_ino) and found.st_size >= self.size
        return (self.size, self.mtime_ns, self.device, self.inode) == (
            found.st_size,
            found.st_mtime_ns,
            found.st_dev,
            found.st_ino,
        )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def open_descriptor(file: InputFile) -> int:
    """A descriptor to read an input with; access times are left alone where the system allows it.

    Raises:
        UnreadableError: it cannot be opened.
        ChangedError: it is another file than the one that was found.
    """
    if file.path == STDIN:
        return standard_input.duplicate()
    quiet = 0 if file.is_pipe else getattr(os, "O_NOATIME", 0)
    try:
        try:
            descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC | quiet)
        except PermissionError:
            descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableError(file.path, f"cannot be opened: {_reason(error)}") from error
    if not file.is_pipe and not file.is_still(os.fstat(descriptor)):
        os.close(descriptor)
        raise ChangedError(file.path, "has changed since it was found", "open it again")
    return descriptor


class InputStream:
    """One file on its way in.

    Attributes:
        path: as the user named it.
        compression: ``gzip``, ``zstd``, ``lz4`` or '' for plain.
        consumed_bytes: read from disk so far.
        inflated_bytes: handed out so far.
        damage: where the compressed stream is cut or corrupt, once the chunks have ended.
        digest: SHA-256 of the bytes on disk in hex, '' until they have been read to the end.
        enough: once set, a source that others still write to ends.
    """

    def __init__(self, file: InputFile, max_inflate: int = MAX_INFLATE, enough: threading.Event | None = None) -> None:
        self.path = file.path
        self.damage: list[Damage] = []
        self.digest = ""
        self.consumed_bytes = 0
        self.inflated_bytes = 0
        self._file = file
        self._max_inflate = max_inflate
        self._descriptor = open_descriptor(file)
        self.enough = enough or threading.Event()
        self._tail = Tail(self._descriptor, self.enough) if file.is_live else None
        self._hash = hashlib.sha256()
        self._first = self._read_first()
        self.compression = compression_of(self._first)
        self._inflater = Inflater(self.compression, self.path)
        self._head: list[bytes] = []
        self._source = self._uncompressed()

    @property
    def members(self) -> int:
        """Compressed members inflated to their end; 0 for plain files."""
        return self._inflater.members

    def head(self) -> bytes:
        """The first bytes, up to 64 KiB, uncompressed; they are handed out again by ``chunks``."""
        while sum(map(len, self._head)) < HEAD:
            chunk = next(self._source, None)
            if chunk:
                self._head.append(chunk)
            if chunk is None or (self._head and self._tail is not None):
                break
        return b"".join(self._head)[:HEAD]

    def readable_head(self) -> bytes:
        """The same.

        Raises:
            UnreadableError: nothing inflates, and why.
        """
        head = self.head()
        if not head and self.damage:
            raise UnreadableError(self.path, f"holds nothing readable: {self.damage[0].what}")
        return head

    def chunks(self) -> Iterator[bytes]:
        """The uncompressed bytes in order, in pieces of up to about 4 MiB; can be run once."""
        return filter(None, self.arrivals())

    def arrivals(self) -> Iterator[bytes]:
        """The same, with an empty piece whenever nothing has come for a moment."""
        while self._head:
            yield self._head.pop(0)
        yield from self._source

    @property
    def was_stopped(self) -> bool:
        """Whether the source was still alive when it was given up."""
        return self._tail is not None and self.enough.is_set()

    @property
    def was_cut(self) -> bool:
        """Whether a file that was followed became shorter than what had been read of it."""
        return self._tail is not None and self._tail.was_cut

    def close(self) -> None:
        """Give the descriptor back; the stream yields nothing afterwards."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _read_first(self) -> bytes:
        """The first block; filled up, because a pipe may hand out a byte at a time, but not for long."""
        parts: list[bytes] = []
        size = 0
        until = time.monotonic() + WAIT_S
        while size < READ_COMPRESSED:
            part = self._read(READ_COMPRESSED - size)
            if part:
                parts.append(part)
                size += len(part)
            if part == b"" or (self._tail is not None and size >= LEAST_HEAD and time.monotonic() > until):
                break
        return b"".join(parts)

    def _read(self, size: int) -> bytes | None:
        """What comes next; empty at the end, None where nothing has come for a moment."""
        try:
            return self._tail.read(size) if self._tail is not None else os.read(self._descriptor, size)
        except OSError as error:
            raise UnreadableError(self.path, f"cannot be read: {_reason(error)}") from error

    def _blocks(self) -> Iterator[bytes]:
        """What is on disk, hashed."""
        size = READ_COMPRESSED if self.compression else READ
        block: bytes | None = self._first
        self._first = b""
        while block != b"":
            if block is not None:
                self._hash.update(block)
                self.consumed_bytes += len(block)
            yield block or b""
            block = self._read(size)
        self.digest = self._hash.hexdigest()

    def _uncompressed(self) -> Iterator[bytes]:
        source = self._inflater.run(self._blocks()) if self.compression else self._blocks()
        try:
            longest_s = WAIT_S if self._tail is not None else None
            yield from self._bounded(gathered(source, longest_s=longest_s) if self.compression else source)
        except CorruptError as error:
            if not self.was_stopped:
                self.damage.append(Damage(self.path, self.inflated_bytes, 0, str(error)))
            self._drain()

    def _bounded(self, source: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in source:
            self.inflated_bytes += len(chunk)
            if self.compression and self.inflated_bytes > self._max_inflate:
                self.inflated_bytes -= len(chunk)
                limit = f"inflates to more than {self._max_inflate} bytes; raise the limit with --max-inflate"
                raise CorruptError(limit)
            yield chunk

    def _drain(self) -> None:
        """Hash what is left behind damage: the digest is that of the whole file."""
        while (block := self._read(READ)) != b"":
            self._hash.update(block or b"")
            self.consumed_bytes += len(block or b"")
        self.digest = self._hash.hexdigest()


def gathered(pieces: Iterator[bytes], size: int = 1 << 20, longest_s: float | None = None) -> Iterator[bytes]:
    """Small pieces joined to chunks of at least ``size``, or of so many seconds.

    What there is comes out before an error, and where an empty piece says that nothing has come for a moment.
    """
    parts: list[bytes] = []
    total = 0
    since = time.monotonic()
    try:
        for piece in pieces:
            parts.append(piece)
            total += len(piece)
            is_old = longest_s is not None and time.monotonic() - since >= longest_s
            if total >= size or not piece or is_old:
                yield b"".join(parts)
                parts, total, since = [], 0, time.monotonic()
    except CorruptError:
        if parts:
            yield b"".join(parts)
        raise
    if parts:
        yield b"".join(parts)


def open_stream(file: InputFile, max_inflate: int = MAX_INFLATE, enough: threading.Event | None = None) -> InputStream:
    """Open a file, whatever it is compressed with; ``enough`` ends one that others still write to.

    Raises:
        UnreadableError: it cannot be opened or read.
        ChangedError: it is no longer the file that was found.
    """
    return InputStream(file, max_inflate, enough)


def peek(file: InputFile) -> bytes:
    """The first 64 KiB of a file, uncompressed.

    Raises:
        UnreadableError: it cannot be opened or read, or nothing of it inflates.
    """
    stream = InputStream(file)
    try:
        return stream.readable_head()
    finally:
        stream.close()
