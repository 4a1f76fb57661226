"""Maps OCSF events (API activity is class 6003; Security Lake writes them) back to CloudTrail's members (stage ①)."""

from __future__ import annotations

import datetime
import json
import re
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
    ("errorCode", ("api.response.error", "status_code")),
    ("errorMessage", ("api.response.message", "status_detail")),
    ("requestParameters", ("api.request.data",)),
    ("responseElements", ("api.response.data",)),
    ("requestID", ("api.request.uid",)),
    ("eventType", ("metadata.event_code",)),
    ("apiVersion", ("api.version",)),
    ("vpcEndpointId", ("src_endpoint.uid",)),
    ("userIdentity.type", ("actor.user.type",)),
    ("userIdentity.accountId", ("actor.user.account.uid", "actor.user.account_uid")),
    ("userIdentity.accessKeyId", ("actor.user.credential_uid", "actor.session.credential_uid")),
    ("userIdentity.userName", ("actor.user.name",)),
    ("userIdentity.invokedBy", ("actor.invoked_by",)),
    ("userIdentity.identityProvider", ("actor.idp.name",)),
    ("userIdentity.sessionContext.sessionIssuer.arn", ("actor.session.issuer",)),
    (
        "userIdentity.sessionContext.attributes.creationDate",
        ("actor.session.created_dt", "actor.session.created_time_dt", "actor.session.created_time"),
    ),
    ("userIdentity.sessionContext.attributes.mfaAuthenticated", ("actor.session.is_mfa", "actor.session.mfa")),
)
"""CloudTrail's member and where Security Lake puts it (AWS, CloudTrail to OCSF mapping 1.0 and 1.1)."""

_IDENTIFIERS = ("uid", "uid_alt", "uuid")
"""Versions and writers differ in which of a user's identifiers stands where; each can be told by its look."""
_KEY = re.compile(r"(?:AKIA|ASIA)[A-Z2-7]{16}\Z")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT")
AUTHENTICATION = 3002


def is_of_cloudtrail(cells: Mapping[str, Any]) -> bool:
    """Whether an object is an OCSF event that was made of a CloudTrail record."""
    return cells.get("class_uid") in CLASSES and "cloudtrail" in str(_at(cells, "metadata.product")).lower()


def original(cells: Mapping[str, Any]) -> str | None:
    """The text of the record itself, which some writers add."""
    text = cells.get("raw_data")
    if isinstance(text, str) and text.lstrip().startswith("{") and '"eventSource"' in text and '"eventName"' in text:
        return text.strip()
    return None


def record(cells: Mapping[str, Any]) -> dict[str, Any] | None:
    """A CloudTrail record of what an event says; None where it is of another product."""
    if not is_of_cloudtrail(cells):
        return None
    if cells["class_uid"] == AUTHENTICATION and not _at(cells, "actor.user"):
        actor = cells.get("actor")
        cells = {**cells, "actor": {**(actor if isinstance(actor, dict) else {}), "user": cells.get("user")}}
    found: dict[str, Any] = {"eventTime": _time(cells)}
    for member, places in PATHS:
        value = next((v for place in places if (v := _at(cells, place)) not in (None, "")), None)
        if value is not None:
            _put(found, member, _member(member, value))
    for member, identifier in _identifiers(_at(cells, "actor.user")):
        _put(found, member, identifier)
    listed = cells.get("resources")
    if resources := [_resource(each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []:
        found["resources"] = resources
    for name, value in _pairs(cells.get("unmapped")):
        _put(found, name, value)
    _add_failure(found, cells)
    return found


def _identifiers(user: Any) -> list[tuple[str, str]]:
    """The caller's ARN, access key and principal among its identifiers."""
    found = []
    for text in (user.get(name) for name in _IDENTIFIERS) if isinstance(user, dict) else ():
        if isinstance(text, str) and text:
            member = "arn" if text.startswith("arn:") else "accessKeyId" if _KEY.match(text) else "principalId"
            found.append((f"userIdentity.{member}", text))
    return found


def _add_failure(found: dict[str, Any], cells: Mapping[str, Any]) -> None:
    """Say that the call failed where only the event's status does."""
    if cells.get("status_id") == 2 and not found.get("errorCode") and not found.get("errorMessage"):
        if found.get("eventName") == "ConsoleLogin":
            _put(found, "responseElements.ConsoleLogin", "Failure")
        else:
            found["errorMessage"] = str(cells.get("status") or "Failure")


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
    is_usable = isinstance(moment, datetime.datetime) or (isinstance(moment, str) and _ISO.match(moment))
    return _iso(moment if is_usable or cells.get("time") is None else cells["time"])


def _iso(value: Any) -> Any:
    """Milliseconds since 1970, or a time, as CloudTrail writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
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
    listed = unmapped if isinstance(unmapped, list) else []
    pairs = [(each.get("key"), each.get("value")) if isinstance(each, dict) else each for each in listed]
    return [(str(pair[0]), pair[1]) for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2]
