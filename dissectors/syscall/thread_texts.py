"""Names of very many threads at once: each thread's versions looked up once, and found by event in bulk (stage ②).

``names.Names.thread`` is the law; this says the same of all, faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.dissectors.syscall.names import threads

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup
    from thresher.dissectors.syscall.shapes import Integers


class ThreadTexts:
    """The names of some threads.

    Args:
        lookup: the store.
        tids: their numbers.
    """

    def __init__(self, lookup: Lookup, tids: set[int]) -> None:
        self._versions = threads(lookup, tids)

    def of(self, numbers: Integers, nums: Integers) -> tuple[list[str], Integers]:
        """The name that each thread had at its event, '' where none is known: texts, and which of them each row has.

        Args:
            numbers: the threads.
            nums: the rows of the events.
        """
        texts: dict[str, int] = {"": 0}
        indices = np.zeros(len(numbers), np.int64)
        order = np.argsort(numbers, kind="stable")
        cuts = np.flatnonzero(np.diff(numbers[order])) + 1
        for rows in np.split(order, cuts):
            starts, versions = self._versions.get(int(numbers[rows[0]]), ([], [])) if len(rows) else ([], [])
            if not starts:
                continue
            places = np.searchsorted(np.array(starts), nums[rows], side="right") - 1
            ends = np.array([np.iinfo(np.int64).max if end is None else end for end, _ in versions])
            codes = np.array([texts.setdefault(name or "", len(texts)) for _, name in versions])
            indices[rows] = np.where((places >= 0) & (nums[rows] < ends[places]), codes[places], 0)
        return list(texts), indices
