"""Every declared field of real CloudTrail logs equals an independent walk over the parsed records (stage ②)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.builders.cloudtrail_store import CloudStore, read
from tests.builders.cloudtrail_walk import WALKS
from thresher.dissectors.cloudtrail.fields import FIELDS

SHARED = Path(__file__).parents[4] / "shared" / "cloudtrail"
SETS = {"invictus": 2900, "stratus": 220}
OF_THE_POSITION = {"evt.num", "evt.reltime", "ct.record", "ct.json"}
TREES = {field.name for field in FIELDS if field.argument.value == "path"}

pytestmark = pytest.mark.oracle


@cache
def opened(name: str) -> tuple[CloudStore, list[dict[str, object]]]:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    files = [(str(path), path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    parsed = [json.loads(data) for _, data in files]
    records = [record for content in parsed for record in (content.get("Records", content))]
    return CloudStore(read(files), [path for path, _ in files]), records


@pytest.mark.parametrize("name", SETS)
def test_every_record_is_a_row(name: str):
    store, records = opened(name)
    assert len(records) == SETS[name]
    assert [json.loads(text) for text in store.values("ct.record")] == records


def test_the_walk_knows_every_field():
    assert {field.name for field in FIELDS} == WALKS.keys() | OF_THE_POSITION


@pytest.mark.parametrize("field", WALKS)
@pytest.mark.parametrize("name", SETS)
def test_every_field_equals_the_walk(name: str, field: str):
    store, records = opened(name)
    expected = [WALKS[field](record) for record in records]
    found = store.values(field)
    if field in TREES:
        expected = [text and json.loads(text) for text in expected]
        found = [text and json.loads(text) for text in found]
    assert found == expected
