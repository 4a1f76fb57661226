"""Answers the parts of a filter that look at other events, ``around`` and ``first``, before it runs (stage ④)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.filter.compile import Compiler, Context
from thresher.capture.filter.context_sql import LEAST, MOST
from thresher.capture.filter.typed import Checked, Nearby, contexts
from thresher.capture.query.asking import ask_columns, translated
from thresher.capture.store import answers
from thresher.capture.store.access import Access
from thresher.capture.store.homes import SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.capture.store.cancel import Cancel
    from thresher.capture.store.store import Store

Stretches = list[tuple[int, int]]


@dataclass(slots=True)
class Asked:
    """One store's share in a filter.

    Attributes:
        store: what is asked.
        checked: the filter over its fields.
        tables: its fields that were built on first use.
        in_time_order: events are shown by time.
        left_out: a condition over ``e`` that is true of what is not ignored; '' where nothing is.
        found: for each context function its table of rows; filled by ``answer``.
    """

    store: Store
    checked: Checked
    tables: Mapping[str, str]
    in_time_order: bool
    left_out: str = ""
    found: dict[Context, str] = field(default_factory=dict)

    def compiler(self) -> Compiler:
        """What compiles parts of the filter, with what has been found."""
        access = Access(self.checked.catalogue, self.tables, self.store.start_ns(), shift_ns=self.store.shift_ns)
        matched = f"{SHOWN} AND {self.left_out}" if self.left_out else SHOWN
        return Compiler(access, in_time_order=self.in_time_order, matched=matched, found=self.found)


def answer(asked: Sequence[Asked], cancel: Cancel | None = None) -> None:
    """Find the rows of every context function, inner ones first.

    ``around`` without a scope reaches into all stores; with one, and ``first``, into their own.

    Raises:
        QueryError: a database cannot answer.
        Cancelled: ``cancel`` was called.
    """
    for nodes in zip(*(list(contexts(each.checked.root)) for each in asked), strict=True):
        reaching = len(asked) > 1 and isinstance(nodes[0], Nearby) and nodes[0].scope is None
        lengths = [_stretches(each, node, cancel) if reaching else [] for each, node in zip(asked, nodes, strict=True)]
        for at, (each, node) in enumerate(zip(asked, nodes, strict=True)):
            others = merged([one for place, found in enumerate(lengths) if place != at for one in found])
            others = moved(others, -each.store.shift_ns)
            with translated(each.store):
                table = answers.stretches(each.store, others, cancel) if others else None
                each.found[node] = answers.rows(each.store, each.compiler().rows(node, table), cancel)


def _stretches(asked: Asked, node: Context, cancel: Cancel | None) -> Stretches:
    """The time around the matches in one store."""
    assert isinstance(node, Nearby)
    found = ask_columns(asked.store, asked.compiler().stretches(node), cancel)
    return moved(list(zip(found["low"].tolist(), found["high"].tolist(), strict=True)), asked.store.shift_ns)


def moved(stretches: Stretches, by_ns: int) -> Stretches:
    """The same stretches earlier or later, within what the database holds."""
    if not by_ns:
        return stretches
    return [(max(low + by_ns, LEAST), min(high + by_ns, MOST)) for low, high in stretches]


def merged(stretches: Stretches) -> Stretches:
    """The same time in stretches that do not touch, ascending."""
    if not stretches:
        return []
    ordered = np.array(sorted(stretches), dtype=np.int64)
    low, high = ordered[:, 0], np.maximum.accumulate(ordered[:, 1])
    begins = np.concatenate(([True], low[1:] > high[:-1]))
    ends = np.concatenate((begins[1:], [True]))
    return list(zip(low[begins].tolist(), high[ends].tolist(), strict=True))
