"""Makes a store's tables from a dissector's declaration (stage ③)."""

from __future__ import annotations

import hashlib
import json

from thresher.capture.contract import Dissector, RecordDissector
from thresher.capture.errors import PluginError
from thresher.capture.model import HEAD, ColumnSpec
from thresher.capture.store.quoting import name

SCHEMA_VERSION = 3
"""Raised when a table below changes; stores of another version are rebuilt."""

WRAPPING = ColumnSpec("wrapping", "VARCHAR", "In what the record was found, NULL where it stands plain in its file.")
RAW = ColumnSpec("raw", "VARCHAR USING COMPRESSION zstd", "Exact text of the record.")

PACKED = frozenset(("num", "time_ns", "evt_num", "type_id", "offset_bytes", "length_bytes", "fd", "res"))
"""Columns of events that bits pack best in every capture: the database need not try its other ways on them."""
PACKING = " USING COMPRESSION bitpacking"
WHOLE_NUMBERS = frozenset(("BIGINT", "INTEGER", "UBIGINT", "UINTEGER"))

FIXED: dict[str, tuple[ColumnSpec, ...]] = {
    "files": (
        ColumnSpec("file_id", "UINTEGER", "Ordinal in the input set, from 0."),
        ColumnSpec("path", "VARCHAR", "As found; names are bytes of the file system, wrong ones escaped."),
        ColumnSpec("size_bytes", "UBIGINT", "On disk."),
        ColumnSpec("sha256", "VARCHAR", "Of the bytes on disk, in hex."),
        ColumnSpec("compression", "VARCHAR", "Empty for plain."),
        ColumnSpec("records", "UBIGINT", "Events from this file."),
        ColumnSpec("first_ns", "BIGINT", "Earliest event."),
        ColumnSpec("last_ns", "BIGINT", "Latest event."),
    ),
    "damage": (
        ColumnSpec("path", "VARCHAR", "The file."),
        ColumnSpec("offset_bytes", "UBIGINT", "First byte passed over, in the uncompressed stream."),
        ColumnSpec("length_bytes", "UBIGINT", "Bytes passed over."),
        ColumnSpec("what", "VARCHAR", "What was found."),
    ),
    "copies": (
        ColumnSpec("num", "UINTEGER", "The row whose record was delivered once more."),
        ColumnSpec("evt_num", "UINTEGER", "The number that this delivery would have as an event."),
        ColumnSpec("file_id", "UINTEGER", "Row of the table files."),
        ColumnSpec("offset_bytes", "UBIGINT", "Where it starts in the uncompressed stream of its file."),
        ColumnSpec("length_bytes", "UINTEGER", "How long it is there."),
        ColumnSpec("wrapping", "VARCHAR", "In what it was found, NULL where it stands plain in its file."),
    ),
    "same_ids": (
        ColumnSpec("num", "UINTEGER", "A row whose identity other rows have too."),
        ColumnSpec("id", "VARCHAR", "The identity."),
        ColumnSpec("differs", "VARCHAR", "content, or spelling where they say the same."),
    ),
    "shared_times": (ColumnSpec("time_ns", "BIGINT", "A time that several rows of a log have."),),
    "late": (
        ColumnSpec("num", "UINTEGER", "A row stored after rows that follow it."),
        ColumnSpec("before_num", "UINTEGER", "The row before which it belongs."),
    ),
    "meta": (
        ColumnSpec("key", "VARCHAR", ""),
        ColumnSpec("value", "VARCHAR", ""),
    ),
}
"""Tables that every store has beside the dissector's own."""


def event_columns(dissector: Dissector) -> tuple[ColumnSpec, ...]:
    """All columns of the event table in order; a record dissector's stored fields and ``raw`` come by themselves."""
    columns = list(HEAD + dissector.event_columns)
    if isinstance(dissector, RecordDissector):
        present = {column.name for column in columns}
        stored = [ColumnSpec(column, type_, f"Value at {path}.") for column, type_, path in dissector.stored]
        columns += [column for column in (*stored, WRAPPING, RAW) if column.name not in present]
    return tuple(columns)


def tables(dissector: Dissector) -> dict[str, tuple[ColumnSpec, ...]]:
    """Every table of the dissector's store with its columns.

    Raises:
        PluginError: two tables or columns have the same name.
    """
    found = {"events": event_columns(dissector), **FIXED}
    for relation in dissector.relations:
        if relation.name in found:
            raise PluginError(f"{dissector.name}: the table '{relation.name}' is declared twice")
        found[relation.name] = relation.columns
    if isinstance(dissector, RecordDissector) and "event_types" not in found:
        found["event_types"] = (ColumnSpec("type_id", "INTEGER", ""), ColumnSpec("name", "VARCHAR", ""))
    for table, columns in found.items():
        names = [column.name.lower() for column in columns]
        if len(set(names)) != len(names):
            raise PluginError(f"{dissector.name}: the table '{table}' has a column twice")
    return found


def statements(dissector: Dissector) -> list[str]:
    """The CREATE statements of the dissector's store."""
    return [
        f"CREATE TABLE {name(table)} ({', '.join(_definition(table, column) for column in columns)})"
        for table, columns in tables(dissector).items()
    ]


def _definition(table: str, column: ColumnSpec) -> str:
    packed = table == "events" and column.name in PACKED and column.type in WHOLE_NUMBERS
    return f"{name(column.name)} {column.type}{PACKING if packed else ''}"


def digest(dissector: Dissector) -> str:
    """Changes whenever a store made now would not look like one made before."""
    parts: list[object] = [SCHEMA_VERSION, dissector.name, statements(dissector)]
    if isinstance(dissector, RecordDissector):
        parts += [dissector.time_path, dissector.type_path, list(dissector.stored), dissector.id_column]
        parts += dissector.other_time_paths
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
