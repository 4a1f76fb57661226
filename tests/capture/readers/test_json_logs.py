"""JSON logs: every plain form gives the exact records, damage costs only what it hit and is reported (stage ①)."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.builders.cloudtrail_store import Stream
from thresher.capture.readers.json_logs import JsonLogs
from thresher.capture.readers.json_logs import damage as damage_module
from thresher.capture.readers.json_logs.scan import MAX_DEPTH, MAX_RECORD_BYTES

if TYPE_CHECKING:
    from thresher.capture.model import Damage


def record(number: int, **members: object) -> bytes:
    content = {"eventVersion": "1.10", "eventID": f"id-{number}", "tags": [{"key": "a"}, {"key": "b"}], **members}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


RECORDS = [record(number, text='é\\"{[,]}' * number) for number in range(7)]


def split(data: bytes, piece: int = 1 << 20) -> tuple[list[bytes], list[int], list[Damage]]:
    damage: list[Damage] = []
    texts: list[bytes] = []
    offsets: list[int] = []
    for batch in JsonLogs().records(Stream("log.json", data, piece), 3, damage):
        assert batch.file_id == 3
        texts += batch.texts
        offsets += batch.offsets
    assert offsets == sorted(offsets)
    assert all(data[offset : offset + len(text)] == text for text, offset in zip(texts, offsets, strict=True))
    return texts, offsets, damage


def delivered(records: list[bytes]) -> bytes:
    return b'{"Records":[' + b",".join(records) + b"]}"


def pretty(records: list[bytes]) -> bytes:
    return json.dumps({"Records": [json.loads(text) for text in records]}, indent=4).encode()


FORMS = {
    "delivered": delivered(RECORDS),
    "delivered with a byte order mark": b"\xef\xbb\xbf" + delivered(RECORDS),
    "delivered with members before and after": b'{"count": 7, "next":null, "Records" : ['
    + b" , ".join(RECORDS)
    + b'], "more": {"a": [1, "]}"]}, "end": 1}\n',
    "array": b"[" + b",\n".join(RECORDS) + b"]",
    "array with a trailing comma": b"[" + b",".join(RECORDS) + b",]",
    "lines": b"\n".join(RECORDS),
    "lines ended by CR LF": b"\r\n".join(RECORDS) + b"\r\n",
    "objects without anything between": b"".join(RECORDS),
    "objects separated by commas": b",".join(RECORDS),
    "a batch a line": delivered(RECORDS[:3]) + b"\n" + delivered(RECORDS[3:5]) + b"\n" + delivered(RECORDS[5:]) + b"\n",
    "batches without anything between": delivered(RECORDS[:3]) + delivered(RECORDS[3:]),
    "an array of batches": b"[" + delivered(RECORDS[:3]) + b"," + delivered(RECORDS[3:]) + b"]",
}


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_exact_records(form: str, piece: int):
    texts, _, damage = split(FORMS[form], piece)
    assert texts == RECORDS
    assert damage == []


def test_a_pretty_printed_file_keeps_its_layout_in_the_records():
    texts, _, damage = split(pretty(RECORDS))
    assert [json.loads(text) for text in texts] == [json.loads(text) for text in RECORDS]
    assert b"\n            " in texts[0]
    assert damage == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_claimed(form: str):
    assert JsonLogs().claims(FORMS[form][:65536], "x") >= 0.6


@pytest.mark.parametrize(
    "head", [b"", b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", b"<html>", b"2026-11-23 {", b"{ not json", b"\x00[{"]
)
def test_other_bytes_are_not_claimed(head: bytes):
    assert JsonLogs().claims(head, "x.json") == 0.0


@pytest.mark.parametrize("data", [b"", b"{}"[:0], b"[]", b'{"Records":[]}', b" \n "])
def test_nothing_in_a_file_is_no_damage(data: bytes):
    assert split(data) == ([], [], [])


def test_large_files_are_split_across_windows():
    many = [record(number, text="x" * 900) for number in range(12_000)]
    for data in (delivered(many), b"\n".join(many), b"[" + b",\n ".join(many) + b"]"):
        texts, _, damage = split(data)
        assert texts == many
        assert damage == []


@pytest.mark.parametrize("depth", [200, 300])
def test_one_deep_record_among_many_costs_only_itself(depth: int):
    deep = b'{"eventVersion":' + b"[" * depth + b"]" * depth + b"}"
    many = [record(number) for number in range(200)]
    texts, _, damage = split(delivered([*many[:100], deep, *many[100:]]))
    is_kept = depth < 256
    assert texts == [*many[:100], *([deep] if is_kept else []), *many[100:]]
    assert [one.length for one in damage] == ([] if is_kept else [len(deep)])


def cut_out(broken: bytes, rest: int = 3) -> tuple[list[bytes], bytes]:
    """A delivered file in which one record is replaced; the others, and the file."""
    others = RECORDS[:rest] + RECORDS[rest + 1 :]
    return others, delivered([*RECORDS[:rest], broken, *RECORDS[rest + 1 :]])


BROKEN = {
    "a raw line break in a string": b'{"eventVersion":"1.0\n"}',
    "a NUL byte in a string": b'{"eventVersion":"1\x000"}',
    "an unknown escape": b'{"eventVersion":"\\q"}',
    "a number with a leading zero": b'{"eventVersion":01}',
    "NaN": b'{"eventVersion":NaN}',
    "a member without a value": b'{"eventVersion":}',
    "a missing comma": b'{"eventVersion":"1" "b":2}',
    "a comment": b'{"eventVersion":/* one */1}',
    "no object": b"42",
    "a text": b'"{}"',
    "null": b"null",
    "depth 257": b'{"eventVersion":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    "depth 100,000": b'{"eventVersion":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects 100,000 deep": b'{"eventVersion":' * 100_000 + b"1" + b"}" * 100_000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_record_costs_itself_and_is_reported_with_its_bytes(kind: str):
    others, data = cut_out(BROKEN[kind])
    texts, _, damage = split(data)
    assert texts == others
    assert len(damage) == 1
    assert damage[0].path == "log.json"
    assert damage[0].offset == data.index(BROKEN[kind])
    stretch = data[damage[0].offset : damage[0].offset + damage[0].length]
    assert stretch.rstrip(b",") == BROKEN[kind]


UNCLOSED = {
    "an unclosed string": b'{"eventVersion":"1.10","eventID":"id',
    "an unclosed object": b'{"eventVersion":"1.10","userIdentity":{"type":"Root"',
    "a bracket that closes nothing": b'{"eventVersion":"1.10","tags":[{]}',
    "a hole that swallowed the next beginning": b'{"eventVersion":"1.10","user":{"id":"AIDA"}]}},"x":{"y":1',
    "a broken first name": b'{"eve\x01":"1.10","userId',
}


@pytest.mark.parametrize("form", ["delivered", "lines"])
@pytest.mark.parametrize("kind", UNCLOSED)
def test_reading_goes_on_behind_a_record_that_does_not_end(kind: str, form: str):
    others, data = cut_out(UNCLOSED[kind])
    if form == "lines":
        data = b"\n".join([*RECORDS[:3], UNCLOSED[kind], *RECORDS[4:]])
    texts, _, damage = split(data)
    assert texts == others
    assert [data[one.offset :].startswith(UNCLOSED[kind][:12]) for one in damage][:1] == [True]


@pytest.mark.parametrize("kind", UNCLOSED)
def test_a_broken_first_record_does_not_hide_the_others(kind: str):
    texts, _, damage = split(delivered([UNCLOSED[kind], *RECORDS]))
    assert texts == RECORDS
    assert damage


@pytest.mark.parametrize("form", FORMS)
def test_a_cut_file_gives_the_records_before_the_cut(form: str):
    data = FORMS[form]
    _, offsets, _ = split(data)
    ends = [offset + len(text) for offset, text in zip(offsets, RECORDS, strict=True)]
    for cut in range(0, len(data), 5):
        texts, _, damage = split(data[:cut])
        whole = sum(end <= cut for end in ends)
        assert texts == RECORDS[:whole]
        if whole < len(RECORDS) and cut > offsets[whole]:
            assert damage[-1].offset + damage[-1].length == cut


def test_a_list_that_is_never_closed_is_reported():
    _, _, damage = split(delivered(RECORDS)[:-2])
    assert [one.what for one in damage] == ["the file ends inside its list of records"]


def test_a_record_above_the_size_limit_is_passed_over():
    huge = record(99, text="x" * MAX_RECORD_BYTES)
    texts, _, damage = split(delivered([RECORDS[0], huge, RECORDS[1]]))
    assert texts == RECORDS[:2]
    assert len(damage) == 1
    assert "more than 16,777,216" in damage[0].what


def test_two_megabytes_of_text_in_a_record_are_read():
    large = record(99, text="x" * 2_000_000)
    assert split(delivered([RECORDS[0], large, RECORDS[1]]))[0] == [RECORDS[0], large, RECORDS[1]]


KEPT = {
    "invalid UTF-8": b'{"eventVersion":"\xff"}',
    "an encoded surrogate": b'{"eventVersion":"\xed\xa0\x80"}',
    "an escaped first half of a surrogate pair": b'{"eventVersion":"\\ud800"}',
    "an escaped second half of a surrogate pair": b'{"eventVersion":"\\\\\\udc00x"}',
    "repeated names": b'{"eventVersion":1,"eventVersion":2}',
    "a number beyond all types": b'{"eventVersion":1e999,"n":' + b"9" * 400 + b"}",
}


@pytest.mark.parametrize("kind", KEPT)
def test_broken_texts_do_not_hide_the_record_they_are_in(kind: str):
    texts, _, damage = split(delivered([RECORDS[0], KEPT[kind], RECORDS[1]]))
    assert texts == [RECORDS[0], KEPT[kind], RECORDS[1]]
    assert damage == []


def test_repeated_names_are_kept_as_written():
    text = b'{"eventVersion":"1","a":1,"a":2}'
    assert split(b"[" + text + b"]") == ([text], [1], [])


def test_an_escaped_nul_is_text():
    text = b'{"eventVersion":"a\\u0000b"}'
    assert split(text) == ([text], [0], [])


def test_text_between_lines_is_passed_over():
    data = b"2026-11-23 started\n" + RECORDS[0] + b"\n-- note\n" + RECORDS[1] + b"\n<p>{}</p>\n" + RECORDS[2] + b"\n"
    texts, _, damage = split(data)
    assert texts == RECORDS[:3]
    assert [data[one.offset : one.offset + one.length].strip() for one in damage] == [
        b"2026-11-23 started", b"-- note", b"<p>{}</p>",
    ]  # fmt: skip


def test_records_behind_a_broken_wrapper_are_read():
    data = delivered(RECORDS[:2])[:-1] + b" junk " + RECORDS[2] + b"," + RECORDS[3]
    texts, _, damage = split(data)
    assert texts == RECORDS[:4]
    assert [data[one.offset : one.offset + one.length].strip() for one in damage] == [b"junk"]


def test_many_damaged_stretches_end_in_one_summary(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(damage_module, "MAX_STRETCHES", 10)
    data = b"\n".join([b'{"eventVersion":NaN}', RECORDS[0]] * 40)
    texts, _, damage = split(data)
    assert len(texts) == 40
    assert len(damage) == 10
    assert damage[-1].what == "31 damaged stretches, with whole records between them"
    assert damage[-1].offset + damage[-1].length == data.rindex(RECORDS[0])


@pytest.mark.parametrize(
    "pattern",
    [b'{"a":[{"a":1}', b'{"', b'{"a":', b'{"a":{"a":1}', b"[", b'"', b'{"a":"', b'}{"a":[', b'{"Records":[', b"{\n"],
)
def test_hostile_repetition_ends_in_bounded_work(pattern: bytes):
    """Without bounds on resynchronising, each of these takes minutes."""
    data = pattern * (300_000 // len(pattern))
    texts, _, damage = split(data)
    assert damage
    assert sum(map(len, texts)) <= len(data)


def test_random_damage_loses_nothing_far_from_it():
    source = random.Random(7)
    data = delivered([record(number, text="y" * 300) for number in range(200)])
    whole = split(data)[0]
    for _ in range(60):
        start = source.randrange(20, len(data) - 40)
        length = source.randrange(1, 30)
        damaged = data[:start] + bytes(source.randrange(256) for _ in range(length)) + data[start + length :]
        texts = split(damaged)[0]
        lost = [text for text in whole if text not in texts]
        assert len(lost) <= 3
