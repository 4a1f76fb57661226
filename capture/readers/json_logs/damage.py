"""Collects the damaged stretches of one file, and keeps their number bounded (stage ①)."""

from __future__ import annotations

from thresher.capture.model import Damage

MAX_STRETCHES = 1000


class DamageReport:
    """Appends to the list that the caller of a reader holds; what exceeds the bound becomes one long last stretch."""

    def __init__(self, path: str, damage: list[Damage]) -> None:
        self._path = path
        self._damage = damage
        self._count = 0

    def add(self, offset: int, length: int, what: str) -> None:
        """Report a stretch behind all those reported before."""
        self._count += 1
        if self._count <= MAX_STRETCHES:
            self._damage.append(Damage(self._path, offset, length, what))
            return
        last = self._damage[-1]
        what = f"{self._count - MAX_STRETCHES + 1:,} damaged stretches, with whole records between them"
        self._damage[-1] = Damage(self._path, last.offset, offset + length - last.offset, what)
