"""Reads the Linux audit log as system calls, the records of each event put together; stage ①."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from thresher.capture.errors import UnreadableError
from thresher.capture.translation import TranslatingReader, Translation
from thresher.dissectors.syscall.recorders import AUDIT
from thresher.dissectors.syscall.texts.audit_events import AuditEvents, Group
from thresher.dissectors.syscall.texts.audit_records import INTERPRETED, NoRecord, Record, read_record
from thresher.dissectors.syscall.texts.text_translation import TextTranslation

if TYPE_CHECKING:
    from thresher.capture.contract import ByteStream
    from thresher.dissectors.syscall.texts.blocks import Text

PROBED_LINES = 20
MOST_OPEN = 2_000
"""Events whose records may still be coming."""
PATIENCE_NS = 2_000_000_000
"""An event's records come within so much time of the log (auparse waits as long)."""
MOST_RECORDS = 10_000
"""Records of one event."""


class Audit(TranslatingReader):
    """The log that auditd writes, or ``ausearch --raw``."""

    name = "audit"
    title = "Linux audit log"
    blocks = "scap"

    def claims(self, head: bytes, path: str) -> float:
        """Sure where most of the first lines are records; also of interpreted ones, to say what to do."""
        lines = [
            line for line in head.split(b"\n", PROBED_LINES)[:PROBED_LINES] if line.strip() and line[:4] != b"----"
        ]
        good = sum(_is_record(line) or INTERPRETED.match(line) is not None for line in lines)
        return 0.95 if good and good * 2 > len(lines) else 0.0

    def translate(self, stream: ByteStream) -> Translation:
        """See ``TranslatingReader.translate``."""
        return AuditTranslation(stream)


def _is_record(line: bytes) -> bool:
    try:
        read_record(line)
    except NoRecord:
        return False
    return True


class AuditTranslation(TextTranslation):
    """One audit log on its way."""

    def __init__(self, stream: ByteStream) -> None:
        super().__init__(stream, AUDIT)
        self._events = AuditEvents(self._writer)
        self._open: OrderedDict[int, Group] = OrderedDict()
        self._done: set[int] = set()
        self._node: str | None = None
        self._count = 0
        for text in self._lines.first(PROBED_LINES):
            if INTERPRETED.match(text.data):
                raise UnreadableError(self._path, "is an audit log with its numbers replaced", "use ausearch --raw")

    def _pause(self) -> None:
        self._close(all_of_them=True)

    def _finish(self) -> None:
        self._close(all_of_them=True)

    def _take(self, text: Text) -> None:
        if not text.data.strip() or text.data[:4] == b"----":
            self.accounting.state_bytes += text.size
            return
        try:
            record = read_record(text.data)
            self._sort(record, text)
        except NoRecord as error:
            self._lose(text, str(error))
        else:
            self.accounting.event_bytes += text.size

    def _sort(self, record: Record, text: Text) -> None:
        if self._node is None:
            self._node = record.node
        if record.node != self._node:
            raise NoRecord(
                f"it is of {record.node or 'no node'}, the log of {self._node or 'no node'}: split it by node"
            )
        group = self._open.get(record.serial)
        if group is None or group.time_ns != record.time_ns:
            if group is not None:
                self._tell(record.serial)
            group = self._open[record.serial] = Group(record.time_ns)
        if record.type == "EOE":
            self._done.add(record.serial)
            group.lines.append(text)
        elif len(group.records) < MOST_RECORDS:
            group.records.append(record)
            group.lines.append(text)
        else:
            raise NoRecord(f"event {record.serial} has more than {MOST_RECORDS:,} records")
        self._close(newest_ns=record.time_ns)

    def _close(self, newest_ns: int = 0, *, all_of_them: bool = False) -> None:
        """Tell the oldest events, as far as all their records must have come."""
        while self._open:
            serial, group = next(iter(self._open.items()))
            is_over = serial in self._done or newest_ns - group.time_ns > PATIENCE_NS or len(self._open) > MOST_OPEN
            if not (is_over or all_of_them):
                return
            self._tell(serial)

    def _tell(self, serial: int) -> None:
        group = self._open.pop(serial)
        self._done.discard(serial)
        if group.records:
            self._count += bool(group.of("SYSCALL"))
            self._events.told(group)

    def _conclude(self) -> None:
        if self._count:
            self._note("the audit log names processes, not threads: thread.tid is the process's id")
        for architecture, count in sorted(self._events.strange.items()):
            shown = architecture or "(none)"
            self._note(f"{count:,} calls of architecture {shown} show as unknown; the line has the number")
