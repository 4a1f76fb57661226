"""Two small dissectors with readers of their own: fixed-size blocks and JSON records of nobody's format."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa

from thresher.capture.contract import (
    Accounting,
    BlockDissector,
    BlockReader,
    ByteStream,
    Dissection,
    Lookup,
    RawEvent,
    RecordDissector,
    RecordReader,
    Records,
)
from thresher.capture.model import (
    ByteSource,
    Column,
    ColumnSpec,
    Computed,
    Damage,
    Field,
    FieldType,
    ListColumn,
    Metadata,
    Node,
    Relation,
    Value,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAGIC = b"FAKEBLOK"
BLOCK = struct.Struct("<2sHqI")
"""Mark, length of the whole block, time, value; what follows is padding."""
MARK = b"EV"


def block(time_ns: int, value: int, padding: bytes = b"") -> bytes:
    """One event."""
    return BLOCK.pack(MARK, BLOCK.size + len(padding), time_ns, value) + padding


def capture(count: int, start_ns: int = 1_000_000_000, padding: bytes = b"") -> bytes:
    """A capture of ``count`` events a microsecond apart, with the values 0, 1, 2 …"""
    return MAGIC + b"".join(block(start_ns + 1000 * number, number, padding) for number in range(count))


class FakeReader(BlockReader):
    """Claims what starts with the magic."""

    name = "fake_blocks"
    title = "fake blocks"
    source = "fake"

    def claims(self, head: bytes, path: str) -> float:
        return 1.0 if head.startswith(MAGIC) else 0.0

    def decode(self, block_type: int, body: bytes) -> list[Metadata]:
        return []


class FakeDissection(Dissection):
    """Walks the blocks one by one."""

    def __init__(self, path: str, fails_at: int | None) -> None:
        self.damage = []
        self.accounting = Accounting(facts={"hostname": "fakehost"})
        self._path = path
        self._fails_at = fails_at
        self._rows: list[tuple[int, int, int, int]] = []
        self._num = 0

    def feed(self, chunk: bytes | memoryview, offset: int, max_rows: int, final: bool) -> int:
        used = 0
        if offset == 0:
            used = len(MAGIC)
            self.accounting.state_bytes = used
        while len(chunk) - used >= BLOCK.size and len(self._rows) < max_rows:
            mark, length, time_ns, value = BLOCK.unpack_from(chunk, used)
            if mark != MARK:
                raise ValueError(f"no block at {offset + used}")
            if len(chunk) - used < length:
                break
            if value == self._fails_at:
                raise RuntimeError("the fake was told to fail")
            self._rows.append((time_ns, offset + used, length, value))
            self.accounting.event_blocks += 1
            self.accounting.event_bytes += length
            used += length
        if final and used < len(chunk) and len(self._rows) < max_rows:
            self.damage.append(Damage(self._path, offset + used, len(chunk) - used, "the last block is cut off"))
            self.accounting.damaged_bytes += len(chunk) - used
            used = len(chunk)
        return used

    def pending_rows(self) -> int:
        return len(self._rows)

    def take(self, limit: int) -> list[tuple[str, pa.RecordBatch]]:
        rows, self._rows = self._rows[:limit], self._rows[limit:]
        count = len(rows)
        first, self._num = self._num, self._num + count
        values = [row[3] for row in rows]
        events = pa.record_batch(
            {
                "num": pa.array(range(first, first + count), pa.uint32()),
                "time_ns": pa.array([row[0] for row in rows], pa.int64()),
                "file_id": pa.array([0] * count, pa.uint32()),
                "evt_num": pa.array(range(first + 1, first + count + 1), pa.uint32()),
                "type_id": pa.array([value % 3 for value in values], pa.int32()),
                "offset_bytes": pa.array([row[1] for row in rows], pa.uint64()),
                "length_bytes": pa.array([row[2] for row in rows], pa.uint32()),
                "flags": pa.array([value % 10 == 9 for value in values]).cast(pa.uint16()),
                "value": pa.array(values, pa.int64()),
            }
        )
        return [("event_types", self._types()), ("events", events)] if first == 0 else [("events", events)]

    def finish(self) -> list[tuple[str, pa.RecordBatch]]:
        return []

    @staticmethod
    def _types() -> pa.RecordBatch:
        return pa.record_batch({"type_id": pa.array([0, 1, 2], pa.int32()), "name": ["zero", "one", "two"]})


class Fake(BlockDissector):
    """Events with one value."""

    name = "fake"
    title = "Fake blocks"
    fields = (
        Field("evt.value", FieldType.INT, "Value", "The value.", Column("value")),
        Field(
            "evt.step",
            FieldType.INT,
            "Step",
            "Since the event before.",
            Window("value - lag(value) OVER (ORDER BY e.num)"),
        ),
        Field("evt.padding", FieldType.STRING, "Padding", "What pads the block.", Computed("padding")),
        Field("evt.address", FieldType.IP, "Address", "The value as an address.", Computed("address")),
    )
    event_columns = (ColumnSpec("value", "BIGINT", "The value."),)
    relations = (
        Relation(
            "event_types",
            "type_id",
            "e.type_id",
            (ColumnSpec("type_id", "INTEGER", ""), ColumnSpec("name", "VARCHAR", "")),
            "Names.",
        ),
    )
    list_columns = (ListColumn("evt.value", "Value", 0),)
    summary = "{evt.value}"
    fails_at: ClassVar[int | None] = None

    def begin(self, reader: BlockReader, path: str) -> Dissection:
        return FakeDissection(path, self.fails_at)

    def computed_types(self, field_name: str, argument: str | None) -> frozenset[int] | None:
        return frozenset({0, 2}) if field_name == "evt.padding" else None

    def compute(self, field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
        return [self._value(field_name, event) for event in events]

    def _value(self, field_name: str, event: RawEvent) -> Value:
        value = BLOCK.unpack_from(event.block)[3]
        if field_name == "evt.address":
            return f"10.0.0.{value}" if value < 256 else None
        if value == 6:
            raise ValueError("six cannot be computed")
        return event.block[BLOCK.size :].decode() or None

    def sources(self, event: RawEvent) -> list[ByteSource]:
        return [ByteSource("block", event.block)]

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        return []


class LineReader(RecordReader):
    """One JSON object a line."""

    name = "fake_lines"
    title = "fake lines"

    def claims(self, head: bytes, path: str) -> float:
        return 0.6 if head.lstrip().startswith(b"{") else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        data = b"".join(stream.chunks())
        texts: list[bytes] = []
        offsets: list[int] = []
        at = 0
        for line in data.splitlines(keepends=True):
            if line.strip():
                texts.append(line.rstrip(b"\n"))
                offsets.append(at)
            at += len(line)
        yield Records(file_id, texts, offsets)


class FakeLog(RecordDissector):
    """Records with the keys ``at``, ``what``, ``who``, ``from``, ``size``."""

    name = "fake_log"
    title = "Fake log"
    time_path = "at"
    type_path = "what"
    stored = (("who", "VARCHAR", "who.name"), ("source", "VARCHAR", "from"), ("size", "BIGINT", "size"))
    relation_source: ClassVar[Mapping[str, str]] = {"addresses": "source"}
    relations = (
        Relation(
            "addresses",
            "text",
            "e.source",
            (ColumnSpec("text", "VARCHAR", ""), ColumnSpec("hi", "UBIGINT", ""), ColumnSpec("lo", "UBIGINT", "")),
            "Addresses.",
        ),
    )
    fields = (Field("log.who", FieldType.STRING, "Who", "Who did it.", Column("who")),)
    list_columns = (ListColumn("log.who", "Who", 0),)
    summary = "{log.who}"

    def claims_record(self, record: Mapping[str, object]) -> float:
        return 1.0 if "what" in record and "at" in record else 0.0

    def relation_rows(self, relation: str, values: Sequence[str]) -> list[tuple[Value, ...]]:
        return [(text, 0, len(text)) for text in values if text != "nowhere"]

    def sources(self, event: RawEvent) -> list[ByteSource]:
        return [ByteSource("record", event.block, "json")]

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        return []


class OtherLog(FakeLog):
    """Records with the key ``other``."""

    name = "other_log"
    title = "Other log"

    def claims_record(self, record: Mapping[str, object]) -> float:
        return 1.0 if "other" in record else 0.0


def record(number: int, **more: object) -> bytes:
    """One record of the fake log, two of them a second."""
    made = {
        "at": f"2026-11-23T10:{number // 120 % 60:02}:{number // 2 % 60:02}Z",
        "what": f"Do{number % 5}",
        "who": {"name": f"user{number % 7}"},
        "from": f"10.0.0.{number % 4}",
        "size": number,
        **more,
    }
    return json.dumps(made).encode()
