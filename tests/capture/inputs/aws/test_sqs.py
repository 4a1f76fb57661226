"""A queue is read only where the user says it is his, and a message goes only when its file is kept (stage ①)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.builders import moto_server
from thresher.capture.errors import UsageError
from thresher.capture.inputs.aws.account import Access
from thresher.capture.inputs.aws.fetching import Wanted, fetch
from thresher.capture.inputs.aws.s3 import Report
from thresher.capture.inputs.aws.sqs import notice

KEY = moto_server.key(3)


def of_s3(key: str, bucket: str = "trails") -> dict[str, Any]:
    return {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}]}


def by_sns(message: object) -> dict[str, Any]:
    return {"Type": "Notification", "Message": json.dumps(message)}


BY_EVENTBRIDGE = {"source": "aws.s3", "detail": {"bucket": {"name": "b"}, "object": {"key": "a+b.gz"}}}


@pytest.mark.parametrize(
    ("body", "objects"),
    [
        (of_s3("a+b%2Bc.gz", "b"), [("b", "a b+c.gz")]),
        (by_sns(of_s3("k", "b")), [("b", "k")]),
        (by_sns({"s3Bucket": "b", "s3ObjectKey": ["k1", "k2"]}), [("b", "k1"), ("b", "k2")]),
        ({"s3Bucket": "b", "s3ObjectKey": ["k1"]}, [("b", "k1")]),
        (BY_EVENTBRIDGE, [("b", "a+b.gz")]),
        ({"Event": "s3:TestEvent"}, []),
        ({"Records": [1, {"eventSource": "aws:s3"}]}, []),
        ([1], []),
    ],
)
def test_a_notice_is_read_in_all_its_forms(body: object, objects: list[tuple[str, str]]):
    assert notice(json.dumps(body)).objects == objects


def test_a_body_that_is_no_json_names_nothing():
    assert notice("{") == notice("[" * 100_000) == ([], False, False)


@pytest.fixture
def queue(aws: str, request: pytest.FixtureRequest) -> Any:
    client = boto3.client("sqs", endpoint_url=aws)
    name = f"q{abs(hash(request.node.name))}"
    url = client.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    bodies = [
        of_s3(KEY.replace("/", "%2F")),
        by_sns(of_s3(moto_server.key(4))),
        of_s3("gone.gz"),
        {"Event": "s3:TestEvent"},
    ]
    for body in bodies:
        client.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    return client, url, name


def left(queue: Any) -> int:
    client, url, _ = queue
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


def taken(queue: Any, aws: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **options: bool) -> Report:
    monkeypatch.setattr("thresher.capture.inputs.aws.sqs.WAIT_SECONDS", 0)
    return fetch(Wanted(f"sqs://{queue[2]}", Access(endpoint_url=aws), **options), folder, lambda _: None)


def test_a_queue_is_refused_unless_it_is_said_to_be_ones_own(queue: Any, aws: str, tmp_path: Path, monkeypatch: Any):
    with pytest.raises(UsageError, match="say --queue-is-mine"):
        taken(queue, aws, tmp_path, monkeypatch)
    assert left(queue) == 4


def test_files_that_messages_name_are_fetched_and_no_message_is_deleted(
    queue: Any, aws: str, tmp_path: Path, monkeypatch: Any
):
    report = taken(queue, aws, tmp_path, monkeypatch, is_queue_mine=True)
    assert report.fetched == 2
    assert (tmp_path / "trails" / KEY).is_file()
    assert [problem.partition(": ")[0] for problem in report.problems] == ["s3://trails/gone.gz"]
    assert left(queue) == 4


def test_only_messages_whose_files_are_kept_are_deleted(queue: Any, aws: str, tmp_path: Path, monkeypatch: Any):
    taken(queue, aws, tmp_path, monkeypatch, is_queue_mine=True, deletes=True)
    assert left(queue) == 1
