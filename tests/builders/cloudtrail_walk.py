"""CloudTrail's fields in plain Python, record by record: what the dissector's SQL is compared with (stage ②)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from tests.builders.cloudtrail_members import MEMBERS
from thresher.dissectors.cloudtrail.apis import ADMINISTRATIVE_NAMES, ADMINISTRATIVE_SERVICES, TACTICS

Record = dict[str, Any]
Walk = Callable[[Record], Any]


def at(record: Any, *keys: str) -> Any:
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def member(path: str) -> Walk:
    return lambda record: as_text(at(record, *path.split(".")))


def time_ns(record: Record) -> int:
    return iso_ns(record.get("eventTime") or record["timeWindow"]["windowStart"])


def iso_ns(text: str) -> int:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(moment.timestamp()) * 1_000_000_000


def user(record: Record) -> str | None:
    identity = at(record, "userIdentity") or {}
    name, arn = identity.get("userName"), identity.get("arn") or ""
    issuer = at(identity, "sessionContext", "sessionIssuer", "userName")
    candidates: list[str | None] = []
    match identity.get("type"):
        case "Root":
            candidates = [name, "Root"]
        case "AWSService":
            candidates = [identity.get("invokedBy")]
        case "AWSAccount":
            candidates = [identity.get("accountId"), "AWSAccount"]
        case "AssumedRole" | "Role":
            candidates = [issuer, arn.split("/")[1] if arn.count("/") else None]
        case "FederatedUser":
            candidates = [arn.partition("federated-user/")[2], name, "FederatedUser"]
        case "IdentityCenterUser":
            candidates = [name, at(record, "additionalEventData", "UserName"), at(identity, "onBehalfOf", "userId")]
    candidates += [name, identity.get("invokedBy"), issuer]
    candidates += [
        arn.rpartition("/")[2] if ":user/" in arn else None,
        at(record, "additionalEventData", "UserName"),
        (identity.get("principalId") or "").split(":")[-1],
    ]
    return next((candidate for candidate in candidates if candidate), None)


def session_name(record: Record) -> str | None:
    arn, principal = member("userIdentity.arn")(record) or "", member("userIdentity.principalId")(record) or ""
    if "/" in arn:
        return arn.rsplit("/", 1)[1]
    return principal.rsplit(":", 1)[1] if ":" in principal else None


def identity_type(record: Record) -> str | None:
    return at(record, "userIdentity", "type")


def error(record: Record) -> str | None:
    return as_text(record.get("errorCode")) or as_text(at(record, "responseElements", "errorCode"))


KINDS = (
    ("denied", ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation")),
    (
        "denied",
        (
            "VpceAccessDenied",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "Failed authentication",
            "Client.AuthFailure",
        ),
    ),
    ("throttled", ("ThrottlingException", "Throttling", "Client.RequestLimitExceeded", "SlowDown")),
)


SIGN_INS = ("ConsoleLogin", "SwitchRole", "CheckMfa", "UserAuthentication", "CredentialVerification")


def refused(record: Record) -> bool:
    told = [at(record, part, name) for part in ("responseElements", "serviceEventDetails") for name in SIGN_INS]
    return "Failure" in told or (record.get("eventType") == "AwsConsoleSignIn" and bool(record.get("errorMessage")))


def outcome(record: Record) -> str | None:
    if record.get("eventCategory") in ("Insight", "Aggregated"):
        return None
    code = error(record)
    if code is None:
        return "denied" if refused(record) else "error" if record.get("errorMessage") else "ok"
    for kind, codes in KINDS:
        if code in codes:
            return kind
    return "not-found" if re.search("NotFound|NoSuch|DoesNotExist", code) else "error"


def mfa(record: Record) -> bool | None:
    session = at(record, "userIdentity", "sessionContext", "attributes", "mfaAuthenticated")
    sign_in = at(record, "additionalEventData", "MFAUsed")
    if session == "true" or sign_in == "Yes":
        return True
    return False if session == "false" or sign_in == "No" else None


def issued_key(record: Record) -> str | None:
    response = record.get("responseElements")
    return at(response, "credentials", "accessKeyId") or at(response, "accessKey", "accessKeyId")


def expires_ns(record: Record) -> int | None:
    text = at(record, "responseElements", "credentials", "expiration")
    if text is None:
        return None
    forms = {0: "%Y-%m-%dT%H:%M:%SZ", 1: "%b %d, %Y %I:%M:%S %p", 2: "%b %d, %Y, %I:%M:%S %p"}
    form = forms[text.count(",")]
    return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


def key_account(key: str | None) -> str | None:
    """The account in a key, by way of bytes rather than digits."""
    if not key or not re.fullmatch("(AKIA|ASIA)[A-Z2-7]{16}", key):
        return None
    bits = int.from_bytes(base64.b32decode(key[4:])[:6], "big")
    account = (bits & 0x7FFFFFFFFF80) >> 7
    return f"{account:012}" if bits >> 47 and account < 10**12 else None


def key_kind(record: Record) -> str | None:
    console = record.get("sessionCredentialFromConsole") == "true"
    if console or record.get("eventType") in ("AwsConsoleAction", "AwsConsoleSignIn"):
        return "console"
    key = at(record, "userIdentity", "accessKeyId") or ""
    return {"AKIA": "long-term", "ASIA": "temporary"}.get(key[:4])


def service(record: Record) -> str | None:
    return re.sub(r"\.amazonaws\.com.*", "", record["eventSource"]) if "eventSource" in record else None


def call(record: Record) -> str:
    return f"{service(record)}:{record.get('eventName')}"


def access(record: Record) -> str | None:
    if "eventName" not in record:
        return None
    reads = record.get("readOnly")
    if reads is None:
        reads = record["eventName"].startswith(("Get", "List", "Describe", "Head", "Lookup"))
    if reads:
        return "read"
    called, _, name = call(record).partition(":")
    is_administrative = called in ADMINISTRATIVE_SERVICES or any(part in name for part in ADMINISTRATIVE_NAMES)
    return "administrative" if is_administrative else "write"


def tactics(record: Record) -> list[str] | None:
    return [tactic for tactic, calls in TACTICS.items() if call(record) in calls] or None


def version_part(place: int) -> Walk:
    return lambda record: int(record["eventVersion"].split(".")[place])


def address(record: Record) -> str | None:
    try:
        return str(ip_address(record.get("sourceIPAddress") or ""))
    except ValueError:
        return None


def source_kind(record: Record) -> str | None:
    source = record.get("sourceIPAddress")
    if source is None:
        return None
    if address(record):
        return "address"
    if source.startswith("AWS Internal"):
        return "internal"
    return "service" if re.fullmatch(r"[\w.-]+\.[a-z]{2,}", source) else "other"


def uri(record: Record) -> str | None:
    bucket, key = member("requestParameters.bucketName")(record), member("requestParameters.key")(record)
    return None if bucket is None or key is None else f"s3://{bucket}/{key}"


NAMED = [
    "roleArn",
    "userName",
    "roleName",
    "groupName",
    "policyArn",
    "secretId",
    "functionName",
    "instanceId",
    "instancesSet.items.0.instanceId",
    "groupId",
    "keyId",
    "tableName",
    "queueUrl",
    "topicArn",
    "dBInstanceIdentifier",
    "snapshotId",
    "volumeId",
    "detectorId",
    "repositoryName",
    "logGroupName",
    "stackName",
    "trailName",
    "trailNameList.0",
    "resourceArn",
    "name",
]


def stepped(value: Any, path: str) -> Any:
    for key in path.split("."):
        if key.isdecimal():
            value = value[int(key)] if isinstance(value, list) and len(value) > int(key) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def summary(record: Record) -> str | None:
    """What records say that are no calls."""
    if record.get("eventCategory") == "Insight":
        told = record["insightDetails"]
        parts = [told.get(name) for name in ("insightType", "state", "eventSource", "eventName", "errorCode")]
        return " ".join(part for part in parts if part is not None)
    if record.get("eventCategory") == "Aggregated":
        first = record["summary"]["primaryDimension"]
        return f"{first['dimension']} " + ", ".join(f"{e['value']} × {e['name']}" for e in first["statistics"][:3])
    return None


def aggregated(record: Record) -> list[str] | None:
    return [each["name"] for each in at(record, "summary", "primaryDimension", "statistics") or []] or None


def resource(record: Record) -> str | None:
    bucket = member("requestParameters.bucketName")(record)
    if uri(record) or bucket is not None:
        return uri(record) or f"s3://{bucket}"
    if summary(record):
        return summary(record)
    candidates = [
        *(stepped(record.get("requestParameters"), path) for path in NAMED),
        stepped(record, "resources.0.ARN"),
    ]
    return next((as_text(candidate) for candidate in candidates if candidate is not None), None)


def arns(record: Record) -> list[str] | None:
    found = [entry.get("ARN") for entry in record.get("resources") or [] if isinstance(entry, dict)]
    return [arn for arn in found if arn is not None] or None


def transferred(direction: str) -> Walk:
    return lambda record: (lambda v: None if v is None else round(v))(at(record, "additionalEventData", direction))


def all_bytes(record: Record) -> int | None:
    both = [transferred("bytesTransferredIn")(record), transferred("bytesTransferredOut")(record)]
    return None if both == [None, None] else sum(part or 0 for part in both)


def instance_name(record: Record) -> str | None:
    items = at(record, "requestParameters", "tagSpecificationSet", "items") or []
    tags = [tag for item in items if item.get("resourceType") == "instance" for tag in item.get("tags", [])]
    return next((tag.get("value") for tag in tags if tag.get("key") == "Name"), None)


def images(record: Record) -> list[str] | None:
    started = at(record, "responseElements", "instancesSet", "items") or []
    found = [item.get("imageId") for item in started]
    if not any(found):
        asked = at(record, "requestParameters") or {}
        found = [
            asked.get("imageId"),
            at(asked, "DescribeFastLaunchImagesRequest", "ImageId", "content"),
            at(asked, "launchSpecification", "imageId"),
        ]
    return [image for image in found if image is not None] or None


def info(record: Record) -> str:
    if told := summary(record):
        return told
    parts = [
        user(record),
        f"via {record['sourceIPAddress']}" if "sourceIPAddress" in record else None,
        ("" if outcome(record) == "ok" else "!") + ("←" if record.get("readOnly") is True else "→"),
        record.get("eventName"),
        error(record),
        resource(record),
        f"{all_bytes(record)} bytes" if all_bytes(record) else None,
    ]
    return " ".join(part for part in parts if part is not None)


def account(record: Record) -> str | None:
    return at(record, "userIdentity", "accountId") or record.get("recipientAccountId") or record.get("accountId")


def where(record: Record) -> str:
    recipient = record.get("recipientAccountId") or at(record, "userIdentity", "accountId") or record.get("accountId")
    return "/".join(part for part in (recipient, record.get("awsRegion")) if part)


CATEGORIES = {"Management": "true", "Data": "false", "NetworkActivity": "false", "Aggregated": "false"}


def management(record: Record) -> str | None:
    if record.get("managementEvent") is not None:
        return as_text(record["managementEvent"])
    return CATEGORIES.get(record.get("eventCategory") or "")


def original_user(record: Record) -> str | None:
    return session_name(record) if identity_type(record) == "AssumedRole" else member("userIdentity.userName")(record)


WALKS: dict[str, Walk] = {
    **{name: member(path) for name, path in MEMBERS.items()},
    "evt.time": time_ns,
    "evt.rawtime": time_ns,
    "ct.shortsrc": service,
    "ct.managementevent": management,
    "ct.where": where,
    "ct.info": info,
    "ct.outcome": outcome,
    "ct.user": user,
    "ct.originaluser": original_user,
    "ct.user.accountid": lambda r: (
        at(r, "userIdentity", "accountId") or r.get("recipientAccountId") or r.get("accountId")
    ),
    "ct.user.sessionname": lambda r: session_name(r) if identity_type(r) in ("AssumedRole", "FederatedUser") else None,
    "ct.mfa": mfa,
    "ct.issuedkey": issued_key,
    "ct.issuedkey.expires": expires_ns,
    "ct.issuedkey.account": lambda record: key_account(issued_key(record)),
    "ct.user.keyaccount": lambda record: key_account(at(record, "userIdentity", "accessKeyId")),
    "ct.user.keykind": key_kind,
    "ct.access": access,
    "ct.tactic": tactics,
    "ct.version.major": version_part(0),
    "ct.version.minor": version_part(1),
    "ct.srcaddress": address,
    "ct.srckind": source_kind,
    "ct.resource": resource,
    "ct.aggregated.names": aggregated,
    "ct.aggregated.until": lambda r: iso_ns(r["timeWindow"]["windowEnd"]) if "timeWindow" in r else None,
    "ct.resource.arns": arns,
    "s3.uri": uri,
    "s3.bytes": all_bytes,
    "s3.bytes.in": transferred("bytesTransferredIn"),
    "s3.bytes.out": transferred("bytesTransferredOut"),
    "s3.cnt.get": lambda record: int(record.get("eventName") == "GetObject"),
    "s3.cnt.put": lambda record: int(record.get("eventName") == "PutObject"),
    "s3.cnt.other": lambda record: int(record.get("eventName") not in (None, "GetObject", "PutObject")),
    "ec2.name": instance_name,
    "ec2.imageid": lambda record: (images(record) or [None])[0],
    "ec2.imageids": images,
}
"""Field to its value; those of the position in the input (evt.num, evt.reltime, ct.record) are not here."""
