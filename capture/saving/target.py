"""The file that is written (stage ⑤): never over evidence, whole or not at all, with a note of where it comes from."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from thresher.capture.store.store import Store

SIDECAR = ".json"
"""Behind the name of a file that was written: what it was derived from."""
_CAPTURE_MAGIC = (b"\n\r\r\n", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")
"""What captures begin with, plain or compressed."""


def check_target(path: Path, stores: Sequence[Store], force: bool) -> None:
    """Refuse what must not be written over.

    Raises:
        UsageError: the file, or the note beside it, is one of the inputs; is there without ``force``; or is a capture
            that nothing says was derived from another.
    """
    sidecar = sidecar_of(path)
    inputs = [Path(os.fsdecode(file.path)) for store in stores for file in store.inputs.files]
    for target in (path, sidecar):
        for source in inputs:
            with suppress(OSError):
                if target.exists() and target.samefile(source):
                    raise UsageError(f"{target} is what is being read; evidence is never written to")
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise UsageError(f"{target} is no plain file; name another")
        if target.exists() and not force:
            raise UsageError(f"{target} is there already; name another, or say --force")
    if path.exists() and not sidecar.exists() and _is_capture(path):
        raise UsageError(f"{path} is a capture that nothing says was made by thresher; remove it yourself, if you must")


def _is_capture(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4).startswith(_CAPTURE_MAGIC)


def sidecar_of(path: Path) -> Path:
    """The file beside it that says what it was derived from."""
    return path.with_name(path.name + SIDECAR)


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when all is in it; compressed where the name ends in .gz or .zst.

    Raises:
        UsageError: it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with partial.open("xb") as raw, _compressed(raw, path.suffix) as file:
            yield file
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _compressed(raw: IO[bytes], suffix: str) -> Iterator[IO[bytes]]:
    if suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
            yield cast("IO[bytes]", file)
    elif suffix == ".zst":
        import zstandard

        with zstandard.ZstdCompressor(level=6).stream_writer(raw, closefd=False) as writer:
            yield cast("IO[bytes]", writer)
    else:
        yield raw


def write_sidecar(path: Path, stores: Sequence[Store], facts: Mapping[str, object]) -> None:
    """Say beside a file what it was derived from: files and their hashes, the filter, the program."""
    from thresher.capture.store.lazy import version

    sources = [
        {"path": file.path, "size_bytes": file.size_bytes, "sha256": file.sha256}
        for store in stores
        for file in store.facts().files
    ]
    note = {
        "derived_from": sources,
        "tool": f"thresher {version()}".strip(),
        **facts,
        "sha256": digest(path),
    }
    with written(sidecar_of(path)) as file:
        file.write(json.dumps(note, indent=2).encode() + b"\n")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def written_all(path: Path, parts: Iterable[bytes]) -> None:
    """Write parts one after the other."""
    with written(path) as file:
        for part in parts:
            file.write(part)
