"""A small case in memory with the signatures of ``thresher.capture.case.Case``, for the screens' tests (stage ⑤)."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tests.builders.filter_catalogue import catalogue_of
from thresher.capture.errors import Cancelled, FilterError
from thresher.capture.filter.complete import Suggestion
from thresher.capture.filter.surroundings import PLAIN
from thresher.capture.model import ByteSource, Column, Damage, Field, FieldType, ListColumn, Node, Value
from thresher.capture.notes import NOTHING, Change, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Positions = npt.NDArray[np.uint32]

START_NS = 1_700_000_000_000_000_000
STEP_NS = 1_000_003
EVENT_TYPES = ("openat", "read", "close", "connect", "execve", "write")
PROCESSES = ("nginx", "curl", "python3", "sh")

FIELDS = (
    Field("evt.num", FieldType.UINT, "No.", "Number of the event.", Column("evt_num")),
    Field("evt.time", FieldType.TIME, "Time", "When it happened.", Column("time_ns")),
    Field("evt.rawtime", FieldType.TIME, "Time", "When it happened.", Column("time_ns")),
    Field("proc.name", FieldType.STRING, "Process", "Name of the process.", Column("name")),
    Field("proc.pid", FieldType.INT, "PID", "Process id.", Column("pid")),
    Field("evt.type", FieldType.STRING, "Event", "Name of the event.", Column("type")),
    Field("evt.res", FieldType.STRING, "Result", "SUCCESS or the error.", Column("res")),
    Field("fd.name", FieldType.STRING, "FD name", "Name of the descriptor.", Column("fd_name")),
    Field("evt.info", FieldType.STRING, "Info", "Arguments.", Column("info")),
)
COLUMNS = (
    ListColumn("evt.num", "No.", 9),
    ListColumn("evt.time", "Time", 18),
    ListColumn("proc.name", "Process", 10),
    ListColumn("proc.pid", "PID", 7),
    ListColumn("evt.type", "Event", 9),
    ListColumn("evt.res", "Result", 8),
    ListColumn("evt.info", "Info", 0),
)
CLAUSE = re.compile(
    r"\s*(?P<negated>not\s+)?(?P<field>[a-z][\w.]*)\s*(?P<operator>==|!=|contains)\s*(?P<value>\"[^\"]*\"|'[^']*'|\S+?)\s*\Z"
)


@dataclass(frozen=True)
class Timeline:
    start_ns: int
    bucket_ns: int
    counts: list[int]
    failed: list[int]


@dataclass
class Progress:
    """As ``CaseProgress``."""

    done_bytes: int
    total_bytes: int
    rows: int
    complete: bool
    error: Exception | None = None
    generation: int = 0
    is_live: bool = False

    @property
    def fraction(self) -> float:
        return 1.0 if self.complete else min(self.done_bytes / self.total_bytes, 0.999)


@dataclass
class Facts:
    files: list[str]
    damage: list[Damage] = field(default_factory=list)


class FakeCancel:
    """The cancel token of the fake: work looks at it between rows."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def cancel(self) -> None:
        self.asked.set()


class FakeStore:
    def __init__(self, spec: str, damage: list[Damage]) -> None:
        self.spec, self.catalogue = spec, catalogue_of(FIELDS)
        self._facts = Facts([spec], damage)

    def facts(self) -> Facts:
        return self._facts


class FakeNotes:
    """Notes in memory, by position."""

    def __init__(self) -> None:
        self.notes: dict[int, Note] = {}
        self.revision = 0

    def refresh(self) -> bool:
        return False

    def of(self, positions: Sequence[int]) -> list[Note]:
        return [self.notes.get(int(position), NOTHING) for position in positions]

    def known(self) -> list[tuple[int, Note]]:
        return sorted(self.notes.items())

    def references(self) -> list[tuple[int, int]]:
        return [(position, START_NS + position * STEP_NS) for position, note in self.known() if note.is_reference]

    def ignored(self) -> int:
        return sum(note.ignored for note in self.notes.values())

    def change(self, positions: Sequence[int], change: Change) -> None:
        for position in positions:
            old = self.notes.get(position, NOTHING)
            self.notes[position] = Note(
                old.marked if change.marked is None else change.marked,
                old.comment if change.comment is None else change.comment,
                tuple(sorted({*old.tags, *change.add_tags} - {*change.remove_tags})),
                old.is_reference if change.is_reference is None else change.is_reference,
                old.ignored if change.ignored is None else change.ignored,
            )
        self.revision += 1

    def log(self, what: str, said: dict[str, object]) -> None:
        self.logged = [*getattr(self, "logged", []), (what, said)]


class FakeCompleter:
    """Completes the word at the end of a filter: field names, and after an operator the names of processes."""

    is_counting = False

    def complete(self, text: str, cursor: int) -> list[Suggestion]:
        start = max(text.rfind(each, 0, cursor) for each in " (") + 1
        prefix = text[start:cursor]
        if text[:start].rstrip().endswith("=="):
            counted = ((name, 90 - 10 * at) for at, name in enumerate(PROCESSES))
            return [
                Suggestion(name, start, cursor, "value", count=count)
                for name, count in counted
                if name.startswith(prefix)
            ]
        return [
            Suggestion(field.name, start, cursor, "field", field.type.value, field.description)
            for field in FIELDS
            if field.name.startswith(prefix)
        ]


class FakeCase:
    """``rows`` events, computed from their number; every tenth ``internal``, every seventh failed.

    Args:
        rows: how many events there are once loaded.
        loaded: how many can be read at first; ``grow`` adds more.
        texts: info texts to use in turn, for hostile strings.
        slow: the select with this text waits until it is cancelled or released.
    """

    def __init__(
        self,
        rows: int = 500,
        *,
        loaded: int | None = None,
        texts: Sequence[str] = ("res=0", "fd=3(<f>/etc/passwd) size=4096"),
        slow: str = "",
        damage: Sequence[Damage] = (),
        spec: str = "shop.scap",
        json: bool = False,
    ) -> None:
        self.rows_total = rows
        self.loaded = rows if loaded is None else loaded
        self.texts = tuple(texts)
        self.slow = slow
        self.json = json
        self.generation, self.closed = 0, False
        self.release = threading.Event()
        self.fail_rows: Exception | None = None
        self.missing: Exception | None = None
        self.selected: list[str] = []
        self.stores = [FakeStore(spec, list(damage))]
        self.zone, self.around = UTC, PLAIN
        self.notes = FakeNotes()

    # --- the contract ---

    def fields(self, pattern: str = "") -> list[Field]:
        return [each for each in FIELDS if pattern in each.name]

    def columns(self) -> list[ListColumn]:
        return list(COLUMNS)

    def check(self, text: str) -> str:
        for clause in self._clauses(text):
            match = CLAUSE.match(clause)
            names = [each.name for each in FIELDS]
            if match is None:
                raise FilterError("a comparison was expected here", text, 0, len(text), "write field == value")
            if match["field"] not in names:
                start = text.index(match["field"])
                raise FilterError(
                    f"unknown field '{match['field']}'",
                    text,
                    start,
                    start + len(match["field"]),
                    "did you mean 'proc.name'?",
                )
        return text

    def completer(self, names: object = None) -> FakeCompleter:
        return FakeCompleter()

    def sql(self, text: str) -> list[str]:
        return [f"SELECT * FROM events e WHERE {text or 'true'}"]

    def count(self) -> int:
        return self.loaded - self.hidden()

    def hidden(self) -> int:
        return self.loaded // 10

    def select(
        self,
        text: str = "",
        *,
        internal: bool = False,
        cancel: FakeCancel | None = None,
        on_rows: Callable[[Positions], None] | None = None,
        on_progress: Callable[[float], None] | None = None,
        start: int = 0,
    ) -> Positions:
        self.selected.append(text)
        self.check(text)
        if self.slow and self.slow in text:
            while not self.release.wait(0.005):
                if cancel is not None and cancel.asked.is_set():
                    raise Cancelled("stopped")
        all_rows = np.arange(start, self.loaded, dtype=np.uint32)
        ignored = [position for position, note in self.notes.known() if note.ignored]
        all_rows = all_rows[~np.isin(all_rows, ignored)]
        if not internal:
            all_rows = all_rows[all_rows % 10 != 9]
        if self._clauses(text):
            all_rows = np.array([row for row in all_rows if self._matches(int(row), text)], dtype=np.uint32)
        if on_rows is not None:
            on_rows(all_rows[:48])
        return all_rows

    def rows(self, positions: Sequence[int], fields: Sequence[str]) -> list[tuple[Value, ...]]:
        if self.fail_rows is not None:
            raise self.fail_rows
        return [tuple(self._value(int(position), name) for name in fields) for position in positions]

    def styles(self, positions: Sequence[int]) -> list[str]:
        return [self._style(int(position)) for position in positions]

    def times(self, positions: Sequence[int]) -> list[int | None]:
        return [START_NS + int(position) * STEP_NS for position in positions]

    def number(self, position: int) -> tuple[int, int]:
        return 0, int(position) + 1

    def position_of(self, evt_num: int, store: int = 0) -> int:
        return min(max(evt_num, 1) - 1, self.loaded - 1)

    def position_at(self, time_ns: int) -> int:
        return max(0, min(self.loaded - 1, -(-(time_ns - START_NS) // STEP_NS)))

    def inspect(self, positions: Sequence[int]) -> list[tuple[list[Node], list[ByteSource]]]:
        if self.missing is not None:
            raise self.missing
        return [(self.details(position), self.sources(position)) for position in positions]

    def details(self, position: int) -> list[Node]:
        head = Node("Header", f"event {position + 1}", start=0, end=8)
        head.children = [
            Node("time", "…", "evt.time", START_NS + position * STEP_NS, start=0, end=4),
            Node(
                "evt.type",
                str(self._value(position, "evt.type")),
                "evt.type",
                self._value(position, "evt.type"),
                start=4,
                end=8,
            ),
        ]
        process = Node("Process", str(self._value(position, "proc.name")), origin="event 1")
        process.children = [
            Node("proc.name", str(self._value(position, "proc.name")), "proc.name", self._value(position, "proc.name")),
            Node(
                "proc.pid",
                str(self._value(position, "proc.pid")),
                "proc.pid",
                self._value(position, "proc.pid"),
                start=8,
                end=16,
            ),
        ]
        return [head, process]

    def sources(self, position: int) -> list[ByteSource]:
        if self.json:
            text = '{"eventName":"GetObject","requestParameters":{"bucketName":"logs","key":"a"},"readOnly":true}'
            return [ByteSource("Record", text.encode(), "json")]
        return [ByteSource("Event block", bytes((position + each) % 256 for each in range(60)))]

    def timeline(
        self,
        buckets: int,
        positions: Positions | None = None,
        start_ns: int | None = None,
        end_ns: int | None = None,
    ) -> Timeline:
        first = START_NS if start_ns is None else start_ns
        last = START_NS + self.loaded * STEP_NS if end_ns is None else end_ns
        bucket_ns = max(1, -(-(last - first) // buckets))
        chosen = range(self.loaded) if positions is None else positions
        counts, failed = [0] * buckets, [0] * buckets
        for position in list(chosen)[:5000]:
            bucket = (START_NS + int(position) * STEP_NS - first) // bucket_ns
            if 0 <= bucket < buckets:
                counts[bucket] += 1 + (bucket % 3)
                failed[bucket] += int(position) % 7 == 6
        return Timeline(first, bucket_ns, counts, failed)

    def progress(self) -> Progress:
        return Progress(
            self.loaded, self.rows_total, self.loaded, self.loaded >= self.rows_total, None, self.generation
        )

    def iterate(
        self, positions: Positions, fields: Sequence[str], batch: int = 8192
    ) -> Iterator[list[tuple[Value, ...]]]:
        for start in range(0, len(positions), batch):
            yield self.rows([int(each) for each in positions[start : start + batch]], fields)

    def close(self) -> None:
        self.closed = True
        self.release.set()

    # --- what tests do to it ---

    def grow(self, rows: int) -> None:
        """More of the capture has been read; the last step re-sorts, as a finished load may."""
        self.loaded = min(self.rows_total, self.loaded + rows)
        self.generation += self.loaded >= self.rows_total

    # --- its rows ---

    def _clauses(self, text: str) -> list[str]:
        cleaned = text.replace("(", " ").replace(")", " ").replace("&&", " and ")
        return [part for part in re.split(r"\band\b", cleaned) if part.strip()] if text.strip() else []

    def _matches(self, position: int, text: str) -> bool:
        for clause in self._clauses(text):
            match = CLAUSE.match(clause)
            assert match is not None
            have, want = str(self._value(position, match["field"])), match["value"].strip("\"'")
            held = {"==": have == want, "!=": have != want, "contains": want in have}[match["operator"]]
            if held == bool(match["negated"]):
                return False
        return True

    def _value(self, position: int, name: str) -> Value:
        failed = position % 7 == 6
        values: dict[str, Value] = {
            "evt.num": position + 1,
            "evt.time": START_NS + position * STEP_NS,
            "evt.rawtime": START_NS + position * STEP_NS,
            "proc.name": PROCESSES[position // 5 % len(PROCESSES)],
            "proc.pid": 100 + position // 5 % len(PROCESSES),
            "evt.type": EVENT_TYPES[position % len(EVENT_TYPES)],
            "evt.res": ("EACCES" if position % 14 == 6 else "EAGAIN") if failed else "SUCCESS",
            "fd.name": None if position % 3 else "/etc/passwd",
            "evt.info": self.texts[position % len(self.texts)],
        }
        return values[name]

    def _style(self, position: int) -> str:
        if position % 14 == 6:
            return "alarm"
        return {"execve": "exec", "connect": "net", "close": "close", "openat": "file"}.get(
            EVENT_TYPES[position % len(EVENT_TYPES)], ""
        )
