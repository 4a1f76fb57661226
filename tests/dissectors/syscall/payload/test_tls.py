"""Handshakes of TLS, made by the ssl module of the standard library, whole and cut."""

from __future__ import annotations

import ssl
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.model import Value
from thresher.dissectors.syscall.payload import tls
from thresher.dissectors.syscall.payload.items import CUT


@cache
def hello() -> bytes:
    """What a client sends first."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="secret.example")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def values(data: bytes, is_cut: bool = False) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for item in tls.read(data, is_cut):
        found.setdefault(item.field, []).append(item.value)
    return found


def test_a_client_hello_names_the_server_and_protocols() -> None:
    found = values(hello())
    assert found["tls.handshake.type"] == [1]
    assert found["tls.handshake.extensions_server_name"] == ["secret.example"]
    assert found["tls.handshake.extensions_alpn_str"] == ["h2", "http/1.1"]
    assert found["tls.handshake.version"] == [0x303]
    assert "tls.truncated" not in found


def test_each_text_is_what_its_bytes_say() -> None:
    for item in tls.read(hello(), False):
        if isinstance(item.value, str):
            assert hello()[item.start : item.end].decode() == item.value


def test_no_cut_value_is_given_as_if_it_were_whole() -> None:
    whole = {(item.field, item.value) for item in tls.read(hello(), False)}
    for length in range(9, len(hello())):
        for item in tls.read(hello()[:length], True):
            is_marked = isinstance(item.value, str) and item.value.endswith(CUT)
            assert is_marked or item.field == "tls.truncated" or (item.field, item.value) in whole


def test_a_server_hello_says_what_it_chose() -> None:
    body = b"\3\3" + b"r" * 32 + b"\0" + b"\x13\1" + b"\0" + b"\0\0"
    message = b"\2" + len(body).to_bytes(3, "big") + body
    found = values(b"\x16\3\3" + len(message).to_bytes(2, "big") + message)
    assert found["tls.handshake.ciphersuite"] == [0x1301]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x16\3\1", b"\x17\3\3\0\x20" + b"x" * 32, b"\x16\3\3\0\x28" + b"\xa7" * 40,
        b"\x16\x04\0\0\x10" + b"\1" * 16,
        b"\x16\3\1\0\x10\1\0\0\x0c" + b"\3\3" + b"x" * 10,
    ],
)  # fmt: skip
def test_what_is_no_hello_has_no_values(data: bytes) -> None:
    assert tls.read(data, False) == []


@given(st.binary(max_size=200), st.integers(0, 120), st.booleans())
def test_any_bytes_are_read_within_their_bounds(data: bytes, kept: int, is_cut: bool) -> None:
    whole = hello()[:kept] + data
    for item in tls.read(whole, is_cut):
        assert 0 <= item.start <= item.end <= len(whole)
