"""Builds single CloudTrail records the way AWS writes them, from one stream of random numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
Record = dict[str, Any]
DAY = datetime(2026, 11, 23, tzinfo=UTC)
SHOP = "111122223333"
DATA = "444455556666"
HOME = "eu-central-1"
GLOBAL = "us-east-1"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
VERSIONS = {"s3": "1.10", "ec2": "1.10", "sts": "1.08", "signin": "1.08", "iam": "1.09", "kms": "1.09"}
READING = ("Get", "List", "Describe", "Head", "Lookup", "Decrypt", "GenerateDataKey", "BatchGet", "AssumeRole")


def clock(hours: int, minutes: int, seconds: float = 0) -> datetime:
    """A time of the day of the sample."""
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def stamp(moment: datetime) -> str:
    """As records write times: whole seconds, UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Caller:
    """An identity with the place and program it calls from."""

    identity: Record
    source: str
    agent: str
    account: str = SHOP
    extra: Record = field(default_factory=dict)

    def moved(self, source: str, agent: str) -> Caller:
        """The same identity from somewhere else."""
        return Caller(self.identity, source, agent, self.account, self.extra)


@dataclass(frozen=True)
class Event:
    """A record with what decides into which file it is delivered."""

    time: datetime
    account: str
    region: str
    record: Record


class Log:
    """All events, and the random numbers they are made from.

    Only ``Random.random`` is used: its numbers are the same in every version of Python.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.events: list[Event] = []

    def pick(self, choices: Sequence[T]) -> T:
        """One of a sequence."""
        return choices[int(self.random.random() * len(choices))]

    def number(self, low: int, high: int) -> int:
        """Between both, inclusive."""
        return low + int(self.random.random() * (high - low + 1))

    def word(self, length: int, letters: str = LETTERS + LETTERS.lower() + DIGITS) -> str:
        """Random characters."""
        return "".join(self.pick(letters) for _ in range(length))

    def uuid(self) -> str:
        """Looks like version 4."""
        text = self.word(32, DIGITS + "abcdef")
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def key(self, prefix: str = "ASIA") -> str:
        """An access key that says it is an example."""
        return prefix + self.word(9, LETTERS + "234567") + "EXAMPLE"

    def call(
        self,
        moment: datetime,
        caller: Caller,
        service: str,
        name: str,
        request: Record | None = None,
        response: Record | None = None,
        *,
        region: str = HOME,
        account: str = "",
        error: str = "",
        message: str = "",
        more: Record | None = None,
    ) -> None:
        """Add one API call, recorded in the caller's account unless another is named; ``more`` are further members."""
        account = account or caller.account
        record: Record = {
            "eventVersion": VERSIONS.get(service, "1.09"),
            "userIdentity": caller.identity,
            "eventTime": stamp(moment),
            "eventSource": f"{service}.amazonaws.com",
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": caller.source,
            "userAgent": caller.agent,
        }
        if error:
            record |= {"errorCode": error, "errorMessage": message}
        record |= {
            "requestParameters": request,
            "responseElements": response,
            "requestID": self.word(16, LETTERS + DIGITS) if service == "s3" else self.uuid(),
            "eventID": self.uuid(),
            "readOnly": name.startswith(READING),
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
        }
        if not caller.source.endswith(".amazonaws.com"):
            record["tlsDetails"] = {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": (request or {}).get("Host", f"{service}.{region}.amazonaws.com"),
            }
        record |= caller.extra | (more or {})
        self.events.append(Event(moment, account, region, record))

    def object(
        self,
        moment: datetime,
        caller: Caller,
        name: str,
        bucket: str,
        key: str,
        size: int,
        error: str = "",
        why: str = "",
    ) -> None:
        """Add one S3 data event on an object of ``size`` bytes."""
        arn = f"arn:aws:s3:::{bucket}"
        sent = size if name == "PutObject" else 0
        more = {
            "additionalEventData": {
                "SignatureVersion": "SigV4",
                "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "bytesTransferredIn": sent,
                "AuthenticationMethod": "AuthHeader",
                "x-amz-id-2": self.word(74) + "=",
                "bytesTransferredOut": size if name == "GetObject" else 0,
            },
            "resources": [
                {"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"},
                {"accountId": caller.account, "type": "AWS::S3::Bucket", "ARN": arn},
            ],
            "managementEvent": False,
            "eventCategory": "Data",
        }
        request = {"bucketName": bucket, "Host": bucket_host(bucket), "key": key}
        response = {"x-amz-server-side-encryption": "AES256"} if sent else None
        self.call(moment, caller, "s3", name, request, response, error=error, message=why, more=more)

    def objects(self, moment: datetime, caller: Caller, bucket: str) -> None:
        """Add the listing of a bucket, a data event too."""
        more = {"readOnly": True, "managementEvent": False, "eventCategory": "Data"}
        self.call(moment, caller, "s3", "ListObjects", {"bucketName": bucket, "Host": bucket_host(bucket)}, more=more)

    def assume(
        self,
        moment: datetime,
        caller: Caller,
        role: str,
        session: str,
        *,
        account: str = SHOP,
        hours: float = 1,
        name: str = "AssumeRole",
        region: str = HOME,
    ) -> Caller:
        """Add a call that hands out a session of a role; the session as a caller from the same place."""
        key, short = self.key(), role.rpartition("/")[2]
        role_id = unique("AROA", short)
        arn = f"arn:aws:iam::{account}:role/{role}"
        session_arn = f"arn:aws:sts::{account}:assumed-role/{short}/{session}"
        response = {
            "credentials": {
                "accessKeyId": key,
                "sessionToken": "EXAMPLE" + self.word(40),
                "expiration": american(moment + timedelta(hours=hours)),
            },
            "assumedRoleUser": {"assumedRoleId": f"{role_id}:{session}", "arn": session_arn},
        }
        request = {"roleArn": arn, "roleSessionName": session, "durationSeconds": int(hours * 3600)}
        more: Record = {"resources": [{"accountId": account, "type": "AWS::IAM::Role", "ARN": arn}]}
        if account != caller.account:
            more["sharedEventID"] = self.uuid()
            identity = {
                "type": "AWSAccount",
                "principalId": caller.identity["principalId"],
                "accountId": caller.account,
            }
            there = Caller(identity, caller.source, caller.agent, account)
            self.call(moment, there, "sts", name, request, response, region=region, more=more)
        self.call(moment, caller, "sts", name, request, response, region=region, more=more)
        identity = {
            "type": "AssumedRole",
            "principalId": f"{role_id}:{session}",
            "arn": session_arn,
            "accountId": account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role_id,
                    "arn": arn,
                    "accountId": account,
                    "userName": short,
                },
                "attributes": {"creationDate": stamp(moment), "mfaAuthenticated": "false"},
            },
        }
        return Caller(identity, caller.source, caller.agent, account)


def bucket_host(bucket: str) -> str:
    """Where a bucket of the home region is reached."""
    return f"{bucket}.s3.{HOME}.amazonaws.com"


def unique(prefix: str, name: str) -> str:
    """An identifier of 21 characters that says whose it is and that it is an example."""
    letters = "".join(letter for letter in name.upper() if letter in LETTERS)
    return f"{prefix}{letters:X<10.10}EXAMPLE"


def american(moment: datetime) -> str:
    """As responses write times: ``Nov 23, 2026, 8:15:12 AM``."""
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment:%b} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M:%S} {half}"


def user(name: str, key: str, source: str, agent: str) -> Caller:
    """An IAM user of the shop's account with a key."""
    identity = {
        "type": "IAMUser",
        "principalId": unique("AIDA", name),
        "arn": f"arn:aws:iam::{SHOP}:user/{name}",
        "accountId": SHOP,
        "accessKeyId": key,
        "userName": name,
    }
    return Caller(identity, source, agent)


def service(host: str, account: str = SHOP) -> Caller:
    """An AWS service that calls by itself."""
    return Caller({"type": "AWSService", "invokedBy": host}, host, host, account)
