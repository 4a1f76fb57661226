"""The copies of remote logs in the cache (stage ③): one folder a specification, listed and removed like indexes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from thresher.capture.store import entries

FOLDER = "fetched"
SPEC = "spec.txt"
"""Beside the copy, so that it is not taken for a log: what was asked for."""


class Copy(NamedTuple):
    """A copy: its key, what was asked for, bytes on disk, when it was last written in seconds since 1970."""

    key: str
    spec: str
    size_bytes: int
    used: float


def folder_of(spec: str) -> Path:
    """The folder for the copy of what a specification names; made, readable by its owner only."""
    root = entries.cache_folder() / FOLDER / hashlib.sha256(spec.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    copy = root / "copy"
    copy.mkdir(mode=0o700, parents=True, exist_ok=True)
    (root / SPEC).write_text(spec, "utf-8", "surrogatepass")
    return copy


def listed() -> list[Copy]:
    """All copies, oldest first."""
    root = entries.cache_folder() / FOLDER
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        with contextlib.suppress(OSError):
            spec = (folder / SPEC).read_text("utf-8", "surrogatepass")
            found.append(Copy(folder.name, spec, _size(folder), folder.stat().st_mtime))
    return sorted(found, key=lambda each: each.used)


def _size(folder: Path) -> int:
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(here) / name).stat().st_blocks * 512
    return total


def remove(name: str) -> bool:
    """Remove the copy of this key or specification; whether there was one."""
    for each in listed():
        if name in (each.key, each.spec):
            shutil.rmtree(entries.cache_folder() / FOLDER / each.key)
            return True
    return False
