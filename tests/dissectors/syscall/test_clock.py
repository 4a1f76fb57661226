"""Times and durations read the way arguments and details show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.dissectors.syscall.clock import clock_text, duration_text


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01 00:00:00.000000000"),
        (1_752_951_901_147_483_648, "2025-07-19 19:05:01.147483648"),
        (2**64 - 1, "2554-07-21 23:34:33.709551615"),
        (10**21, "1000000000000000000000"),
    ],
)
def test_times_are_utc_with_nine_digits(time_ns: int, text: str) -> None:
    assert clock_text(time_ns) == text


@pytest.mark.parametrize(
    ("duration_ns", "text"),
    [(0, "0 ns"), (999, "999 ns"), (1_000, "1 µs"), (1_500_000, "1.5 ms"), (-61_000_000_001, "-61.000000001 s")],
)
def test_durations_take_the_largest_unit_that_fits(duration_ns: int, text: str) -> None:
    assert duration_text(duration_ns) == text


@given(duration_ns=st.integers(-(2**63), 2**63 - 1))
def test_durations_lose_nothing(duration_ns: int) -> None:
    number, unit = duration_text(duration_ns).split()
    size = {"s": 9, "ms": 6, "µs": 3, "ns": 0}[unit]
    whole, _, fraction = number.partition(".")
    assert int(whole + fraction.ljust(size, "0")) == duration_ns
