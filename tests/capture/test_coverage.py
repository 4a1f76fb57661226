"""What logs cover, against a walk over the records; silences and who changed the recording (stage ⑤)."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_walk import at, time_ns
from thresher.capture.cli.main import main
from thresher.capture.coverage import HOUR_NS, Coverage, covers
from thresher.capture.timetext import iso

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "cloud" / "AWSLogs"
SHARED = ROOT.parent / "shared" / "cloudtrail"
LOGS = [
    SAMPLE,
    pytest.param(SHARED / "invictus", marks=pytest.mark.oracle),
    pytest.param(SHARED / "stratus", marks=pytest.mark.oracle),
]


@cache
def opened(folder: Path) -> Opened:
    return Opened(folder)


def covered(folder: Path) -> Coverage:
    return covers(opened(folder).case.stores[0])


@pytest.mark.parametrize("folder", LOGS)
def test_parts_are_those_of_the_records(folder: Path):
    records = opened(folder).records
    counted = Counter(
        (r.get("recipientAccountId") or at(r, "userIdentity", "accountId"), r.get("awsRegion"), r.get("eventCategory"))
        for r in records
    )
    found = covered(folder)
    assert {(*part.names, part.kind): part.events for part in found.parts} == counted
    for part in found.parts:
        times = [
            time_ns(r)
            for r in records
            if (r.get("recipientAccountId") or at(r, "userIdentity", "accountId"), r.get("awsRegion")) == part.names
            and r.get("eventCategory") == part.kind
        ]
        assert (part.first_ns, part.last_ns) == (min(times), max(times))
        assert part.hours == len({time // HOUR_NS for time in times})


@pytest.mark.parametrize("folder", LOGS)
def test_silences_are_those_of_the_records(folder: Path):
    parts: dict[object, list[int]] = {}
    for record in opened(folder).records:
        account = record.get("recipientAccountId") or at(record, "userIdentity", "accountId")
        parts.setdefault((account, record.get("awsRegion")), []).append(time_ns(record))
    expected = {
        (names, earlier, later)
        for names, times in parts.items()
        for earlier, later in zip(sorted(times), sorted(times)[1:], strict=False)
        if later - earlier > HOUR_NS
    }
    assert {(each.names, each.from_ns, each.to_ns) for each in covered(folder).silences} == expected


def test_the_sample_tells_who_stopped_its_trail_and_who_started_it_again():
    found = [(each.number, each.what, each.succeeded) for each in covered(SAMPLE).switches]
    assert found == [(1040, "StopLogging", False), (1055, "StopLogging", True), (2087, "StartLogging", True)]


def test_the_sample_is_complete_up_to_its_last_delivery_less_a_quarter_of_an_hour():
    found = covered(SAMPLE)
    assert found.complete_ns is not None
    assert iso(found.complete_ns).startswith("2026-11-23T07:55:00")


def test_files_whose_names_tell_no_delivery_leave_it_open(tmp_path: Path):
    record = {"eventVersion": "1.10", "eventTime": "2026-11-23T07:00:00Z", "eventSource": "a", "eventName": "b"}
    (tmp_path / "log.json").write_text(json.dumps([record]))
    assert covers(Opened(tmp_path).case.stores[0]).complete_ns is None


def test_the_command_and_info_print_it(capsys: pytest.CaptureFixture[str]):
    assert main(["coverage", str(SAMPLE), "-T", "json", "--no-cache"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["parts"][0] | {"first": "", "last": ""} == {
        "account": "111122223333", "region": "eu-central-1", "category": "Data",
        "events": 1239, "first": "", "last": "", "hours": 2,
    }  # fmt: skip
    assert main(["info", str(SAMPLE), "--no-cache"]) == 0
    assert "2 accounts, 4 regions, complete up to 2026-11-23 07:55:00" in capsys.readouterr().out
