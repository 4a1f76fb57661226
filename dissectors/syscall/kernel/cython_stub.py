"""Stands in for Cython where the kernel (stage ②) runs interpreted; the compiled copy imports the real module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

compiled = False

longlong = ulonglong = int
bint = bool


class _Region:
    """``with nogil:`` and ``with gil:``, which mean nothing to an interpreter, and the decorator ``@nogil``."""

    def __enter__(self) -> None:
        """Nothing to release or take."""

    def __exit__(self, *raised: object) -> None:
        """Exceptions pass."""

    def __call__(self, decorated: T) -> T:
        return decorated


nogil = gil = _Region()


def _unchanged(decorated: T) -> T:
    return decorated


def _directive(*arguments: Any, **settings: Any) -> Callable[[T], T]:
    return _unchanged


cclass = cfunc = ccall = final = inline = _unchanged
exceptval = locals = returns = boundscheck = wraparound = nonecheck = _directive


def declare(kind: object, value: T) -> T:
    """The value; compiled, a C variable of this kind."""
    return value


def cast(kind: object, value: T) -> T:
    """The value; the kernel keeps it in the range of ``kind`` itself, because C would wrap it and Python would not."""
    return value
