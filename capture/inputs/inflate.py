"""Inflates gzip, zstd and lz4 in bounded steps, member after member (stage ①)."""

from __future__ import annotations

import contextlib
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from thresher.capture.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

try:
    _gzip_library = import_module("isal.isal_zlib")
except ImportError:  # the standard library does the same at half the speed
    _gzip_library = zlib

STEP = 1 << 20
"""Most bytes that one step yields."""

ZSTD_SLICE = 8 << 10
"""zstd cannot bound its output, so it is given little: 8 KiB inflate to at most 256 MiB."""

GZIP_SLICE = 16 << 10
GZIP_KEPT = 64
"""Slices of a member that are kept for a second attempt: 1 MiB."""

MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}


class CorruptError(Exception):
    """A compressed stream is cut or wrong; the message is a clause that says how."""


class Member(Protocol):
    """One compressed member or frame."""

    eof: bool
    unused: bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What inflates from more of its bytes."""


class _GzipMember:
    """A decompressor that fails gives nothing of the input that it fails in: it is given little at a time.

    What it would have given comes from a second attempt, where the member's beginning is still there.
    """

    def __init__(self) -> None:
        self._inner: Any = _gzip_library.decompressobj(31)
        self._fed: list[bytes] | None = []
        self.eof = False
        self.unused = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), GZIP_SLICE):
            piece = data[start : start + GZIP_SLICE]
            try:
                yield from self._inflated(piece)
            except Exception:
                yield from salvaged(self._fed, piece)
                raise
            if self._fed is not None:
                self._fed = [*self._fed, piece] if len(self._fed) < GZIP_KEPT else None
            if self.eof:
                self.unused += data[start + GZIP_SLICE :]
                return

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._inner.decompress(data, STEP)
            if piece:
                yield piece
            data = self._inner.unconsumed_tail
            if self._inner.eof or not (data or len(piece) == STEP):
                break
        self.eof, self.unused = self._inner.eof, self._inner.unused_data


def salvaged(fed: list[bytes] | None, piece: bytes) -> Iterator[bytes]:
    """What inflates of the piece in which a gzip member broke, behind all that it was ``fed``; None if that is gone."""
    if fed is None:
        return
    again = zlib.decompressobj(31)
    with contextlib.suppress(zlib.error):
        for part in fed:
            again.decompress(part)
        for place in range(len(piece)):
            yield again.decompress(piece[place : place + 1])


class _ZstdMember:
    def __init__(self) -> None:
        import zstandard

        self._inner: Any = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self.eof = False
        self.unused = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), ZSTD_SLICE):
            piece = self._inner.decompress(data[start : start + ZSTD_SLICE])
            if piece:
                yield piece
            if self._inner.eof:
                self.eof, self.unused = True, self._inner.unused_data + data[start + ZSTD_SLICE :]
                return


class _Lz4Member:
    def __init__(self) -> None:
        import lz4.frame

        self._inner: Any = lz4.frame.LZ4FrameDecompressor()
        self.eof = False
        self.unused = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._inner.decompress(data, STEP)
            if piece:
                yield piece
            data = b""
            if self._inner.eof or self._inner.needs_input:
                break
        self.eof, self.unused = self._inner.eof, self._inner.unused_data or b""


MEMBERS: dict[str, Callable[[], Member]] = {"gzip": _GzipMember, "zstd": _ZstdMember, "lz4": _Lz4Member}


def compression_of(head: bytes) -> str:
    """``gzip``, ``zstd``, ``lz4``, or '' for anything else, by the first bytes."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")


class Inflater:
    """A compressed stream of one or more members.

    Attributes:
        members: how many have been inflated to their end.
    """

    def __init__(self, compression: str, path: str) -> None:
        self._kind = compression
        self._path = path
        self.members = 0

    def run(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """What inflates from the blocks.

        Raises:
            CorruptError: the stream is cut or corrupt; everything before has been yielded.
            UnreadableError: the library for this compression is missing.
        """
        member: Member | None = None
        held = b""
        for block in blocks:
            if not block:  # nothing has come for a moment
                yield b""
            data, held = held + block, b""
            while data:
                if member is None:
                    if len(data) < 4:
                        held = data
                        break
                    if self._is_trailer(data):
                        self._skip(blocks)
                        return
                    member = self._start()
                yield from self._feed(member, data)
                data = b""
                if member.eof:
                    data, member = member.unused, None
                    self.members += 1
        if member is not None:
            raise CorruptError(f"the {self._kind} stream is cut off")
        if held.strip(b"\0"):
            raise CorruptError(f"there are {len(held)} bytes behind the last {self._kind} member")

    def _is_trailer(self, data: bytes) -> bool:
        """Whether what follows a member is padding; anything but padding and a further member is an error."""
        if compression_of(data) == self._kind:
            return False
        if self.members and not data.strip(b"\0"):
            return True
        raise CorruptError(f"bytes that are no {self._kind} follow its last member")

    @staticmethod
    def _skip(blocks: Iterator[bytes]) -> None:
        """Read the padding to its end: the digest covers the whole file."""
        for _ in blocks:
            pass

    def _start(self) -> Member:
        try:
            return MEMBERS[self._kind]()
        except ImportError as error:
            package = {"zstd": "zstandard"}.get(self._kind, self._kind)
            raise UnreadableError(
                self._path, f"is compressed with {self._kind}", f"install the Python package {package}"
            ) from error

    def _feed(self, member: Member, data: bytes) -> Iterator[bytes]:
        try:
            yield from member.feed(data)
        except (GeneratorExit, MemoryError):
            raise
        except Exception as error:  # three libraries, each with exceptions of its own
            raise CorruptError(f"the {self._kind} stream is corrupt ({error})") from error
