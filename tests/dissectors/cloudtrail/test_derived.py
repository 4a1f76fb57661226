"""Fields that are no single member: users of every identity type, outcomes, and records in odd shapes (stage ②)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders.cloudtrail_store import CloudStore, read
from tests.builders.cloudtrail_walk import WALKS
from thresher.capture.keyed import OfAddress
from thresher.dissectors.cloudtrail import CloudTrail
from thresher.dissectors.cloudtrail.fields import FIELDS

ACCOUNT = "111122223333"


def record(**members: Any) -> dict[str, Any]:
    return {"eventTime": "2026-11-23T07:00:00Z", "eventSource": "sts.amazonaws.com", "eventName": "X", **members}


def values(field: str, *records: dict[str, Any]) -> list[Any]:
    text = b"\n".join(json.dumps(one).encode() for one in records)
    return CloudStore(read([("x.json", text)])).values(field)


def value(field: str, **members: Any) -> Any:
    return values(field, record(**members))[0]


ROLE = {"sessionIssuer": {"userName": "deploy"}}
USERS: list[tuple[str, dict[str, Any]]] = [
    ("alice", {"type": "IAMUser", "userName": "alice"}),
    ("Root", {"type": "Root", "accountId": ACCOUNT}),
    ("alias", {"type": "Root", "userName": "alias"}),
    ("deploy", {"type": "AssumedRole", "sessionContext": ROLE, "arn": "arn:aws:sts::1:assumed-role/deploy/s"}),
    ("deploy", {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/deploy/s"}),
    ("guest", {"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/guest", "sessionContext": ROLE}),
    ("ec2.amazonaws.com", {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
    (ACCOUNT, {"type": "AWSAccount", "accountId": ACCOUNT, "principalId": "AROA:x"}),
    ("bob@x", {"type": "SAMLUser", "principalId": "P:bob@x", "userName": "bob@x"}),
    ("repo", {"type": "WebIdentityUser", "principalId": "issuer:aud:repo"}),
    ("u-1", {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}),
    ("kms.amazonaws.com", {"accountId": ACCOUNT, "invokedBy": "kms.amazonaws.com"}),
    ("carol", {"type": "IAMUser", "arn": "arn:aws:iam::1:user/staff/carol", "principalId": "AIDAX"}),
    ("AIDAX", {"type": "IAMUser", "userName": "", "principalId": "AIDAX"}),
    ("deploy", {"type": "Role", "invokedBy": "ec2.amazonaws.com", "arn": "arn:aws:sts::1:assumed-role/deploy/s"}),
    ("d-1", {"type": "Directory", "principalId": "d-1"}),
]


@pytest.mark.parametrize(("name", "identity"), USERS)
def test_every_identity_type_has_a_user(name: str, identity: dict[str, Any]):
    assert value("ct.user", userIdentity=identity) == name


def test_a_record_without_an_identity_has_no_user():
    assert values("ct.user", record(), record(userIdentity=None)) == [None, None]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("AccessDenied", "denied"),
        ("AccessDeniedException", "denied"),
        ("Client.UnauthorizedOperation", "denied"),
        ("VpceAccessDenied", "denied"),
        ("InvalidClientTokenId", "denied"),
        ("ThrottlingException", "throttled"),
        ("Client.RequestLimitExceeded", "throttled"),
        ("TooManyRequestsException", "throttled"),
        ("SlowDown", "throttled"),
        ("NoSuchBucketPolicy", "not-found"),
        ("Client.InvalidVolume.NotFound", "not-found"),
        ("InvocationDoesNotExist", "not-found"),
        ("Client.VpcLimitExceeded", "error"),
        ("DryRunOperation", "error"),
    ],
)
def test_error_codes_fall_into_classes(code: str, outcome: str):
    assert value("ct.outcome", errorCode=code) == outcome
    assert value("ct.outcome", responseElements={"errorCode": code}) == outcome


@pytest.mark.parametrize(
    "members",
    [
        {"responseElements": {"SwitchRole": "Failure"}},
        {"responseElements": {"CheckMfa": "Failure"}},
        {"serviceEventDetails": {"UserAuthentication": "Failure"}},
        {"serviceEventDetails": {"CredentialVerification": "Failure"}},
        {"eventType": "AwsConsoleSignIn", "errorMessage": "No username found in supplied account"},
    ],
)
def test_a_refusal_without_an_error_code_is_denied(members: dict[str, Any]):
    assert value("ct.outcome", **members) == "denied"


def test_an_empty_error_code_is_none_and_a_message_alone_is_an_error():
    assert value("ct.outcome", errorCode="") == "ok"
    assert value("ct.outcome", errorMessage="the stack rolled back") == "error"


def test_an_insight_is_no_call_and_says_what_was_unusual():
    details = {"state": "Start", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances"}
    insight = {"eventCategory": "Insight", "insightDetails": {**details, "insightType": "ApiCallRateInsight"}}
    assert value("ct.outcome", **insight) is None
    assert value("ct.info", **insight) == "ApiCallRateInsight Start ec2.amazonaws.com RunInstances"


@pytest.mark.parametrize(
    ("spelling", "seconds"),
    [
        ("Jul 10, 2023, 12:09:47 PM", 1688990987),
        ("Jul 10, 2023, 12:09:47\u202fPM", 1688990987),
        ("Nov 5, 2018 2:18:16 AM", 1541384296),
        ("2023-07-10T12:09:47Z", 1688990987),
        ("2023-07-10T12:09:47.000+00:00", 1688990987),
        (1688990987, 1688990987),
        (1688990987000, 1688990987),
    ],
)
def test_expirations_are_read_in_all_spellings(spelling: str | int, seconds: int):
    credentials = {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "expiration": spelling}
    assert value("ct.issuedkey.expires", responseElements={"credentials": credentials}) == seconds * 10**9


def test_numbers_in_columns_and_members_are_spelled_as_in_the_record():
    text = b"""{"eventTime":"2026-11-23T07:00:00Z","eventSource":"s","eventName":1e-08,"errorCode":1E5,"eventID":"a",
        "userIdentity":{"type":2.50},"requestParameters":{"bucketName": {"a": 1.10}, "q":[1.50,"1.50"]}}"""
    store = CloudStore(read([("x", text + text.replace(b"1E5", b'"1E5"').replace(b'"a",', b'"b",'))]))
    assert store.values("ct.name") == store.values("ct.json.eventName") == store.values("evt.type") == ["1e-08"] * 2
    assert store.values("ct.error") == store.values("ct.json.errorCode") == ["1E5", "1E5"]
    assert store.values("ct.user.identitytype") == ["2.50"] * 2
    assert store.values("s3.bucket") == ['{"a":1.10}'] * 2
    assert store.values("ct.request.q") == ['[1.50,"1.50"]'] * 2


def test_a_refused_sign_in_is_denied():
    assert value("ct.outcome", responseElements={"ConsoleLogin": "Failure"}) == "denied"
    assert value("ct.outcome", responseElements={"ConsoleLogin": "Success"}) == "ok"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("203.0.113.9", "address"),
        ("2001:db8::1", "address"),
        ("ec2.amazonaws.com", "service"),
        ("AWS Internal", "internal"),
        ("AWS Internal/3", "internal"),
        ("035.249.253.232", "other"),
        ("", "other"),
    ],
)
def test_sources_are_told_apart(source: str, kind: str):
    assert value("ct.srckind", sourceIPAddress=source) == kind


def test_addresses_are_two_halves():
    assert value("ct.srcaddress", sourceIPAddress="203.0.113.9") == (0, 0xFFFF_CB00_7109)
    assert value("ct.srcaddress", sourceIPAddress="2001:db8::1") == (0x2001_0DB8 << 32, 1)
    assert value("ct.srcaddress", sourceIPAddress="ec2.amazonaws.com") is None


def test_high_halves_use_all_64_bits():
    rows = CloudTrail().relation_rows("addresses", ["fd00::8000:0:0:1", "::ffff:203.0.113.9"])
    assert rows[0] == ("fd00::8000:0:0:1", 0xFD00 << 48, (0x8000 << 48) + 1, "address")
    assert rows[1][1:3] == (0, 0xFFFF_CB00_7109)


def test_a_management_event_of_an_old_record_is_told_from_its_category():
    assert value("ct.managementevent", eventCategory="Data") == "false"
    assert value("ct.managementevent", eventCategory="Management") == "true"
    assert value("ct.managementevent") is None


def test_bytes_in_both_directions_are_added_and_nonsense_is_absent():
    both = {"bytesTransferredIn": 2**64 - 1, "bytesTransferredOut": 1}
    assert value("s3.bytes", additionalEventData={"bytesTransferredIn": 3.0, "bytesTransferredOut": 4}) == 7
    assert value("s3.bytes", additionalEventData={"bytesTransferredOut": 4}) == 4
    assert value("s3.bytes", additionalEventData=both) is None
    assert value("s3.bytes.in", additionalEventData={"bytesTransferredIn": -5}) is None
    assert value("s3.bytes.in", additionalEventData={"bytesTransferredIn": "many"}) is None


def test_an_instance_is_named_by_its_tag():
    items = [
        {"resourceType": "volume", "tags": [{"key": "Name", "value": "disk"}]},
        {"resourceType": "instance", "tags": [{"key": "team", "value": "x"}, {"key": "Name", "value": "web"}]},
    ]
    assert value("ec2.name", requestParameters={"tagSpecificationSet": {"items": items}}) == "web"


def test_images_of_started_instances_go_before_requested_ones():
    started = {"instancesSet": {"items": [{"imageId": "ami-1"}, {"imageId": "ami-2"}]}}
    assert value("ec2.imageids", responseElements=started, requestParameters={"imageId": "ami-3"}) == ["ami-1", "ami-2"]
    assert value("ec2.imageids", requestParameters={"launchSpecification": {"imageId": "ami-4"}}) == ["ami-4"]
    assert value("ec2.imageid", responseElements=started) == "ami-1"
    assert value("ec2.imageids") is None


def test_of_a_repeated_member_the_first_counts():
    text = b'{"eventTime":"2026-11-23T07:00:00Z","eventSource":"s","eventName":"First","eventName":"Second"}'
    assert CloudStore(read([("x", text)])).values("ct.name") == ["First"]


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "text",
    "\x00",
    "💣",
    [],
    [[]],
    [None, {}],
    {},
    {"": None},
    {"a": {"b": []}},
]


def test_no_shape_of_a_record_breaks_a_field():
    """Everything that a path goes through is replaced by everything it should not be."""
    tops = [
        "userIdentity",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "resources",
        "sourceIPAddress",
        "errorCode",
    ]
    deep = [
        {"requestParameters": {"tagSpecificationSet": {"items": odd}, "bucketName": odd, "key": odd}} for odd in ODD
    ] + [
        {"userIdentity": {"type": "AssumedRole", "arn": odd, "sessionContext": odd, "principalId": odd}} for odd in ODD
    ]
    records = [record(**{top: odd}) for top in tops for odd in ODD] + [record(**members) for members in deep]
    records += [{"eventName": odd, "eventSource": odd, "eventTime": odd} for odd in ODD]
    text = b"\n".join(json.dumps(one).encode() for one in records)
    store = CloudStore(read([("x", text)]))
    for field in FIELDS:
        if not field.argument_required and not isinstance(field.place, OfAddress):
            assert len(store.values(field.name)) == len(records)


def test_the_claim_rests_on_what_every_version_writes():
    claims = CloudTrail().claims_record
    assert claims({"eventVersion": "1.0", "eventName": "X", "eventSource": "s", "eventTime": "t"}) == 1.0
    assert claims({"eventVersion": "1.07", "eventCategory": "Insight", "eventSource": "s", "eventTime": "t"}) == 1.0
    assert claims({"kind": "Event", "apiVersion": "audit.k8s.io/v1"}) == 0.0


def test_upstreams_fields_are_all_there():
    """The names that filters and rules written for Falco and Stratoshark use."""
    assert WALKS.keys() >= {"ct.request.documentname", "ct.originaluser", "s3.cnt.other", "ec2.imageids", "iam.policy"}
