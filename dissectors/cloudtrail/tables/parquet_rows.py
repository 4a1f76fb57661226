"""Parquet exports of CloudTrail: Athena and Firehose tables, Lake, and Security Lake's OCSF (stage ①)."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from thresher.capture.contract import ByteStream, RecordReader, Records
from thresher.capture.model import Damage
from thresher.dissectors.cloudtrail.tables import made

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"PAR1"
IN_MEMORY = 64 << 20
"""A larger file waits in a temporary one without a name: Parquet is read from its end."""
BATCH_ROWS = 1024


class ParquetExports(RecordReader):
    """A row is the record in its JSON column, or one made from its columns, which the wrapping says."""

    name = "cloudtrail_parquet"
    title = "Parquet exports of CloudTrail"

    def claims(self, head: bytes, path: str) -> float:
        """Certain of the container; whether its rows are records shows when it is read."""
        return 0.8 if head.startswith(MAGIC) else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """The records in the order of the rows; the place of a record is the number of its row, from 0."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        row = 0
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as whole:
            size = sum(whole.write(chunk) for chunk in stream.chunks())
            whole.seek(0)
            try:
                file = pq.ParquetFile(pa.PythonFile(whole, mode="r"))
                if not made.is_table_of_records(file.schema_arrow.names):
                    listed = ", ".join(file.schema_arrow.names[:8])
                    damage.append(
                        Damage(stream.path, 0, 0, f"no table of CloudTrail records; its columns are {listed}")
                    )
                    return
                for batch in file.iter_batches(BATCH_ROWS):
                    yield from _batches(batch.to_pylist(), row, file_id, stream.path, damage)
                    row += batch.num_rows
            except (pa.ArrowException, OSError, ValueError, ArithmeticError) as error:
                what = " ".join(str(error).split())[:200]
                damage.append(Damage(stream.path, 0, size, f"the Parquet file is damaged behind row {row:,}: {what}"))


def _batches(
    rows: list[dict[str, Any]], first: int, file_id: int, path: str, damage: list[Damage]
) -> Iterator[Records]:
    """Batches of rows that were made alike."""
    texts: list[bytes] = []
    places: list[int] = []
    how = ""
    for number, cells in enumerate(rows, start=first):
        found = made.record(cells)
        if found is None:
            damage.append(Damage(path, number, 0, "a row that holds no CloudTrail record (the place is its number)"))
            continue
        if found[1] != how and texts:
            yield _records(file_id, texts, places, how)
            texts, places = [], []
        how = found[1]
        texts.append(found[0].encode("utf-8", "replace"))
        places.append(number)
    if texts:
        yield _records(file_id, texts, places, how)


def _records(file_id: int, texts: list[bytes], places: list[int], how: str) -> Records:
    return Records(file_id, texts, places, f"Parquet {how}, places are numbers of rows", [0] * len(texts))
