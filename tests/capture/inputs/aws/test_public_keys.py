"""A fetched copy has all that verifying needs: digests' signatures and the keys that made them (stage ①)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.aws_stub import Stub
from tests.builders.cloudtrail_digests import made
from thresher.capture import checking
from thresher.capture.ingest.remote import located
from thresher.capture.inputs.aws.account import Access
from thresher.capture.inputs.aws.fetching import Wanted, fetch
from thresher.capture.inputs.aws.s3 import Report

HOURS = 3


def served(stub: Stub, logs: Path) -> None:
    """Put logs with digests into the bucket, signatures where S3 keeps them and keys where AWS tells them."""
    folder = made(logs, HOURS)
    for path in folder.rglob("*.json.gz"):
        beside = path.with_name(path.name + ".meta.json")
        metadata = json.loads(beside.read_text())["Metadata"] if beside.exists() else {}
        stub.objects[path.relative_to(folder).as_posix()] = (path.read_bytes(), metadata)
    stub.keys = json.loads((folder / "public-keys.json").read_text())["PublicKeyList"]


def fetched(stub: Stub, folder: Path, **access: bool) -> Report:
    wanted = Wanted("s3://trail-logs/AWSLogs/", Access(endpoint_url=stub.url, **access))  # type: ignore[arg-type]
    return fetch(wanted, folder, lambda _: None)


def verdicts(folder: Path) -> set[str]:
    return {finding.verdict.value for finding in checking.check([str(folder)])}


def test_a_fetched_copy_verifies_offline(stub: Stub, tmp_path: Path):
    served(stub, tmp_path / "logs")
    assert fetched(stub, tmp_path / "copy").notes == []
    assert verdicts(tmp_path / "copy") == {"valid"}
    asked = stub.asked[-1]
    assert asked["EndTime"] - asked["StartTime"] == (2 * 24 + HOURS - 1) * 3600


def test_without_the_keys_the_newest_digest_stays_unverifiable(stub: Stub, tmp_path: Path):
    served(stub, tmp_path / "logs")
    stub.refusal = "AccessDeniedException"
    (note,) = fetched(stub, tmp_path / "copy").notes
    assert "public keys of eu-central-1" in note
    assert "AccessDeniedException" in note
    assert "unverifiable" in verdicts(tmp_path / "copy")


def test_opening_a_bucket_says_too_that_the_keys_are_missing(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    served(stub, tmp_path / "logs")
    stub.refusal = "AccessDeniedException"
    monkeypatch.setenv("AWS_ENDPOINT_URL", stub.url)
    located(["s3://trail-logs/AWSLogs/"])
    assert [text for text in caplog.messages if "public keys of eu-central-1" in text]


def test_keys_of_an_earlier_run_are_kept(stub: Stub, tmp_path: Path):
    served(stub, tmp_path / "logs")
    fetched(stub, tmp_path / "copy")
    (kept,) = (tmp_path / "copy").rglob("public-keys.json")
    stub.keys = [{**stub.keys[0], "Fingerprint": "ff"}]
    fetched(stub, tmp_path / "copy")
    listed = json.loads(kept.read_text())["PublicKeyList"]
    assert len(listed) == 2


def test_a_digest_whose_name_tells_no_time_is_passed_over(stub: Stub, tmp_path: Path):
    served(stub, tmp_path / "logs")
    content = next(iter(stub.objects.values()))
    stub.objects = {"AWSLogs/1_CloudTrail-Digest_eu-west-1_x_eu-west-1_20269999T999900Z.json.gz": content}
    assert fetched(stub, tmp_path / "copy").fetched == 1
    assert stub.asked == []


def test_who_reads_without_credentials_is_not_asked_for_keys(stub: Stub, tmp_path: Path):
    served(stub, tmp_path / "logs")
    fetched(stub, tmp_path / "copy", is_anonymous=True)
    assert stub.asked == []
