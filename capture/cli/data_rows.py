"""The rows of ``read``'s data forms, with the source of each event where several are open (stage ⑤)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from thresher.capture.export import Column
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from thresher.capture.case import Case, Positions
    from thresher.capture.export import Rows
    from thresher.capture.model import Value

BATCH = 32_768
"""Events whose fields are read at once."""

SOURCE = Column("source", FieldType.STRING)
"""The short name of an event's source, as in ``shop:143138``: numbers alone do not tell two sources apart."""


def labelled(case: Case, parts: Iterable[Positions], names: Sequence[str]) -> tuple[list[Column], Rows]:
    """The columns and rows of fields, behind the event's source where several are open."""
    fields = [case.field(name) for name in names]
    columns = [Column(name, field.type, field.is_list) for name, field in zip(names, fields, strict=True)]
    if len(case.stores) > 1:
        return [SOURCE, *columns], sourced(case, parts, names)
    return columns, batches(case, parts, names)


def batches(case: Case, parts: Iterable[Positions], names: Sequence[str]) -> Iterator[list[tuple[Value, ...]]]:
    """The values of fields, a tuple an event."""
    return chain.from_iterable(case.iterate(positions, names, BATCH) for positions in parts)


def sourced(case: Case, parts: Iterable[Positions], names: Sequence[str]) -> Iterator[list[tuple[Value, ...]]]:
    """The same behind the event's source, the value of ``SOURCE``."""
    labels = case.labels()
    for positions in parts:
        for start in range(0, len(positions), BATCH):
            chosen = positions[start : start + BATCH]
            rows = zip(case.store_of(chosen), case.rows(chosen, names), strict=True)
            yield [(labels[store], *row) for store, row in rows]
