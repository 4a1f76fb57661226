"""Reads the files of a local copy and has their source's dissector check them against its digests (stage ⑤)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.contract import RecordDissector
from thresher.capture.custody import Finding, Verdict
from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
from thresher.capture.errors import PluginError, UnreadableError
from thresher.capture.inputs.locate import FETCHED
from thresher.capture.inputs.streams import InputFile, open_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_KEPT = 8 << 20
"""Content of a file that a dissector is given; digests of a busy hour have some 100 KB."""


@dataclass(slots=True)
class Read:
    """A file that has been read; see ``custody.Content``."""

    path: str
    sha256: str
    members: int
    text: bytes | None


def check(specs: Sequence[str]) -> list[Finding]:
    """Findings on all files in folders, in order of their verdict's weight, then of path.

    Raises:
        UnreadableError: there is no such file or folder, or no file in it.
    """
    files: list[Read] = []
    findings: list[Finding] = []
    for path in _paths(specs):
        try:
            files.append(_read(path))
        except UnreadableError as error:
            findings.append(Finding(path, Verdict.UNVERIFIABLE, error.why))
    for custodian in _custodians():
        findings += custodian.check_custody(files)
    order = [Verdict.CHANGED, Verdict.MISSING, Verdict.UNLISTED, Verdict.UNVERIFIABLE, Verdict.VALID]
    return sorted(findings, key=lambda finding: (order.index(finding.verdict), finding.path))


def _custodians() -> Iterator[RecordDissector]:
    for name in plugin_names(DISSECTORS):
        try:
            found = dissector(name)
        except PluginError:
            continue
        if isinstance(found, RecordDissector) and found.digest_mark:
            yield found


def _paths(specs: Sequence[str]) -> list[str]:
    found: list[str] = []
    for spec in specs:
        path = Path(spec)
        if not path.exists():
            raise UnreadableError(spec, "there is no such file or folder")
        files = (
            [each for each in path.rglob("*") if each.is_file() and each.name != FETCHED] if path.is_dir() else [path]
        )
        if not files:
            raise UnreadableError(spec, "holds no files")
        found += map(str, files)
    return sorted(set(found))


def _read(path: str) -> Read:
    stat = Path(path).stat()
    stream = open_stream(InputFile(path, stat.st_size, stat.st_mtime_ns, stat.st_dev, stat.st_ino))
    hashed = hashlib.sha256()
    kept: list[bytes] = []
    size = 0
    try:
        for chunk in stream.chunks():
            hashed.update(chunk)
            size += len(chunk)
            if size <= MOST_KEPT:
                kept.append(chunk)
        if stream.damage:
            raise UnreadableError(path, stream.damage[0].what)
        return Read(path, hashed.hexdigest(), stream.members, b"".join(kept) if size <= MOST_KEPT else None)
    finally:
        stream.close()
