"""``frame`` finds the events in whose cells, as the list shows them, the text stands; the same for every source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case
from thresher.capture.cli.text_list import cells
from thresher.capture.errors import Cancelled
from thresher.capture.store.cancel import Cancel

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
SOURCES = {"calls": SAMPLES / "shop" / "shop.scap", "cloud": SAMPLES / "cloud", "cluster": SAMPLES / "cluster"}
UNSEARCHED = ("evt.num", "evt.time")
LOOKED_AT = 20_000
"""Events whose cells are looked at."""


@pytest.fixture(scope="module", params=SOURCES)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with open_case([str(SOURCES[request.param])], cache=False, background=False) as opened:
        yield opened


def texts(case: Case) -> dict[int, list[str]]:
    """What stands in the columns of the first events."""
    positions = [int(position) for position in case.select("")[:LOOKED_AT]]
    names = [column.field for column in case.columns() if column.field not in UNSEARCHED]
    fields = [case.field(name) for name in names]
    columns = [
        cells(values, field.type, field.is_list)
        for values, field in zip(case.cells(positions, names), fields, strict=True)
    ]
    return dict(zip(positions, (list(row) for row in zip(*columns, strict=True)), strict=True))


def test_it_finds_what_stands_in_the_columns(case: Case) -> None:
    shown = texts(case)
    for text, pattern in (
        ('frame contains "et"', "et"),
        ('frame icontains "ET"', "(?i)et"),
        ('frame matches "s[et]+"', "(?i)s[et]+"),
        ("frame contains 40", "40"),
        ('frame contains "10.42."', r"10\.42\."),
        ('frame contains "no such text anywhere"', "no such text anywhere"),
    ):
        expected = [at for at, row in shown.items() if any(re.search(pattern, cell) for cell in row)]
        found = [int(position) for position in case.select(text) if int(position) in shown]
        assert found == expected, text
        assert len(case.select(text)) + len(case.select(f"not {text}")) == len(case.select(""))


def test_it_stops_when_told_to(case: Case) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        case.select('frame contains "et"', cancel=cancel)
