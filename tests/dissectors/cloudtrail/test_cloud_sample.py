"""The cloud sample: made again it is the same, its fields equal the walk, its filters find the story (stage ②)."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import pytest

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_walk import WALKS, at
from thresher.dissectors.cloudtrail import CloudTrail
from thresher.dissectors.cloudtrail.fields import FIELDS
from thresher.samples.cloud.intrusion import FIRST_ADDRESS, LEAKED_KEY, NEW_KEY, SECOND_ADDRESS
from thresher.samples.cloud.make import files

SAMPLE = Path(__file__).parents[3] / "samples" / "cloud"
TREES = {field.name for field in FIELDS if field.argument.value == "path"}


@cache
def opened() -> Opened:
    return Opened(SAMPLE / "AWSLogs")


def test_the_script_makes_the_committed_files():
    """Compared inflated: compressors differ between builds of zlib, records must not."""
    made = dict(files())
    kept = {path.relative_to(SAMPLE).as_posix(): path for path in SAMPLE.rglob("*.json.gz")}
    assert made.keys() == kept.keys()
    assert all(gzip.decompress(kept[name].read_bytes()) == text for name, text in made.items())


def test_files_carry_no_time_of_their_making():
    assert {path.read_bytes()[4:8] for path in SAMPLE.rglob("*.json.gz")} == {bytes(4)}


def test_events_come_in_the_order_of_event_time():
    assert opened().values("evt.num") == opened().numbers
    assert 2000 <= len(opened().records) <= 5000


@pytest.mark.parametrize("field", WALKS)
def test_every_field_equals_the_walk(field: str):
    logs = opened()
    expected = [WALKS[field](record) for record in logs.records]
    found = logs.values(field)
    if field in TREES:
        expected = [text and json.loads(text) for text in expected]
        found = [text and json.loads(text) for text in found]
    assert found == expected


STORY = {
    f'ct.user.accesskeyid == "{LEAKED_KEY}"': lambda r: at(r, "userIdentity", "accessKeyId") == LEAKED_KEY,
    f'any.key == "{NEW_KEY}"': lambda r: NEW_KEY in json.dumps(r),
    "any.ip == 203.0.113.0/24": lambda r: r["sourceIPAddress"] == FIRST_ADDRESS,
    f"ct.srcaddress == {SECOND_ADDRESS}": lambda r: r["sourceIPAddress"] == SECOND_ADDRESS,
    'ct.outcome == "denied" and ct.user == "shop-backup"': lambda r: (
        at(r, "userIdentity", "userName") == "shop-backup" and "errorCode" in r
    ),
    'ct.request.bucketName startswith "customer-exports"': lambda r: str(
        at(r, "requestParameters", "bucketName")
    ).startswith("customer-exports"),
    "ct.issuedkey": lambda r: WALKS["ct.issuedkey"](r) is not None,
    'ct.json.tlsDetails.tlsVersion == "TLSv1.3"': lambda r: "tlsDetails" in r,
    'ct.resources.type == "AWS::IAM::Role"': lambda r: any(
        resource["type"] == "AWS::IAM::Role" for resource in r.get("resources", [])
    ),
    's3.bytes > 60000000 && ct.name == "GetObject"': lambda r: (
        r["eventName"] == "GetObject" and at(r, "additionalEventData", "bytesTransferredOut") > 60_000_000
    ),
    "ct.mfa == true": lambda r: WALKS["ct.mfa"](r) is True,
    'outcome != "ok"': lambda r: WALKS["ct.outcome"](r) != "ok",
    'where contains "444455556666"': lambda r: r["recipientAccountId"] == "444455556666",
}


@pytest.mark.parametrize("text", STORY)
def test_a_filter_finds_what_the_records_say(text: str):
    expected = [place for place, record in enumerate(opened().records) if STORY[text](record)]
    assert expected
    assert opened().chosen(text) == expected


def test_the_key_is_used_from_outside_two_minutes_after_it_was_read():
    leaked = opened().chosen(f'ct.user.accesskeyid == "{LEAKED_KEY}" and ct.srcip == "{FIRST_ADDRESS}"')
    first = opened().records[leaked[0]]
    assert (first["eventName"], first["eventTime"]) == ("GetCallerIdentity", "2026-11-23T07:12:37Z")


def test_every_session_of_the_chain_is_used_after_it_was_issued_and_before_it_expires():
    issued = {key: place for place, key in enumerate(opened().values("ct.issuedkey")) if key}
    used = opened().values("ct.user.accesskeyid")
    sources = opened().values("ct.srcip")
    chain = {key for key, place in issued.items() if sources[place] == FIRST_ADDRESS}
    assert len(chain) == 4
    for key in chain:
        uses = [place for place, one in enumerate(used) if one == key]
        assert uses
        assert min(uses) > issued[key]


@pytest.mark.parametrize("field", [field for field in FIELDS if field.example], ids=lambda field: field.name)
def test_every_example_runs(field):
    opened().chosen(field.example)


@pytest.mark.parametrize("rule", CloudTrail.colour_rules, ids=lambda rule: rule.name)
def test_every_colour_rule_applies_somewhere_in_the_sample(rule):
    assert opened().chosen(rule.filter)
