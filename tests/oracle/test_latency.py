"""The page on latency holds what an old capture says: every call whose two events it has, once."""

from __future__ import annotations

import pytest

from benchmarks.latency_table import table
from tests.conftest import ROOT, SHARED

pytestmark = pytest.mark.oracle


def test_the_page_on_latency_is_of_todays_code() -> None:
    made = table(str(SHARED / "captures" / "502Error.scap"))
    assert made.splitlines()[-1] == "| all | 4,353 | 4,271 | | | |"
    assert made in (ROOT / "docs" / "latency.md").read_text("utf-8")
