"""Decides by content which reader a file belongs to (stage ①)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.discovery import readers
from thresher.capture.errors import UnreadableError

if TYPE_CHECKING:
    from thresher.capture.contract import Reader

SURE = 0.5
"""A claim below this is a guess, and guesses are not read."""
_SECTION = b"\x0a\x0d\x0d\x0a"
_BIG_ENDIAN = b"\x1a\x2b\x3c\x4d"
"""The mark of byte order behind a section's length, as a big-endian machine writes it."""


def detect(head: bytes, path: str) -> Reader:
    """The reader that is surest of these first bytes; ties go to the first by name.

    Args:
        head: up to 64 KiB of the uncompressed file.
        path: for the message only, and for readers that ask for an extension as a last resort.

    Raises:
        UnreadableError: no reader knows the format; says what the bytes look like.
    """
    best: Reader | None = None
    sureness = 0.0
    for reader in readers():
        claim = reader.claims(head, path)
        if claim > sureness:
            best, sureness = reader, claim
    if best is None or sureness < SURE:
        known = ", ".join(reader.title for reader in readers())
        raise UnreadableError(path, f"is in no known format: {appearance(head)}", f"known are {known}")
    return best


def appearance(head: bytes) -> str:
    """What bytes look like, in a clause."""
    if not head:
        return "it is empty"
    if head.lstrip()[:1] == b"<":
        return "it looks like HTML or XML"
    if head[:4] == _SECTION and head[8:12] == _BIG_ENDIAN:
        return "it was recorded on a big-endian machine, whose captures are not read"
    if head.startswith((_SECTION, b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4")):
        return "it looks like a network capture"
    if b"\0" not in head[:1024]:
        return "it looks like text"
    return f"it starts with the bytes {head[:8].hex(' ')}"
