"""Every kind of record that AWS writes is an event whose every field equals the walk over its JSON (stage ②)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders.cloudtrail_kinds import CATEGORIES, KINDS
from tests.builders.cloudtrail_walk import WALKS
from thresher.capture.case import Case, open_case
from thresher.capture.model import FieldType
from thresher.dissectors.cloudtrail import CloudTrail
from thresher.dissectors.cloudtrail.fields import FIELDS

TREES = {field.name for field in FIELDS if field.argument.value == "path"}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = tmp_path_factory.mktemp("kinds") / "log.json"
    path.write_text(json.dumps({"Records": [*KINDS.values()]}))
    return open_case([str(path)], cache=False, background=False)


def values(case: Case, field: str) -> list[Any]:
    """One value for each kind, in their order."""
    rows = case.rows(list(range(len(KINDS))), ["evt.num", field])
    return [value for _, value in sorted(rows, key=lambda row: row[0])]


def content(text: str | None) -> Any:
    """What a subtree says, however it is spaced; plain text stands for itself."""
    return json.loads(text) if text and text[0] in "{[" else text


@pytest.mark.parametrize("field", WALKS)
def test_every_field_of_every_kind_equals_the_walk(case: Case, field: str):
    expected = {kind: WALKS[field](record) for kind, record in KINDS.items()}
    found = dict(zip(KINDS, values(case, field), strict=True))
    if field in TREES:
        expected = {kind: content(text) for kind, text in expected.items()}
        found = {kind: content(text) for kind, text in found.items()}
    assert found == expected


@pytest.mark.parametrize("kind", CATEGORIES)
def test_records_of_every_category_are_known_alone(kind: str):
    assert CloudTrail().claims_record(KINDS[kind]) >= 0.5


@pytest.mark.parametrize("kind", ["an insight", "an aggregated event", "1.0"])
def test_every_text_can_be_compared_where_no_record_has_it(kind: str, tmp_path: Path):
    """DuckDB folds what is NULL in all rows, and not every expression survives that."""
    (tmp_path / "log.json").write_text(json.dumps([KINDS[kind]]))
    with open_case([str(tmp_path)], cache=False, background=False) as alone:
        for field in FIELDS:
            if field.type is FieldType.STRING and not field.argument_required and not field.name.startswith("ct.src."):
                assert alone.select(f'{field.name} == "nothing of this kind"').tolist() == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('ct.aggregated.names == "HeadObject"', ["an aggregated event"]),
        ('ct.aggregated.details.statistics.name == "arn:aws:s3:::b"', ["an aggregated event"]),
        ('ct.insight.type == "ApiErrorRateInsight"', ["an insight"]),
        ('ct.addendum.originaleventid == "e-0"', ["a correction"]),
        ('ct.json.eventContext.tagContext.principalTags.team == "x"', ["1.11"]),
        ('ct.eventcategory == "NetworkActivity" and ct.outcome == "denied"', ["network activity"]),
        ('ct.user == "eve" and ct.outcome == "denied"', ["a password of Identity Center"]),
    ],
)
def test_filters_find_what_only_one_kind_has(case: Case, text: str, kinds: list[str]):
    numbers = [row[0] for row in case.rows([int(place) for place in case.select(text)], ["evt.num"])]
    assert [[*KINDS][number - 1] for number in numbers] == kinds
