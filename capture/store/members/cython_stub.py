"""Stands in for Cython where the scanner (stage ③) runs interpreted; the compiled copy imports the real module."""

from __future__ import annotations

compiled = False


class _Region:
    """``with nogil:``, which means nothing to an interpreter."""

    def __enter__(self) -> None:
        """Nothing to release."""

    def __exit__(self, *raised: object) -> None:
        """Exceptions pass."""


nogil = _Region()
