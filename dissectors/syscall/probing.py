"""One capture while the kernel goes through it once more and is asked one thing at every row; stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.replaying import ROOM, Replaying

if TYPE_CHECKING:
    from thresher.capture.contract import BlockReader

PROBES = {
    "open descriptors": (c.PROBE_OPEN, 0),
    "descriptor 0": (c.PROBE_DESCRIPTOR, 0),
    "descriptor 1": (c.PROBE_DESCRIPTOR, 1),
    "descriptor 2": (c.PROBE_DESCRIPTOR, 2),
    "kinds of descriptors": (c.PROBE_KINDS, 0),
    "threads": (c.PROBE_THREADS, 0),
    "threads beside the main one": (c.PROBE_CHILDREN, 0),
    "login shell": (c.PROBE_SHELL, 0),
    "session leader": (c.PROBE_SESSION, 0),
    "leader of the group in its namespace": (c.PROBE_VPGID, 0),
    "group leader": (c.PROBE_PGID, 0),
}
"""What fields may ask to how the kernel calls it: the question, and a descriptor number."""

WHOLE = frozenset({"open descriptors", "kinds of descriptors", "threads", "threads beside the main one"})
"""Questions that only a recorder can answer that lists all descriptors and threads; others would be told too few."""


class Probing(Replaying):
    """As ``Replaying``, but for what is taken: the number of each row, and its answer.

    Args:
        reader: decodes the blocks that are no events.
        path: the capture's name, for reports.
        probe: one of ``PROBES``.
    """

    def __init__(self, reader: BlockReader, path: str, probe: str, kind: str | None = None) -> None:
        super().__init__(reader, path, kind)
        self._probes = self._kernel.rows.probes
        self._probes.choose(*PROBES[probe])
        self._asks_for_all = probe in WHOLE

    def take(self, limit: int) -> list[tuple[str, pa.RecordBatch]]:
        """See ``Dissection.take``; rows that have no answer are left out."""
        self._kernel.before_taking()
        values = np.frombuffer(self._probes.view(), np.int64).copy()
        first = self._versions.first_row(len(values))
        self._kernel.taken()
        self._probes.taken()
        is_answered = not (self._asks_for_all and self._state.recorder)
        answered = np.flatnonzero(values != c.NONE) if is_answered else np.empty(0, np.int64)
        nums = pa.array((answered + first).astype(np.uint32))
        return [("probe", pa.RecordBatch.from_arrays([nums, pa.array(values[answered])], names=["num", "value"]))]

    def finish(self) -> list[tuple[str, pa.RecordBatch]]:
        """See ``Dissection.finish``."""
        self._kernel.at_end()
        return self.take(ROOM)
