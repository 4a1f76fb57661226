"""Every declared field of real CloudTrail logs equals an independent walk over the parsed records (stage ②)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_walk import WALKS
from thresher.capture.keyed import Keyed
from thresher.dissectors.cloudtrail.fields import DELIVERY, FIELDS

SHARED = Path(__file__).parents[4] / "shared" / "cloudtrail"
SETS = {"invictus": 2900, "stratus": 220}
OF_THE_POSITION = {"evt.num", "evt.reltime", "ct.record", "ct.json", *(field.name for field in DELIVERY)}
OF_THE_WHOLE_LOG = {field.name for field in FIELDS if isinstance(field.place, Keyed)}
TREES = {field.name for field in FIELDS if field.argument.value == "path"}

pytestmark = pytest.mark.oracle


@cache
def opened(name: str) -> Opened:
    return Opened(SHARED / name)


@pytest.mark.parametrize("name", SETS)
def test_every_record_is_an_event_in_the_order_of_event_time(name: str):
    logs = opened(name)
    assert len(logs.records) == logs.case.count() == SETS[name]
    assert logs.values("evt.num") == logs.numbers
    assert [json.loads(text) for text in logs.values("ct.record")] == logs.records


def test_the_walk_knows_every_field():
    assert {field.name for field in FIELDS} == WALKS.keys() | OF_THE_POSITION | OF_THE_WHOLE_LOG


@pytest.mark.parametrize("field", WALKS)
@pytest.mark.parametrize("name", SETS)
def test_every_field_equals_the_walk(name: str, field: str):
    logs = opened(name)
    expected = [WALKS[field](record) for record in logs.records]
    found = logs.values(field)
    if field in TREES:
        expected = [text and json.loads(text) for text in expected]
        found = [text and json.loads(text) for text in found]
    assert found == expected
