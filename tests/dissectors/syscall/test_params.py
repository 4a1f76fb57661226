"""Event blocks decode to what the builder wrote, in every header version, and malformed ones name the byte."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import scap as build
from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types
from thresher.dissectors.syscall.params import Block, integer, read_block, text, value_of

KINDS = st.sampled_from([kind for kind in event_types() if kind.params])
VERSIONS = [(1, None), (1, 1), (2, None), (2, 1)]


def written(kind: EventType, values: list[bytes], version: int, flags: int | None) -> bytes:
    body = build.event_body(kind, values, time_ns=5, tid=-7, cpu=3, version=version, flags=flags)
    return build.Scap(section=False).block(build.EVENTS[version, flags is not None], body).parts[0]


def found_values(block: Block) -> list[bytes]:
    return [block.data[start:end] for start, end in block.spans]


@pytest.mark.parametrize(("version", "flags"), VERSIONS)
@given(kind=KINDS, values=st.lists(st.binary(max_size=30), max_size=8))
def test_parameters_are_found_in_every_header_version(
    version: int, flags: int | None, kind: EventType, values: list[bytes]
) -> None:
    if version == 1 and (kind.flags & TypeFlag.LARGE_PAYLOAD or kind.name in ("notification", "infra")):
        return
    block = read_block(written(kind, values, version, flags))
    assert found_values(block) == values
    assert (block.time_ns, block.tid, block.cpu, block.flags, block.type_id) == (5, -7, 3, flags or 0, kind.id)


def test_lengths_are_32_bits_wide_where_the_event_type_says_so_whatever_the_block_type() -> None:
    plugin = next(kind for kind in event_types() if kind.flags & TypeFlag.LARGE_PAYLOAD)
    values = [b"x" * 70_000]
    body = build.event_body(plugin, values, time_ns=1, tid=1)
    for code in (0x216, 0x221):
        assert found_values(read_block(build.Scap(section=False).block(code, body).parts[0])) == values


def test_old_notifications_count_three_bytes_too_many() -> None:
    kind = next(kind for kind in event_types() if kind.name == "notification")
    body = bytearray(build.event_body(kind, [b"id\0", b"text\0"], time_ns=1, tid=1, version=1))
    (length,) = struct.unpack_from("<I", body, 2 + 16)
    struct.pack_into("<I", body, 2 + 16, length + 3)
    block = build.Scap(section=False).block(0x204, bytes(body)).parts[0]
    assert found_values(read_block(block)) == [b"id\0", b"text\0"]


def test_historic_event_blocks_read_like_todays() -> None:
    body = build.event_body(build.newest("close", "<"), [bytes(8)], time_ns=1, tid=1, version=1)
    assert found_values(read_block(build.Scap(section=False).block(0x8010ABCD, body).parts[0])) == [bytes(8)]


def test_unknown_event_types_keep_their_parameters_and_have_no_kind() -> None:
    unknown = EventType(9_999, "", "<", 0, 0, ())
    block = read_block(written(unknown, [b"abc", b""], 2, None))
    assert block.kind is None
    assert found_values(block) == [b"abc", b""]


@given(
    kind=KINDS,
    values=st.lists(st.binary(max_size=12), max_size=5),
    cut=st.integers(0, 200),
    place=st.integers(0, 200),
    byte=st.integers(0, 255),
    version=st.sampled_from(VERSIONS),
)
def test_damaged_blocks_decode_within_their_bytes_or_are_value_errors(
    kind: EventType, values: list[bytes], cut: int, place: int, byte: int, version: tuple[int, int | None]
) -> None:
    data = bytearray(written(kind, values, *version))
    data[place % len(data)] = byte
    data = data[: max(1, len(data) - cut)] if cut < 100 else data
    try:
        block = read_block(bytes(data))
    except ValueError as error:
        message = str(error)
    else:
        message = ""
        assert all(0 <= start <= end <= len(data) for start, end in block.spans)
    assert message or block


@pytest.mark.parametrize(
    ("param_type", "data", "value"),
    [
        ("FD", struct.pack("<q", -2), -2),
        ("FD32", struct.pack("<i", -2), -2),
        ("UINT64", b"\xff" * 8, 2**64 - 1),
        ("UID", b"\xff" * 4, -1),
        ("UID", struct.pack("<I", 1000), 1000),
        ("SIGTYPE", b"\x11", 17),
        ("INT64", b"\1\2\3", None),
        ("UINT32", b"", None),
        ("CHARBUF", b"caf\xc3\xa9\0rest", "café"),
        ("CHARBUF", b"\xff\0", "\\xff"),
        ("FSPATH", b"(NULL)\0", None),
        ("FSPATH", b"\0", ""),
        ("BYTEBUF", b"\0\1", b"\0\1"),
        ("BYTEBUF", b"", None),
    ],
)
def test_values_are_typed(param_type: str, data: bytes, value: object) -> None:
    assert value_of(param_type, data) == value


@given(number=st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_come_back(number: int) -> None:
    assert integer("INT64", struct.pack("<q", number)) == number


@given(data=st.binary(max_size=30))
def test_any_bytes_are_text_that_utf_8_can_write(data: bytes) -> None:
    assert "\0" not in text(data)
    text(data).encode("utf-8")
