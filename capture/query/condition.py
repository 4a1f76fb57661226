"""Turns a filter's text into an SQL condition on one store, with its lazy fields built first (stage ④)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from thresher.capture.filter.surroundings import PLAIN, Surroundings
from thresher.capture.note_fields import IGNORED, Noted
from thresher.capture.query.asking import built
from thresher.capture.store.access import Access
from thresher.capture.store.homes import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thresher.capture.query.contexts import Asked
    from thresher.capture.registry import Catalogue
    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store


def canonical(text: str, catalogue: Catalogue, zone: tzinfo = UTC, around: Surroundings = PLAIN) -> str:
    """The canonical form of a filter, '' for an empty one; ``around`` is what the user's filters are read in.

    Raises:
        FilterError: it is wrong, with the place.
    """
    if not text.strip():
        return ""
    from thresher.capture.filter.check import check
    from thresher.capture.filter.parser import read
    from thresher.capture.filter.render import render

    expression = read(text, catalogue, around)
    check(expression, catalogue, text=text, zone=zone)
    return render(expression)


def condition(
    store: Store,
    catalogue: Catalogue,
    text: str,
    zone: tzinfo = UTC,
    cancel: Cancel | None = None,
    on_progress: Callable[[float], None] | None = None,
    around: Surroundings = PLAIN,
) -> str:
    """An SQL condition over ``e`` that is true of the events that match, '' for an empty filter.

    For filters of the program and of sources; the user's own are read by ``applied`` and ``conditions``.

    Args:
        store: what will be asked; fields that it computes on first use are built.
        catalogue: the fields that may be named.
        text: the filter.
        zone: holds for times that name none.
        cancel: stops building fields.
        on_progress: given the share of a field's building that is done.
        around: macros that it may call; no leave to read files.

    Raises:
        FilterError: the filter is wrong.
        Cancelled: ``cancel`` was called.
    """
    if not text.strip():
        return ""
    asked = _asked(store, catalogue, text, zone, around, cancel, on_progress)
    return asked.compiler().sql(asked.checked.root, wanted=True, conjunct=True)


def applied(store: Store, catalogue: Catalogue, text: str, zone: tzinfo = UTC, around: Surroundings = PLAIN) -> str:
    """The same for a list or a count: without ignored events, unless the filter names ``frame.ignored``."""
    if not text.strip():
        return store.noted.left_out()
    return _applied(_asked(store, catalogue, text, zone, around, None, None))


def conditions(
    stores: Sequence[Store],
    catalogues: Sequence[Catalogue],
    text: str,
    zone: tzinfo = UTC,
    around: Surroundings = PLAIN,
    cancel: Cancel | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> list[str]:
    """The same for each of several stores that are shown together, with what looks at other events answered.

    Raises:
        FilterError: the filter is wrong.
        Cancelled: ``cancel`` was called.
    """
    if not text.strip():
        return [store.noted.left_out() for store in stores]
    from thresher.capture.query.contexts import answer

    both = zip(stores, catalogues, strict=True)
    asked = [_asked(store, catalogue, text, zone, around, cancel, on_progress) for store, catalogue in both]
    for each in asked:
        each.in_time_order |= len(asked) > 1
    answer(asked, cancel)
    return [_applied(each) for each in asked]


def _asked(
    store: Store,
    catalogue: Catalogue,
    text: str,
    zone: tzinfo,
    around: Surroundings,
    cancel: Cancel | None,
    on_progress: Callable[[float], None] | None,
) -> Asked:
    """A store's share in a filter, its lazy fields built."""
    from thresher.capture.filter.check import check
    from thresher.capture.filter.parser import read
    from thresher.capture.query.contexts import Asked

    checked = check(read(text, catalogue, around), catalogue, text=text, zone=zone)
    tables = built(store, checked.lazy, on_progress, cancel)
    names_ignored = any(ref.field.place == Noted(IGNORED) for ref in checked.lazy)
    return Asked(store, checked, tables, store.dissector.in_time_order, "" if names_ignored else store.noted.left_out())


def _applied(asked: Asked) -> str:
    """The condition without what is ignored."""
    found = asked.compiler().sql(asked.checked.root, wanted=True, conjunct=True)
    return f"({found}) AND {asked.left_out}" if asked.left_out else found


def access(store: Store, tables: Mapping[str, str] | None = None, *, as_written: bool = True) -> Access:
    """What turns fields of a store into SQL; see ``Access`` for ``as_written``."""
    return Access(store.catalogue, tables, store.start_ns(), shift_ns=store.shift_ns, as_written=as_written)


def shown(condition: str, internal: bool) -> str:
    """A condition that also leaves out the recorder's bookkeeping, unless wanted."""
    parts = [part for part in ("" if internal else SHOWN, f"({condition})" if condition else "") if part]
    return " AND ".join(parts) or "TRUE"


def statement(store: Store, condition: str) -> str:
    """The SELECT that lists the shown events of a condition, as it can be run by hand."""
    order = "e.time_ns, e.num" if store.dissector.in_time_order else "e.evt_num"
    where = shown(condition, internal=False)
    return f"SELECT e.num, e.evt_num, e.time_ns FROM events AS e WHERE {where} ORDER BY {order}"
