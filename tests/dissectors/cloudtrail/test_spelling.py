"""Numbers in a record are spelled as the record spells them wherever they are shown or compared (stages ②④)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case

RECORD = b"""[{"eventVersion":1.10,"eventTime":"2026-11-23T07:00:00Z","eventSource":"iam.amazonaws.com","eventName":"X",
"requestParameters":{"name":1e-8,"reason":1.50,"instanceId":2.0},"tlsDetails":{"tlsVersion":1.20}}]"""
WRITTEN = {
    "ct.version": "1.10",
    "ct.request.name": "1e-8",
    "ct.request.reason": "1.50",
    "ct.tlsdetails.tlsversion": "1.20",
    "ct.json.requestParameters.reason": "1.50",
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    path: Path = tmp_path_factory.mktemp("numbers") / "log.json"
    path.write_bytes(RECORD)
    with open_case([str(path)], cache=False, background=False) as opened:
        yield opened


@pytest.mark.parametrize(("field", "text"), WRITTEN.items())
def test_a_number_is_listed_and_compared_as_written(case: Case, field: str, text: str):
    assert case.rows([0], [field]) == [(text,)]
    assert case.select(f'{field} == "{text}"').tolist() == [0]


def test_the_details_show_it_as_written_too(case: Case):
    nodes, _ = case.inspect([0])[0]
    shown = {line.field: line.text for node in nodes if node.label != "Record" for line in node.children}
    assert {field: shown[field] for field in WRITTEN if field in shown} == {
        field: text for field, text in WRITTEN.items() if ".json." not in field
    }


def test_a_version_that_is_a_number_keeps_its_minor_part(case: Case):
    assert case.rows([0], ["ct.version.major", "ct.version.minor"]) == [(1, 10)]
