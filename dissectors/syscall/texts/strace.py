"""Reads ``strace -f -ttt -yy`` output as system calls: halves joined, children behind their clone; stage ①."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from thresher.capture.errors import UnreadableError
from thresher.capture.translation import TranslatingReader, Translation
from thresher.dissectors.syscall.recorders import STRACE
from thresher.dissectors.syscall.texts.blocks import Text
from thresher.dissectors.syscall.texts.call_arguments import FORKS
from thresher.dissectors.syscall.texts.strace_events import Birth, StraceEvents, birth_words
from thresher.dissectors.syscall.texts.strace_lines import (
    ATTACHED,
    MESSAGE,
    Kind,
    Line,
    NoDate,
    NoLine,
    finish,
    read_line,
)
from thresher.dissectors.syscall.texts.strace_naming import NO_THREAD, Naming
from thresher.dissectors.syscall.texts.text_translation import TextTranslation

if TYPE_CHECKING:
    from thresher.capture.contract import ByteStream

PROBED_LINES = 20
MOST_HELD = 20_000
"""Lines that wait until it is known whose child an unknown thread is."""
MOST_PENDING = 100_000
"""Calls that have begun and not returned."""
RECORD_SO = "record with strace -f -ttt -yy -T -o FILE"


class _Pending(NamedTuple):
    line: Line
    text: Text


class _Held(NamedTuple):
    """A line, or a joined call, that is to be told; ``begun_ns`` where its beginning has been told already."""

    line: Line
    text: Text
    begun_ns: int | None


class Strace(TranslatingReader):
    """Text that strace wrote."""

    name = "strace"
    title = "strace output (-f -ttt -yy)"
    blocks = "scap"

    def claims(self, head: bytes, path: str) -> float:
        """Sure where most of the first lines are strace's; also where their time lacks the day, to say so."""
        good = seen = 0
        for line in head.split(b"\n", PROBED_LINES)[:PROBED_LINES]:
            if not line.strip() or MESSAGE.match(line):
                continue
            seen += 1
            try:
                read_line(line)
            except NoDate:
                good += 1
            except NoLine:
                continue
            else:
                good += 1
        return 0.95 if good and good * 2 > seen else 0.0

    def translate(self, stream: ByteStream) -> Translation:
        """See ``TranslatingReader.translate``."""
        return StraceTranslation(stream)


class StraceTranslation(TextTranslation):
    """One text of strace on its way."""

    def __init__(self, stream: ByteStream) -> None:
        super().__init__(stream, STRACE)
        self._events = StraceEvents(self._writer)
        self._pending: dict[int, _Pending] = {}
        self._births: dict[int, Birth] = {}
        self._seen: set[int] = set()
        self._waiting: set[int] = set()
        self._held: deque[_Held] = deque()
        self._naming = Naming()
        self._is_naming = False
        self._anonymous = 0
        self._cut: Text | None = None
        self._attached: list[int] = []
        self._check_date()

    def _pause(self) -> None:
        if self._is_naming:
            self._tell_held()

    def _finish(self) -> None:
        if self._cut is not None:
            self.accounting.event_bytes -= self._cut.size
            self._lose(self._cut, "it is interrupted and does not go on")
        self._tell_held()

    def _check_date(self) -> None:
        for text in self._lines.first(PROBED_LINES):
            try:
                read_line(text.data)
            except NoDate as error:
                raise UnreadableError(self._path, f"is strace output, but {error}", RECORD_SO) from error
            except NoLine:
                continue

    # --- line by line ---

    def _take(self, text: Text) -> None:
        size = text.size
        if self._cut is not None:
            text, self._cut = (
                text._replace(offset=self._cut.offset, line=self._cut.line, data=self._cut.data + text.data),
                None,
            )
        if b" attached" in text.data and (message := ATTACHED.search(text.data)) is not None:
            self._attached.append(int(message[1]))
            if text.data[: message.start()].strip():
                self._cut = text._replace(data=text.data[: message.start()])
                self.accounting.event_bytes += size
                return
        if not text.data.strip() or MESSAGE.match(text.data):
            self.accounting.state_bytes += size
            self._note_attached()
            return
        try:
            self._sort(read_line(text.data), text)
        except NoLine as error:
            self._lose(text, str(error))
        else:
            self.accounting.event_bytes += size
        self._note_attached()

    def _note_attached(self) -> None:
        """Threads that strace announced count from behind the line that it announced them in."""
        for tid in self._attached:
            self._naming.attached(tid)
        self._attached.clear()

    def _sort(self, line: Line, text: Text) -> None:
        tid = self._tid(line)
        begun_ns = None
        if line.kind is Kind.UNFINISHED:
            if len(self._pending) < MOST_PENDING:
                self._pending[tid] = _Pending(line, text)
        elif line.kind is Kind.RESUMED:
            line, text, begun_ns = self._joined(line, text, tid)
        elif line.kind is Kind.SUPERSEDED:
            if line.status in self._pending:
                self._pending[tid] = self._pending.pop(line.status)
        elif line.kind is Kind.EXIT:
            self._pending.pop(tid, None)
        self._foresee(line, tid)
        self._held.append(_Held(line, text, begun_ns))
        if not (self._waiting or self._is_naming) or len(self._held) > MOST_HELD:
            self._tell_held()

    def _tid(self, line: Line) -> int:
        before = self._naming.first
        if line.tid is None:
            line.tid = self._naming.whose(line)
            self._is_naming = self._is_naming or (line.tid == NO_THREAD and before is None)
        else:
            self._naming.whose(line)
        if self._is_naming and before is None and self._naming.first is not None:
            self._name(self._naming.first)
        if line.kind is Kind.EXIT:
            self._naming.ended(line.tid)
        return line.tid

    def _name(self, tid: int) -> None:
        """The lines so far that named no thread are this one's."""
        self._is_naming = False
        for held in self._held:
            if held.line.tid == NO_THREAD:
                held.line.tid = tid
        if NO_THREAD in self._pending:
            self._pending[tid] = self._pending.pop(NO_THREAD)
        for birth in self._births.values():
            if birth.parent == NO_THREAD:
                birth.parent = tid
        self._seen.discard(NO_THREAD)
        self._seen.add(tid)
        self._waiting.discard(NO_THREAD)

    def _joined(self, line: Line, text: Text, tid: int) -> tuple[Line, Text, int]:
        begun = self._pending.pop(tid, None)
        if begun is None or begun.line.name != line.name:
            raise NoLine(f"the beginning of this {line.name} is not in the text")
        ended_ns = line.time_ns
        whole = finish(begun.line, begun.line.body + line.body)
        begun_ns = whole.time_ns
        if whole.duration_ns is None:
            whole.duration_ns = max(ended_ns - begun_ns, 0)
        return whole, Text(begun.text.offset, begun.text.line, begun.text.data + b"\n" + text.data), begun_ns

    # --- whose child a new thread is ---

    def _foresee(self, line: Line, tid: int) -> None:
        """A thread that appears while a clone has not returned may be its child: what follows waits until it has."""
        if line.kind is Kind.CALL and line.name in FORKS and line.result is not None and line.result > 0:
            self._births[line.result] = Birth(tid, birth_words(line))
            self._waiting.discard(line.result)
        if tid not in self._seen:
            self._seen.add(tid)
            if tid not in self._births and self._is_cloning(tid):
                self._waiting.add(tid)
        if self._waiting and not self._is_cloning(NO_THREAD):
            self._waiting.clear()
        if line.kind is Kind.EXIT:
            self._seen.discard(tid)
            self._waiting.discard(tid)

    def _is_cloning(self, tid: int) -> bool:
        """Whether some other thread has begun a clone."""
        return any(begun.line.name in FORKS and other != tid for other, begun in self._pending.items())

    def _tell_held(self) -> None:
        self._waiting.clear()
        self._is_naming = False
        while self._held:
            self._tell(self._held.popleft())

    def _tell(self, held: _Held) -> None:
        line, text = held.line, held.text
        tid = line.tid if line.tid is not None else NO_THREAD
        self._anonymous += tid == NO_THREAD
        self._tell_birth(tid, line.time_ns)
        if line.kind is Kind.UNFINISHED:
            self._events.unfinished(line, tid, text)
        elif line.kind is Kind.CALL:
            if line.name in FORKS and line.result is not None and line.result > 0:
                self._tell_birth(line.result, line.time_ns)
            self._events.finished(line, tid, text, held.begun_ns)
        elif line.kind is Kind.SIGNAL:
            self._events.signalled(line, tid, text)
        elif line.kind is Kind.EXIT:
            self._events.exited(line, tid, text)

    def _tell_birth(self, tid: int, time_ns: int) -> None:
        birth = self._births.pop(tid, None)
        if birth is not None:
            self._events.born(tid, birth, time_ns)

    def _conclude(self) -> None:
        if self._anonymous:
            self._note(f"{self._anonymous:,} lines name no thread (strace -f); theirs is shown as -1")
