"""How far the ingest of a case's stores has come (stage ⑤), as faces show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """A moment of loading.

    Attributes:
        done_bytes: bytes of the inputs that have been read, as on disk.
        total_bytes: bytes of the inputs; 0 where it is unknown (a pipe).
        rows: rows that can be read now, internal ones included.
        complete: all inputs are in and the shown order is final.
        error: what ended the ingest of a source early; its rows so far stay readable.
        generation: grows whenever positions handed out before no longer mean the same rows.
        is_live: a source that others may still write to is being read.
    """

    done_bytes: int
    total_bytes: int
    rows: int
    complete: bool
    error: Exception | None
    generation: int
    is_live: bool = False

    @property
    def fraction(self) -> float:
        """Between 0 and 1; 1 only when complete."""
        if self.complete:
            return 1.0
        return min(self.done_bytes / self.total_bytes, 0.999) if self.total_bytes else 0.0
