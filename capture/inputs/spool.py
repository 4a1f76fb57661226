"""Random access to the uncompressed bytes of an input: in place, or through a spool of compressed frames (stage ①)."""

from __future__ import annotations

import os
import struct
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from typing import TYPE_CHECKING

import zstandard

from thresher.capture.errors import ChangedError
from thresher.capture.inputs.streams import InputFile, open_descriptor

if TYPE_CHECKING:
    from pathlib import Path

FRAME = 1 << 20
"""Uncompressed bytes of every frame but the last."""
LEVEL = 1
CACHED_FRAMES = 16
TRAILER = struct.Struct("<8sQQ")
MAGIC = b"THRSPOOL"


class Bytes(ABC):
    """The uncompressed bytes of one input; safe to use from several threads."""

    @abstractmethod
    def read_at(self, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset``; fewer only where the input ends.

        Raises:
            ChangedError: the bytes are gone or are not those that were indexed.
        """

    @abstractmethod
    def close(self) -> None:
        """Give back what is held open."""


class FileBytes(Bytes):
    """A plain file, read in place.

    Read rather than mapped: a map of a file that somebody cuts short kills the process.

    Raises:
        ChangedError: the file is not the one that was found.
        UnreadableError: it cannot be opened.
    """

    def __init__(self, file: InputFile) -> None:
        self._file = file
        self._descriptor = open_descriptor(file)

    def read_at(self, offset: int, length: int) -> bytes:
        """See ``Bytes.read_at``."""
        if not self._file.is_still(os.fstat(self._descriptor)):
            raise ChangedError(self._file.path, "has changed since it was indexed", "open it again to index it anew")
        try:
            return os.pread(self._descriptor, length, offset)
        except OSError as error:
            raise ChangedError(self._file.path, f"can no longer be read: {error.strerror}") from error

    def close(self) -> None:
        """See ``Bytes.close``."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class MissingBytes(Bytes):
    """Stands where the bytes are gone; every use says so."""

    def __init__(self, path: str, why: str) -> None:
        self._path = path
        self._why = why

    def read_at(self, offset: int, length: int) -> bytes:
        """See ``Bytes.read_at``."""
        raise ChangedError(self._path, self._why, "what the index holds can still be listed and filtered")

    def close(self) -> None:
        """Nothing is open."""


class Spool(Bytes):
    """Frames in a file, readable while a ``SpoolWriter`` still appends to it.

    Args:
        path: the spool file; opened for reading.
        starts: where each frame starts in it, with the end of the last one behind.
        size: uncompressed bytes.
    """

    def __init__(self, path: Path, starts: list[int] | None = None, size: int = 0) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._tail = b""
        if starts is None:
            starts, size = self._read_table()
        self._starts = starts
        self.size = size

    def read_at(self, offset: int, length: int) -> bytes:
        """See ``Bytes.read_at``."""
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        parts = []
        for number in range(offset // FRAME, (end - 1) // FRAME + 1):
            frame = self._frame(number)
            start = number * FRAME
            parts.append(frame[max(0, offset - start) : end - start])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """See ``Bytes.close``."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _frame(self, number: int) -> bytes:
        with self._lock:
            if number >= len(self._starts) - 1:
                return self._tail
            if number in self._cache:
                self._cache.move_to_end(number)
                return self._cache[number]
        start, end = self._starts[number], self._starts[number + 1]
        try:
            packed = os.pread(self._descriptor, end - start, start)
            frame = zstandard.ZstdDecompressor().decompress(packed, max_output_size=FRAME)
        except (OSError, zstandard.ZstdError) as error:
            raise self._broken() from error
        with self._lock:
            self._cache[number] = frame
            while len(self._cache) > CACHED_FRAMES:
                self._cache.popitem(last=False)
        return frame

    def _read_table(self) -> tuple[list[int], int]:
        end = os.fstat(self._descriptor).st_size
        if end < TRAILER.size:
            raise self._broken()
        magic, count, size = TRAILER.unpack(os.pread(self._descriptor, TRAILER.size, end - TRAILER.size))
        table_size = 8 * (count + 1)
        if magic != MAGIC or table_size > end - TRAILER.size:
            raise self._broken()
        table = os.pread(self._descriptor, table_size, end - TRAILER.size - table_size)
        return list(struct.unpack(f"<{count + 1}Q", table)), size

    def _broken(self) -> ChangedError:
        return ChangedError(str(self._path), "the cached bytes are damaged", "remove the cache entry and open again")


class SpoolWriter:
    """Writes a spool while its input is read.

    Attributes:
        bytes: what has been written so far, readable at any time.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._starts = [0]
        self.bytes = Spool(path, self._starts)

    def append(self, chunk: bytes) -> None:
        """Take the next bytes of the stream.

        Raises:
            OSError: the disk is full.
        """
        data = self.bytes._tail + chunk if self.bytes._tail else chunk
        whole = len(data) - len(data) % FRAME
        for start in range(0, whole, FRAME):
            self._write(data[start : start + FRAME])
        with self.bytes._lock:
            self.bytes._tail = data[whole:]
            self.bytes.size += len(chunk)

    def finish(self) -> None:
        """Write the last frame and the frame table."""
        if self.bytes._tail:
            self._write(self.bytes._tail)
        table = struct.pack(f"<{len(self._starts)}Q", *self._starts)
        self._file.write(table + TRAILER.pack(MAGIC, len(self._starts) - 1, self.bytes.size))
        self.close()

    def close(self) -> None:
        """Close the file; a spool that is not finished cannot be reopened."""
        self._file.close()

    def _write(self, frame: bytes) -> None:
        packed = self._compressor.compress(frame)
        self._file.write(packed)
        self._starts.append(self._starts[-1] + len(packed))
