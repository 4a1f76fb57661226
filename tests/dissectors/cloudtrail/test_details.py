"""The details tree of a CloudTrail event: fields by subject, then the record, each with its bytes (stage ②)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from thresher.capture.case import open_case

if TYPE_CHECKING:
    from thresher.capture.model import Node

AWS_LOGS = Path(__file__).parents[3] / "samples" / "cloud" / "AWSLogs"
CREATE_ACCESS_KEY = 2305


@cache
def shown() -> tuple[list[Node], bytes]:
    case = open_case([str(AWS_LOGS)], cache=False, background=False)
    position = case.position_of(CREATE_ACCESS_KEY)
    return case.details(position), case.sources(position)[0].data


def walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node.children)


def piece(label: str, below: str) -> bytes:
    nodes, data = shown()
    branch = next(node for node in nodes if node.label == below)
    node = next(node for node in walk(branch.children) if node.label == label)
    return data[node.start : node.end]


def test_declared_fields_come_first_and_the_record_last():
    assert [node.label for node in shown()[0]] == [
        "Event", "Outcome", "Identity", "Origin", "Request and response", "Stored in", "Record",
    ]  # fmt: skip


def test_a_field_points_at_its_member():
    assert piece("ct.name", "Event") == b'"eventName":"CreateAccessKey"'
    assert piece("ct.user.accesskeyid", "Identity") == b'"accessKeyId":"ASIA3VK66YR5REXAMPLE"'
    assert piece("ct.issuedkey", "Identity") == b'"accessKeyId":"AKIAI44QH8DHBEXAMPLE"'


def test_a_derived_field_points_at_what_proves_it():
    assert piece("ct.user", "Identity") == b'"userName":"shop-deploy"'
    assert piece("evt.time", "Event") == b'"eventTime":"2026-11-23T07:16:15Z"'
    assert piece("ct.srcaddress", "Origin") == b'"sourceIPAddress":"203.0.113.66"'


def test_every_line_of_the_record_has_its_bytes_and_can_be_filtered_on():
    nodes, data = shown()
    record = nodes[-1]
    lines = list(walk(record.children))
    assert len(lines) > 40
    assert all(data[node.start : node.end].startswith(f'"{node.label}":'.encode()) for node in lines)
    assert all(node.field for node in lines)
    assert next(node.field for node in lines if node.label == "createDate") == "ct.response.accessKey.createDate"


def test_the_place_that_a_report_cites_is_told():
    place = next(node for node in shown()[0] if node.label == "Stored in")
    assert [node.label for node in place.children] == ["file", "offset", "length"]
    assert place.children[0].text.endswith(".json.gz")
