"""An element of a list field is a value of its own, in lists, filters and exports; a path is asked for by its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import thresher
from thresher.capture.case import Case, open_case
from thresher.capture.discovery import dissector
from thresher.capture.errors import FilterError, QueryError
from thresher.capture.registry import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGES: tuple[list[str], ...] = (["ami-1", "ami-2"], ["ami-2"], [])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three calls that started instances of these images."""
    records = [
        {
            "eventVersion": "1.08",
            "eventTime": f"2026-11-23T10:00:0{second}Z",
            "eventSource": "ec2.amazonaws.com",
            "eventName": "RunInstances",
            "responseElements": {"instancesSet": {"items": [{"imageId": image} for image in images]}},
        }
        for second, images in enumerate(IMAGES)
    ]
    made = tmp_path / "log.json"
    made.write_text(json.dumps(records), "utf-8")
    return made


@pytest.fixture
def case(path: Path) -> Iterator[Case]:
    with open_case([str(path)], cache=False, background=False) as opened:
        yield opened


def test_an_element_is_one_value_and_absent_beyond_the_end(case: Case) -> None:
    fields = ["ec2.imageids[0]", "ec2.imageids[1]", "ec2.imageids.1"]
    assert case.rows([0, 1, 2], fields) == [("ami-1", "ami-2", "ami-2"), ("ami-2", None, None), (None, None, None)]


def test_without_an_index_it_is_the_list(case: Case) -> None:
    assert case.rows([0, 1, 2], ["ec2.imageids"]) == [(["ami-1", "ami-2"],), (["ami-2"],), (None,)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('ec2.imageids[0] == "ami-2"', [1]),
        ('ec2.imageids == "ami-2"', [0, 1]),
        ('ec2.imageids[1] == "ami-2"', [0]),
        ("ec2.imageids[0]", [0, 1]),
        ("not ec2.imageids[1]", [1, 2]),
        ('ec2.imageids[0] != "ami-1"', [1]),
        ('ec2.imageids[1] contains "mi-"', [0]),
        ('ec2.imageids[0] in ("ami-1", "ami-3")', [0]),
        ("len(ec2.imageids[0]) == 5", [0, 1]),
        ("ec2.imageids[0] == val(ec2.imageid)", [0, 1]),
    ],
)
def test_filters_compare_the_element_alone(case: Case, text: str, found: list[int]) -> None:
    assert list(case.select(text)) == found


def test_an_exported_element_is_no_list(path: Path) -> None:
    with thresher.open(path, cache=False) as capture:
        table = capture.select("ec2.imageids[0]", "ec2.imageids").arrow()
    assert table.column(0).to_pylist() == ["ami-1", "ami-2", None]
    assert table.column(1).to_pylist() == [["ami-1", "ami-2"], ["ami-2"], None]


def test_a_path_that_is_missing_is_said_with_what_stands_for_the_whole_record(case: Case) -> None:
    with pytest.raises(QueryError, match=r"'ct\.json' needs a path.*ct\.json\.userIdentity\.type.*'ct\.record'"):
        Catalogue(dissector("aws_cloudtrail")).resolve("ct.json")
    with pytest.raises(FilterError, match="needs a path") as raised:
        case.check("evt.num == 1 and ct.json contains secret")
    assert raised.value.snippet().splitlines()[1].strip() == "^~~~~~~"
