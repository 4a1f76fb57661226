"""Chains of credentials: every event's against an independent walk; the sample's story; guesses, circles (stage ②)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_chains import CHAIN_FIELDS, Chains, used_key
from tests.builders.cloudtrail_walk import issued_key
from thresher.capture.case.chaining import chain_of
from thresher.samples.cloud.intrusion import LEAKED_KEY

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "cloud" / "AWSLogs"
SHARED = ROOT.parent / "shared" / "cloudtrail"
ORACLE = pytest.mark.oracle
LOGS = [
    SAMPLE,
    pytest.param(SHARED / "invictus", marks=ORACLE),
    pytest.param(SHARED / "stratus", marks=ORACLE),
]


@cache
def opened(folder: Path) -> Opened:
    return Opened(folder)


@pytest.mark.parametrize("folder", LOGS)
@pytest.mark.parametrize("name", CHAIN_FIELDS)
def test_every_event_has_the_chain_that_the_walk_finds(folder: Path, name: str):
    logs = opened(folder)
    chains = Chains(logs.records, logs.numbers)
    assert logs.values(f"ct.chain.{name}") == [chains.of(record).get(name) for record in logs.records]


@ORACLE
def test_invictus_hands_out_36_sessions_and_2_keys_of_which_8_are_used_for_70_calls():
    logs = opened(SHARED / "invictus")
    issued = {key for record in logs.records if (key := issued_key(record))}
    assert sum(key.startswith("AKIA") for key in issued) == 2
    used = [key for record in logs.records if (key := used_key(record)) in issued]
    assert (len(issued), len(set(used)), len(used)) == (38, 8, 70)
    assert logs.values("ct.chain.depth").count(1) == 70


def test_the_leaked_key_is_behind_four_more_in_the_sample():
    logs = opened(SAMPLE)
    through = logs.chosen(f'ct.chain.keys == "{LEAKED_KEY}"')
    outside = [
        place for place in through if logs.records[place]["sourceIPAddress"] in ("203.0.113.66", "198.51.100.201")
    ]
    assert {logs.values("ct.chain.depth")[place] for place in outside} == {0, 1, 2, 3, 4}
    assert {logs.values("ct.chain.actor")[place] for place in through} == {"shop-backup"}


def record(second: int, name: str, key: str | None = None, issues: str | None = None, **members: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.10",
        "eventTime": f"2026-11-23T07:00:{second:02}Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": name,
        "userIdentity": {"type": "AssumedRole", "principalId": "AROAX:bob", **({"accessKeyId": key} if key else {})},
        **({"responseElements": {"credentials": {"accessKeyId": issues}}} if issues else {}),
        **members,
    }


def of_records(folder: Path, records: list[dict[str, Any]]) -> Opened:
    (folder / "log.json").write_text(json.dumps(records))
    return Opened(folder)


def test_a_browser_session_comes_from_the_last_sign_in_of_its_principal(tmp_path: Path):
    logs = of_records(
        tmp_path,
        [
            record(1, "GetSigninToken", "ASIAFIRST"),
            record(2, "GetSigninToken", "ASIASECOND"),
            record(3, "ListBuckets", "ASIABROWSER", sessionCredentialFromConsole="true"),
            record(4, "GetSigninToken", "ASIATHIRD"),
        ],
    )
    assert logs.values("ct.chain.parent") == [None, None, "ASIASECOND", None]
    assert logs.values("ct.chain.guessed") == [None, None, True, None]


def test_of_two_records_of_one_hand_over_the_one_with_the_key_counts(tmp_path: Path):
    logs = of_records(
        tmp_path,
        [
            record(1, "AssumeRole", None, "ASIANEW", sharedEventID="s"),
            record(1, "AssumeRole", "ASIAOLD", "ASIANEW", sharedEventID="s"),
            record(2, "ListBuckets", "ASIANEW"),
        ],
    )
    assert logs.values("ct.chain.parent") == [None, None, "ASIAOLD"]


def test_an_event_without_a_key_is_followed_by_the_record_of_another_account(tmp_path: Path):
    logs = of_records(
        tmp_path,
        [
            record(1, "GetObject", None, sharedEventID="s"),
            record(2, "GetObject", "ASIAOLD", sharedEventID="s"),
            record(3, "GetObject"),
        ],
    )
    assert [chain_of(logs.case, place) for place in range(3)] == [("ct.chain.keys", "ASIAOLD")] * 2 + [None]
    assert logs.values("ct.chain.root") == ["ASIAOLD", "ASIAOLD", None]


def test_credentials_that_claim_to_beget_each_other_end(tmp_path: Path):
    logs = of_records(tmp_path, [record(1, "AssumeRole", "ASIAA", "ASIAB"), record(2, "AssumeRole", "ASIAB", "ASIAA")])
    assert logs.values("ct.chain.keys") == [["ASIAB", "ASIAA"], ["ASIAA", "ASIAB"]]
