"""The spellings of an event's time say the same to the last digit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import thresher

SHOP = Path(__file__).resolve().parents[3] / "samples" / "shop" / "shop.scap"


def test_iso_8601_has_all_nine_digits_and_the_zone() -> None:
    with thresher.open(str(SHOP)) as capture:
        rows = capture.filter("evt.num < 2000").select("evt.rawtime", "evt.time.iso8601").arrow().to_pylist()
    for row in rows:
        second, rest = divmod(row["evt.rawtime"], 1_000_000_000)
        assert row["evt.time.iso8601"] == f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    assert len(rows) > 1900
