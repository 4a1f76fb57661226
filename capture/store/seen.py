"""Remembers which of very many identities have come by, in eight bytes each; part of stage ③."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Keys: TypeAlias = NDArray[np.uint64]


class Seen:
    """Hashes in sorted runs, each run more than twice as long as the next, so that adding n of them sorts n log n."""

    def __init__(self) -> None:
        self._runs: list[Keys] = []

    def among(self, keys: Keys) -> NDArray[np.bool_]:
        """For each key, whether it was added before or stands here more than once; different keys may be one hash."""
        found = np.isin(keys, _repeated(keys))
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, keys), len(run) - 1)
            found |= run[places] == keys
        return found

    def add(self, keys: Keys) -> None:
        """Remember these."""
        if not len(keys):
            return
        self._runs.append(np.sort(keys))
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            joined = np.concatenate([self._runs.pop(), self._runs.pop()])
            joined.sort(kind="stable")
            self._runs.append(joined)


def _repeated(keys: Keys) -> Keys:
    ranked: Keys = np.sort(keys)
    found: Keys = ranked[1:][ranked[1:] == ranked[:-1]]
    return found
