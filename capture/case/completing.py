"""Completes a filter over all sources of a case (stage ⑤): what can stand at the cursor, with values that occur."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from thresher.capture.case.fields import FieldSet
from thresher.capture.filter.complete import MOST, Counted, Counts, Suggestion, complete
from thresher.capture.model import FieldRef
from thresher.capture.query.counting import BUDGET_S, ValueCounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.case.case import Case


class Completer:
    """Suggestions for one case; what it has counted is kept for the next call.

    Args:
        case: whose fields and values are suggested.
        names: saved filters and macros by name.

    Attributes:
        is_counting: whether asking the last question again would tell higher counts.
    """

    def __init__(self, case: Case, names: Mapping[str, str] | None = None) -> None:
        self._case = case
        self._fields = FieldSet(case.stores)
        self.is_counting = False
        self._names = names or {}
        self._first = [column.field for column in case.columns()]
        self._values: list[ValueCounts] = []
        self._lock = threading.Lock()

    def complete(self, text: str, cursor: int, *, with_values: bool = True) -> list[Suggestion]:
        """What can stand at the cursor, best first; values only where they are wanted, because they are counted.

        With several sources, what the first one suggests comes first.
        """
        found: dict[str, Suggestion] = {}
        self.is_counting = False
        for store in range(len(self._case.stores)):
            catalogue = self._fields.catalogue(store)
            values = self._counted if with_values else None
            for each in complete(text, cursor, catalogue, values, self._names, self._first, self._case.around):
                found.setdefault(each.insert, each)
        return list(found.values())[:MOST]

    def _counted(self, ref: FieldRef, text: str) -> Counts:
        """The values in all sources that have the field."""
        with self._lock:
            if not self._values:
                stores = enumerate(self._case.stores)
                self._values = [ValueCounts(store, self._fields.catalogue(at)) for at, store in stores]
        joined: Counter[str] = Counter()
        exact = narrowed = True
        for counts, store in zip(self._values, self._case.stores, strict=True):
            own = store.catalogue.get(ref.field.name)
            if own is None:
                continue
            asked = ref if len(self._values) == 1 else FieldRef(own, ref.argument)
            found = counts.of(asked, text, BUDGET_S / len(self._values))
            joined.update(dict(found.values))
            exact, narrowed = exact and found.exact, narrowed and found.narrowed
            self.is_counting = self.is_counting or not found.final
        return Counts([Counted(value, count) for value, count in joined.most_common()], exact, narrowed=narrowed)
