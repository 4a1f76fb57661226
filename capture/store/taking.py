"""Takes the stored fields out of staged texts: by the scanner where it is sure, by DuckDB for all others (stage ③)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thresher.capture.store import json_path
from thresher.capture.store.extracting import (
    STAGED,
    derivation,
    extraction,
    is_text,
    is_tree,
    text_columns,
    wanted_paths,
)
from thresher.capture.store.members.finding import Finder
from thresher.capture.store.respelling import respelt
from thresher.capture.store.staging import PIECE, chosen, filtered

if TYPE_CHECKING:
    from types import ModuleType

    from thresher.capture.contract import RecordDissector


class Taking:
    """One dissector's way from texts to columns.

    Args:
        cursor: of any store; nothing is written.
        dissector: whose fields are wanted.
        scanner: the scanner's module; None has DuckDB do all.
    """

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, dissector: RecordDissector, scanner: ModuleType | None = None
    ) -> None:
        self._cursor = cursor
        self._texts = [column for column, type_, _ in dissector.stored if is_text(type_)]
        self._extraction = extraction(dissector)
        self._as_written = extraction(dissector, as_written=True)
        self._derivation = derivation(dissector)
        self._text_columns = text_columns(dissector)
        self._paths = wanted_paths(dissector)
        self._finder: Finder | None = None
        if scanner is not None and is_tree(self._paths):
            self._finder = Finder(scanner, [json_path.segments(path) for path in self._paths])

    def taken(self, table: pa.Table) -> pa.Table:
        """All that is taken out of the texts, row by row.

        Args:
            table: staged records, their texts valid UTF-8.

        Raises:
            duckdb.Error: one of them is no JSON.
        """
        if self._finder is None or not table.num_rows:
            return self._by_duckdb(table)
        found = self._finder.find(table.column("raw"))
        taken = self._assembled(pa.table(dict(zip(self._paths, found.columns, strict=True))))
        if found.is_sure.all():
            return taken
        return replaced(taken, ~found.is_sure, self._by_duckdb(chosen(table, np.flatnonzero(~found.is_sure).tolist())))

    def _assembled(self, texts: pa.Table) -> pa.Table:
        """The columns of the extraction made of the texts at all paths."""
        made = self._asked(texts, self._derivation)
        columns = {column: texts.column(path) for column, path in self._text_columns.items()}
        return pa.table({**dict(zip(made.column_names, made.columns, strict=True)), **columns})

    def _by_duckdb(self, table: pa.Table) -> pa.Table:
        table = table.select(["raw"])
        taken = self._asked(table, self._extraction)
        found = respelt([taken.column(column) for column in self._texts], table.num_rows)
        if found is None:
            return taken
        return replaced(taken, found, self._asked(filtered(table, pa.array(found)), self._as_written))

    def _asked(self, table: pa.Table, statement: str) -> pa.Table:
        # in pieces, which DuckDB's threads share
        self._cursor.register(STAGED, pa.Table.from_batches(table.to_batches(max_chunksize=PIECE), table.schema))
        try:
            return self._cursor.sql(statement).to_arrow_table()
        except UnicodeDecodeError as error:  # DuckDB's message quotes a part of the text, cut anywhere
            raise duckdb.InvalidInputException(f"malformed JSON: {error}") from None
        finally:
            self._cursor.unregister(STAGED)


def replaced(table: pa.Table, is_replaced: np.ndarray, by: pa.Table) -> pa.Table:
    """The table with some of its rows taken from another that has only those."""
    mask = pa.array(is_replaced)
    columns = {}
    for field in table.schema:
        new = by.column(field.name).cast(field.type).combine_chunks()
        columns[field.name] = pc.replace_with_mask(table.column(field.name).combine_chunks(), mask, new)
    return pa.table(columns)
