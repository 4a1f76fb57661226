"""Puts JSON records into a store: typed columns extracted in bulk beside the exact text (stage ③)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from thresher.capture.model import Damage
from thresher.capture.store import json_path, schema
from thresher.capture.store.arrow_rows import table_of
from thresher.capture.store.copies import Copies
from thresher.capture.store.database import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thresher.capture.contract import RecordDissector, Records
    from thresher.capture.store.writer import Writer

PIECE = 15_360
MOST_BYTES = 256 << 20
"""Text of one batch, at most."""

ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""One escape of a JSON string: a pair of surrogates, half a pair, or anything else."""

ISO_8601 = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.]\d+)?([Zz]|[+-]\d\d:?\d\d)?"


@dataclass(frozen=True, slots=True)
class Staged:
    """Records ready to be inserted: ``table`` is (raw, file_id, offset_bytes, length_bytes, wrapping)."""

    table: pa.Table
    text_bytes: int


def stage(batches: Sequence[Records]) -> Staged:
    """One Arrow table from batches of records, in their order, without touching the texts one by one."""
    texts = [text for records in batches for text in records.texts]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    bounds = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(lengths, out=bounds[1:])
    raw = pa.StringArray.from_buffers(len(texts), pa.py_buffer(bounds), pa.py_buffer(b"".join(texts)))
    counts = [len(records.texts) for records in batches]
    file_ids = np.repeat(np.array([records.file_id for records in batches], dtype=np.uint32), counts)
    offsets = np.concatenate([np.asarray(records.offsets, dtype=np.uint64) for records in batches])
    columns = {
        "raw": raw,
        "file_id": pa.array(file_ids),
        "offset_bytes": pa.array(offsets),
        "length_bytes": pa.array(_lengths_in_files(batches, lengths).astype(np.uint32)),
        "wrapping": pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(np.arange(len(batches), dtype=np.int32), counts)),
            pa.array([records.wrapping or None for records in batches], pa.string()),
        ).dictionary_decode(),
    }
    return Staged(pa.table(columns), int(bounds[-1]))


def _lengths_in_files(batches: Sequence[Records], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many bytes each record takes where it was found, its text's own length where it stands as it is."""
    found, at = lengths.copy(), 0
    for records in batches:
        if records.lengths is not None:
            found[at : at + len(records.texts)] = records.lengths
        at += len(records.texts)
    return found


class RecordWriter:
    """Inserts staged records of one dissector.

    Attributes:
        damage: records that turned out to be no JSON, or to hold broken text.
        copies: what was delivered more than once; None where the source gives records no identity.
    """

    def __init__(self, writer: Writer, dissector: RecordDissector, paths: Sequence[str]) -> None:
        self.damage: list[Damage] = []
        self._writer = writer
        self._dissector = dissector
        self._paths = paths
        self._type_ids: dict[str, int] = {}
        self._known: dict[str, set[str]] = {relation: set() for relation in dissector.relation_source}
        self.copies = Copies(writer.cursor, dissector.id_column) if dissector.id_column else None
        self._insert = insert_statement(dissector)
        self._probe = self._probe_statement()
        self._next_num = 0
        self._next_ordinal = 1

    def insert(self, staged: Staged) -> None:
        """Append the records; the few that DuckDB cannot take become damage."""
        table = staged.table
        ordinals = np.arange(self._next_ordinal, self._next_ordinal + table.num_rows, dtype=np.uint32)
        self._next_ordinal += table.num_rows
        table = table.append_column("evt_num", pa.array(ordinals))
        try:
            table.column("raw").validate(full=True)
            probed = self._probed(table)
        except (pa.ArrowInvalid, duckdb.Error):
            table = self._repaired(table)
            probed = self._probed(table)
        if self.copies is None or not table.num_rows:
            self._append(table, probed, [])
            return
        kept, found = self.copies.sort_out(table, probed.column("id"), probed.column("id_hash"), self._next_num)
        if kept is not None:
            table, probed = table.filter(kept), probed.filter(kept)
        self._append(table, probed, found)

    def _append(self, table: pa.Table, probed: pa.Table, found: list[tuple[str, pa.Table]]) -> None:
        nums = np.arange(self._next_num, self._next_num + table.num_rows, dtype=np.uint32)
        relations = [self._new_types(probed.column(0)), *self._new_relation_rows(probed), *found]
        table = table.append_column("type_id", self._ids_of(probed.column(0)))
        table = table.append_column("num", pa.array(nums))
        # in pieces, which DuckDB's threads share
        table = pa.Table.from_batches(table.to_batches(max_chunksize=PIECE))
        cursor = self._writer.cursor
        cursor.execute("BEGIN")
        try:
            for relation, rows in relations:
                if rows is not None:
                    self._writer.insert(relation, rows)
            cursor.register("staged", table)
            cursor.execute(self._insert)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        cursor.unregister("staged")
        self._next_num += table.num_rows
        self._writer.rows += table.num_rows

    def _probe_statement(self) -> str:
        """Extracts what must be known before the rows go in: types and the values that relations are made of."""
        sources = {column: path for column, _, path in self._dissector.stored}
        paths = [self._dissector.type_path, *(sources[c] for c in self._dissector.relation_source.values())]
        listed = ", ".join(map(pointer, paths))
        columns = ", ".join(f"v[{index}] AS c{index}" for index in range(1, len(paths) + 1))
        if self._dissector.id_column:
            listed += f", {pointer(sources[self._dissector.id_column])}"
            columns += f", v[{len(paths) + 1}] AS id, hash(v[{len(paths) + 1}]) AS id_hash"
        return f"SELECT {columns} FROM (SELECT json_extract_string(raw, [{listed}]) AS v FROM staged)"

    def _probed(self, table: pa.Table) -> pa.Table:
        cursor = self._writer.cursor
        cursor.register("staged", table)
        try:
            return cursor.sql(self._probe).to_arrow_table()
        finally:
            cursor.unregister("staged")

    def _new_types(self, types: pa.ChunkedArray) -> tuple[str, pa.Table | None]:
        new = [text for text in types.unique().to_pylist() if text is not None and text not in self._type_ids]
        if not new:
            return "event_types", None
        first = len(self._type_ids)
        self._type_ids.update((text, first + index) for index, text in enumerate(new))
        ids = pa.array(range(first, first + len(new)), type=pa.int32())
        return "event_types", pa.table({"type_id": ids, "name": pa.array(new, type=pa.string())})

    def _ids_of(self, types: pa.ChunkedArray) -> pa.Array:
        """The type_id of each record, NULL where it names no type."""
        encoded = types.combine_chunks().dictionary_encode()
        ids = [self._type_ids[text] for text in encoded.dictionary.to_pylist()]
        return pa.array(ids, type=pa.int32()).take(encoded.indices)

    def _new_relation_rows(self, probed: pa.Table) -> list[tuple[str, pa.Table | None]]:
        """Rows for values that no earlier batch had."""
        columns = {relation.name: relation.columns for relation in self._dissector.relations}
        found: list[tuple[str, pa.Table | None]] = []
        for index, relation in enumerate(self._dissector.relation_source, start=1):
            known = self._known[relation]
            distinct = probed.column(index).unique().to_pylist()
            new = [text for text in distinct if text is not None and text not in known]
            known.update(new)
            rows = self._dissector.relation_rows(relation, new) if new else []
            if rows:
                found.append((relation, table_of(columns[relation], rows)))
        return found

    def _repaired(self, table: pa.Table) -> pa.Table:
        """The records in a form that DuckDB can read; the few that are no JSON at all become damage.

        A record with broken text is kept, or whoever wrote it could hide it.
        """
        texts = [bytes(value.as_buffer()) for value in table.column("raw").chunk(0)]
        repaired = [repaired_text(text) for text in texts]
        changed = pa.array([text != new for text, new in zip(texts, repaired, strict=True)])
        self._report(table.filter(changed).drop_columns("length_bytes"), "broken text in a record is shown as U+FFFD")
        at = table.schema.get_field_index("raw")
        table = table.set_column(at, "raw", pa.array([text.decode() for text in repaired], type=pa.string()))
        cursor = self._writer.cursor
        cursor.register("staged", table)
        try:
            is_json = cursor.sql("SELECT json_valid(raw) FROM staged").to_arrow_table().column(0)
        finally:
            cursor.unregister("staged")
        self._report(table.filter(pa.array(~is_json.to_numpy())), "a record is no JSON")
        return table.filter(is_json)

    def _report(self, table: pa.Table, what: str) -> None:
        """Damage for each of these records; without lengths nothing of them was passed over."""
        for row in table.drop_columns("raw").to_pylist():
            path = self._paths[row["file_id"]]
            self.damage.append(Damage(path, row["offset_bytes"], row.get("length_bytes", 0), what))


def repaired_text(text: bytes) -> bytes:
    """The text as UTF-8 in which every escaped surrogate has its other half; what is broken becomes U+FFFD."""
    if b"\\u" not in text:
        return text.decode(errors="replace").encode()
    return ESCAPE.sub(_whole, text.decode(errors="replace")).encode()


def _whole(match: re.Match[str]) -> str:
    return "\\ufffd" if match["half"] else match[0]


def pointer(path: str) -> str:
    """A declared path as an SQL literal."""
    return json_path.pointer(json_path.segments(path))


def insert_statement(dissector: RecordDissector) -> str:
    """The INSERT that turns staged records into event rows: one pass over each text for all stored fields."""
    stored = list(dissector.stored)
    times = (dissector.time_path, *dissector.other_time_paths)
    paths = ", ".join(map(pointer, [*times, *(path for _, _, path in stored)]))
    values = {
        "num": "num",
        "time_ns": time_ns(f"coalesce({', '.join(f'v[{place}]' for place in range(1, len(times) + 1))})"),
        "file_id": "file_id",
        "evt_num": "evt_num",
        "type_id": "type_id",
        "offset_bytes": "offset_bytes",
        "length_bytes": "length_bytes",
        "flags": "0",
        "wrapping": "wrapping",
        **{
            column: typed(f"v[{index}]", type_) for index, (column, type_, _) in enumerate(stored, start=len(times) + 1)
        },
        "raw": "raw",
    }
    columns = [column.name for column in schema.event_columns(dissector) if column.name in values]
    return (
        f"INSERT INTO events ({', '.join(map(name, columns))}) SELECT {', '.join(values[c] for c in columns)} "
        f"FROM (SELECT *, json_extract_string(raw, [{paths}]) AS v FROM staged)"
    )


def typed(text: str, type_: str) -> str:
    """An extracted text as a column's type; what does not fit is NULL."""
    return text if type_.split()[0] == "VARCHAR" else f"try_cast({text} AS {type_})"


def time_ns(text: str) -> str:
    """SQL for an ISO 8601 time as nanoseconds since 1970 in UTC; NULL for anything else.

    DuckDB's own cast to TIMESTAMP_NS keeps all nine digits, but passes silently over an offset or a zone's name.
    """
    plain = f"epoch_ns(try_cast({text} AS TIMESTAMP_NS))"
    base = f"epoch_ns(try_cast(regexp_replace(upper({text}), '(Z|[+-]\\d\\d:?\\d\\d)$', '') AS TIMESTAMP_NS))"
    zone = f"regexp_extract({text}, '[+-]\\d\\d:?\\d\\d$')"
    minutes = f"(CAST({zone}[2:3] AS BIGINT) * 60 + CAST({zone}[-2:] AS BIGINT))"
    signed = f"(CASE {zone}[1] WHEN '-' THEN -{minutes} ELSE {minutes} END)"
    shift = f"(CASE {zone} WHEN '' THEN 0 ELSE {signed} * 60000000000 END)"
    return (
        f"CASE WHEN length({text}) = 20 AND {text}[11] = 'T' AND {text}[20] = 'Z' THEN {plain} "
        f"WHEN regexp_full_match({text}, '{ISO_8601}') THEN {base} - {shift} END"
    )
