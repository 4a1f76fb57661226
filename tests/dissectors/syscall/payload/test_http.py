"""Heads of HTTP messages, whole, cut, malformed, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.model import Value
from thresher.dissectors.syscall.payload import http
from thresher.dissectors.syscall.payload.items import CUT

REQUEST = b"POST /orders?id=7 HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\nUser-Agent: a/1\r\n\r\nabc"
RESPONSE = b"HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"
HEAD = b"GET / HTTP/1.0\r\n"


def values(data: bytes, is_cut: bool = False) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for item in http.read(data, is_cut):
        found.setdefault(item.field, []).append(item.value)
    return found


def test_a_request_has_its_line_and_headers() -> None:
    assert values(REQUEST) == {
        "http.request": [True], "http.request.method": ["POST"], "http.request.uri": ["/orders?id=7"],
        "http.request.version": ["HTTP/1.1"], "http.host": ["shop.example"], "http.content_length": [3],
        "http.user_agent": ["a/1"],
    }  # fmt: skip


def test_a_response_has_its_code_and_every_cookie() -> None:
    found = values(RESPONSE)
    assert (found["http.response.code"], found["http.response.phrase"]) == ([404], ["Not Found"])
    assert found["http.set_cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("data", [REQUEST, RESPONSE])
def test_each_text_is_what_its_bytes_say(data: bytes) -> None:
    for item in http.read(data, False):
        if isinstance(item.value, str):
            assert data[item.start : item.end].decode() == item.value


@pytest.mark.parametrize("data", [REQUEST.partition(b"\r\n\r\n")[0], RESPONSE.rstrip()])
def test_no_cut_value_is_given_as_if_it_were_whole(data: bytes) -> None:
    whole = {(item.field, item.value) for item in http.read(data + b"\r\n\r\n", False)}
    for length in range(1, len(data)):
        found = http.read(data[:length], True)
        assert not found or ("http.truncated", True) in {(item.field, item.value) for item in found}
        for item in found:
            is_marked = isinstance(item.value, str) and item.value.endswith(CUT)
            assert is_marked or item.field == "http.truncated" or (item.field, item.value) in whole


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"text/plain: Content-type", "no header can be called 'text/plain'"),
        (b"Content-Type text/plain", "without a colon"),
        (b": value", "without a name"),
        (b"Host : a", "space before the colon"),
        (b" folded", "continues the one before"),
        (b"Content-Length: ten", "no number"),
        (b"X: a\x00b", "control character"),
    ],
)
def test_an_impossible_header_line_is_told(line: bytes, said: str) -> None:
    (what,) = values(HEAD + line + b"\r\n\r\n")["http.malformed"]
    assert isinstance(what, str)
    assert said in what


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"Content-Length: 1\r\nContent-Length: 2\r\n", "several different Content-Length"),
        (b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "both Content-Length and Transfer-Encoding"),
        (b"Host: a\r\nHost: b\r\n", "several different Host"),
    ],
)
def test_contradicting_header_lines_are_told(lines: bytes, said: str) -> None:
    assert any(said in str(what) for what in values(HEAD + lines + b"\r\n")["http.malformed"])


def test_a_missing_host_is_told_only_of_a_whole_head() -> None:
    assert values(b"GET / HTTP/1.1\r\n\r\n")["http.malformed"] == ["no Host in a request of HTTP/1.1"]
    assert "http.malformed" not in values(b"GET / HTTP/1.1\r\nAccept: x", is_cut=True)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"HTTP", b"GETAWAY /x HTTP/1.1\r\n", b"GET x HTTP/1.1\r\n", b"GET /x HTTP/9\r\n", b"GET /x\r\n",
        b"the HTTP/1.1 200 OK\r\n", b"HTTP/1.1 20 OK\r\n", b"HTTP/2.0 200\r\n", b"GET key\r\n", b"POST office\r\n",
        b"GET /a\x00b HTTP/1.1\r\n", b"HTTP/1.1 is a protocol\r\n", b"DELETE FROM users", b"*1\r\n$4\r\nPING\r\n",
    ],
)  # fmt: skip
def test_what_is_no_message_has_no_values(data: bytes) -> None:
    assert http.read(data, False) == []


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_within_their_bounds(data: bytes, is_cut: bool) -> None:
    for prefix in (b"", b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n"):
        for item in http.read(prefix + data, is_cut):
            assert 0 <= item.start <= item.end <= len(prefix + data)
