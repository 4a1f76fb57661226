"""Which members of the record prove a derived field: what the details tree highlights for it (stage ②)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.model import Column, Field, Json, Value
from thresher.dissectors.cloudtrail.derived import OBJECT_PATHS
from thresher.dissectors.cloudtrail.fields import FIELDS
from thresher.dissectors.cloudtrail.stored import COLUMNS

if TYPE_CHECKING:
    from thresher.dissectors.json_spans import Span

_SESSION_ISSUER = "userIdentity.sessionContext.sessionIssuer"
_USER_MEMBERS = (
    "userIdentity.userName",
    f"{_SESSION_ISSUER}.userName",
    "userIdentity.invokedBy",
    "additionalEventData.UserName",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.arn",
    "userIdentity.principalId",
    "userIdentity.accountId",
)
_ERRORS = ("errorCode", "responseElements.errorCode", "responseElements.ConsoleLogin")
_IMAGES = (
    "responseElements.instancesSet.items",
    "requestParameters.imageId",
    "requestParameters.launchSpecification.imageId",
    "requestParameters.DescribeFastLaunchImagesRequest.ImageId.content",
)

_DERIVED: dict[str, tuple[str, ...]] = {
    "evt.time": ("eventTime",),
    "evt.rawtime": ("eventTime",),
    "ct.shortsrc": ("eventSource",),
    "ct.managementevent": ("managementEvent", "eventCategory"),
    "ct.where": ("awsRegion", "recipientAccountId", "accountId"),
    "ct.outcome": _ERRORS,
    "ct.user": _USER_MEMBERS,
    "ct.originaluser": ("userIdentity.userName", "userIdentity.arn", "userIdentity.principalId"),
    "ct.user.accountid": ("userIdentity.accountId", "recipientAccountId"),
    "ct.user.sessionname": ("userIdentity.arn", "userIdentity.principalId"),
    "ct.mfa": ("userIdentity.sessionContext.attributes.mfaAuthenticated", "additionalEventData.MFAUsed"),
    "ct.issuedkey": ("responseElements.credentials.accessKeyId", "responseElements.accessKey.accessKeyId"),
    "ct.srcaddress": ("sourceIPAddress",),
    "ct.srckind": ("sourceIPAddress",),
    "ct.resource": (
        "requestParameters.key",
        "requestParameters.bucketName",
        "insightDetails",
        "summary.primaryDimension",
        *OBJECT_PATHS,
    ),
    "ct.resource.arns": ("resources",),
    "ct.aggregated.names": ("summary.primaryDimension.statistics",),
    "s3.uri": ("requestParameters.key", "requestParameters.bucketName"),
    "s3.bytes": ("additionalEventData.bytesTransferredOut", "additionalEventData.bytesTransferredIn"),
    "ec2.name": ("requestParameters.tagSpecificationSet",),
    "ec2.imageid": _IMAGES,
    "ec2.imageids": _IMAGES,
}

_PATHS = {column: path for path, column in COLUMNS.items()}


def _paths() -> dict[str, tuple[str, ...]]:
    paths = dict(_DERIVED)
    for field in FIELDS:
        if isinstance(field.place, Column) and field.place.name in _PATHS:
            paths.setdefault(field.name, (_PATHS[field.place.name],))
        elif isinstance(field.place, Json) and field.place.path is not None:
            paths.setdefault(field.name, (field.place.path,))
    return paths


PATHS: dict[str, tuple[str, ...]] = _paths()
"""Field to the members that can prove it, most telling first."""


def locate(record: Span, field_name: str, value: Value) -> Span | None:
    """The member that proves this value: one that equals it, else one that contains it, else the first present."""
    present = [span for path in PATHS.get(field_name, ()) if (span := record.at(path)) is not None]
    text = str(value)
    for is_proof in (lambda span: span.value == text, lambda span: text in span.value):
        found = next((span for span in present if is_proof(span)), None)
        if found is not None:
            return found
    return present[0] if present else None


def is_member(field: Field) -> bool:
    """Whether the field is one member of the record as it stands."""
    return isinstance(field.place, Column | Json) and field.name.partition(".")[0] != "evt"
