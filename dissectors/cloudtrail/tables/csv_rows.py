"""CSV exports of CloudTrail: Lake and Athena results, the console's event history, Splunk's raw events (stage ①)."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, RecordReader, Records
from thresher.capture.model import Damage
from thresher.dissectors.cloudtrail.tables import made

if TYPE_CHECKING:
    from collections.abc import Iterator

BOM = b"\xef\xbb\xbf"
MAX_ROW_BYTES = 16 << 20
MAX_DAMAGED_ROWS = 1000
_ROW = re.compile(rb'(?:[^"\n]|"(?:[^"]|"")*+")*+\n')
_BATCH = 4096

csv.field_size_limit(MAX_ROW_BYTES)


class CsvExports(RecordReader):
    """A row is the record in its JSON column, byte for byte, or one made from its cells, which the wrapping says."""

    name = "cloudtrail_csv"
    title = "CSV exports of CloudTrail"

    def claims(self, head: bytes, path: str) -> float:
        """Sure where the first line names columns of CloudTrail."""
        first = head.removeprefix(BOM)[:16384].partition(b"\n")[0]
        if first.lstrip()[:1] in (b"{", b"["):
            return 0.0  # JSON, whose first line may be the whole file: too long to be taken for cells
        if b"," not in first and b"_raw" not in first and b"eventjson" not in first.lower():
            return 0.0
        try:
            columns = _cells(first.rstrip(b"\r"))
        except csv.Error:
            return 0.0
        return 0.9 if made.is_table_of_records(columns) else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """The records in the order of the rows; the place of a record is its row."""
        return _Table(stream, file_id, damage).run()


def _cells(row: bytes) -> list[str]:
    """The cells of a row; raises ``csv.Error`` for what is none."""
    return next(csv.reader([row.decode("utf-8", "replace")], strict=False), [])


class _Table:
    def __init__(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> None:
        self._stream = stream
        self._file_id = file_id
        self._damage = damage
        self._columns: list[str] = []
        self._texts: list[bytes] = []
        self._offsets: list[int] = []
        self._lengths: list[int] = []
        self._how = ""

    def run(self) -> Iterator[Records]:
        """Batches of rows that were made alike."""
        for offset, row in _rows(self._stream, self._damage):
            if not self._columns:
                self._columns = self._header(offset, row)
                continue
            if row.strip() and (found := self._record(offset, row)):
                text, how = found
                if how != self._how or len(self._texts) >= _BATCH:
                    yield from self._batch()
                    self._how = how
                self._texts.append(text.encode("utf-8", "replace"))
                self._offsets.append(offset)
                self._lengths.append(len(row.rstrip(b"\r\n")))
        yield from self._batch()

    def _header(self, offset: int, row: bytes) -> list[str]:
        try:
            return [cell.strip() for cell in _cells(row.removeprefix(BOM).strip())]
        except csv.Error as error:
            self._report(offset, len(row), f"a first row that names no columns ({error})")
            return []

    def _batch(self) -> Iterator[Records]:
        if self._texts:
            yield Records(self._file_id, self._texts, self._offsets, f"CSV {self._how}", self._lengths)
        self._texts, self._offsets, self._lengths = [], [], []

    def _record(self, offset: int, row: bytes) -> tuple[str, str] | None:
        try:
            cells = _cells(row.rstrip(b"\r\n"))
        except csv.Error as error:
            self._report(offset, len(row), f"a row that is no CSV ({error})")
            return None
        if len(cells) != len(self._columns):
            self._report(offset, len(row), f"a row of {len(cells)} cells under {len(self._columns)} columns")
            return None
        found = made.record(dict(zip(self._columns, cells, strict=True)))
        if found is None:
            self._report(offset, len(row), "a row that holds no record")
        return found

    def _report(self, offset: int, length: int, what: str) -> None:
        if len(self._damage) < MAX_DAMAGED_ROWS:
            self._damage.append(Damage(self._stream.path, offset, length, what))
        elif len(self._damage) == MAX_DAMAGED_ROWS:
            self._damage.append(
                Damage(self._stream.path, offset, length, "more rows like these, not listed one by one")
            )


def _rows(stream: ByteStream, damage: list[Damage]) -> Iterator[tuple[int, bytes]]:
    """The rows with where each starts; a line break in quotes does not end one."""
    base, data, wanted = 0, b"", 0
    for chunk in stream.chunks():
        data += chunk
        if len(data) < wanted:
            continue
        at = 0
        while match := _ROW.match(data, at):
            yield base + at, match[0]
            at = match.end()
        base, data = base + at, data[at:]
        wanted = 2 * len(data)  # a row beyond what is there: joining stays linear
        if len(data) > MAX_ROW_BYTES:
            damage.append(Damage(stream.path, base, len(data), f"a row of more than {MAX_ROW_BYTES:,} bytes"))
            end = data.find(b"\n") + 1 or len(data)
            base, data, wanted = base + end, data[end:], 0
    if data:
        yield from _last_rows(data, base, stream.path, damage)


def _last_rows(data: bytes, base: int, path: str, damage: list[Damage]) -> Iterator[tuple[int, bytes]]:
    """What is left when the file has ended: a row without a line break, or one whose quotes never close."""
    if _ROW.fullmatch(data + b"\n"):
        yield base, data
    else:
        damage.append(Damage(path, base, len(data), "the last row's quotes are not closed; the file may be cut"))
