"""The fields of an Okta system log event under the names of Falco's plugin okta, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.model import Argument, Column, Field, FieldType
from thresher.dissectors.json_declaring import expression, listing, member, placed, text, tree

STORED: tuple[tuple[str, str, str], ...] = (
    ("uuid", "VARCHAR", "uuid"),
    ("kind", "VARCHAR", "eventType"),
    ("severity", "VARCHAR", "severity"),
    ("message", "VARCHAR", "displayMessage"),
    ("actor_id", "VARCHAR", "actor.id"),
    ("actor_login", "VARCHAR", "actor.alternateId"),
    ("actor_name", "VARCHAR", "actor.displayName"),
    ("client_ip", "VARCHAR", "client.ipAddress"),
    ("result", "VARCHAR", "outcome.result"),
    ("reason", "VARCHAR", "outcome.reason"),
    ("session", "VARCHAR", "authenticationContext.externalSessionId"),
    ("transaction_id", "VARCHAR", "transaction.id"),
)
"""Column, DuckDB type, path: what is filtered on most."""

_DEBUG = "debugContext.debugData"
_PRINCIPAL = f"{_DEBUG}.originalPrincipal"
_GEO = "client.geographicalContext"
_LOGIN = "authenticationContext"
_APP = f"nullif(regexp_extract({text(f'{_DEBUG}.requestUri')}, '^/app/([^/]+)/', 1), '')"
_TARGETS = "json_extract(e.raw, '$.target[*]')"
_FAILURE = "p.kind = 'user.authentication.auth_via_mfa' AND p.result = 'FAILURE'"
_DENIAL = "p.kind = 'user.mfa.okta_verify.deny_push'"
_OUTCOME = "CASE WHEN e.result IN ('SUCCESS', 'ALLOW') THEN 'ok' ELSE coalesce(e.reason, e.result) END"


def _target(kind: str, key: str) -> str:
    """The first target of a kind."""
    chosen = f"list_filter({_TARGETS}, LAMBDA t : json_extract_string(t, '$.type') = '{kind}')[1]"
    return f"json_extract_string({chosen}, '$.{key}')"


def _recent(condition: str) -> str:
    """How many such events the actor caused in the last seconds, this one included."""
    span = "p.time_ns BETWEEN e.time_ns - try_cast(:argument AS BIGINT) * 1000000000 AND e.time_ns"
    return f"(SELECT count(*) FROM events p WHERE p.actor_id = e.actor_id AND {span} AND {condition})"


EVENT: tuple[Field, ...] = (
    member("okta.evt.id", "uuid", "Event ID", "Identifier of the event."),
    member("okta.evt.type", "eventType", "Event", "What happened.", 'okta.evt.type startswith "user.mfa"'),
    member("okta.evt.legacytype", "legacyEventType", "Legacy type", "What the older Events API called it."),
    member("okta.severity", "severity", "Severity", "DEBUG, INFO, WARN or ERROR."),
    member("okta.message", "displayMessage", "Message", "What happened, as Okta words it."),
    member("okta.published", "published", "Published", "Time of the event as the record spells it."),
    expression("okta.app", _APP, "App", "Application that the request URI names."),
    member("okta.requesturi", f"{_DEBUG}.requestUri", "Request URI", "Path that was asked for."),
    member("okta.behaviors", f"{_DEBUG}.behaviors", "Behaviours", "What behaviour detection found unusual."),
    member("okta.logonlysecuritydata", f"{_DEBUG}.logOnlySecurityData", "Risk", "Risk and behaviours, as JSON text."),
    member("okta.transaction.id", "transaction.id", "Transaction", "What links the events of one request."),
    member("okta.transaction.type", "transaction.type", "Transaction type", "WEB or JOB."),
    member("okta.org", "organization", "Organisation", "Organisation, where whoever collected the log noted it."),
)

OUTCOME: tuple[Field, ...] = (
    member("okta.result", "outcome.result", "Result", "SUCCESS, FAILURE, ALLOW, DENY, CHALLENGE or SKIPPED."),
    member("okta.reason", "outcome.reason", "Reason", "Why it ended so."),
    expression("okta.outcome", _OUTCOME, "Outcome", "How it ended: ok, or the reason or result."),
    expression(
        "okta.mfa.failure.countlast",
        _recent(_FAILURE),
        "MFA failures",
        "How many second factors of the actor failed in so many seconds up to the event.",
        "okta.mfa.failure.countlast[300] > 3",
        type_=FieldType.UINT,
        argument=Argument.INDEX,
    ),
    expression(
        "okta.mfa.deny.countlast",
        _recent(_DENIAL),
        "MFA denials",
        "How many pushes the actor refused in so many seconds up to the event.",
        "okta.mfa.deny.countlast[300] > 3",
        type_=FieldType.UINT,
        argument=Argument.INDEX,
    ),
)

ACTOR: tuple[Field, ...] = (
    member("okta.actor.id", "actor.id", "Actor ID", "Identifier of whoever acted."),
    member("okta.actor.Type", "actor.type", "Actor type", "Whether a user, an app or the system acted."),
    member("okta.actor.alternateid", "actor.alternateId", "Actor login", "Login or address of whoever acted."),
    member("okta.actor.name", "actor.displayName", "Actor", "Name of whoever acted."),
    member("okta.principal.id", f"{_PRINCIPAL}.id", "Principal ID", "Who acted through an impersonation."),
    member("okta.principal.alternateid", f"{_PRINCIPAL}.alternateId", "Principal login", "Login of that principal."),
    member("okta.principal.type", f"{_PRINCIPAL}.type", "Principal type", "Kind of that principal."),
    member("okta.principal.name", f"{_PRINCIPAL}.displayName", "Principal", "Name of that principal."),
    member("okta.authentication.step", f"{_LOGIN}.authenticationStep", "Login step", "How far the login had come."),
    member("okta.authentication.sessionid", f"{_LOGIN}.externalSessionId", "Session", "Session of the actor."),
    member("okta.authentication.provider", f"{_LOGIN}.authenticationProvider", "Provider", "Who checked the login."),
    member(
        "okta.authentication.credentialprovider",
        f"{_LOGIN}.credentialProvider",
        "Credential provider",
        "Who gave the credential.",
    ),
)

CLIENT: tuple[Field, ...] = (
    member("okta.client.zone", "client.zone", "Zone", "Network zone of the client."),
    member("okta.client.ip", "client.ipAddress", "Client IP", "Address of the client, as text."),
    member(
        "okta.client.address",
        "client.ipAddress",
        "Client address",
        "Address of the client, for comparison with networks.",
        "okta.client.address in {203.0.113.0/24}",
        type_=FieldType.IP,
    ),
    member("okta.client.device", "client.device", "Device", "Kind of the client's device."),
    member("okta.client.id", "client.id", "Client ID", "OAuth client that made the request."),
    member("okta.client.geo.city", f"{_GEO}.city", "City", "City that the address is placed in."),
    member("okta.client.geo.state", f"{_GEO}.state", "State", "State that the address is placed in."),
    member("okta.client.geo.country", f"{_GEO}.country", "Country", "Country that the address is placed in."),
    member("okta.client.geo.postalcode", f"{_GEO}.postalCode", "Postal code", "Postal code of that place."),
    member("okta.client.geo.lat", f"{_GEO}.geolocation.lat", "Latitude", "Latitude of that place in degrees."),
    member("okta.client.geo.lon", f"{_GEO}.geolocation.lon", "Longitude", "Longitude of that place in degrees."),
    member("okta.useragent.os", "client.userAgent.os", "System", "Operating system that the client claims."),
    member("okta.useragent.browser", "client.userAgent.browser", "Browser", "Browser that the client claims."),
    member("okta.useragent.raw", "client.userAgent.rawUserAgent", "User agent", "What the client calls itself."),
    member(
        "okta.security.asnumber",
        "securityContext.asNumber",
        "AS number",
        "Autonomous system of the address.",
        type_=FieldType.UINT,
    ),
    member("okta.security.asorg", "securityContext.asOrg", "AS", "Who runs that system."),
    member("okta.security.isp", "securityContext.isp", "Provider", "Internet provider of the address."),
    member("okta.security.domain", "securityContext.domain", "Domain", "Domain of the address."),
    member("okta.security.isproxy", "securityContext.isProxy", "Proxy", "'true' where the address is a known proxy."),
)

_TARGET_KINDS = (
    ("user", "User", "user"),
    ("group", "UserGroup", "group"),
    ("app", "AppInstance", "application"),
)
_TARGET_KEYS = (
    ("id", "id", "ID", "Identifier"),
    ("alternateid", "alternateId", "login", "Login or other name"),
    ("name", "displayName", "name", "Name"),
)

TARGETS: tuple[Field, ...] = (
    *(
        expression(
            f"okta.target.{name}.{key}",
            _target(kind, path),
            f"Target {word} {title}",
            f"{what} of the first {word} that it was done to.",
        )
        for name, kind, word in _TARGET_KINDS
        for key, path, title, what in _TARGET_KEYS
        if (name, key) not in {("app", "id"), ("app", "name")}
    ),
    listing("okta.targets.displayName", "target[*].displayName", "Targets", "Names of all that it was done to."),
)

DELIVERY = delivery("okta")

FIELDS: tuple[Field, ...] = placed(
    (
        *TIME_FIELDS,
        *DELIVERY,
        event_type(Column("kind")),
        *EVENT,
        *OUTCOME,
        *ACTOR,
        *CLIENT,
        *TARGETS,
        tree("okta.json", "", "Member", "Any path in the record.", 'okta.json.version == "0"'),
    ),
    STORED,
)
