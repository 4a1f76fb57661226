"""What may be typed into the go-to dialog, and what it means."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import UsageError
from thresher.tui.targets import NumberTarget, TimeTarget, parse_target
from thresher.tui.times import parse_moment

NEAR = 1_795_417_837 * 10**9
"""2026-11-23 07:10:37 UTC."""
BERLIN = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("143138", NumberTarget(0, 143138)),
        (" 143,138 ", NumberTarget(0, 143138)),
        ("#7", NumberTarget(0, 7)),
        ("shop:143138", NumberTarget(0, 143138)),
        ("cloud:12", NumberTarget(1, 12)),
        ("07:10:37.2", TimeTarget(NEAR + 200_000_000)),
        ("07:10", TimeTarget(NEAR - 37 * 10**9)),
        ("2026-11-23 07:10:37", TimeTarget(NEAR)),
        ("2026-11-23T08:10:37+01:00", TimeTarget(NEAR)),
        ("2026-11-23T07:10:37.000000001Z", TimeTarget(NEAR + 1)),
    ],
)
def test_a_text_names_an_event_or_a_moment(text: str, target: NumberTarget | TimeTarget) -> None:
    assert parse_target(text, ["/evidence/shop.scap", "logs/cloud/"], NEAR, UTC) == target


def test_a_time_without_a_zone_is_in_the_zone_shown() -> None:
    assert parse_target("08:10:37", ["shop"], NEAR, BERLIN) == TimeTarget(NEAR)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "25:00", "2026-13-01", "ship:12", "-3", "1.5", "99999999999", "²", "7:"]
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text, ["/evidence/shop.scap"], NEAR, UTC)


@given(st.text(max_size=30))
def test_no_text_is_more_than_refused(text: str) -> None:
    with suppress(UsageError):
        assert parse_target(text, ["shop.scap"], NEAR, UTC)


@given(st.integers(0, 4_102_444_800 * 10**9))
def test_a_moment_written_with_nine_digits_is_read_back_exactly(time_ns: int) -> None:
    second, rest = divmod(time_ns, 10**9)
    text = f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}.{rest:09d}"
    assert parse_moment(text, 0, UTC) == time_ns
