"""Keeps computed fields (stage ④): made for a whole capture when most of its rows want them, read from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.model import Computed, FieldRef
from thresher.capture.query.asking import built

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

MOST = 2_000_000
"""Rows of a capture whose fields are made without having been asked for by a filter: more would keep people waiting."""


def keep(store: Store, refs: Sequence[FieldRef | None], rows: int, cancel: Cancel | None = None) -> None:
    """Make the computed fields for the whole capture where at least half of it is about to be read, and is kept.

    Args:
        store: the capture.
        refs: fields that will be read.
        rows: of how many rows.
        cancel: stops it.

    Raises:
        Cancelled: ``cancel`` was called.
    """
    if store.index is not None and store.count() <= min(2 * rows, MOST):
        built(store, [ref for ref in refs if ref is not None and isinstance(ref.field.place, Computed)], None, cancel)


def kept(store: Store, refs: Sequence[FieldRef | None]) -> list[FieldRef]:
    """The computed ones of these fields that need not be computed again."""
    return [ref for ref in refs if ref is not None and isinstance(ref.field.place, Computed) and store.is_kept(ref)]
