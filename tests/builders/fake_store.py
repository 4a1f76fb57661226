"""A store in memory with a small source of its own: every kind of place a field can live in, grown by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
import numpy as np

from thresher.capture.contract import Dissector, Lookup, RawEvent
from thresher.capture.generic_fields import TIME_FIELDS, event_type
from thresher.capture.model import (
    HEAD,
    ByteSource,
    ColourRule,
    Column,
    ColumnSpec,
    Computed,
    Field,
    FieldType,
    ListColumn,
    Node,
    Relation,
    Sql,
    Value,
    Version,
    Window,
)
from thresher.capture.note_fields import Noted
from thresher.capture.registry import Catalogue
from thresher.capture.store import schema
from thresher.capture.store.facts import Facts, Progress
from thresher.capture.store.noted import NoteTables

if TYPE_CHECKING:
    from thresher.capture.store.cancel import Cancel

MAPPED = 0xFFFF_0000_0000


class Toy(Dissector):
    """Events with one of everything."""

    name = "toy"
    title = "Toys"
    fields = (
        *TIME_FIELDS,
        event_type(Version("event_types", "name")),
        Field("toy.value", FieldType.INT, "Value", "A number.", Column("value")),
        Field("toy.who", FieldType.STRING, "Who", "A name.", Column("who")),
        Field("toy.ip", FieldType.IP, "Address", "An address.", Column("ip")),
        Field("toy.tags", FieldType.STRING, "Tags", "Several words.", Column("tags"), is_list=True),
        Field("toy.data", FieldType.BYTES, "Data", "Some bytes.", Column("data")),
        Field("toy.big", FieldType.UINT, "Big", "A large number.", Sql("e.value::UBIGINT + 9007199254740990")),
        Field("toy.even", FieldType.BOOL, "Even", "Whether the number is even.", Sql("e.value % 2 = 0")),
        Field(
            "toy.gap",
            FieldType.DURATION,
            "Gap",
            "Since the last.",
            Window("e.time_ns - lag(e.time_ns) OVER (ORDER BY e.num)"),
        ),
        Field("toy.text", FieldType.STRING, "Text", "Made from the bytes.", Computed("text")),
        Field(
            "toy.any", FieldType.STRING, "Any", "For filters.", Sql("NULL"), is_filter_only=True, either=("toy.who",)
        ),
    )
    event_columns = (
        ColumnSpec("value", "BIGINT", "A number."),
        ColumnSpec("who", "VARCHAR", "A name."),
        ColumnSpec("ip_hi", "UBIGINT", "An address."),
        ColumnSpec("ip_lo", "UBIGINT", "An address."),
        ColumnSpec("tags", "VARCHAR[]", "Words."),
        ColumnSpec("data", "BLOB", "Bytes."),
    )
    relations = (
        Relation(
            "event_types",
            "type_id",
            "e.type_id",
            (ColumnSpec("type_id", "INTEGER", "Key."), ColumnSpec("name", "VARCHAR", "Name.")),
            "Names.",
        ),
    )
    list_columns = (
        ListColumn("evt.num", "No.", 5),
        ListColumn("evt.time", "Time", 18),
        ListColumn("toy.who", "Who", 6),
        ListColumn("toy.text", "Text", 0),
    )
    colour_rules = (
        ColourRule("Large", "toy.value >= 100", "alarm"),
        ColourRule("Bob's", 'toy.who == "bob"', "net"),
    )
    summary = "{toy.who}"
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("toy.who",),
        "outcome": ("evt.type",),
        "any.ip": ("toy.ip",),
    }

    def compute(self, field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
        return [self._text(event) for event in events]

    @staticmethod
    def _text(event: RawEvent) -> Value:
        value = event.row["value"]
        if value == 13:
            raise ValueError("thirteen cannot be told")
        return f"text {value}\n" if isinstance(value, int) else None

    def sources(self, event: RawEvent) -> list[ByteSource]:
        return [ByteSource("block", event.block)]

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        return [
            Node("Toy", children=[Node(name, str(value), field=name, value=value) for name, value in values.items()])
        ]


class Log(Toy):
    """The same in time order, under another name and with a field of its own."""

    name = "toylog"
    in_time_order = True
    fields = (
        *TIME_FIELDS,
        event_type(Version("event_types", "name")),
        Field("log.line", FieldType.STRING, "Line", "A line.", Column("who")),
        Field("log.ip", FieldType.IP, "Address", "An address.", Column("ip")),
    )
    list_columns = (ListColumn("evt.num", "No.", 5), ListColumn("log.line", "Line", 0))
    colour_rules = ()
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {"actor": ("log.line",), "any.ip": ("log.ip",)}


def event(**columns: Any) -> dict[str, Any]:
    """An event row; what is left out is filled in by ``FakeStore.add``."""
    return columns


class FakeStore:
    """What ``case`` and ``query`` use of a store."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]] = (), dissector: Dissector | None = None, spec: str = "toy.bin"
    ) -> None:
        self.spec = spec
        self.dissector = dissector or Toy()
        self.catalogue = Catalogue(self.dissector)
        self.built: list[str] = []
        self.shift_ns = 0
        self._connection = duckdb.connect()
        self._lock = threading.Lock()
        self._count = 0
        self._complete = False
        self._waiting: Callable[[], object] | None = None
        self._stops: list[Callable[[], None]] = []
        for statement in schema.statements(self.dissector):
            self._connection.execute(statement)
        self._connection.execute("INSERT INTO event_types VALUES (0, 'ok'), (1, 'EPERM')")
        self.add(rows)
        self._complete = True
        self.noted = NoteTables(self)  # type: ignore[arg-type]

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append events; a row without ``evt_num`` counts on, one without ``time_ns`` is a second after its number."""
        names = [column.name for column in (*HEAD, *self.dissector.event_columns)]
        for row in rows:
            num = self._count
            filled = {
                "num": num,
                "time_ns": (num + 1) * 1_000_000_000,
                "file_id": 0,
                "evt_num": num + 1,
                "type_id": 0,
                "offset_bytes": num * 4,
                "length_bytes": 4,
                "flags": 0,
                "value": num,
                **row,
            }
            marks = ", ".join("?" for _ in names)
            self._connection.execute(f"INSERT INTO events VALUES ({marks})", [filled.get(name) for name in names])
            self._count += 1

    def fill(self, count: int) -> None:
        """Many plain events at once."""
        first = self._count
        self._connection.execute(
            "INSERT INTO events "
            "(num, time_ns, file_id, evt_num, type_id, offset_bytes, length_bytes, flags, value, who) "
            f"SELECT range, range * 1000, 0, range + 1, 0, 0, 4, 0, range, 'x' FROM range({first}, {first + count})"
        )
        self._count += count

    def late(self, num: int, before: int) -> None:
        self._connection.execute("INSERT INTO late VALUES (?, ?)", [num, before])

    def load_until(self, waiting: Callable[[], object]) -> None:
        """Be incomplete until ``waiting`` returns."""
        self._complete = False
        self._waiting = waiting

    def cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._connection.cursor()

    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._connection

    @property
    def is_complete(self) -> bool:
        return self._complete

    def count(self) -> int:
        return self._count

    def progress(self) -> Progress:
        return Progress(self._count, 100, self._count, self._complete)

    def wait(self) -> None:
        if self._waiting is not None:
            self._waiting()
        self._complete = True

    def start_ns(self) -> int:
        return int(self.cursor().execute("SELECT coalesce(min(time_ns), 0) FROM events").fetchall()[0][0])

    def facts(self) -> Facts:
        return Facts(self.spec, self.dissector.name, rows=self._count, complete=self._complete)

    def with_bytes(self, rows: Sequence[Mapping[str, Value]]) -> list[RawEvent]:
        return [RawEvent(row, np.uint32(int(str(row["num"]))).tobytes()) for row in rows]

    def lookup(self) -> Any:
        return None

    def before_close(self, stop: Callable[[], None]) -> None:
        self._stops.append(stop)

    def is_kept(self, ref: Any) -> bool:
        return False

    def ensure(self, ref: Any, on_progress: Any = None, cancel: Cancel | None = None) -> str:
        if isinstance(ref.field.place, Noted):
            return self.noted.table(ref.field.place.expression)
        table = f"lazy_{len(self.built)}"
        self.built.append(ref.key)
        if isinstance(ref.field.place, Window):
            self._connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM "
                f"(SELECT e.num, {ref.field.place.expression} AS value FROM events e) WHERE value IS NOT NULL"
            )
        else:
            self._connection.execute(f"CREATE TABLE {table} AS SELECT num, concat('text ', value) AS value FROM events")
        return table

    def close(self) -> None:
        for stop in self._stops:
            stop()
        with self._lock:
            self._connection.close()
