"""Collects what a capture tells of its containers: metadata and cgroups; stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.dissectors.syscall import container_metadata as metadata
from thresher.dissectors.syscall.containers import HOST, container_of, pod_uid

if TYPE_CHECKING:
    from thresher.dissectors.syscall.params import Block

MOST = 65_536
"""Containers that are told apart; those of further ids are not listed."""


class KnownContainers:
    """Containers of one capture by their short id."""

    def __init__(self) -> None:
        self._records: dict[str, metadata.Record] = {HOST: {"container_id": HOST, "type": HOST, "name": HOST}}

    def take_event(self, block: Block) -> None:
        """A metadata event.

        Raises:
            ValueError: its JSON cannot be read.
        """
        record = metadata.of_event(block)
        if record is not None:
            self._merge(record)

    def see(self, cgroups: str) -> None:
        """A process has these cgroups; what they say gives way to metadata."""
        found = container_of(cgroups)
        if found is not None:
            self._merge({"container_id": found.id, "full_id": found.full_id, "pod_uid": pod_uid(cgroups)}, is_weak=True)

    def _merge(self, record: metadata.Record, *, is_weak: bool = False) -> None:
        identity = record["container_id"]
        if identity not in self._records and len(self._records) >= MOST:
            return
        old = self._records.get(identity, {})
        self._records[identity] = metadata.merged(record, old) if is_weak else metadata.merged(old, record)

    def rows(self) -> list[tuple[object, ...]]:
        """What is known of each, in the order of ``container_metadata.COLUMNS``."""
        return [tuple(record.get(name) for name in metadata.COLUMNS) for record in self._records.values()]
