"""Addresses turn from text to numbers and back in SQL exactly as in Python."""

from __future__ import annotations

import ipaddress
from functools import cache

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from thresher.capture.store import address_sql

fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
sparse = st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF, 0xA0]), min_size=8, max_size=8)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def pair(text: str) -> list[int] | None:
    found: list[int] | None = (
        connection().execute(f"SELECT {address_sql.pair('s')} FROM (SELECT ? AS s)", [text]).fetchall()[0][0]
    )
    return found


def shown(number: int) -> str:
    sql = f"SELECT {address_sql.text('high', 'low')} FROM (SELECT ?::UBIGINT AS high, ?::UBIGINT AS low)"
    return str(connection().execute(sql, [number >> 64, number & (1 << 64) - 1]).fetchall()[0][0])


@fixtures
@given(sparse)
@example([0] * 8)
@example([0, 0, 0, 0, 0, 0xFFFF, 0x0A00, 1])
@example([1, 0, 0, 1, 0, 0, 0, 1])
@example([1, 0, 1, 0, 1, 0, 1, 0])
def test_an_address_is_written_as_people_write_it_and_read_back(groups: list[int]) -> None:
    number = 0
    for group in groups:
        number = number << 16 | group
    address = ipaddress.IPv6Address(number)
    assert shown(number) == str(address.ipv4_mapped or address)
    assert pair(str(address)) == [number >> 64, number & (1 << 64) - 1]
    assert pair(address.exploded.upper()) == [number >> 64, number & (1 << 64) - 1]


@fixtures
@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_read_as_mapped(address: ipaddress.IPv4Address) -> None:
    assert pair(str(address)) == pair(f"::ffff:{address}") == [0, 0xFFFF << 32 | int(address)]


@pytest.mark.parametrize(
    "text",
    ["", "AWS Internal", "1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3.4.5", ":", ":::", "1::2::3", ":1:2:3:4:5:6:7",
     "1:2:3", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "g::1", "12345::1", "::1%eth0",
     "1.2.3.4/8", "\n::1"],
)  # fmt: skip
def test_what_is_no_address_is_null(text: str) -> None:
    assert pair(text) is None
