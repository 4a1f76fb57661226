"""Laws of splitting JSON logs, for any records in any form and for any bytes at all (stage ①)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.builders.cloudtrail_store import Stream
from thresher.capture.readers.json_logs import JsonLogs, window
from thresher.capture.readers.json_logs import split as split_module
from thresher.capture.readers.json_logs.texts import wide_encoding

if TYPE_CHECKING:
    from thresher.capture.model import Damage

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(
    st.dictionaries(st.text(max_size=6).filter(lambda key: key != "Records"), VALUES, max_size=4), max_size=6
)
FRAGMENTS = st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"\\",
        b",",
        b":",
        b'{"Records":[',
        b'{"a":1}',
        b"\n",
        b" ",
        b"1",
        b"\xff",
        b"\x00",
        b"null",
    ]
)


def split(data: bytes, piece: int) -> tuple[list[bytes], list[int], list[Damage]]:
    """Records, offsets and damage, with no more than a piece read ahead."""
    damage: list[Damage] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "REFILL_BYTES", piece)
        patch.setattr(split_module, "AHEAD_BYTES", 64)
        patch.setattr(split_module, "KEPT_BYTES", 32)
        batches = list(JsonLogs().records(Stream("x", data, piece), 0, damage))
    texts = [text for batch in batches for text in batch.texts]
    return texts, [offset for batch in batches for offset in batch.offsets], damage


@given(
    RECORDS,
    st.sampled_from(["delivered", "array", "lines", "pretty", "concatenated"]),
    st.booleans(),
    st.integers(1, 200),
)
def test_all_records_come_back_exactly(records: list[dict[str, object]], form: str, is_ascii: bool, piece: int):
    indent = 2 if form == "pretty" else None
    texts = [json.dumps(record, ensure_ascii=is_ascii, indent=indent).encode(errors="replace") for record in records]
    data = {
        "delivered": b'{"Records":[' + b",".join(texts) + b"]}",
        "array": b"[" + b", ".join(texts) + b"]",
        "lines": b"\n".join(texts),
        "pretty": b'{\n "Records" : [\n' + b",\n".join(texts) + b"\n]\n}\n",
        "concatenated": b"".join(texts),
    }[form]
    found, _, damage = split(data, piece)
    assert found == texts
    assert damage == []


@given(st.binary(max_size=400) | st.lists(FRAGMENTS, max_size=60).map(b"".join), st.integers(1, 100))
def test_any_bytes_end_in_records_and_damage(data: bytes, piece: int):
    assume(not wide_encoding(data))  # places in UTF-16 count in its text as UTF-8
    texts, offsets, damage = split(data, piece)
    end = 0
    for text, offset in zip(texts, offsets, strict=True):
        assert offset >= end
        assert data[offset : offset + len(text)] == text
        assert isinstance(json.loads(text.decode(errors="replace")), dict)
        end = offset + len(text)
    for one in damage:
        assert 0 <= one.offset <= one.offset + one.length <= len(data)
        assert not any(offset < one.offset + one.length and one.offset < offset + len(text)
                       for text, offset in zip(texts, offsets, strict=True))  # fmt: skip


@given(st.binary(max_size=300) | st.lists(FRAGMENTS, max_size=60).map(b"".join), st.integers(1, 50))
def test_pieces_do_not_matter(data: bytes, piece: int):
    assert split(data, piece) == split(data, 1 << 20)


@given(st.binary(max_size=300) | st.lists(FRAGMENTS, max_size=60).map(b"".join))
def test_no_byte_that_means_something_is_lost_silently(data: bytes):
    assume(not wide_encoding(data))
    texts, offsets, damage = split(data, 1 << 20)
    left = bytearray(data.removeprefix(b"\xef\xbb\xbf"))
    shift = len(data) - len(left)
    for start, length in [
        *((o, len(t)) for t, o in zip(texts, offsets, strict=True)),
        *((d.offset, d.length) for d in damage),
    ]:
        left[start - shift : start - shift + length] = b" " * length
    # What remains is the frame of the lists with its other members, and white space.
    frame = re.sub(rb'"[^}]*(\}|\Z)', b"", bytes(left).replace(b'{"Records":[', b""))
    assert not set(frame) - set(b" \t\n\r\v\f,[]{}")
