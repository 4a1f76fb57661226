"""Whatever a file holds, taking records out of it ends, with places inside the file (stage ①)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.cloudtrail_store import Stream
from thresher.capture.readers.json_logs import JsonLogs
from thresher.capture.readers.json_logs.envelopes import KINDS
from thresher.dissectors.cloudtrail.tables.csv_rows import CsvExports

if TYPE_CHECKING:
    from thresher.capture.model import Damage

NAMES = st.sampled_from(
    [kind.member for kind in KINDS] + [name for kind in KINDS for name in kind.beside] + ["Records"]
)
SCALARS = st.none() | st.integers() | st.text(max_size=6) | st.just("\ud800") | st.just('{"a":1}')
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=4).map(json.dumps)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4))
def test_any_nesting_of_envelopes_ends_in_objects_with_places(objects: list[dict[str, object]]):
    data = b"\n".join(json.dumps(each).encode() for each in objects)
    damage: list[Damage] = []
    for batch in JsonLogs().records(Stream("x", data), 0, damage):
        lengths = batch.lengths if batch.lengths is not None else [len(text) for text in batch.texts]
        for text, offset, length in zip(batch.texts, batch.offsets, lengths, strict=True):
            assert isinstance(json.loads(text), dict)
            assert 0 <= offset <= offset + length <= len(data)
            if batch.wrapping == "":
                assert data[offset : offset + length] == text


@given(st.binary(max_size=200) | st.text(alphabet='",\r\n\0 ab_raw', max_size=80).map(str.encode))
def test_any_bytes_are_claimed_or_not(data: bytes):
    for reader in (JsonLogs(), CsvExports()):
        assert 0.0 <= reader.claims(data, "x") <= 1.0


@given(st.text(alphabet='",\r\n\0{}ab:', max_size=120))
def test_any_rows_end_in_records_and_damage(rows: str):
    damage: list[Damage] = []
    data = b"_raw,eventID\n" + rows.encode()
    for batch in CsvExports().records(Stream("x", data, 7), 0, damage):
        for offset, length in zip(batch.offsets, batch.lengths or (), strict=True):
            assert 13 <= offset <= offset + length <= len(data)
