"""Reads the members of zip and tar archives one after the other, in memory and within bounds (stage ①)."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, cast

from thresher.capture.inputs.inflate import CorruptError, Inflater, compression_of
from thresher.capture.model import Damage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.contract import ByteStream

STEP = 1 << 20
IN_MEMORY = 64 << 20
"""A larger zip waits in a temporary file without a name; its members never become files."""
_ENCRYPTED = 1
MAX_MEMBERS = 1_000_000
MAX_NAME = 300
FREE_BYTES = 64 << 20
MAX_RATIO = 250
"""Logs deflate to a tenth, very uniform ones to a hundredth; beyond ``FREE_BYTES``, more than this is a bomb."""


def kind_of(head: bytes) -> str:
    """``zip``, ``tar``, a compression for bytes that are compressed once more, or '' for anything else."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    return compression_of(head)


class Member:
    """One file of an archive; ``path`` is for people and is never opened."""

    def __init__(self, path: str, name: str, pieces: Iterator[bytes]) -> None:
        self.path = path
        self.name = name
        self.size = 0
        self.problem = ""
        self._pieces = pieces
        self._first: list[bytes] = []

    def head(self, wanted: int = 64 << 10) -> bytes:
        """The first bytes, which ``chunks`` yields again."""
        while sum(map(len, self._first)) < wanted and (piece := self._next()):
            self._first.append(piece)
        return b"".join(self._first)[:wanted]

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``; where the member is broken it ends early and ``problem`` says how."""
        while self._first:
            yield self._first.pop(0)
        while piece := self._next():
            yield piece

    def _next(self) -> bytes:
        try:
            piece = next(self._pieces, b"")
        except (zipfile.BadZipFile, tarfile.TarError, CorruptError, zlib.error, EOFError, OSError) as error:
            self.problem = f"breaks off: {error}"
            return b""
        except (RuntimeError, NotImplementedError) as error:  # zipfile's words for a password and odd compressions
            self.problem = f"cannot be read: {error}"
            return b""
        self.size += len(piece)
        return piece


def members(stream: ByteStream, kind: str, damage: list[Damage]) -> Iterator[Member]:
    """The files of an archive in its order; each must be read before the next is asked for.

    Args:
        stream: the archive.
        kind: from ``kind_of``.
        damage: given what cannot be read.
    """
    found = {"zip": _zipped, "tar": _tarred}.get(kind, _compressed)
    counted = _Counted(stream)
    try:
        for number, member in enumerate(found(counted, damage)):
            if number >= MAX_MEMBERS:
                damage.append(Damage(stream.path, 0, 0, f"has more than {MAX_MEMBERS:,} members; the rest is left out"))
                break
            yield member
            for _ in member.chunks():
                pass
            if counted.is_bomb:
                damage.append(Damage(stream.path, counted.read, 0, counted.bomb()))
                break
            if member.problem:
                damage.append(Damage(member.path, member.size, 0, f"member {member.problem}"))
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        damage.append(Damage(stream.path, counted.read, 0, f"the {kind} archive is damaged: {error}"))


class _Counted:
    """An archive while it is read, with how much has come out of it."""

    def __init__(self, stream: ByteStream) -> None:
        self.path = stream.path
        self.read = 0
        self._inflated = 0
        self._chunks = stream.chunks()
        self._rest = b""

    def read_some(self, size: int = STEP) -> bytes:
        """At most ``size`` of the next bytes, empty at the end."""
        piece = self._rest or next(self._chunks, b"")
        piece, self._rest = piece[:size], piece[size:]
        self.read += len(piece)
        return piece

    def inflated(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces, counted; none any more where they are too many for the archive's size."""
        for piece in pieces:
            self._inflated += len(piece)
            if self.is_bomb:
                return
            yield piece

    @property
    def is_bomb(self) -> bool:
        """Whether more has come out than comes out of logs."""
        return self._inflated > FREE_BYTES and self._inflated > MAX_RATIO * self.read

    def bomb(self) -> str:
        """What is said of one."""
        return f"inflates to more than {MAX_RATIO} times its {self.read:,} bytes, as no log does; the rest is not read"


class _Sequential:
    """What tarfile needs of a file that cannot seek."""

    def __init__(self, counted: _Counted) -> None:
        self._counted = counted

    def read(self, size: int) -> bytes:
        parts, left = [], size
        while left > 0 and (piece := self._counted.read_some(left)):
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)


def _member(counted: _Counted, name: str, pieces: Iterator[bytes]) -> Member:
    shown = name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
    return Member(f"{counted.path}!{shown}", shown, counted.inflated(pieces))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(STEP):
        yield piece


def _zipped(counted: _Counted, damage: list[Damage]) -> Iterator[Member]:
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as whole:
        while piece := counted.read_some():
            whole.write(piece)
        with zipfile.ZipFile(cast("IO[bytes]", whole)) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                if info.flag_bits & _ENCRYPTED:
                    what = "is encrypted: unpack it with its password"
                    damage.append(Damage(f"{counted.path}!{info.filename[:MAX_NAME]}", 0, 0, what))
                    continue
                try:
                    file = archive.open(info)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
                    damage.append(Damage(f"{counted.path}!{info.filename[:MAX_NAME]}", 0, 0, f"member: {error}"))
                    continue
                with file:
                    yield _member(counted, info.filename, _pieces(file))


def _tarred(counted: _Counted, damage: list[Damage]) -> Iterator[Member]:
    sequential = cast("IO[bytes]", _Sequential(counted))
    with tarfile.open(fileobj=sequential, mode="r|", errorlevel=2) as archive:
        for info in archive:
            if not info.isreg():
                if not info.isdir():
                    what = "is no regular file in the archive and is left out"
                    damage.append(Damage(f"{counted.path}!{info.name[:MAX_NAME]}", info.offset, 0, what))
                continue
            file = archive.extractfile(info)
            if file is not None:
                yield _member(counted, info.name, _pieces(file))


def _compressed(counted: _Counted, _damage: list[Damage]) -> Iterator[Member]:
    """Bytes that were compressed twice, as one member without a name."""
    blocks = iter(counted.read_some, b"")
    first = next(blocks, b"")
    kind = compression_of(first)

    def all_blocks() -> Iterator[bytes]:
        yield first
        yield from blocks

    with contextlib.closing(Inflater(kind, counted.path).run(all_blocks())) as pieces:  # type: ignore[type-var]
        yield _member(counted, kind, pieces)
