"""Remembers what has been fetched into a folder, line by line, so that a run that was ended goes on (stage ①)."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

NAME = ".thresher-fetch.ndjson"
"""Hidden, so that the folder opens as if it were not there."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One object, or one page of an API's answer, as it was kept.

    Attributes:
        source: URL of the object, or name of the page.
        path: below the folder, empty where it could not be fetched.
        etag, version, modified: as S3 told them; version is empty where the bucket keeps none.
        size: bytes as fetched.
        sha256: of these bytes, in hex.
        metadata: the object's own, among it the signature of a digest.
        error: why it could not be fetched.
        next: where the next page begins, for answers in pages.
    """

    source: str
    path: str = ""
    etag: str = ""
    version: str = ""
    modified: str = ""
    size: int = 0
    sha256: str = ""
    metadata: dict[str, str] | None = None
    error: str = ""
    next: str = ""


class Manifest:
    """The manifest of a folder; a line is written when its file has its final name, never before."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._path = folder / NAME
        self._lock = threading.Lock()
        self.entries: dict[str, Fetched] = {}
        if self._path.exists():
            for line in self._path.read_text("utf-8", "replace").splitlines():
                self._read(line)
            if not self._path.read_bytes().endswith(b"\n"):
                self._write("\n")  # the last line was cut off when a run was killed

    def _read(self, line: str) -> None:
        try:
            found = Fetched(**json.loads(line))
        except (ValueError, TypeError):
            return
        self.entries[found.source] = found

    def has(self, source: str, etag: str, version: str) -> bool:
        """Whether this very object is in the folder."""
        known = self.entries.get(source)
        if known is None or known.error or (known.etag, known.version) != (etag, version):
            return False
        path = self.folder / known.path
        return path.is_file() and path.stat().st_size == known.size

    def keep(self, data: bytes, path: Path, entry: Fetched) -> None:
        """Write a file below the folder, whole or not at all, and then its line."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name[:200]}.part")
        temporary.write_bytes(data)
        temporary.replace(path)
        self.add(entry)

    def add(self, entry: Fetched) -> None:
        """Append a line."""
        with self._lock:
            self.entries[entry.source] = entry
            self._write(json.dumps({key: value for key, value in asdict(entry).items() if value}) + "\n")

    def _write(self, text: str) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def failures(self) -> list[Fetched]:
        """What could not be fetched."""
        return [entry for entry in self.entries.values() if entry.error]


def local(*parts: str) -> Path:
    """A relative path for a name that somebody else chose: no part of it leads out of the folder or is hidden.

    What the file system or the folder's meaning forbids is written as ``%`` and two hexadecimal digits.
    """
    pieces = [piece for part in parts for piece in part.split("/") if piece]
    return Path(*(_safe(piece) for piece in pieces)) if pieces else Path("object")


def _safe(piece: str) -> str:
    quoted = "".join(c if c.isprintable() and c not in '\\:*?"<>|%' else _percent(c) for c in piece)
    if quoted.startswith("."):
        quoted = f"%2E{quoted[1:]}"
    return quoted if len(quoted.encode()) <= 240 else f"{quoted[:150]}~{abs(hash_of(piece)):x}"


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


def hash_of(text: str) -> int:
    """A number that tells long names apart, the same in every run."""
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def as_text(value: Any) -> str:
    """A time of boto3's as text, empty for None."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")
