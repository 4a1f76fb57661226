"""What is asked and answered when files are checked against the digests that their source delivered (stages ②⑤)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What the digests say of a file."""

    VALID = "valid"
    CHANGED = "changed"
    MISSING = "missing"
    """A digest names it and it is not here."""
    UNLISTED = "unlisted"
    """Delivered in a time that digests cover, and none of them names it."""
    UNVERIFIABLE = "unverifiable"
    """Nothing here tells."""


FAILED = frozenset({Verdict.CHANGED, Verdict.MISSING, Verdict.UNLISTED})
"""What does not hold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one file.

    Attributes:
        path: of the file here; for a missing one as the digest names it.
        why: one clause.
        proof: the file that says so, empty where none does.
    """

    path: str
    verdict: Verdict
    why: str
    proof: str = ""


class Content(Protocol):
    """A file that has been read; ``text`` is what it holds, uncompressed, and None where that is large."""

    path: str
    sha256: str
    members: int
    text: bytes | None
