"""Following a credential: the sample's intrusion, invictus' chains, and what cannot be followed (stage ⑤)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_chains import Chains, used_key
from tests.builders.cloudtrail_walk import issued_key
from thresher.capture import lineage
from thresher.capture.errors import QueryError
from thresher.capture.lineage import Link, Standing, Status
from thresher.samples.cloud.intrusion import LEAKED_KEY, NEW_KEY

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "cloud" / "AWSLogs"
INVICTUS = ROOT.parent / "shared" / "cloudtrail" / "invictus"
LAST = "ASIAARJ5L3TF7EXAMPLE"


@cache
def opened(folder: Path) -> Opened:
    return Opened(folder)


def traced(folder: Path, seed: str) -> lineage.Lineage:
    return lineage.trace(opened(folder).case.stores[0], seed)


def chain_of(root: Link) -> list[Link]:
    return list(root.all())


ROLE = "arn:aws:iam::111122223333:role/shop-deploy"
USER = "arn:aws:iam::111122223333:user/shop-backup"


@pytest.mark.parametrize(
    "seed",
    [LEAKED_KEY, NEW_KEY, LAST, "shop-backup", "1148", "#2293", ROLE, USER, "shop-deploy", "AROASHOPDEPLOYEXAMPLE"],
)
def test_every_seed_of_the_intrusion_leads_to_its_whole_tree(seed: str):
    found = traced(SAMPLE, seed)
    assert [link.key for link in chain_of(found.roots[0])] == [
        LEAKED_KEY, "ASIA3VK66YR5REXAMPLE", NEW_KEY, "ASIAZQKLFEM6GEXAMPLE", LAST
    ]  # fmt: skip


def test_each_credential_says_how_it_ended():
    states = {link.key: (link.status, link.revoked_by) for link in chain_of(traced(SAMPLE, LAST).roots[0])}
    assert states[LEAKED_KEY] == (Status.REVOKED, 2423)
    assert states[NEW_KEY] == (Status.REVOKED, 2426)
    assert states[LAST] == (Status.ALIVE, None)


def test_uses_are_those_of_the_records():
    logs = opened(SAMPLE)
    for link in chain_of(traced(SAMPLE, LAST).roots[0]):
        uses = [record for record in logs.records if used_key(record) == link.key]
        assert (link.uses, link.failed) == (len(uses), sum("errorCode" in record for record in uses))


def test_what_the_intruder_changed_and_what_of_it_stands():
    store = opened(SAMPLE).case.stores[0]
    found = lineage.changes(store, traced(SAMPLE, LAST).keys())
    standing = {change.number: (change.standing, change.undone_by) for change in found}
    assert standing[2313] == standing[2301] == (Standing.STANDS, None)
    assert standing[2305] == (Standing.UNDONE, 2426)
    assert standing[1055][0] is Standing.UNDONE
    assert standing[1179] == (Standing.UNKNOWN, None)


def test_resources_are_told_by_kind_of_access():
    store = opened(SAMPLE).case.stores[0]
    found = lineage.touched(store, [LAST])
    downloads = [r for r in opened(SAMPLE).records if used_key(r) == LAST and r["eventName"] == "GetObject"]
    assert {each.access for each in found} == {"read"}
    assert sum(each.count for each in found if each.calls == ["s3:GetObject"]) == sum(
        "errorCode" not in record for record in downloads
    )


@pytest.mark.oracle
def test_every_chain_of_invictus_is_the_walks():
    logs = opened(INVICTUS)
    chains = Chains(logs.records, logs.numbers)
    for key in {key for record in logs.records if (key := issued_key(record))}:
        root = traced(INVICTUS, key).roots[0]
        keys = chains.keys(key)
        wanted = next(place for place in keys if place in chains.issued or place in map(used_key, logs.records))
        assert root.key == wanted
        assert key in [link.key for link in root.all() if link.is_seed]


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., Opened]:
    def make(*calls: tuple[str, str, dict[str, Any]]) -> Opened:
        records = [
            {
                "eventVersion": "1.10",
                "eventTime": f"2026-11-23T07:{second // 60:02}:{second % 60:02}Z",
                "eventSource": f"{call.partition(':')[0]}.amazonaws.com",
                "eventName": call.partition(":")[2],
                "readOnly": False,
                "userIdentity": {"type": "IAMUser", "userName": "eve", "accessKeyId": key},
                **members,
            }
            for second, (key, call, members) in enumerate(calls)
        ]
        (tmp_path / "log.json").write_text(json.dumps(records))
        return Opened(tmp_path)

    return make


def status(text: str) -> dict[str, Any]:
    return {"requestParameters": {"accessKeyId": "AKIAX", "status": text}}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], Status.ALIVE),
        ([("AKIAO", "iam:UpdateAccessKey", status("Inactive"))], Status.REVOKED),
        ([("AKIAO", "iam:UpdateAccessKey", {**status("Inactive"), "errorCode": "AccessDenied"})], Status.ALIVE),
        ([("AKIAO", "iam:UpdateAccessKey", status(text)) for text in ("Inactive", "Active")], Status.ALIVE),
        ([("AKIAO", "iam:DeleteAccessKey", status(""))], Status.REVOKED),
    ],
)
def test_a_key_is_alive_until_it_is_revoked(log: Callable[..., Opened], calls: list[Any], expected: Status):
    logs = log(("AKIAX", "s3:PutObject", {}), *calls)
    assert lineage.trace(logs.case.stores[0], "AKIAX").roots[0].status is expected


@pytest.mark.parametrize(
    ("expiration", "expected"),
    [("2026-11-23T06:59:00Z", Status.EXPIRED), ("2026-11-23T08:00:00Z", Status.ALIVE), ("soon", Status.UNKNOWN)],
)
def test_a_session_is_alive_until_it_expires(log: Callable[..., Opened], expiration: str, expected: Status):
    response = {"responseElements": {"credentials": {"accessKeyId": "ASIAN", "expiration": expiration}}}
    logs = log(("AKIAX", "sts:AssumeRole", response))
    assert lineage.trace(logs.case.stores[0], "ASIAN").roots[0].children[0].status is expected


def handed_on(times: int) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (f"ASIA{at}", "sts:AssumeRole", {"responseElements": {"credentials": {"accessKeyId": f"ASIA{at + 1}"}}})
        for at in range(times)
    ]


def test_a_chain_that_is_deeper_than_any_real_one_is_cut_and_says_so(log: Callable[..., Opened]):
    found = lineage.trace(log(*handed_on(400)).case.stores[0], "ASIA0")
    assert (len(found.keys()), found.is_cut) == (257, True)
    assert not lineage.trace(log(*handed_on(40)).case.stores[0], "ASIA0").is_cut


def test_another_account_s_record_of_a_call_leads_to_the_credential_behind_it(log: Callable[..., Opened]):
    foreign = {"userIdentity": {"type": "AWSAccount", "accountId": "111122223333", "principalId": "AIDA:x"}}
    handed = {"responseElements": {"credentials": {"accessKeyId": "ASIANEW"}}}
    logs = log(
        ("AKIAX", "sts:AssumeRole", {"sharedEventID": "s-1"}),
        ("", "sts:AssumeRole", {"sharedEventID": "s-1", **foreign, **handed}),
        ("ASIANEW", "s3:GetObject", {"sharedEventID": "s-2"}),
        ("", "s3:GetObject", {"sharedEventID": "s-2", **foreign}),
        ("", "s3:GetObject", {"sharedEventID": "s-3", **foreign}),
    )
    for seed in ("AKIAX", "ASIANEW", "2", "4"):
        (root,) = lineage.trace(logs.case.stores[0], seed).roots
        assert [link.key for link in root.all()] == ["AKIAX", "ASIANEW"]
    assert logs.chosen('ct.chain.keys == "AKIAX"') == [0, 1, 2, 3]
    assert logs.values("ct.chain.actor") == ["eve", "eve", "eve", "eve", None]


def test_a_session_that_was_never_used_is_found_by_the_role_that_it_is_of(log: Callable[..., Opened]):
    handed = {
        "requestParameters": {"roleArn": "arn:aws:iam::1:role/unused"},
        "responseElements": {"credentials": {"accessKeyId": "ASIANEW"}},
    }
    (root,) = lineage.trace(log(("AKIAX", "sts:AssumeRole", handed)).case.stores[0], "arn:aws:iam::1:role/unused").roots
    assert [(link.key, link.is_seed) for link in root.all()] == [("AKIAX", False), ("ASIANEW", True)]


def instances(side: str, *names: str) -> dict[str, Any]:
    return {side: {"instancesSet": {"items": [{"instanceId": name} for name in names]}}}


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ((), Standing.STANDS),
        (("i-1",), Standing.STANDS),
        (("i-1", "i-2"), Standing.UNDONE),
        (("i-3",), Standing.STANDS),
    ],
)
def test_a_change_is_undone_when_all_of_it_is(log: Callable[..., Opened], ended: tuple[str, ...], expected: Standing):
    calls = [("AKIAO", "ec2:TerminateInstances", instances("requestParameters", name)) for name in ended]
    logs = log(("AKIAX", "ec2:RunInstances", instances("responseElements", "i-1", "i-2")), *calls)
    assert [change.standing for change in lineage.changes(logs.case.stores[0], ["AKIAX"])] == [expected]


def test_what_is_nowhere_in_the_log_is_an_error():
    with pytest.raises(QueryError, match="no credential, principal or event 'AKIANOBODY'"):
        traced(SAMPLE, "AKIANOBODY")


def test_an_event_without_a_credential_is_an_error(log: Callable[..., Opened]):
    logs = log(("", "s3:PutObject", {}))
    with pytest.raises(QueryError, match="event 1 was made without a credential"):
        lineage.trace(logs.case.stores[0], "1")
