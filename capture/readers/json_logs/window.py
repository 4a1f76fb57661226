"""The part of an inflated file that is in memory, with its place in the file (stage ①)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REFILL_BYTES = 4 << 20


class Window:
    """Bytes ``data[position:]`` are still to be split; ``base`` is where ``data`` starts in the uncompressed file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.data = b""
        self.base = 0
        self.position = 0
        self.is_last = False

    @property
    def offset(self) -> int:
        """Where the next byte stands in the uncompressed file."""
        return self.base + self.position

    def left(self) -> int:
        """Bytes in memory that are still to be split."""
        return len(self.data) - self.position

    def refill(self) -> bool:
        """Put more bytes behind those that are left; False where the file has ended."""
        if self.is_last:
            return False
        parts = [self.data[self.position :]]
        wanted = REFILL_BYTES
        while wanted > 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.is_last = True
                break
            parts.append(chunk)
            wanted -= len(chunk)
        self.base += self.position
        self.position = 0
        self.data = b"".join(parts)
        return wanted < REFILL_BYTES
