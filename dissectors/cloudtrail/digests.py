"""A CloudTrail digest file, read: what it lists, the digest before it, and what its signature signs (stage ②)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.custody import Content

SIDECAR = ".meta.json"
"""Behind an object's name: what S3 told of it, as JSON with ETag, VersionId, LastModified and Metadata."""
MARK = b'"digestS3Object"'
PUBLIC_KEYS = "public-keys.json"
"""A saved answer of cloudtrail:ListPublicKeys."""
BACKFILL = "_backfill"
_CHAIN = re.compile(r"(?P<account>\d{12})_CloudTrail-Digest_(?P<rest>.+)_\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that is here.

    Attributes:
        path: of the file here, with the hash of its content in ``sha256``.
        start, end: of the hour that it covers; half open.
        place: bucket and object, as ``bucket/key``.
        listed: object of each log file with the hash of its content.
        previous: object of the digest before, None for the first of a chain; ``previous_sha256`` its hash.
        signature: hexadecimal, empty where it was not saved; ``fingerprint`` names the key.
    """

    path: str
    sha256: str
    start: datetime
    end: datetime
    place: str
    listed: Mapping[str, str]
    previous: str | None
    previous_sha256: str
    previous_signature: str | None
    signature: str
    fingerprint: str

    @property
    def object(self) -> str:
        """The object's key."""
        return self.place.partition("/")[2]

    @property
    def chain(self) -> str:
        """Digests of one account, region and trail have the same."""
        match = _CHAIN.search(self.object)
        chain = f"{match['account']} {match['rest']}" if match else self.object.rpartition("/")[0]
        return f"{chain} {BACKFILL}" if self.is_backfill else chain

    @property
    def is_backfill(self) -> bool:
        """Whether it was made later, for files that the digests of their hours left out."""
        return BACKFILL in self.object.rpartition("/")[2]

    def signed(self) -> bytes:
        """What the signature signs (CloudTrail user guide, "custom implementations" of validation)."""
        end = self.end.strftime("%Y-%m-%dT%H:%M:%SZ")
        return "\n".join((end, self.place, self.sha256, self.previous_signature or "null")).encode()


def read(file: Content, signature: str) -> Digest | None:
    """The digest in a file; None where there is none."""
    if file.text is None or MARK not in file.text:
        return None
    try:
        found = json.loads(file.text)
        previous = found.get("previousDigestS3Object")
        return Digest(
            path=file.path,
            sha256=file.sha256,
            start=_time(found["digestStartTime"]),
            end=_time(found["digestEndTime"]),
            place=f"{found['digestS3Bucket']}/{found['digestS3Object']}",
            listed={str(each["s3Object"]): str(each["hashValue"]).lower() for each in found["logFiles"]},
            previous=None if previous is None else str(previous),
            previous_sha256=str(found.get("previousDigestHashValue") or "").lower(),
            previous_signature=found.get("previousDigestSignature"),
            signature=signature,
            fingerprint=str(found.get("digestPublicKeyFingerprint") or "").lower(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def saved_signature(sidecar: bytes) -> str:
    """The signature in what S3 told of an object, as boto3 or as ``fetch`` writes it; '' where there is none."""
    try:
        told: Any = json.loads(sidecar)
        return str((told.get("Metadata") or told["metadata"])["signature"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
