"""What very many descriptors stood for, as text: each version looked up once, in bulk (stage ②).

``render.descriptor_meaning`` of what ``names`` looks up is the law; this says the same of all, faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thresher.dissectors.syscall.names import CONNECTIONS, PROTOCOL_LETTERS, RAW, SERVERS, among
from thresher.dissectors.syscall.render import descriptor_meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thresher.capture.contract import Lookup
    from thresher.dissectors.syscall.shapes import Integers

_LETTER = " ".join(f"WHEN {number} THEN '{letter}'" for number, letter in PROTOCOL_LETTERS.items())
_MEANING = f"""'<' || coalesce(t.letter, '') || CASE
    WHEN f.type_id NOT IN {(*CONNECTIONS, *SERVERS)} THEN ''
    WHEN f.type_id IN {CONNECTIONS} AND coalesce(f.role, -1) <= 0 AND coalesce(f.l4proto, -1) <> {RAW} THEN ''
    ELSE CASE f.l4proto {_LETTER} ELSE '' END END || '>' || coalesce(f.name, '')"""


class DescriptorTexts:
    """The texts of some versions of descriptors.

    Args:
        lookup: the store.
        versions: keys of ``fds``; -1 among them is none.
    """

    def __init__(self, lookup: Lookup, versions: Sequence[Integers]) -> None:
        wanted = np.unique(np.concatenate([np.zeros(0, np.int64), *versions]))
        wanted = wanted[wanted >= 0]
        self._ids: Integers = np.zeros(0, np.int64)
        self._texts: NDArray[np.object_] = np.zeros(0, np.object_)
        if len(wanted):
            found = lookup.columns(
                f"SELECT f.fd_id, {_MEANING} AS said FROM fds f JOIN fd_types t USING (type_id) "
                f"WHERE {among('f.fd_id', set(wanted.tolist()))} ORDER BY f.fd_id"
            )
            self._ids = np.asarray(found["fd_id"]).astype(np.int64)
            self._texts = np.asarray(found["said"], np.object_)

    def of(self, numbers: Integers, versions: Integers) -> tuple[list[str], Integers]:
        """What each number stood for, or the error it is, '' where neither is known: texts, and which each row has."""
        places = np.searchsorted(self._ids, versions)
        places[places == len(self._ids)] = 0
        known = (numbers >= 0) & (versions >= 0)
        known &= self._ids[places] == versions if len(self._ids) else False
        own, rows = np.unique(places[known], return_inverse=True)
        bare, others = np.unique(numbers[~known], return_inverse=True)
        indices = np.zeros(len(numbers), np.int64)
        indices[known] = rows
        indices[~known] = len(own) + others
        said = [descriptor_meaning(number, None) for number in bare.tolist()]
        return [*self._texts[own].tolist(), *said], indices
