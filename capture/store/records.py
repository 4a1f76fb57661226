"""Puts JSON records into a store: typed columns extracted in bulk beside the exact text (stage ③)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from thresher.capture.model import Damage
from thresher.capture.store import schema
from thresher.capture.store.arrow_rows import table_of
from thresher.capture.store.copies import Copies
from thresher.capture.store.extracting import ID_HASH, STAGED, TYPE
from thresher.capture.store.members import choice
from thresher.capture.store.quoting import name
from thresher.capture.store.staging import PIECE, Staged, filtered
from thresher.capture.store.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.contract import RecordDissector
    from thresher.capture.store.writer import Writer

ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""One escape of a JSON string: a pair of surrogates, half a pair, or anything else."""


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
        self._taking = Taking(writer.cursor, dissector, choice.load())
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
            extracted = self._taking.taken(table)
        except (pa.ArrowInvalid, duckdb.Error):
            table = self._repaired(table)
            extracted = self._taking.taken(table)
        if self.copies is None or not table.num_rows:
            self._append(table, extracted, [])
            return
        ids = extracted.column(self._dissector.id_column)
        kept, found = self.copies.sort_out(table, ids, extracted.column(ID_HASH), self._next_num)
        if kept is not None:
            table, extracted = filtered(table, kept), extracted.filter(kept)
        self._append(table, extracted, found)

    def _append(self, table: pa.Table, extracted: pa.Table, found: list[tuple[str, pa.Table]]) -> None:
        types = extracted.column(TYPE)
        relations = [self._new_types(types), *self._new_relation_rows(extracted), *found]
        rows = {
            **dict(zip(table.column_names, table.columns, strict=True)),
            **dict(zip(extracted.column_names, extracted.columns, strict=True)),
            "num": pa.array(np.arange(self._next_num, self._next_num + table.num_rows, dtype=np.uint32)),
            "type_id": self._ids_of(types),
            "flags": pa.array(np.zeros(table.num_rows, np.uint16)),
        }
        columns = [column.name for column in schema.event_columns(self._dissector) if column.name in rows]
        listed = ", ".join(map(name, columns))
        # in pieces, which DuckDB's threads share
        pieces = pa.table({column: rows[column] for column in columns}).to_batches(max_chunksize=PIECE)
        cursor = self._writer.cursor
        cursor.execute("BEGIN")
        try:
            for relation, rows in relations:
                if rows is not None:
                    self._writer.insert(relation, rows)
            cursor.register(STAGED, pa.Table.from_batches(pieces))
            cursor.execute(f"INSERT INTO events ({listed}) SELECT {listed} FROM {STAGED}")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        cursor.unregister(STAGED)
        self._next_num += table.num_rows
        self._writer.rows += table.num_rows

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

    def _new_relation_rows(self, extracted: pa.Table) -> list[tuple[str, pa.Table | None]]:
        """Rows for values that no earlier batch had."""
        columns = {relation.name: relation.columns for relation in self._dissector.relations}
        found: list[tuple[str, pa.Table | None]] = []
        for relation, source in self._dissector.relation_source.items():
            known = self._known[relation]
            distinct = extracted.column(source).unique().to_pylist()
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
        texts = [bytes(value.as_buffer()) for value in table.column("raw")]
        repaired = [repaired_text(text) for text in texts]
        changed = pa.array([text != new for text, new in zip(texts, repaired, strict=True)])
        self._report(table, changed, "broken text in a record is shown as U+FFFD", is_lost=False)
        at = table.schema.get_field_index("raw")
        table = table.set_column(at, "raw", pa.array([text.decode() for text in repaired], type=pa.string_view()))
        cursor = self._writer.cursor
        cursor.register(STAGED, table)
        try:
            is_json = cursor.sql(f"SELECT json_valid(raw) FROM {STAGED}").to_arrow_table().column(0)
        finally:
            cursor.unregister(STAGED)
        self._report(table, pa.array(~is_json.to_numpy()), "a record is no JSON", is_lost=True)
        return filtered(table, is_json)

    def _report(self, table: pa.Table, is_damaged: pa.Array, what: str, *, is_lost: bool) -> None:
        """Damage for each of these records; of one that is not lost nothing was passed over."""
        for row in table.drop_columns("raw").filter(is_damaged).to_pylist():
            path = self._paths[row["file_id"]]
            self.damage.append(Damage(path, row["offset_bytes"], row["length_bytes"] if is_lost else 0, what))


def repaired_text(text: bytes) -> bytes:
    """The text as UTF-8 in which every escaped surrogate has its other half; what is broken becomes U+FFFD."""
    if b"\\u" not in text:
        return text.decode(errors="replace").encode()
    return ESCAPE.sub(_whole, text.decode(errors="replace")).encode()


def _whole(match: re.Match[str]) -> str:
    return "\\ufffd" if match["half"] else match[0]
