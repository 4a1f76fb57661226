"""DNS messages, whole, cut, crafted."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.model import Value
from thresher.dissectors.syscall.payload import dns
from thresher.dissectors.syscall.payload.items import CUT


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def answer(kind: int, data: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def message(asked: str, kind: int, *answers: bytes, flags: int = 0x8180) -> bytes:
    header = struct.pack(">HHHHHH", 7, flags, 1, len(answers), 0, 0)
    return header + name(asked) + struct.pack(">HH", kind, 1) + b"".join(answers)


ADDRESSES = message(
    "a.example", 1, answer(5, name("b.example")), answer(1, b"\n\0\0\1"), answer(28, b"\0" * 15 + b"\1")
)


def values(data: bytes, is_cut: bool = False) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for item in dns.read(data, is_cut):
        found.setdefault(item.field, []).append(item.value)
    return found


def test_a_query_has_what_it_asks_and_no_result() -> None:
    found = values(message("www.example.com", 28, flags=0x0100))
    assert (found["dns.qry.name"], found["dns.qry.type"]) == (["www.example.com"], [28])
    assert found["dns.flags.response"] == [False]
    assert "dns.flags.rcode" not in found


def test_a_response_has_every_address_and_name() -> None:
    found = values(ADDRESSES)
    assert (found["dns.cname"], found["dns.a"], found["dns.aaaa"]) == (["b.example"], ["10.0.0.1"], ["::1"])
    assert found["dns.count.answers"] == [3]


@pytest.mark.parametrize(
    ("kind", "data", "field", "value"),
    [
        (16, b"\3abc\2de", "dns.txt", "abcde"),
        (15, b"\0\n" + name("mail.example"), "dns.mx", "mail.example"),
        (33, b"\0" * 6 + name("host.example"), "dns.srv.target", "host.example"),
        (12, name("p.example"), "dns.ptr.domain_name", "p.example"),
        (2, b"\2ns\xc0\x0c", "dns.ns", "ns.a.example"),
    ],
)
def test_an_answer_parses_to_its_field(kind: int, data: bytes, field: str, value: str) -> None:
    assert values(message("a.example", kind, answer(kind, data)))[field] == [value]


def test_labels_that_would_mislead_are_escaped() -> None:
    header = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0)
    found = values(header + b"\4a.b\n\0" + struct.pack(">HH", 1, 1))
    assert found["dns.qry.name"] == ["a\\046b\\010"]


def test_no_cut_value_is_given_as_if_it_were_whole() -> None:
    whole = {(item.field, item.value) for item in dns.read(ADDRESSES, False)}
    for length in range(12, len(ADDRESSES)):
        found = dns.read(ADDRESSES[:length], True)
        assert any(item.field == "dns.truncated" for item in found)
        for item in found:
            is_marked = isinstance(item.value, str) and item.value.endswith(CUT)
            assert is_marked or item.field == "dns.truncated" or (item.field, item.value) in whole


def test_a_crafted_answer_hides_nothing() -> None:
    found = values(message("a.example", 1, answer(1, b"\n\0\0\1"), answer(1, b"\1\2")))
    assert (found["dns.qry.name"], found["dns.a"]) == (["a.example"], ["10.0.0.1"])
    assert found["dns.malformed"] == ["the answer at byte 43 makes no sense"]


def test_names_that_point_at_themselves_end() -> None:
    data = message("a.example", 1, answer(5, b"\xc0\x2b"))
    assert "dns.cname" not in values(data)
    assert values(data)["dns.malformed"]


@pytest.mark.parametrize("data", [b"", b"\0" * 12, b"GET / HTTP/1.1\r\n", b"\xff" * 40, ADDRESSES[:20]])
def test_what_is_no_message_has_no_values(data: bytes) -> None:
    assert dns.read(data, False) == []


def test_in_a_stream_a_length_stands_in_front() -> None:
    data = struct.pack(">H", len(ADDRESSES)) + ADDRESSES
    assert dns.DNS_IN_STREAM.begins(data[:1])
    assert not dns.DNS_IN_STREAM.is_complete(data[:-1])
    found = {item.field: item for item in dns.DNS_IN_STREAM.read(data, False)}
    item = found["dns.a"]
    assert data[item.start : item.end] == b"\n\0\0\1"


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_within_their_bounds(data: bytes, is_cut: bool) -> None:
    for whole in (data, ADDRESSES[:12] + data, ADDRESSES[:27] + data):
        for item in dns.read(whole, is_cut):
            assert 0 <= item.start <= item.end <= len(whole)
        dns.DNS_IN_STREAM.read(whole, is_cut)
