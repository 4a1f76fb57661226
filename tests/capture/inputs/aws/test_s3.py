"""Buckets are copied whole, once, resumably, and nothing is fetched that was not named (stage ①)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import moto_server
from tests.builders.aws_stub import Stub
from thresher.capture.case import open_case
from thresher.capture.errors import UnreadableError, UsageError
from thresher.capture.inputs.aws.account import Access
from thresher.capture.inputs.aws.fetching import Wanted, fetch, planned
from thresher.capture.inputs.aws.layout import Window
from thresher.capture.inputs.aws.manifest import NAME, Manifest, local
from thresher.capture.inputs.aws.s3 import Report


def wanted(spec: str, url: str, **options: object) -> Wanted:
    return Wanted(spec, Access(endpoint_url=url), **options)  # type: ignore[arg-type]


def fetched(spec: str, url: str, folder: Path, **options: object) -> Report:
    return fetch(wanted(spec, url, **options), folder, lambda _: None)


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.json.gz")}


def test_all_five_folders_of_all_accounts_and_organisations_are_found(aws: str):
    report = planned(wanted("s3://trails", aws))
    assert set(report.places) == {
        ("111122223333", "CloudTrail", "eu-west-1"),
        ("111122223333", "CloudTrail", "us-east-1"),
        ("111122223333", "CloudTrail-Insight", "eu-west-1"),
        ("111122223333", "CloudTrail-NetworkActivity", "eu-west-1"),
        ("111122223333", "CloudTrail-Aggregated", "eu-west-1"),
        ("111122223333", "CloudTrail-Digest", "eu-west-1"),
        ("444455556666", "CloudTrail", "eu-west-1"),
    }
    assert report.left_out == ["AWSLogs/111122223333/vpcflowlogs/"]
    assert report.found == 70


def test_a_listing_of_three_thousand_keys_is_read_page_by_page(aws: str):
    assert planned(wanted("s3://many/AWSLogs", aws)).found == moto_server.MANY


def test_a_window_takes_what_can_hold_its_events_and_no_other_day(aws: str):
    window = Window(day(10), day(11), timedelta(hours=24))
    days = [moto_server.key(number).split("/")[-2] for number in range(60)]
    assert planned(wanted("s3://trails/AWSLogs/111122223333/CloudTrail/eu-west-1/", aws, window=window)).found == sum(
        day in ("10", "11") for day in days
    )


@pytest.fixture(scope="module")
def copy(aws: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bucket of trails, made once."""
    folder = tmp_path_factory.mktemp("copy")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in moto_server.ENVIRONMENT.items():
            patched.setenv(name, value)
        report = fetched("s3://trails/AWSLogs/", aws, folder)
    assert (report.fetched, report.known, report.problems) == (70, 0, [])
    return folder


def test_a_copy_opens_like_a_folder_and_keeps_what_s3_told(copy: Path):
    with open_case([str(copy)], cache=False, background=False) as case:
        assert case.count() == 69
    entries = Manifest(copy).entries
    digest = next(entry for source, entry in entries.items() if "Digest" in source)
    assert digest.metadata == {"signature": "ab12", "signature-algorithm": "SHA256withRSA"}
    assert json.loads((copy / f"{digest.path}.meta.json").read_text())["metadata"] == digest.metadata
    assert all(entry.sha256 and entry.etag and entry.modified for entry in entries.values())


def test_a_second_run_fetches_only_the_file_that_was_lost(aws: str, copy: Path, tmp_path: Path):
    again = shutil.copytree(copy, tmp_path / "again")
    next(again.rglob("*_CloudTrail_us-east-1_*.gz")).unlink()
    report = fetched("s3://trails/AWSLogs/", aws, again)
    assert (report.fetched, report.known) == (1, 69)


COMMAND = ["fetch", "s3://some/AWSLogs/"]


def run(aws: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "thresher", *COMMAND, "--endpoint-url", aws, str(folder)]
    environment = {**os.environ, **moto_server.ENVIRONMENT}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def begun(folder: Path, process: subprocess.Popen[str], lines: int = 20) -> None:
    """Wait until some objects have come, or the process has ended."""
    while process.poll() is None:
        if (folder / NAME).exists() and (folder / NAME).read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.01)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_goes_on_with_nothing_lost_and_nothing_twice(
    ending: signal.Signals, aws: str, tmp_path: Path
):
    process = run(aws, tmp_path)
    begun(tmp_path, process)
    process.send_signal(ending)
    _, said = process.communicate(timeout=60)
    before = files(tmp_path)
    assert process.returncode == (130 if ending is signal.SIGINT else -9)
    assert ("the same command goes on from there" in said) == (ending is signal.SIGINT)
    second = fetched(COMMAND[1], aws, tmp_path)
    assert (second.problems, second.found) == ([], moto_server.SOME)
    found = {name.removeprefix("some/") for name in files(tmp_path)}
    assert found == {moto_server.key(number) for number in range(moto_server.SOME)}
    assert 20 <= len(before) < len(found)
    lines = [json.loads(line)["source"] for line in (tmp_path / NAME).read_text().splitlines()]
    twice = len(lines) - len(set(lines))
    assert twice <= 16 if ending is signal.SIGKILL else twice == 0
    assert not list(tmp_path.rglob(".*.part")) or ending is signal.SIGKILL
    with open_case([str(tmp_path)], cache=False, background=False) as case:
        assert case.count() == len(found)
        assert case.select("ct.copies > 1").tolist() == []


def test_a_line_that_was_cut_off_does_not_spoil_the_next(tmp_path: Path):
    (tmp_path / NAME).write_text('{"source": "s3://b/one", "path": "x"')
    manifest = Manifest(tmp_path)
    assert manifest.entries == {}
    (tmp_path / "f").write_bytes(b"12")
    from thresher.capture.inputs.aws.manifest import Fetched

    manifest.add(Fetched("s3://b/two", "f", "e", size=2))
    assert Manifest(tmp_path).has("s3://b/two", "e", "")


def test_only_what_the_name_means_is_fetched(aws: str, tmp_path: Path):
    report = fetched("s3://strange/logs", aws, tmp_path)
    assert report.fetched == 2
    assert not [name for name in files(tmp_path) if "logs2" in name]
    assert fetched("s3://strange/logs2/other.json.gz", aws, tmp_path / "one").fetched == 1


def test_no_key_leads_out_of_the_folder(aws: str, tmp_path: Path):
    fetched("s3://strange/logs/", aws, tmp_path / "copy")
    assert all(path.is_relative_to(tmp_path / "copy") for path in tmp_path.rglob("*.gz"))
    assert len(files(tmp_path / "copy")) == 2


@pytest.mark.parametrize(
    "name", ["..", "../..", "a/../b", "/etc/passwd", ".hidden", "a\x00b", "a\nb", "x" * 5000, "C:\\a"]
)
def test_a_local_name_stays_below_and_is_no_other_file_s(name: str):
    path = local("bucket", name)
    assert not path.is_absolute()
    assert not any(part.startswith(".") or len(part.encode()) > 255 for part in path.parts)
    assert path != local("bucket", f"{name}x")


def test_a_folder_that_may_not_be_listed_is_reported_and_the_rest_fetched(stub: Stub, tmp_path: Path):
    report = fetched("s3://bucket/", stub.url, tmp_path)
    assert report.fetched == 1
    assert report.problems == ["s3://bucket/closed/: AWS refused ListObjectsV2: AccessDenied (Access Denied)"]


def test_own_reads_can_be_told_by_their_user_agent(stub: Stub, tmp_path: Path):
    stub.events = []
    fetch(wanted("cloudtrail://us-east-1", stub.url), tmp_path, lambda _: None)
    assert "thresher-fetch/" in stub.agents[0]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("s3://nosuchbucket/x", "there is no bucket of this name"),
        ("s3://trails/AWSLogs/999999999999/", "nothing there can hold events of this time"),
    ],
)
def test_nothing_there_is_an_error_in_one_line(spec: str, why: str, aws: str, tmp_path: Path):
    with pytest.raises(UnreadableError, match=why) as caught:
        fetched(spec, aws, tmp_path)
    assert "\n" not in str(caught.value)


def test_no_credentials_are_an_error_that_says_what_to_do(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(UnreadableError, match="there are no credentials; name a profile with --profile"):
        fetched("s3://trails/", aws, tmp_path)


def test_a_public_bucket_needs_no_credentials(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    anonymous = Wanted("s3://bucket/open/", Access(endpoint_url=stub.url, is_anonymous=True))
    assert fetch(anonymous, tmp_path, lambda _: None).fetched == 1
    assert set(stub.signed) == {False}


def test_an_unknown_profile_is_an_error(aws: str, tmp_path: Path):
    with pytest.raises(UsageError, match="nobody"):
        fetch(Wanted("s3://trails/", Access(profile="nobody", endpoint_url=aws)), tmp_path, lambda _: None)


def test_a_role_can_be_assumed_for_an_account(aws: str, tmp_path: Path):
    access = Access(endpoint_url=aws, role_arn="arn:aws:iam::{account}:role/audit")
    assert (
        fetch(Wanted("s3://strange/logs/", access, accounts=("123456789012",)), tmp_path, lambda _: None).fetched == 2
    )
    with pytest.raises(UsageError, match="needs an account; say which with --account"):
        fetch(Wanted("s3://strange/logs/", access), tmp_path, lambda _: None)


def test_a_bucket_opens_as_if_it_lay_here(aws: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    with open_case(["s3://strange/logs/"], background=False) as case:
        assert case.count() == 2
        assert case.stores[0].spec == "s3://strange/logs/"
    with open_case(["s3://strange/logs/"], background=False) as case:
        assert case.stores[0].facts().from_cache
