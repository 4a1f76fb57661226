"""The first half of an ingest: input files to batches that are ready to be inserted (stages ①②)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.contract import (
    Accounting,
    BlockDissector,
    BlockReader,
    Dissector,
    RecordDissector,
    RecordReader,
    Records,
)
from thresher.capture.discovery import dissector as dissector_named
from thresher.capture.dissection import ROW_GROUP, Batches, BlockRun, claimant, record_dissectors
from thresher.capture.errors import PluginError, UnreadableError
from thresher.capture.ingest.archived import ArchivedLogs, Parts, reader_of
from thresher.capture.ingest.translated import Arrivals, account_for_text, block_reader
from thresher.capture.inputs.locate import InputSet, Skipped
from thresher.capture.inputs.spool import Bytes, FileBytes, MissingBytes, SpoolWriter
from thresher.capture.inputs.streams import InputFile, InputStream, open_stream
from thresher.capture.model import Damage
from thresher.capture.store.facts import FileFacts
from thresher.capture.store.staging import MOST_BYTES, Staged, stage, text_bytes
from thresher.capture.translation import TranslatingReader, Translation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FIRST_RECORDS = 8_192
"""Records are large: so many are enough for the first screen."""


class Item(NamedTuple):
    """One insert, and how many bytes on disk have been read up to it."""

    content: Batches | Staged
    done_bytes: int


@dataclass(slots=True)
class Outcome:
    """What is known when everything has been read."""

    files: list[FileFacts] = field(default_factory=list)
    accounting: Accounting = field(default_factory=Accounting)
    damage: list[Damage] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    inflated_bytes: int = 0


class Source(ABC):
    """An input set with the dissector that its content asks for.

    Attributes:
        dissector: whose events these are.
        outcome: filled while ``items`` runs.
        bytes: where raw bytes can be read; None where the store keeps the text itself.
    """

    dissector: Dissector
    outcome: Outcome
    bytes: Bytes | None

    @abstractmethod
    def items(self) -> Iterator[Item]:
        """Everything in order; can be run once."""

    @abstractmethod
    def close(self) -> None:
        """Close what is open."""


def file_facts(file: InputFile, stream: InputStream) -> FileFacts:
    """A file that has been read."""
    compression = stream.compression
    if stream.members > 1:
        compression += f" ({stream.members} members)"
    return FileFacts(file.path, stream.consumed_bytes if file.is_live else file.size, stream.digest, compression)


def stopping_notes(stream: InputStream, unfinished: int) -> list[str]:
    """How reading a source ended that was still being written to."""
    if stream.was_cut:
        return [f"{stream.path} was cut short or begun anew while it was followed; what came before is here"]
    if stream.was_stopped and unfinished:
        return [f"{stream.path} was left before the block was complete that its last {unfinished:,} bytes begin"]
    return []


class BlockSource(Source):
    """One capture of a block format.

    Args:
        spool: where the uncompressed bytes go if the file cannot be read in place.
    """

    def __init__(
        self, file: InputFile, stream: InputStream, reader: BlockReader | TranslatingReader, spool: Path | None
    ) -> None:
        self._translation: Translation | None = None
        if isinstance(reader, TranslatingReader):
            self._translation = reader.translate(Arrivals(stream))
            reader = block_reader(reader.blocks)
        found = dissector_named(reader.source)
        if not isinstance(found, BlockDissector):
            raise PluginError(f"{reader.name}: its dissector {reader.source} dissects no blocks")
        self.dissector = found
        self.outcome = Outcome()
        self.path = file.path
        self._file = file
        self._stream = stream
        self._writer = SpoolWriter(spool) if spool else None
        self.bytes = self._writer.bytes if self._writer else FileBytes(file)
        self._run = BlockRun(found, reader, self, is_live=file.is_live, was_stopped=lambda: stream.was_stopped)

    def chunks(self) -> Iterator[bytes]:
        """The stream's chunks, translated where they are text, spooled on the way where that is wanted."""
        for chunk in self._translation.chunks() if self._translation else self._stream.arrivals():
            self._spool(chunk)
            yield chunk

    def items(self) -> Iterator[Item]:
        """See ``Source.items``."""
        for batches in self._run.batches():
            yield Item(batches, self._stream.consumed_bytes)
        self._finish_spool()
        self._finish()

    def close(self) -> None:
        """See ``Source.close``."""
        self._stream.close()
        if self._writer is not None:
            self._writer.close()

    def _spool(self, chunk: bytes) -> None:
        if self._writer is None or not chunk:
            return
        try:
            self._writer.append(chunk)
        except OSError as error:
            self._lose_spool(error)

    def _finish_spool(self) -> None:
        if self._writer is None:
            return
        try:
            self._writer.finish()
        except OSError as error:
            self._lose_spool(error)

    def _lose_spool(self, error: OSError) -> None:
        """Go on without: everything but the bytes can still be seen."""
        why = f"its bytes could not be kept: {error.strerror}"
        self.outcome.notes.append(f"{self.path}: {why}")
        self.bytes = MissingBytes(self.path, why)
        self._writer = None

    def _finish(self) -> None:
        outcome = self.outcome
        outcome.accounting = self._run.dissection.accounting
        if self._translation is not None:
            account_for_text(self._translation, outcome)
        if self._run.failure is not None:
            outcome.accounting.damaged_bytes += self._run.failure.length
        outcome.damage += [*self._run.damage, *self._stream.damage]
        outcome.accounting.unknown_bytes += self._run.unfinished
        outcome.notes += stopping_notes(self._stream, self._run.unfinished)
        outcome.inflated_bytes = self._stream.inflated_bytes
        outcome.files.append(file_facts(self._file, self._stream))


@dataclass(slots=True)
class _Opened:
    """A log file whose first records have been looked at."""

    file_id: int
    stream: InputStream
    batches: Iterator[Records]
    first: Records | None
    damage: list[Damage]

    parts: Parts | None = None


def _opened(file_id: int, stream: InputStream, reader: RecordReader, candidates: Sequence[RecordDissector]) -> _Opened:
    """The file with its first records, which tell whose it is; in an archive, those of the first member of anybody."""
    damage: list[Damage] = []
    batches = iter(reader.records(stream, file_id, damage))
    parts = Parts(stream.path, candidates) if isinstance(reader, ArchivedLogs) else None
    found = (records for records in batches if records.texts)
    first = next(found, None)
    while parts is not None and first is not None and not parts.is_known(first):
        first = next(found, None)
    return _Opened(file_id, stream, batches, first, damage, parts)


class RecordSource(Source):
    """All log files of one set, dissected by the dissector that the first of them asks for.

    Raises:
        UnreadableError: no file holds records that an installed dissector knows.
    """

    dissector: RecordDissector

    def __init__(self, inputs: InputSet, first: InputStream, max_inflate: int) -> None:
        self.outcome = Outcome()
        self.bytes = None
        self._inputs = inputs
        self._max_inflate = max_inflate
        self._first_stream: InputStream | None = first
        self._done_bytes = 0
        self._current: InputStream | None = None
        self._next_file = 0
        self._candidates = record_dissectors(self.outcome.notes)
        self._waiting: _Opened | None = None
        self.dissector = self._decide()

    def items(self) -> Iterator[Item]:
        """See ``Source.items``."""
        held: list[Records] = []
        rows = size = 0
        target = FIRST_RECORDS
        for records in self._records():
            rest: Records | None = records
            while rest is not None:
                taken, rest = split(rest, target - rows)
                held.append(taken)
                rows += len(taken.texts)
                size += text_bytes(taken)
                if rows >= target or size >= MOST_BYTES:
                    yield Item(stage(held), self._done())
                    target = ROW_GROUP - FIRST_RECORDS if target == FIRST_RECORDS else ROW_GROUP
                    held, rows, size = [], 0, 0
        if rows:
            yield Item(stage(held), self._done())
        self._finish()

    def close(self) -> None:
        """See ``Source.close``."""
        for stream in (self._first_stream, self._current, self._waiting.stream if self._waiting else None):
            if stream is not None:
                stream.close()

    def _done(self) -> int:
        return self._done_bytes + (self._current.consumed_bytes if self._current else 0)

    def _decide(self) -> RecordDissector:
        """The dissector of the first file that anybody knows; files before it are skipped."""
        while self._next_file < len(self._inputs.files):
            opened = self._open_next()
            if opened is None:
                continue
            found = claimant(opened.first.texts, self._candidates) if opened.first else None
            if found is not None:
                self._waiting = opened
                return found
            self._pass_over(opened)
        reason = self.outcome.skipped[0].why if self.outcome.skipped else "there are no files"
        self.close()
        raise UnreadableError(self._inputs.spec, reason)

    def _open_next(self) -> _Opened | None:
        """The next file with its first records; None where it cannot be read, which is noted."""
        file_id = self._next_file
        file = self._inputs.files[file_id]
        self._next_file += 1
        stream: InputStream | None = None
        try:
            stream, self._first_stream = self._first_stream or open_stream(file, self._max_inflate), None
            reader = reader_of(stream.readable_head(), file.path)
            if isinstance(reader, RecordReader):
                return _opened(file_id, stream, reader, self._candidates)
            why = f"is no log but {reader.title}; open it on its own"
        except UnreadableError as error:
            why = error.why
        self.outcome.files.append(FileFacts(file.path, file.size))
        self.outcome.skipped.append(Skipped(file.path, why))
        if stream is not None:
            stream.close()
        return None

    def _pass_over(self, opened: _Opened) -> None:
        """A file with records of nobody, or of somebody else, or with none at all."""
        path = self._inputs.files[opened.file_id].path
        if opened.first is None:
            why = opened.damage[0].what if opened.damage else "holds no records"
        else:
            other = claimant(opened.first.texts, self._candidates)
            why = f"holds {other.name} records; open it on its own" if other else self._unclaimed(opened.first)
        self.outcome.skipped.append(Skipped(path, why))
        self._read_out(opened)

    def _unclaimed(self, records: Records) -> str:
        """What a file is whose records are nobody's."""
        text = records.texts[0]
        if any(each.digest_mark and each.digest_mark in text for each in self._candidates):
            return "is a digest, which 'thresher verify' reads"
        return "no dissector knows its records"

    def _records(self) -> Iterator[Records]:
        """The records of all files from the one that decided on."""
        opened, self._waiting = self._waiting, None
        while True:
            if opened is not None:
                self._current = opened.stream
                if opened.first is not None and claimant(opened.first.texts, self._candidates) is self.dissector:
                    yield from self._of_file(opened)
                else:
                    self._pass_over(opened)
            if self._next_file >= len(self._inputs.files):
                return
            opened = self._open_next()

    def _of_file(self, opened: _Opened) -> Iterator[Records]:
        if opened.first is not None:
            yield self._understood(opened.first)
        try:
            for records in opened.batches:
                if opened.parts is not None and not opened.parts.is_known(records, self.dissector):
                    continue
                yield self._understood(records)
        except UnreadableError as error:
            opened.damage.append(Damage(opened.stream.path, opened.stream.inflated_bytes, 0, error.why))
        except Exception as error:  # a reader that raises costs what it has not read of its file
            what = f"reading stopped: {type(error).__name__}: {error}"
            opened.damage.append(Damage(opened.stream.path, opened.stream.inflated_bytes, 0, what))
        self._read_out(opened)

    def _understood(self, records: Records) -> Records:
        """The records as their source writes them, accounted for by the bytes that are there."""
        self.outcome.accounting.event_blocks += len(records.texts)
        self.outcome.accounting.event_bytes += text_bytes(records)
        return self.dissector.understood(records)

    def _read_out(self, opened: _Opened) -> None:
        """Read the rest, so that the digest covers the whole file, and note what is known of it."""
        stream = opened.stream
        try:
            for _ in stream.chunks():
                pass
        except UnreadableError as error:
            opened.damage.append(Damage(stream.path, stream.inflated_bytes, 0, error.why))
        self.outcome.damage += [*opened.damage, *stream.damage]
        self.outcome.skipped += opened.parts.skipped if opened.parts is not None else []
        self.outcome.accounting.damaged_bytes += sum(found.length for found in opened.damage)
        self.outcome.inflated_bytes += stream.inflated_bytes
        self.outcome.files.append(file_facts(self._inputs.files[opened.file_id], stream))
        self._done_bytes += stream.consumed_bytes
        self._current = None
        stream.close()

    def _finish(self) -> None:
        """What is neither record nor damage is the wrapping around the records."""
        accounting = self.outcome.accounting
        known = accounting.event_bytes + accounting.damaged_bytes
        accounting.state_bytes = max(0, self.outcome.inflated_bytes - known)


def split(records: Records, count: int) -> tuple[Records, Records | None]:
    """The first ``count`` records and the rest, None where there is no rest."""
    if len(records.texts) <= count:
        return records, None
    return _part(records, slice(0, count)), _part(records, slice(count, None))


def _part(records: Records, part: slice) -> Records:
    lengths = records.lengths[part] if records.lengths is not None else None
    return Records(records.file_id, records.texts[part], records.offsets[part], records.wrapping, lengths)


def paths_of(files: Sequence[InputFile]) -> list[str]:
    """The files' paths, by file_id."""
    return [file.path for file in files]
