"""Times as text, in every form that -t names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import UsageError
from thresher.capture.timetext import duration, iso, many_seconds, moment, seconds, time_format, zone

TIME = 1_795_417_837_123_456_789
"""2026-11-23T07:10:37.123456789Z."""


def test_iso_has_nine_digits_and_the_zone() -> None:
    assert iso(TIME) == "2026-11-23T07:10:37.123456789Z"
    assert iso(TIME, zone("Europe/Berlin")) == "2026-11-23T08:10:37.123456789+01:00"
    assert iso(TIME, zone("-03:30")) == "2026-11-23T03:40:37.123456789-03:30"
    assert iso(-1) == "1969-12-31T23:59:59.999999999Z"


@given(st.integers(-(2**62), 2**62))
def test_iso_names_the_moment_exactly(time_ns: int) -> None:
    text = iso(time_ns)
    read = datetime.fromisoformat(text[:19] + "Z") - datetime(1970, 1, 1, tzinfo=UTC)
    assert read // timedelta(seconds=1) * 10**9 + int(text[20:29]) == time_ns


@pytest.mark.parametrize(
    ("pattern", "digits", "text"),
    [("a", 9, "07:10:37.123456789"), ("ad", 3, "2026-11-23 07:10:37.123"), ("adoy", 0, "2026/327 07:10:37")],
)
def test_the_named_forms(pattern: str, digits: int, text: str) -> None:
    assert moment(TIME, pattern, UTC, digits) == text


def test_digits_are_cut_so_that_no_event_moves_into_the_future() -> None:
    assert moment(999_999_999, "a", UTC, 3) == "00:00:00.999"
    assert seconds(1_999_999_999, 0) == "1"
    assert seconds(-1) == "-0.000000001"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (999, "999 ns"),
        (1500, "1.5 us"),
        (2_000_000, "2 ms"),
        (90 * 10**9, "1 min 30 s"),
        (3 * 86400 * 10**9, "3 d 00 h"),
    ],
)
def test_durations_for_people(size: int, text: str) -> None:
    assert duration(size) == text


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../../etc/passwd", "+99:00", "CE\0ST"])
def test_an_unknown_zone_says_what_to_use(name: str) -> None:
    with pytest.raises(UsageError, match="use UTC, local"):
        zone(name)


@pytest.mark.parametrize("text", ["x", "ad.10", "ad.", "r.x", ""])
def test_an_unknown_format_names_those_there_are(text: str) -> None:
    with pytest.raises(UsageError, match="use one of a, ad"):
        time_format(text)


def test_a_format_may_say_its_digits() -> None:
    assert time_format("r") == ("r", 9)
    assert time_format("ad.0") == ("ad", 0)


@given(st.lists(st.integers(-(2**62), 2**62)), st.integers(0, 9))
def test_many_durations_read_as_each_alone(durations: list[int], digits: int) -> None:
    assert many_seconds(durations, digits) == [seconds(duration_ns, digits) for duration_ns in durations]
