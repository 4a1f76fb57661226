"""Turns what the user named into input sets, one for every store to be (stage ①)."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.contract import BlockReader
from thresher.capture.discovery import readers
from thresher.capture.errors import UnreadableError
from thresher.capture.inputs import archive
from thresher.capture.inputs.streams import STDIN, InputFile, peek
from thresher.capture.translation import TranslatingReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FETCHED, META, KEYS = ".thresher-fetch.ndjson", ".meta.json", "public-keys.json"
"""What a fetch writes: its manifest, beside a file what S3 told of it, and the keys that signed digests."""
SURE = 0.5
"""From this on a reader's claim counts."""
UNKNOWN = "is in no known format"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that belongs to no store, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class InputSet:
    """What becomes one store.

    Attributes:
        spec: as the user named it; for a capture found in a folder, its own path.
        files: in the order in which they are read.
        skipped: files found beside them that nothing here can read.
    """

    spec: str
    files: tuple[InputFile, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def size(self) -> int:
        """Bytes on disk; 0 where a pipe does not tell."""
        return sum(file.size for file in self.files)


@dataclass(slots=True)
class _Found:
    """The files of one specification, sorted by what becomes of them."""

    alone: list[InputFile] = field(default_factory=list)
    together: list[tuple[InputFile, str]] = field(default_factory=list)
    """Logs, with the source that their first bytes look like."""
    skipped: list[Skipped] = field(default_factory=list)


def _of_no_source(_head: bytes) -> str:
    return ""


def locate(
    specs: Sequence[str], *, follow: bool = False, source_of: Callable[[bytes], str] = _of_no_source
) -> list[InputSet]:
    """The input sets behind files, folders (searched recursively), glob patterns and ``-`` for standard input.

    A file of a block format becomes a set of its own; all log files of one specification become one, or one for each
    source where ``source_of`` tells from their first bytes whose they are, '' for unknown. Which is which is decided
    by content. A path that does not exist becomes a set with one missing file: its index may still exist.
    With ``follow`` files that are named one by one are read on while they grow; pipes are in any case.

    Raises:
        UnreadableError: a pattern or folder has no files.
    """
    sets: list[InputSet] = []
    for spec in specs:
        sets += _sets(spec, follow, source_of)
    return sets


def _sets(spec: str, follow: bool, source_of: Callable[[bytes], str]) -> list[InputSet]:
    if spec == STDIN:
        return [InputSet(spec, (InputFile.pipe(STDIN),))]
    path = Path(spec)
    if path.is_dir():
        return _sorted_out(spec, _walk(path), "the folder has no files", source_of)
    if path.exists():
        return [InputSet(spec, (InputFile.of(spec, follow=follow),))]
    # pathlib cannot: patterns may be absolute, and "**" means what it means in a shell
    matches = sorted(glob.glob(spec, recursive=True)) if glob.has_magic(spec) else []  # noqa: PTH207
    if matches:
        return _sorted_out(spec, _expand(matches), "the pattern matches only empty folders", source_of)
    if glob.has_magic(spec):
        raise UnreadableError(spec, "no file matches this pattern")
    return [InputSet(spec, (InputFile.missing(spec),))]


def _expand(matches: Sequence[str]) -> Iterator[str | Skipped]:
    """Files as they are, folders by what is in them; each file once."""
    seen: set[str] = set()
    for match in matches:
        for found in _walk(Path(match)) if Path(match).is_dir() else iter([match]):
            name = found if isinstance(found, str) else found.path
            if name not in seen:
                seen.add(name)
                yield found


def _walk(folder: Path) -> Iterator[str | Skipped]:
    """All files below a folder in a fixed order; links are not followed, they may lead out of the evidence."""
    unreadable: list[Skipped] = []

    def note(error: OSError) -> None:
        unreadable.append(Skipped(str(error.filename), f"cannot be listed: {error.strerror}"))

    for here, folders, names in os.walk(folder, onerror=note):
        folders.sort()
        for name in folders:
            if (Path(here) / name).is_symlink():
                yield Skipped(str(Path(here) / name), "is a symbolic link")
        there = set(names)
        for name in sorted(names):
            if name in (FETCHED, KEYS) or (name.endswith(META) and name.removesuffix(META) in there):
                continue
            path = f"{here.rstrip(os.sep)}{os.sep}{name}"  # no Path: a folder holds thousands
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                yield path
            else:
                yield Skipped(path, f"is {'a symbolic link' if stat.S_ISLNK(mode) else 'not a regular file'}")
    yield from unreadable


def _sorted_out(
    spec: str, paths: Iterator[str | Skipped], empty: str, source_of: Callable[[bytes], str]
) -> list[InputSet]:
    found = _Found()
    for path in paths:
        if isinstance(path, Skipped):
            found.skipped.append(path)
        else:
            _sort_in(path, found, source_of)
    if not (found.alone or found.together):
        reasons = "; ".join(f"{skipped.path} {skipped.why}" for skipped in found.skipped[:3])
        raise UnreadableError(spec, f"nothing readable in it: {reasons}" if reasons else empty)
    skipped = tuple(found.skipped)
    logs = [InputSet(spec, files, () if index else skipped) for index, files in enumerate(_by_source(found.together))]
    skipped = () if logs else skipped
    captures = [InputSet(file.path, (file,), skipped if index == 0 else ()) for index, file in enumerate(found.alone)]
    return captures + logs


def _by_source(logs: Sequence[tuple[InputFile, str]]) -> list[tuple[InputFile, ...]]:
    """The logs of each source; those that do not look like any are left to the one that has most."""
    counted = Counter(source for _, source in logs if source)
    most = max(counted, key=counted.__getitem__, default="")
    found: dict[str, list[InputFile]] = {}
    for file, source in logs:
        found.setdefault(source or most, []).append(file)
    return [tuple(files) for files in found.values()]


def _sort_in(path: str, found: _Found, source_of: Callable[[bytes], str]) -> None:
    try:
        file = InputFile.of(path)
        head = peek(file)
    except UnreadableError as error:
        found.skipped.append(Skipped(path, error.why))
        return
    if not head:
        found.skipped.append(Skipped(path, "is empty"))
        return
    if archive.kind_of(head):
        found.together.append((file, ""))
        return
    claims = [(reader.claims(head, path), isinstance(reader, BlockReader | TranslatingReader)) for reader in readers()]
    best, is_alone = max(claims, default=(0.0, False))
    if best < SURE:
        found.skipped.append(Skipped(path, UNKNOWN))
    elif is_alone:
        found.alone.append(file)
    else:
        found.together.append((file, source_of(head)))
