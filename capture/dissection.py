"""Drives a dissector over the bytes or records of an input and isolates its failures (stage ②)."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING

from thresher.capture.contract import BlockDissector, BlockReader, ByteStream, Dissection, RecordDissector
from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
from thresher.capture.errors import PluginError
from thresher.capture.model import Damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

ROW_GROUP = 122_880
"""Rows that the store keeps together on disk; batches of other sizes are written twice."""
FIRST_BATCH = ROW_GROUP
"""Small, for the first screen."""
BATCH = 4 * ROW_GROUP
MOST_HELD = 256 << 20
"""A block that needs more bytes than this is damage, whatever its length says."""
FRESH_S = 0.5
"""Rows of a source that is still being written wait at most so long for others."""
PROBED = 20
"""Records of a file that are looked at to tell whose they are."""
SURE = 0.5
"""A claim below this is a guess."""

MARKED = 8192
"""Bytes of a file that are searched for the marks of sources."""

Batches = list[tuple[str, "pa.RecordBatch"]]


class BlockRun:
    """One block capture on its way through its dissector, or once more for a probe of its state.

    Args:
        stream: an empty chunk of it says that nothing has come for a moment.
        is_live: rows are not to wait until there are many, because more may be long in coming.
        was_stopped: whether the stream's end is only that of our interest in it.

    Attributes:
        dissection: for its accounting.
        failure: where the dissector gave up, None where it did not.
        unfinished: bytes of a block that was not complete when the stream was stopped.
    """

    def __init__(
        self,
        block_dissector: BlockDissector,
        reader: BlockReader,
        stream: ByteStream,
        *,
        probe: str = "",
        is_live: bool = False,
        was_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.dissection: Dissection = (
            block_dissector.begin_probe(reader, stream.path, probe)
            if probe
            else block_dissector.begin(reader, stream.path)
        )
        self.failure: Damage | None = None
        self._path = stream.path
        self._chunks = stream.chunks()
        self._buffer = b""
        self._offset = 0
        self._used = 0
        self._is_live = is_live
        self._was_stopped = was_stopped
        self._taken_s = time.monotonic()
        self.unfinished = 0

    @property
    def damage(self) -> list[Damage]:
        """Everything that could not be read so far."""
        return [*self.dissection.damage, *([self.failure] if self.failure else [])]

    def batches(self) -> Iterator[Batches]:
        """What is to be inserted, relations before the events that point into them.

        A dissector or stream that raises ends the capture there: what was made is kept, the rest becomes damage.
        """
        target = FIRST_BATCH
        try:
            for is_final in self._buffers():
                while self._is_full(target, is_final):
                    yield self._taken(target)
                    target = BATCH
                if self._is_live and time.monotonic() - self._taken_s >= FRESH_S:
                    yield self._taken(target) if self.dissection.pending_rows() else []
        except Exception as error:
            self._give_up(f"reading stopped: {type(error).__name__}: {error}")
        yield from self._rest()

    def _taken(self, limit: int) -> Batches:
        self._taken_s = time.monotonic()
        return self.dissection.take(limit)

    def _is_full(self, target: int, is_final: bool) -> bool:
        """Whether a whole batch is waiting, after dissecting as much of the buffer as that takes."""
        if self.dissection.pending_rows() < target:
            view = memoryview(self._buffer)[self._used :]
            self._used += self.dissection.feed(view, self._offset + self._used, target, is_final)
        return self.dissection.pending_rows() >= target

    def _buffers(self) -> Iterator[bool]:
        """Present chunk after chunk, each with what the last one left over; yields whether it is the final one."""
        parts: list[bytes] = []
        size = wanted = 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if chunk and size < wanted:
                continue
            yield from self._present(parts, is_final=False)
            rest = self._buffer[self._used :]
            parts, size = ([rest] if rest else []), len(rest)
            # a block larger than the buffer: twice as much next time, so that joining stays linear
            wanted = 0 if self._used else 2 * size
            if size > MOST_HELD:
                self._give_up(f"a block claims more than {MOST_HELD >> 20} MiB")
                return
        if self._was_stopped():
            self.unfinished = size
        elif parts:
            yield from self._present(parts, is_final=True)

    def _present(self, parts: list[bytes], is_final: bool) -> Iterator[bool]:
        self._offset += self._used
        self._used = 0
        self._buffer = parts[0] if len(parts) == 1 else b"".join(parts)
        yield is_final

    def _give_up(self, what: str) -> None:
        """Turn everything from the first unused byte on into damage; the stream is still read to its end."""
        length = len(self._buffer) - self._used
        try:
            length += sum(map(len, self._chunks))
        except Exception as error:  # the stream itself may be what failed
            what = f"{what} ({error})"
        self.failure = Damage(self._path, self._offset + self._used, length, what)

    def _rest(self) -> Iterator[Batches]:
        """Rows that are still pending, then what the dissector makes of the end."""
        try:
            while self.dissection.pending_rows():
                yield self.dissection.take(BATCH)
            yield self.dissection.finish()
        except Exception as error:
            if self.failure is None:
                at = self._offset + self._used
                self.failure = Damage(self._path, at, 0, f"the end could not be dissected: {error}")


def record_dissectors(problems: list[str]) -> list[RecordDissector]:
    """All installed dissectors of JSON records; those that cannot be loaded are named in ``problems``."""
    found: list[RecordDissector] = []
    for name in plugin_names(DISSECTORS):
        try:
            candidate = dissector(name)
        except PluginError as error:
            problems.append(str(error))
            continue
        if isinstance(candidate, RecordDissector):
            found.append(candidate)
    return found


def claimant(texts: Sequence[bytes], candidates: Sequence[RecordDissector]) -> RecordDissector | None:
    """The dissector that is surest of the first records of a file; None where nobody knows them."""
    best: RecordDissector | None = None
    sureness = 0.0
    for text in texts[:PROBED]:
        record = _parsed(text)
        if record is None:
            continue
        for candidate in candidates:
            claim = _claim(candidate, record)
            if claim > sureness:
                best, sureness = candidate, claim
        if sureness >= 1.0:
            break
    return best if sureness >= SURE else None


def _parsed(text: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _claim(candidate: RecordDissector, record: dict[str, object]) -> float:
    try:
        return candidate.claims_record(record)
    except Exception:  # a stranger's dissector that chokes on a record does not claim it
        return 0.0


@cache
def _marks() -> tuple[tuple[bytes, str], ...]:
    return tuple((mark, each.name) for each in record_dissectors([]) for mark in each.marks)


def likely_source(head: bytes) -> str:
    """The dissector whose mark comes first in a file's first bytes, '' where there is none; a guess, and cheap."""
    first = head[:MARKED]
    places = [(place, name) for mark, name in _marks() if (place := first.find(mark)) >= 0]
    return min(places)[1] if places else ""
