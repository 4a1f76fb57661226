"""JSON texts become typed rows in bulk, exactly, and what is no JSON costs only itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fake_dissectors import FakeLog, record
from thresher.capture.contract import Records
from thresher.capture.store.database import connect
from thresher.capture.store.extracting import time_ns
from thresher.capture.store.records import RecordWriter
from thresher.capture.store.staging import stage
from thresher.capture.store.writer import Writer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Filled:
    """A store in memory with some batches of texts, all of one file."""

    def __init__(self, *batches: list[bytes]) -> None:
        dissector = FakeLog()
        self.connection = connect(None)
        writer = Writer(self.connection, dissector)
        writer.create(dissector)
        self.writer = RecordWriter(writer, dissector, ["a.json"])
        at = 0
        for texts in batches:
            offsets = [at := at + len(text) for text in texts]
            self.writer.insert(stage([Records(0, texts, offsets)]))
        self.rows = writer.rows

    def rows_of(self, sql: str) -> list[tuple[object, ...]]:
        return self.connection.execute(sql).fetchall()


def test_stored_fields_are_typed_and_absent_ones_are_null() -> None:
    filled = Filled([record(3), record(4, who=None, size="many"), record(5, who={"name": ["a"]}, size=2**70)])
    assert filled.rows_of("SELECT who, source, size FROM events ORDER BY num") == [
        ("user3", "10.0.0.3", 3),
        (None, "10.0.0.0", None),
        ('["a"]', "10.0.0.1", None),
    ]


def test_the_text_is_kept_exactly() -> None:
    texts = [
        b'{"at" : "2026-11-23T10:00:00Z",\n "what":"a\\u0000b\\ud83d\\ude00"}',
        '{"what": "é€😀", "at": ""}'.encode(),
    ]
    filled = Filled(texts)
    assert [str(row[0]).encode() for row in filled.rows_of("SELECT raw FROM events ORDER BY num")] == texts


def test_num_is_the_rowid_and_evt_num_counts_from_one_over_all_batches() -> None:
    filled = Filled([record(n) for n in range(3000)], [record(n) for n in range(10)])
    assert filled.rows == 3010
    assert filled.rows_of("SELECT bool_and(num = rowid AND evt_num = num + 1), max(num) FROM events") == [(True, 3009)]


def test_types_are_numbered_as_they_first_appear() -> None:
    filled = Filled([record(1), record(2)], [record(2), record(0), b'{"at": "2026-11-23T10:00:00Z"}'])
    assert filled.rows_of("FROM event_types") == [(0, "Do1"), (1, "Do2"), (2, "Do0")]
    assert filled.rows_of("SELECT type_id FROM events ORDER BY num") == [(0,), (1,), (1,), (2,), (None,)]


def test_relations_hold_each_distinct_value_once() -> None:
    filled = Filled([record(1), record(1)], [record(1), record(2), record(3, **{"from": "nowhere"})])
    assert filled.rows_of("FROM addresses") == [("10.0.0.1", 0, 8), ("10.0.0.2", 0, 8)]


@pytest.mark.parametrize("bad", [b'{"at": ', b"", b"nothing"])
def test_a_damaged_record_costs_only_itself(bad: bytes) -> None:
    filled = Filled([record(0), bad, record(2)])
    assert filled.rows_of("SELECT num, evt_num, size FROM events ORDER BY num") == [(0, 1, 0), (1, 3, 2)]
    assert [(found.path, found.offset, found.length) for found in filled.writer.damage] == [
        ("a.json", len(record(0)) + len(bad), len(bad))
    ]
    assert "no JSON" in filled.writer.damage[0].what


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (b'{"from": "a\xffb"}', "a\ufffdb"),
        (b'{"from": "a\\ud83d!"}', "a\ufffd!"),
        (b'{"from": "\\ude00\\ud83d"}', "\ufffd\ufffd"),
        (b'{"from": "\\\\ud83d\\ud800"}', "\\ud83d\ufffd"),
    ],
)
def test_a_record_with_broken_text_cannot_hide(broken: bytes, kept: str) -> None:
    filled = Filled([record(0), broken])
    assert filled.rows_of("SELECT source FROM events WHERE num = 1") == [(kept,)]
    assert [(found.offset, found.length) for found in filled.writer.damage] == [(len(record(0)) + len(broken), 0)]


def converted(text: str) -> int | None:
    (row,) = duckdb.execute(f"SELECT {time_ns('t')} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchall()
    return None if row[0] is None else int(row[0])


@given(
    moment=st.integers(-8_500_000_000, 8_800_000_000).map(lambda seconds: EPOCH + timedelta(seconds=seconds)),
    digits=st.integers(0, 9),
    nanoseconds=st.integers(0, 999_999_999),
    offset=st.none() | st.integers(-14 * 60, 14 * 60),
    colon=st.booleans(),
)
def test_times_are_exact_to_the_nanosecond_in_any_zone(
    moment: datetime, digits: int, nanoseconds: int, offset: int | None, colon: bool
) -> None:
    fraction = f"{nanoseconds:09}"[:digits]
    sign = "-" if offset is not None and offset < 0 else "+"
    minutes = abs(offset or 0)
    zone = "Z" if offset is None else f"{sign}{minutes // 60:02}{':' if colon else ''}{minutes % 60:02}"
    text = moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if digits else "") + zone
    whole = moment - EPOCH - timedelta(minutes=offset or 0)
    expected = (whole.days * 86400 + whole.seconds) * 10**9 + int(Decimal(f"0.{fraction or 0}") * 10**9)
    assert converted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-23",
        "2026-13-01T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T10:00:00 America/New_York",
        "2026-11-23T10:00:00+1",
        "1795428000",
        "infinity",
        "20261123T10:00:0000Z",
    ],
)
def test_what_is_no_time_is_null_rather_than_wrong(text: str) -> None:
    assert converted(text) is None
