"""The cache: a folder a capture, found by what the file is, locked by key, removed least recently used (stage ③)."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import platformdirs

from thresher.capture.errors import UnreadableError, UsageError
from thresher.capture.inputs.streams import InputFile, open_descriptor
from thresher.capture.store.revision import revision
from thresher.capture.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import DataclassInstance

    from thresher.capture.inputs.locate import InputSet

FOLDER = "THRESHER_CACHE"
"""Environment variable that names another cache folder."""
LIMIT_BYTES = 20 << 30
"""Entries beyond this are removed, least recently used first."""
SAMPLES = 8
SAMPLE = 4 << 10
KEY = re.compile(r"[0-9a-f]{32}\Z")
MANIFEST = "manifest.json"


@dataclass(slots=True)
class Manifest:
    """What an entry is of; its presence says that the entry is complete.

    Attributes:
        spec: as the user named the input.
        path: the same, absolute.
        dissector: name of the source.
        digest: of the schema, so that an entry made by other code is rebuilt.
        files: path, size, mtime_ns, device, inode, sha256 and compression of each file.
        rows: events in it.
        version: of the program that made it.
    """

    spec: str
    path: str
    dissector: str
    digest: str
    files: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as ``cache`` lists it."""

    key: str
    manifest: Manifest | None
    size_bytes: int
    used: float
    """When it was last opened, seconds since 1970."""


class Entry:
    """One folder of the cache, or a temporary one that is removed when it is closed."""

    def __init__(self, folder: Path, lock: Lock | None) -> None:
        self.folder = folder
        self.lock = lock
        """None for a temporary entry."""
        self.index = folder / "index.duckdb"
        self.building = folder / "index.duckdb.tmp"
        self.spool = folder / "bytes"
        self.fields = folder / "fields"

    @property
    def is_temporary(self) -> bool:
        """Whether nothing of it outlives the store."""
        return self.lock is None

    def clear(self) -> None:
        """Remove whatever an earlier ingest left and make the empty folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.fields.mkdir(mode=0o700)

    def publish(self) -> None:
        """Give the finished index its name."""
        self.building.rename(self.index)
        self.index.chmod(0o600)

    def complete(self, manifest: Manifest) -> None:
        """Mark the entry as usable: the last thing that an ingest does."""
        written = self.folder / f"{MANIFEST}.tmp"
        written.touch(mode=0o600)
        # not indented, which takes long for thousands of files
        written.write_text(json.dumps(shallow(manifest)))
        written.rename(self.folder / MANIFEST)

    def manifest(self) -> Manifest | None:
        """None where the entry is not complete or not readable."""
        try:
            return Manifest(**json.loads((self.folder / MANIFEST).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def used(self) -> None:
        """Remember that somebody opened it now."""
        with contextlib.suppress(OSError):
            os.utime(self.folder / MANIFEST)

    def close(self) -> None:
        """Let go of it; a temporary or unfinished entry disappears."""
        if self.lock is None or self.lock.is_exclusive:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.lock is not None:
            self.lock.release()


class Lock:
    """A lock on one key, between processes and between stores of one process.

    Readers of an entry share it, whoever builds or removes the entry has it alone.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.is_exclusive = False
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Wait until nobody builds the entry; also turns one's own exclusive lock into a shared one."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        self.is_exclusive = False

    def try_take(self) -> bool:
        """Whether nobody else uses the entry; if so it is locked."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.is_exclusive = True
        return True

    def release(self) -> None:
        """Let go of the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self.is_exclusive = False


def cache_folder() -> Path:
    """Where entries are kept; holds evidence, so it is the user's alone."""
    chosen = os.environ.get(FOLDER)
    folder = Path(chosen).absolute() if chosen else platformdirs.user_cache_path("thresher")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def temporary() -> Entry:
    """An entry that nothing is kept of."""
    entry = Entry(Path(tempfile.mkdtemp(prefix="thresher-")), None)
    entry.fields.mkdir(mode=0o700)
    return entry


def key_of(inputs: InputSet) -> str:
    """The key of an input set, from what its files are rather than how they are named.

    A set of several files keeps their names too, because its rows point to them.
    """
    digest = hashlib.sha256(f"{SCHEMA_VERSION} {duckdb.__version__.split('.')[0]} {revision()}".encode())
    for file in inputs.files:
        name = file.path if len(inputs.files) > 1 else ""
        digest.update(repr((name, file.device, file.inode, file.size, file.mtime_ns)).encode("utf-8", "replace"))
        digest.update(fingerprint(file))
    return digest.hexdigest()[:32]


def shallow(record: DataclassInstance) -> dict[str, Any]:
    """The fields of a record by name, in their order; ``asdict`` copies what they hold, which is slow for thousands."""
    return {each.name: getattr(record, each.name) for each in fields(record)}


def fingerprint(file: InputFile) -> bytes:
    """SHA-256 of samples spread over a file: tells a file that was written anew with its old times from the old one."""
    digest = hashlib.sha256()
    descriptor = open_descriptor(file)
    try:
        if file.size <= SAMPLES * SAMPLE:
            digest.update(os.pread(descriptor, SAMPLES * SAMPLE, 0))
            return digest.digest()
        step = max(SAMPLE, (file.size - SAMPLE) // (SAMPLES - 1))
        for number in range(SAMPLES):
            digest.update(os.pread(descriptor, SAMPLE, number * step))
        digest.update(os.pread(descriptor, SAMPLE, file.size - SAMPLE))
    finally:
        os.close(descriptor)
    return digest.digest()


def is_unchanged(file: InputFile) -> bool:
    """Whether a file is still what it was when it was found."""
    try:
        return InputFile.of(file.path) == file
    except UnreadableError:
        return False


def entry(key: str) -> Entry:
    """The entry of a key with its lock, which nobody holds yet."""
    root = cache_folder()
    return Entry(root / key, Lock(root / "locks" / key))


def listed() -> list[Listed]:
    """All entries, least recently used first; those without a manifest are broken or being made."""
    found = []
    for folder in cache_folder().iterdir():
        if KEY.match(folder.name) and folder.is_dir():
            manifest = Entry(folder, None).manifest()
            marker = folder / MANIFEST
            with contextlib.suppress(OSError):
                used = (marker if manifest else folder).stat().st_mtime
                found.append(Listed(folder.name, manifest, sum(_sizes(folder)), used))
    return sorted(found, key=lambda each: each.used)


def _sizes(folder: Path) -> Iterator[int]:
    for here, _, names in os.walk(folder):
        for file in names:
            with contextlib.suppress(OSError):
                yield (Path(here) / file).stat().st_blocks * 512


def of_path(spec: str) -> str | None:
    """Key of the entry last opened for a path, whether or not there still is a file."""
    path = str(Path(spec).absolute())
    keys = [each.key for each in listed() if each.manifest and each.manifest.path == path]
    return keys[-1] if keys else None


def remove(key: str) -> bool:
    """Remove an entry unless somebody uses it; whether it is gone.

    Raises:
        UsageError: this is no key.
    """
    if not KEY.match(key):
        raise UsageError(f"'{key}' is no cache entry")
    found = entry(key)
    if found.lock is not None and not found.lock.try_take():
        found.lock.release()
        return False
    found.close()
    return True


def prune(limit_bytes: int = LIMIT_BYTES, keep: str = "") -> list[str]:
    """Remove entries, least recently used first, until the rest fits; the keys that went."""
    entries = listed()
    total = sum(each.size_bytes for each in entries)
    removed = []
    for each in entries:
        if total <= limit_bytes:
            break
        if each.key != keep and remove(each.key):
            total -= each.size_bytes
            removed.append(each.key)
    return removed


def age_days(listing: Listed, now: float | None = None) -> float:
    """Days since an entry was last opened."""
    return days_since(listing.used, now)


def days_since(moment: float, now: float | None = None) -> float:
    """Days since a moment in seconds since 1970."""
    return ((now if now is not None else time.time()) - moment) / 86400
