"""What fields are made of (stage ④): the source's own ones behind common ones, and which of them are lazy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.model import Common, Computed, FieldRef, Replay, Window

if TYPE_CHECKING:
    from thresher.capture.registry import Catalogue


def common_parts(catalogue: Catalogue, ref: FieldRef) -> list[FieldRef]:
    """The source's own fields behind a common one; those that stand for either of several by these."""
    if ref.field.either:
        names: tuple[str, ...] = ref.field.either
    elif isinstance(ref.field.place, Common):
        names = ref.field.place.names
    else:
        return [ref]
    return [part for name in names for part in common_parts(catalogue, catalogue.resolve(name))]


def computed_parts(catalogue: Catalogue, ref: FieldRef) -> list[FieldRef]:
    """The fields that ``ref`` is read from when one of them comes from the bytes; none where SQL alone will do."""
    parts = common_parts(catalogue, ref)
    return parts if any(isinstance(part.field.place, Computed) for part in parts) else []


def lazy_parts(catalogue: Catalogue, ref: FieldRef, *, whole_only: bool = False) -> list[FieldRef]:
    """The fields behind ``ref`` that are built on first use: all, or those that need every event for one value."""
    kinds = (Window, Replay) if whole_only else (Window, Replay, Computed)
    return [part for part in common_parts(catalogue, ref) if isinstance(part.field.place, kinds)]
