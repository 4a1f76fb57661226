"""Maps OCSF events (API activity is class 6003; Security Lake writes them) back to CloudTrail's members (stage ①)."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MADE = "record mapped back from OCSF as far as its fields allow"
API_ACTIVITY = 6003
CLASSES = frozenset({API_ACTIVITY, 3001, 3002, 3003, 3004, 3005, 3006, 6001})
"""Security Lake files CloudTrail under API activity, sign-ins under authentication, account changes under 3001."""

PATHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("eventVersion", ("metadata.product.version",)),
    ("eventID", ("metadata.uid",)),
    ("eventSource", ("api.service.name",)),
    ("eventName", ("api.operation",)),
    ("awsRegion", ("cloud.region",)),
    ("sourceIPAddress", ("src_endpoint.ip", "src_endpoint.domain")),
    ("userAgent", ("http_request.user_agent",)),
    ("errorCode", ("api.response.error",)),
    ("errorMessage", ("api.response.message",)),
    ("requestParameters", ("api.request.data",)),
    ("responseElements", ("api.response.data",)),
    ("requestID", ("api.request.uid",)),
    ("eventType", ("metadata.event_code",)),
    ("apiVersion", ("api.version",)),
    ("vpcEndpointId", ("src_endpoint.uid",)),
    ("userIdentity.type", ("actor.user.type",)),
    ("userIdentity.principalId", ("actor.user.uid_alt",)),
    ("userIdentity.arn", ("actor.user.uid",)),
    ("userIdentity.accountId", ("actor.user.account.uid", "actor.user.account_uid")),
    ("userIdentity.accessKeyId", ("actor.user.credential_uid",)),
    ("userIdentity.userName", ("actor.user.name",)),
    ("userIdentity.invokedBy", ("actor.invoked_by",)),
    ("userIdentity.identityProvider", ("actor.idp.name",)),
    ("userIdentity.sessionContext.sessionIssuer.arn", ("actor.session.issuer",)),
    ("userIdentity.sessionContext.attributes.creationDate", ("actor.session.created_dt", "actor.session.created_time")),
    ("userIdentity.sessionContext.attributes.mfaAuthenticated", ("actor.session.is_mfa", "actor.session.mfa")),
)
"""CloudTrail's member and where Security Lake puts it (AWS, CloudTrail to OCSF mapping 1.0 and 1.1)."""


def record(cells: Mapping[str, Any]) -> dict[str, Any] | None:
    """A CloudTrail record of what an event says; None where it is of another product."""
    if cells.get("class_uid") not in CLASSES or "cloudtrail" not in str(_at(cells, "metadata.product")).lower():
        return None
    found: dict[str, Any] = {"eventTime": _time(cells)}
    for member, places in PATHS:
        value = next((v for place in places if (v := _at(cells, place)) not in (None, "")), None)
        if value is not None:
            _put(found, member, _member(member, value))
    if resources := [_resource(each) for each in cells.get("resources") or [] if isinstance(each, dict)]:
        found["resources"] = resources
    for name, value in _pairs(cells.get("unmapped")):
        _put(found, name, value)
    return found


def _at(cells: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(cells, dict):
            return None
        cells = cells.get(key)
    return cells


def _put(found: dict[str, Any], path: str, value: Any) -> None:
    """Set what a dotted path names unless something is there already."""
    *above, last = path.split(".")
    for key in above:
        inner = found.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        found = inner
    found.setdefault(last, value)


def _member(member: str, value: Any) -> Any:
    if member.endswith("creationDate"):
        return _iso(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if member in ("requestParameters", "responseElements") and isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _time(cells: Mapping[str, Any]) -> Any:
    moment = cells.get("time_dt")
    return _iso(moment if moment is not None else cells.get("time"))


def _iso(value: Any) -> Any:
    """Milliseconds since 1970, or a time, as CloudTrail writes it."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            value = datetime.datetime.fromtimestamp(value / 1000, datetime.UTC)
        except (OverflowError, OSError, ValueError):
            return value
    if isinstance(value, datetime.datetime):
        value = value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(datetime.UTC)
        return f"{value:%Y-%m-%dT%H:%M:%S}" + (f".{value.microsecond:06}" if value.microsecond else "") + "Z"
    return value


def _resource(each: Mapping[str, Any]) -> dict[str, Any]:
    values = {"ARN": each.get("uid"), "accountId": _at(each, "owner.account.uid"), "type": each.get("type")}
    return {key: value for key, value in values.items() if value}


def _pairs(unmapped: Any) -> list[tuple[str, Any]]:
    """The members that OCSF has no field for: a map, which Parquet gives as pairs."""
    if isinstance(unmapped, dict):
        return [(str(key), value) for key, value in unmapped.items() if value is not None]
    return [(str(key), value) for key, value in unmapped or [] if value is not None]
