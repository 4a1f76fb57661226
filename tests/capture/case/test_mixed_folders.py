"""A folder in which logs of several sources lie opens as a case of them all (stage ⑤)."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest

from thresher.capture.case import open_case
from thresher.capture.errors import QueryError, UnreadableError

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
NOBODYS = json.dumps({"protoPayload": "of another kind", "some": "thing"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLES / "cloud" / "AWSLogs" / "444455556666", tmp_path / "trail")
    for name in ("saas/okta.jsonl", "cluster/audit.jsonl", "alerts/falco.jsonl"):
        shutil.copy(SAMPLES / name, tmp_path)
    (tmp_path / "README.md").write_text("# notes")
    return tmp_path


def test_each_source_becomes_a_store(folder: Path):
    with open_case([str(folder)], cache=False, background=False) as case:
        counts = {store.dissector.name: store.facts().rows for store in case.stores}
        assert counts == {"k8s_audit": 9, "falco_alerts": 3, "okta": 8, "aws_cloudtrail": 665}
        assert [Path(each.path).name for store in case.stores for each in store.facts().skipped] == ["README.md"]


def test_one_filter_reaches_all_of_them(folder: Path):
    with open_case([str(folder)], cache=False, background=False) as case:
        stores = {case.number(position)[0] for position in case.select("any.ip == 203.0.113.66").tolist()}
        found = {case.stores[each].dissector.name for each in stores}
        assert found == {"k8s_audit", "okta", "aws_cloudtrail"}


def test_a_field_that_none_of_them_has_is_an_error_in_one_line(folder: Path):
    with (
        open_case([str(folder)], cache=False, background=False) as case,
        pytest.raises(QueryError, match=r"unknown field 'ct\.nmae'; did you mean 'ct\.name'"),
    ):
        case.select("ct.nmae == 1")


def test_what_looks_like_no_source_is_left_to_the_one_with_most_files(folder: Path):
    (folder / "bare.json").write_text(json.dumps([{"some": "thing"}]))
    with open_case([str(folder)], cache=False, background=False) as case:
        skipped = {
            Path(each.path).name: store.dissector.name for store in case.stores for each in store.facts().skipped
        }
        assert skipped["bare.json"] == "aws_cloudtrail"


def test_what_only_looks_like_a_source_costs_the_others_nothing(folder: Path, caplog: pytest.LogCaptureFixture):
    (folder / "odd.json").write_text(NOBODYS)
    with caplog.at_level(logging.WARNING), open_case([str(folder)], cache=False, background=False) as case:
        assert len(case.stores) == 4
    assert [text for text in caplog.messages if "left out" in text and "no dissector knows its records" in text]


def test_a_folder_that_nobody_can_read_is_an_error(tmp_path: Path):
    (tmp_path / "odd.json").write_text(NOBODYS)
    (tmp_path / "other.json").write_text(json.dumps({"auditID": 1}))
    with pytest.raises(UnreadableError, match="no dissector knows its records"):
        open_case([str(tmp_path)], cache=False, background=False)
