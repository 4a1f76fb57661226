"""Looks into one event (stage ④): all values it has, its details tree, its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.model import FieldRef, Window
from thresher.capture.query.window import common_parts, fetch

if TYPE_CHECKING:
    from thresher.capture.model import ByteSource, Field, Node, Value
    from thresher.capture.registry import Catalogue
    from thresher.capture.store.store import Store


def values(store: Store, num: int) -> dict[str, Value]:
    """Every printable field that has a value in the row, by name.

    Fields over the whole event table are left out while the store loads.
    """
    fields = [field for field in store.catalogue if is_printable(field)]
    if not store.progress().complete:
        fields = [field for field in fields if not needs_all(field, store.catalogue)]
    (row,) = fetch(store, [FieldRef(field) for field in fields], np.array([num], np.uint32))
    return {field.name: value for field, value in zip(fields, row, strict=True) if value is not None}


def is_printable(field: Field) -> bool:
    """Whether the field has a value of its own without an argument."""
    return not (field.is_filter_only or field.argument_required or field.either)


def needs_all(field: Field, catalogue: Catalogue) -> bool:
    """Whether the field is made from the whole event table."""
    return any(isinstance(part.field.place, Window) for part in common_parts(catalogue, FieldRef(field)))


def details(store: Store, num: int) -> list[Node]:
    """The details tree of a row."""
    (event,) = store.raw([num])
    return store.dissector.details(event, values(store, num), store.lookup())


def sources(store: Store, num: int) -> list[ByteSource]:
    """The bytes a row was made from."""
    (event,) = store.raw([num])
    return store.dissector.sources(event)
