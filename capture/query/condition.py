"""Turns a filter's text into an SQL condition on one store, with its lazy fields built first (stage ④)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from thresher.capture.model import EventFlag
from thresher.capture.note_fields import IGNORED, Noted
from thresher.capture.query.asking import built
from thresher.capture.store.access import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thresher.capture.registry import Catalogue
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

SHOWN = f"(e.flags & {EventFlag.INTERNAL:d}) = 0"
"""True of rows that are not the recorder's bookkeeping."""


def canonical(text: str, catalogue: Catalogue, zone: tzinfo = UTC) -> str:
    """The canonical form of a filter, '' for an empty one.

    Raises:
        FilterError: it is wrong, with the place.
    """
    if not text.strip():
        return ""
    from thresher.capture.filter.check import check
    from thresher.capture.filter.parser import parse
    from thresher.capture.filter.render import render

    expression = parse(text, catalogue)
    check(expression, catalogue, text=text, zone=zone)
    return render(expression)


def condition(
    store: Store,
    catalogue: Catalogue,
    text: str,
    zone: tzinfo = UTC,
    cancel: Cancel | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> str:
    """An SQL condition over ``e`` that is true of the events that match, '' for an empty filter.

    Args:
        store: what will be asked; fields that it computes on first use are built.
        catalogue: the fields that may be named.
        text: the filter.
        zone: holds for times that name none.
        cancel: stops building fields.
        on_progress: given the share of a field's building that is done.

    Raises:
        FilterError: the filter is wrong.
        Cancelled: ``cancel`` was called.
    """
    return _compiled(store, catalogue, text, zone, cancel, on_progress)[0]


def applied(
    store: Store,
    catalogue: Catalogue,
    text: str,
    zone: tzinfo = UTC,
    cancel: Cancel | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> str:
    """The same for a list or a count: without ignored events, unless the filter names ``frame.ignored``."""
    found, names_ignored = _compiled(store, catalogue, text, zone, cancel, on_progress)
    left_out = "" if names_ignored else store.noted.left_out()
    return f"({found}) AND {left_out}" if found and left_out else found or left_out


def _compiled(
    store: Store,
    catalogue: Catalogue,
    text: str,
    zone: tzinfo,
    cancel: Cancel | None,
    on_progress: Callable[[float], None] | None,
) -> tuple[str, bool]:
    """The condition, and whether it asks which events are ignored."""
    if not text.strip():
        return "", False
    from thresher.capture.filter.check import check
    from thresher.capture.filter.compile import compile_filter
    from thresher.capture.filter.parser import parse

    checked = check(parse(text, catalogue), catalogue, text=text, zone=zone)
    tables = built(store, checked.lazy, on_progress, cancel)
    names_ignored = any(ref.field.place == Noted(IGNORED) for ref in checked.lazy)
    return compile_filter(checked, tables, store.start_ns()), names_ignored


def access(store: Store, tables: Mapping[str, str] | None = None) -> Access:
    """What turns fields of a store into SQL."""
    return Access(store.catalogue, tables, store.start_ns())


def shown(condition: str, internal: bool) -> str:
    """A condition that also leaves out the recorder's bookkeeping, unless wanted."""
    parts = [part for part in ("" if internal else SHOWN, f"({condition})" if condition else "") if part]
    return " AND ".join(parts) or "TRUE"


def statement(store: Store, condition: str) -> str:
    """The SELECT that lists the shown events of a condition, as it can be run by hand."""
    order = "e.time_ns, e.num" if store.dissector.in_time_order else "e.evt_num"
    where = shown(condition, internal=False)
    return f"SELECT e.num, e.evt_num, e.time_ns FROM events AS e WHERE {where} ORDER BY {order}"
