"""Rows become columns of the declared types; what does not fit is an error that names the column."""

from __future__ import annotations

import pyarrow as pa
import pytest

from thresher.capture.errors import PluginError
from thresher.capture.model import ColumnSpec
from thresher.capture.store.arrow_rows import table_of

COLUMNS = (
    ColumnSpec("text", "VARCHAR", "A text."),
    ColumnSpec("half", "UBIGINT", "Half of an address."),
    ColumnSpec("packed", "VARCHAR USING COMPRESSION zstd", "A text."),
)


def test_the_upper_half_of_the_unsigned_numbers_fits() -> None:
    table = table_of(COLUMNS, [("a", 2**64 - 1, "x"), ("b", 2**63, None)])
    assert table.column("half").to_pylist() == [2**64 - 1, 2**63]


def test_columns_keep_their_type_where_nothing_has_a_value() -> None:
    assert table_of(COLUMNS, [(None, None, None)]).schema.types == [pa.string(), pa.uint64(), pa.string()]


@pytest.mark.parametrize("value", [-1, 2**64, "ten"])
def test_what_does_not_fit_names_the_column(value: object) -> None:
    with pytest.raises(PluginError, match="column 'half' of type UBIGINT"):
        table_of(COLUMNS, [("a", value, "x")])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(PluginError, match="3 values"):
        table_of(COLUMNS, [("a", 1)])
