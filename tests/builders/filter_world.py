"""A small world of events with much that is missing: once as Python values, once as the tables of a store."""

from __future__ import annotations

import ipaddress
import json
import random
from dataclasses import dataclass, field
from typing import Any

import duckdb

from tests.builders.filter_catalogue import FilterSource
from thresher.capture.model import HEAD, EventFlag

START_NS = 1_700_000_000_000_000_000
TEXTS = ("", "a", "A", "ab", "b/c", "/tmp/a", "/tmp/ab/c", "it's", 'q"q', "x\\y", "a%_", "line\nbreak", "10", "é", "Öl")
TYPES = ("open", "openat", "read", "close")
NAMES = ("bash", "cat", "nginx", "Bash", "a")
ADDRESSES = (
    "10.0.0.1",
    "10.0.0.2",
    "192.168.1.1",
    "::1",
    "2001:db8::1",
    "2001:db8::ffff",
    "0.0.0.0",
    "255.255.255.255",
)
BYTES = (b"", b"GET /", b"get /\xff", b"\xca\xfe", b"\x0c\xaf\xe0", b"a")


def number_of(address: str) -> int:
    """An address as a 128-bit number, IPv4 mapped."""
    parsed = ipaddress.ip_address(address)
    return int(parsed) | 0xFFFF << 32 if parsed.version == 4 else int(parsed)


@dataclass
class World:
    """Events as rows, the tables beside them, and ``values`` of every plain field of each event."""

    events: list[dict[str, Any]] = field(default_factory=list)
    processes: list[dict[str, Any]] = field(default_factory=list)
    parentage: list[tuple[int, int, int, int]] = field(default_factory=list)
    fds: list[dict[str, Any]] = field(default_factory=list)

    def ancestors(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The processes above an event's own when it happened, nearest first."""
        found = []
        current = row["proc_id"]
        while current is not None and len(found) < 40:
            above = [p for c, low, high, p in self.parentage if c == current and low <= row["num"] < high]
            current = above[0] if above else None
            if current is not None and current < len(self.processes):
                found.append(self.processes[current])
            elif current is not None:
                break
        return found


def make_world(seed: int, count: int = 60) -> World:
    """A world drawn at random; about a third of everything is missing."""
    draw = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if draw.random() < 0.3 else value

    world = World()
    for number in range(8):
        world.processes.append(
            {
                "proc_id": number,
                "name": maybe(draw.choice(NAMES)),
                "exe": maybe(draw.choice(NAMES)),
                "pid": maybe(number),
            }
        )
    for child in range(1, 8):
        if draw.random() < 0.9:
            cut = draw.randrange(count)
            world.parentage.append((child, 0, cut, draw.choice((child - 1, draw.randrange(child)))))
            if draw.random() < 0.7:
                world.parentage.append((child, cut, count, draw.randrange(child)))
    for number in range(6):
        world.fds.append(
            {
                "fd_id": number,
                "name": maybe(draw.choice(TEXTS)),
                "cip": maybe(draw.choice(ADDRESSES)),
                "sip": maybe(draw.choice(ADDRESSES)),
                "sport": maybe(draw.choice((22, 80, 443, 65535))),
            }
        )
    for number in range(count):
        world.events.append(make_event(number, draw, maybe))
    return world


def make_event(number: int, draw: random.Random, maybe: Any) -> dict[str, Any]:
    """One event."""
    hosts = [
        {
            "name": maybe(draw.choice(NAMES)),
            "ip": maybe(draw.choice((*ADDRESSES, "internal"))),
            "count": maybe(number % 5),
        }
        for _ in range(draw.randrange(4))
    ]
    record = {
        "user": maybe({"name": maybe(draw.choice(NAMES))}),
        "bytes": maybe(draw.choice((0, 5, -7, "many"))),
        "mfa": maybe(draw.choice((True, False))),
        "when": maybe(f"2023-11-14T22:13:{20 + number % 40}Z"),
        "src": maybe(draw.choice((*ADDRESSES, "cloud.internal"))),
        "hosts": maybe(hosts if draw.random() < 0.7 or not hosts else hosts[0]),
        "request": maybe(
            {"a": maybe(draw.choice(TEXTS)), "a.b": "dotted", "deep": maybe([{"k": "x"}, {"k": ["y", 3]}])}
        ),
    }
    return {
        "num": number,
        "time_ns": START_NS + number * 1_000_000_007,
        "flags": EventFlag.INTERNAL if number % 11 == 10 else 0,
        "type_id": draw.randrange(len(TYPES) + 1),
        "res": maybe(draw.choice((-(1 << 63), -11, -1, 0, 3, 4096, (1 << 63) - 1))),
        "big": maybe(draw.choice((0, 1, (1 << 64) - 1, 1 << 63))),
        "latency_ns": maybe(draw.choice((0, 999, 5_000_000, 1_500_000_000))),
        "text": maybe(draw.choice(TEXTS)),
        "port": maybe(draw.choice((0, 80, 443, 65535))),
        "addr": maybe(draw.choice(ADDRESSES)),
        "data": maybe(draw.choice(BYTES)),
        "tags": maybe([draw.choice(TEXTS) for _ in range(draw.randrange(4))]),
        "sizes": maybe([draw.randrange(4) for _ in range(draw.randrange(3))]),
        "proc_id": maybe(draw.randrange(9)),
        "fd_id": maybe(draw.randrange(7)),
        "record": record,
        "gap": None if number == 0 else 1_000_000_007,
        "args": {"fd": maybe(draw.choice(TEXTS)), "path": maybe(draw.choice(TEXTS))},
        "peer": maybe(draw.choice(ADDRESSES)),
        "note": make_note(number),
    }


def make_note(number: int) -> dict[str, Any]:
    """What is noted about an event, drawn apart so that the rest of a world stays as it is."""
    draw = random.Random(number)
    return {
        **{name: draw.random() < 0.3 for name in ("marked", "reference", "ignored")},
        "comment": draw.choice(TEXTS) or None if draw.random() < 0.3 else None,
        "tag": sorted({draw.choice(TEXTS) for _ in range(draw.randrange(1, 3))}) if draw.random() < 0.3 else None,
    }


LAZY = {
    "evt.gap": "lazy_gap",
    "evt.arg.fd": "lazy_fd",
    "evt.arg.path": "lazy_path",
    "evt.peer": "lazy_peer",
    "evt.arg.none": "lazy_none",
    "frame.marked": "note_marked",
    "frame.ref_time": "note_reference",
    "frame.ignored": "note_ignored",
    "frame.comment": "note_comment",
    "tag": "note_tag",
}
"""Tables of the fields that are built on first use."""


def load(world: World) -> duckdb.DuckDBPyConnection:
    """The world as the tables of a store, in memory."""
    connection = duckdb.connect()
    source = FilterSource()
    tables = {"events": (*HEAD, *source.event_columns), **{each.name: each.columns for each in source.relations}}
    for name, specs in tables.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(f'{spec.name} {spec.type}' for spec in specs)})")
    for row in world.events:
        insert(connection, "events", event_row(row))
    for number, name in enumerate(TYPES):
        insert(connection, "event_types", {"type_id": number, "name": name})
    for process in world.processes:
        insert(connection, "processes", process)
    for child, low, high, parent in world.parentage:
        insert(
            connection,
            "parentage",
            {"proc_id": child, "from_num": low, "to_num": high, "parent_proc_id": parent},
        )
    for fd in world.fds:
        insert(connection, "fds", {**fd, **halves("cip", fd["cip"]), **halves("sip", fd["sip"])})
    load_lazy(connection, world)
    return connection


def load_lazy(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """The tables of the fields that are built on first use; only events that have the field are in them."""
    connection.execute("CREATE TABLE lazy_gap (num UINTEGER, value BIGINT)")
    connection.execute("CREATE TABLE lazy_fd (num UINTEGER, value VARCHAR)")
    connection.execute("CREATE TABLE lazy_path (num UINTEGER, value VARCHAR)")
    connection.execute("CREATE TABLE lazy_none (num UINTEGER, value VARCHAR)")
    connection.execute("CREATE TABLE lazy_peer (num UINTEGER, value_hi UBIGINT, value_lo UBIGINT)")
    for kind in ("marked", "reference", "ignored"):
        connection.execute(f"CREATE TABLE note_{kind} (num UINTEGER)")
    connection.execute("CREATE TABLE note_comment (num UINTEGER, value VARCHAR)")
    connection.execute("CREATE TABLE note_tag (num UINTEGER, value VARCHAR[])")
    for row in world.events:
        for kind, value in row["note"].items():
            if value:
                insert(connection, f"note_{kind}", {"num": row["num"], "value": value})
        if row["gap"] is not None:
            insert(connection, "lazy_gap", {"num": row["num"], "value": row["gap"]})
        for name in ("fd", "path"):
            if row["args"][name] is not None:
                insert(connection, f"lazy_{name}", {"num": row["num"], "value": row["args"][name]})
        if row["peer"] is not None:
            insert(connection, "lazy_peer", {"num": row["num"], **halves("value", row["peer"])})


def event_row(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of an event."""
    return {
        **{
            name: row[name]
            for name in ("num", "time_ns", "flags", "type_id", "res", "big", "latency_ns", "text", "port", "data")
        },
        **{name: row[name] for name in ("tags", "sizes", "proc_id", "fd_id")},
        "evt_num": row["num"] + 1,
        "raw": json.dumps(row["record"]),
        **halves("addr", row["addr"]),
    }


def halves(stem: str, address: str | None) -> dict[str, int | None]:
    """The two columns of an address."""
    number = None if address is None else number_of(address)
    return {
        f"{stem}_hi": None if number is None else number >> 64,
        f"{stem}_lo": None if number is None else number & (1 << 64) - 1,
    }


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """One row, as far as the table has its columns."""
    known = {each[0] for each in connection.execute(f"SELECT column_name FROM (DESCRIBE {table})").fetchall()}
    kept = {name: value for name, value in row.items() if name in known}
    marks = ", ".join("?" for _ in kept)
    connection.execute(f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})", list(kept.values()))
