"""Numbers, addresses, bytes, durations and times are read exactly, or refused with what was expected."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thresher.capture.filter import literals, times

fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
SECOND = 10**9
moments = st.datetimes(datetime.fromisoformat("1700-01-01"), datetime.fromisoformat("2262-01-01"))


@fixtures
@given(st.integers(-(1 << 63), (1 << 64) - 1))
def test_every_64_bit_number_is_read_in_every_base(number: int) -> None:
    assert literals.integer(str(number)) == number
    for spelled in (hex(number), oct(number), bin(number)):
        assert literals.integer(spelled) == number


@pytest.mark.parametrize("text", ["", "-", "0x", "08", "1.5", "1e-3", "1_000", "٣", "0x1g", "1 2", "1" * 5000, "1e99"])
def test_what_is_no_64_bit_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole number|64 bits"):
        literals.integer(text)


@pytest.mark.parametrize(("text", "number"), [("017", 15), ("1e3", 1000), ("2.50e2", 250), ("+7", 7), ("-0b11", -3)])
def test_numbers_may_be_spelled_otherwise(text: str, number: int) -> None:
    assert literals.integer(text) == number


@fixtures
@given(st.ip_addresses(v=6))
def test_an_ipv6_address_is_its_number(address: ipaddress.IPv6Address) -> None:
    assert literals.addresses(str(address)) == (int(address), int(address))


@fixtures
@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_an_ipv4_range_is_mapped_into_ipv6(address: ipaddress.IPv4Address, prefix: int) -> None:
    low, high = literals.addresses(f"{address}/{prefix}")
    assert low >> 32 == high >> 32 == 0xFFFF
    assert high - low + 1 == 1 << (32 - prefix)
    assert low <= int(address) | 0xFFFF << 32 <= high


@pytest.mark.parametrize("text", ["ca:fe", "CAFE", "ca-fe", "ca.fe", ":cafe", ":ca:fe"])
def test_bytes_may_be_separated_or_not(text: str) -> None:
    assert literals.hex_bytes(text) == b"\xca\xfe"


@pytest.mark.parametrize("text", ["c", "caf", "xy", "ca::fe", "", "ca fe"])
def test_what_is_no_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        literals.hex_bytes(text)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("5ms", 5_000_000), ("1.5s", 1_500_000_000), ("2m", 120 * SECOND), ("100us", 100_000), ("100µs", 100_000),
     ("30ns", 30), ("1h", 3600 * SECOND), ("1d", 86400 * SECOND), ("7", 7), ("0.1s", 100_000_000), ("-1s", -SECOND),
     ("0.000000001s", 1), (".5s", 500_000_000)],
)  # fmt: skip
def test_a_duration_is_exact(text: str, nanoseconds: int) -> None:
    assert times.duration(text) == nanoseconds


@pytest.mark.parametrize("text", ["5 parsecs", "0.5ns", "s", "1m30s", "1.5", "9" * 30 + "h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|unit|nanoseconds|range"):
        times.duration(text)


@fixtures
@given(moments, st.integers(0, 999), st.integers(-14, 14))
def test_a_time_with_a_zone_is_that_instant(when: datetime, extra: int, hours: int) -> None:
    text = f"{when:%Y-%m-%d %H:%M:%S.%f}{extra:03}{hours:+03}:00"
    aware = when.replace(tzinfo=timezone(timedelta(hours=hours)))
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    expected = (since.days * 86400 + since.seconds) * SECOND + since.microseconds * 1000 + extra
    year = f"{when.year:04}"
    assert times.moment(year + text[text.index("-") :], UTC) == expected


@pytest.mark.parametrize("text", ["2026-11-23 07:10:30", "2026-11-23T07:10:30", "Nov 23, 2026 07:10:30"])
def test_a_time_without_a_zone_is_in_the_zone_that_is_shown(text: str) -> None:
    in_utc = times.moment(text, UTC)
    assert times.moment(text, ZoneInfo("Europe/Berlin")) == in_utc - 3600 * SECOND
    assert times.moment(text + "Z", ZoneInfo("Europe/Berlin")) == in_utc


@pytest.mark.parametrize(
    ("text", "whole"),
    [("2026", "2026-01-01 00:00:00"), ("2026-11", "2026-11-01 00:00:00"), ("2026-11-23", "2026-11-23 00:00:00"),
     ("2026-11-23 07", "2026-11-23 07:00:00"), ("2026-11-23 07:10", "2026-11-23 07:10:00")],
)  # fmt: skip
def test_parts_may_be_dropped_from_the_right(text: str, whole: str) -> None:
    assert times.moment(text, UTC) == times.moment(whole, UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "2026-11-23 25:00", "1500-01-01", "Foo 1, 2026", "0000-01-01",
             "2026-11-23 07:10:30+99:00", "2026-11-23 07:10:30.1234567890"]
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        times.moment(text, UTC)
