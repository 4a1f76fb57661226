"""One capture while the kernel goes through it: metadata in, tables out, damage and bytes accounted for; stage ②."""

from __future__ import annotations

import mmap
import os
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.contract import Accounting, BlockReader, Dissection
from thresher.capture.model import Damage
from thresher.dissectors.syscall import batches, kernel_choice
from thresher.dissectors.syscall.initial_state import InitialState
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.layout import parameter_layout, type_info
from thresher.dissectors.syscall.params import read_block
from thresher.dissectors.syscall.versions import Versions

if TYPE_CHECKING:
    import pyarrow as pa

ROOM = 4 * 122_880 + 4096
"""Rows the kernel holds before they must be taken."""

NO_BLOCK = "these bytes are no block; blocks follow each other again behind them"


class Replaying(Dissection):
    """Drives the kernel over one capture.

    Args:
        reader: decodes the blocks that are no events.
        path: the capture's name, for reports.
        kind: ``compiled`` or ``interpreted``; None takes the one there is.
    """

    def __init__(self, reader: BlockReader, path: str, kind: str | None = None) -> None:
        replay = kernel_choice.load(kind).replay
        seed = int.from_bytes(os.urandom(4), "little")
        self._kernel = replay.Replay(type_info(), parameter_layout(), room_for_rows(), seed)
        self._reader = reader
        self._path = path
        self._state = InitialState(self._kernel)
        self._versions = Versions(self._kernel, self._state)
        self._resyncing = -1
        self._started = False
        self.damage: list[Damage] = []
        self.accounting = Accounting(facts=self._state.facts)

    def feed(self, chunk: bytes | memoryview, offset: int, max_rows: int, final: bool) -> int:
        """See ``Dissection.feed``."""
        used = self._feed(memoryview(chunk), offset, max_rows, final)
        self.accounting.event_blocks = self._kernel.block_count()
        self.accounting.event_bytes = self._kernel.event_byte_count()
        self.accounting.unknown_bytes = self._kernel.unknown_byte_count()
        self.accounting.drops = self._kernel.drop_count()
        return used

    def _feed(self, data: memoryview, offset: int, max_rows: int, final: bool) -> int:
        most = min(max_rows, ROOM - 4096)
        at = 0
        while True:
            if self._resyncing >= 0:
                at, found = self._resync(data, at, offset, final)
                if not found:
                    return at
            at = int(self._kernel.walk(data, at, offset, most))
            reason = self._kernel.stop_reason()
            if reason == c.STOP_FULL:
                return at
            if reason == c.STOP_METADATA:
                at += self._metadata(data, at, offset)
            elif reason == c.STOP_NOTE:
                self._note(data, offset)
            elif reason == c.STOP_DAMAGE:
                self._resyncing = offset + at
            elif final and at < len(data):
                at = self._past_the_end(data, at, offset)
            else:
                return at

    def pending_rows(self) -> int:
        """See ``Dissection.pending_rows``."""
        return int(self._kernel.pending())

    def take(self, limit: int) -> list[tuple[str, pa.RecordBatch]]:
        """See ``Dissection.take``; gives all pending rows, which ``feed`` has kept to its ``max_rows``."""
        self._kernel.before_taking()
        made = self._fixed_tables()
        made += self._versions.take()
        made += self._events()
        self._bad_events()
        self._kernel.taken()
        return made

    def finish(self) -> list[tuple[str, pa.RecordBatch]]:
        """See ``Dissection.finish``."""
        self._kernel.at_end()
        made = self.take(ROOM)
        self._kernel.end_versions()
        return [*made, *self._versions.take(), *self._versions.containers()]

    def _events(self) -> list[tuple[str, pa.RecordBatch]]:
        view, count, room = self._kernel.rows_view()
        if not count:
            return []
        cells = np.frombuffer(view, np.int64).reshape(c.C_WIDTH, room)
        made = [("event_types", batch) for batch in self._versions.new_event_types(cells[c.C_TYPE, :count])]
        first = self._versions.first_row(count)
        self._versions.note_events(cells, first, count)
        made.append(("events", batches.event_batch(cells, first, count)))
        return made

    def _fixed_tables(self) -> list[tuple[str, pa.RecordBatch]]:
        """The tables that say what codes mean, once, with the first rows."""
        if self._started:
            return []
        self._started = True
        return [
            ("event_types", batches.event_type_rows()),
            ("fd_types", batches.fd_type_rows()),
            ("errors", batches.error_rows()),
        ]

    def _metadata(self, data: memoryview, at: int, offset: int) -> int:
        """Take in one block that is no event; returns its length."""
        kind = int.from_bytes(data[at : at + 4], "little")
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        self.accounting.state_bytes += length
        if kind == c.SECTION_HEADER and offset + at > 0:
            self._kernel.new_section()
            self._state.new_section(self._versions.row_to_come())
        try:
            records = self._reader.decode(kind, bytes(data[at + 8 : at + length - 4]))
        except ValueError as error:
            records = getattr(error, "records", [])
            self.damage.append(Damage(self._path, offset + at, length, str(error)))
        self._state.add(records, offset + at, self._versions.row_to_come())
        return length

    def _note(self, data: memoryview, offset: int) -> None:
        """A user or group came or went, or the recorder told of a container."""
        at = self._kernel.last_offset() - offset
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        try:
            block = read_block(bytes(data[at : at + length]))
        except ValueError:
            return  # counted among the events whose parameters do not fit
        try:
            self._state.noted_event(block, self._versions.row_to_come())
        except ValueError as error:
            what = f"the container's metadata in this event cannot be read: {error}"
            self.damage.append(Damage(self._path, offset + at, 0, what))

    def _resync(self, data: memoryview, at: int, offset: int, final: bool) -> tuple[int, bool]:
        """Look for sound blocks behind a damaged place; what lies between is reported once they are found."""
        start = at + 1 if offset + at == self._resyncing else at
        place = self._kernel.resync(data, start, 1 if final else 0)
        if place < 0:
            return -1 - place, False
        length = offset + place - self._resyncing
        self._lost(self._resyncing, length, NO_BLOCK)
        self._resyncing = -1
        return place, True

    def _past_the_end(self, data: memoryview, at: int, offset: int) -> int:
        """A block that is longer than the file: its end is missing, or its length is wrong and sound blocks follow."""
        place = int(self._kernel.resync(data, at + 1, 1))
        what = NO_BLOCK if place < len(data) else "the file ends in the middle of a block"
        self._lost(offset + at, place - at, what)
        return place

    def _lost(self, offset: int, length: int, what: str) -> None:
        self.accounting.damaged_bytes += length
        self.damage.append(Damage(self._path, offset, length, what))

    def _bad_events(self) -> None:
        for offset, kind in self._versions.bad_events():
            what = f"the parameters of this event (type {kind}) do not fit into its block; its row has none"
            self.damage.append(Damage(self._path, offset, 0, what))


def room_for_rows() -> memoryview:
    """Empty columns for the kernel's rows; the system gives the memory only as rows come."""
    return memoryview(mmap.mmap(-1, 8 * c.C_WIDTH * ROOM)).cast("q", (c.C_WIDTH, ROOM))
