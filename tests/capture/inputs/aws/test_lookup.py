"""LookupEvents is asked page by page, no faster than AWS allows, and a run that was ended goes on (stage ①)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import moto_server
from tests.builders.aws_stub import Stub
from thresher.capture.case import open_case
from thresher.capture.errors import UnreadableError, UsageError
from thresher.capture.inputs.aws.account import Access
from thresher.capture.inputs.aws.fetching import Wanted, fetch
from thresher.capture.inputs.aws.s3 import Report


def event(number: int) -> dict[str, Any]:
    record = moto_server.record(number)
    return {"EventId": record["eventID"], "EventTime": 1764000000, "CloudTrailEvent": json.dumps(record)}


def looked_up(stub: Stub, folder: Path, spec: str = "cloudtrail://eu-west-1", **options: object) -> Report:
    wanted = Wanted(spec, Access(endpoint_url=stub.url), lookup_interval_s=0.0, **options)  # type: ignore[arg-type]
    return fetch(wanted, folder, lambda _: None)


@pytest.fixture(autouse=True)
def events(stub: Stub) -> None:
    stub.events = [event(number) for number in range(130)]


def test_all_pages_come_and_open_as_events(stub: Stub, tmp_path: Path):
    report = looked_up(stub, tmp_path)
    assert (report.found, report.fetched) == (130, 3)
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.count() == 130


def test_a_question_is_asked_of_aws(stub: Stub, tmp_path: Path):
    looked_up(stub, tmp_path, lookup="accesskeyid=AKIAX")
    assert stub.asked[0]["LookupAttributes"] == [{"AttributeKey": "AccessKeyId", "AttributeValue": "AKIAX"}]


@pytest.mark.parametrize("text", ["AccessKeyId", "Nonsense=1", "AccessKeyId="])
def test_a_wrong_question_is_told(text: str, stub: Stub, tmp_path: Path):
    with pytest.raises(UsageError, match="--lookup takes ATTRIBUTE=VALUE"):
        looked_up(stub, tmp_path, lookup=text)


def test_a_run_that_was_ended_goes_on_with_the_next_page(stub: Stub, tmp_path: Path):
    def ending(report: Report) -> None:
        if report.fetched == 2:
            raise KeyboardInterrupt

    wanted = Wanted("cloudtrail://eu-west-1", Access(endpoint_url=stub.url), lookup_interval_s=0.0)
    assert fetch(wanted, tmp_path, ending).was_interrupted
    asked = len(stub.asked)
    assert looked_up(stub, tmp_path).fetched == 1
    assert [body["NextToken"] for body in stub.asked[asked:]] == ["100"]
    assert looked_up(stub, tmp_path).fetched == 0
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.count() == 130
        assert case.select("ct.copies > 1").tolist() == []


def test_requests_keep_their_distance(stub: Stub, tmp_path: Path):
    wanted = Wanted("cloudtrail://eu-west-1", Access(endpoint_url=stub.url), lookup_interval_s=0.2)
    before = time.monotonic()
    fetch(wanted, tmp_path, lambda _: None)
    assert time.monotonic() - before >= 0.4


def test_being_throttled_costs_time_and_no_event(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True)
    stub.throttled = 2
    assert looked_up(stub, tmp_path).found == 130
    assert len(waited) == 2


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("UnrecognizedClientException", "AWS refused LookupEvents: UnrecognizedClientException"),
        ("InvalidClientTokenId", "the access key does not exist; check the profile or the AWS_ variables"),
        ("AccessDeniedException", "name another with --profile or --role-arn"),
        ("ExpiredTokenException", "the session has expired; sign in again"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(code: str, remedy: str, stub: Stub, tmp_path: Path):
    stub.refusal = code
    with pytest.raises(UnreadableError, match=remedy) as caught:
        looked_up(stub, tmp_path)
    assert "\n" not in str(caught.value)


def test_accounts_need_a_role(stub: Stub, tmp_path: Path):
    with pytest.raises(UsageError, match="--account needs --role-arn"):
        looked_up(stub, tmp_path, accounts=("1",))
