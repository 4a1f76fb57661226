"""Reads a set of values from a file that the user named in a filter; part of stage ④."""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path

MAX_BYTES = 4 << 20
MAX_VALUES = 100_000
MAX_WIDTH = 4096
"""Longest line in characters."""


class ListError(ValueError):
    """The file cannot be read as a set; the message says why, and in which line."""


def read(path: str) -> tuple[str, ...]:
    """The values in a file: one a line, blanks around it and lines that begin with '#' left out.

    Args:
        path: as typed; ``~`` is the user's folder.

    Raises:
        ListError: the file cannot be read, or has a line or a size that is out of bounds.
    """
    place = Path(path).expanduser()
    try:
        facts = place.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise ListError(f"'{path}' cannot be read: {reason(error)}") from None
    if not stat.S_ISREG(facts.st_mode):
        raise ListError(f"'{path}' is not a file")
    if facts.st_size > MAX_BYTES:
        raise ListError(f"'{path}' has {facts.st_size} bytes; up to {MAX_BYTES} are read")
    return loaded(path, str(place), facts.st_mtime_ns, facts.st_size, facts.st_ino)


@lru_cache(maxsize=16)
def loaded(path: str, place: str, _mtime_ns: int, _size: int, _inode: int) -> tuple[str, ...]:
    """The values of the file as it was at that time, so that typing on does not read it again."""
    try:
        with Path(place).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ListError(f"'{path}' cannot be read: {reason(error)}") from None
    found: list[str] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.decode().strip()
        except UnicodeDecodeError:
            raise ListError(f"'{path}', line {number}: this is not UTF-8 text") from None
        if not line or line.startswith("#"):
            continue
        if len(line) > MAX_WIDTH:
            raise ListError(f"'{path}', line {number}: {len(line)} characters; up to {MAX_WIDTH} are read")
        found.append(line)
        if len(found) > MAX_VALUES:
            raise ListError(f"'{path}', line {number}: more than {MAX_VALUES} values")
    return tuple(found)


def line_of(path: str, value: str) -> int:
    """The line of the first occurrence of a value that was read from the file; 0 where it has gone."""
    try:
        with Path(path).expanduser().open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError:
        return 0
    lines = (line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    return next((number for number, line in enumerate(lines, 1) if line == value.encode()), 0)


def reason(error: Exception) -> str:
    """Why the system refused, in its words."""
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
