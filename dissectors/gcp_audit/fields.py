"""The fields of a Google Cloud audit log entry under the names of Falco's plugin gcpaudit, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.model import Column, Field, FieldType
from thresher.dissectors.json_declaring import expression, member, placed, text, tree

STORED: tuple[tuple[str, str, str], ...] = (
    ("insert_id", "VARCHAR", "insertId"),
    ("method", "VARCHAR", "protoPayload.methodName"),
    ("service", "VARCHAR", "protoPayload.serviceName"),
    ("principal", "VARCHAR", "protoPayload.authenticationInfo.principalEmail"),
    ("caller_ip", "VARCHAR", "protoPayload.requestMetadata.callerIp"),
    ("resource_name", "VARCHAR", "protoPayload.resourceName"),
    ("resource_type", "VARCHAR", "resource.type"),
    ("project", "VARCHAR", "resource.labels.project_id"),
    ("code", "VARCHAR", "protoPayload.status.code"),
    ("message", "VARCHAR", "protoPayload.status.message"),
)
"""Column, DuckDB type, path: what is filtered on most."""

_LABELS = "resource.labels"
_DELTAS = f"""CASE WHEN e.resource_type = 'gcs_bucket'
 THEN {text("protoPayload.serviceData.policyDelta.bindingDeltas")}
 ELSE {text("protoPayload.metadata.datasetChange.bindingDeltas")} END"""
_LOCATION = f"""coalesce({text(f"{_LABELS}.location")}, {text(f"{_LABELS}.region")},
 regexp_replace({text(f"{_LABELS}.zone")}, '-[a-z]$', ''))"""
_SINK = f"CASE WHEN e.resource_type = 'logging_sink' THEN {text(f'{_LABELS}.name')} END"
_CODES = (
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
"""Names of the codes from 1 on (google.rpc.Code)."""
_WORDS = ", ".join(f"'{code}'" for code in _CODES)
_OUTCOME = f"""CASE WHEN coalesce(e.code, '0') = '0' THEN 'ok'
 ELSE coalesce([{_WORDS}][try_cast(e.code AS INTEGER)], e.code) END"""

CALL: tuple[Field, ...] = (
    member("gcp.methodName", "protoPayload.methodName", "Method", "API method that was called."),
    member("gcp.serviceName", "protoPayload.serviceName", "Service", "API that was called."),
    tree("gcp.request", "protoPayload.request", "Request", "What was asked for, or any path below it."),
    tree("gcp.authorizationInfo", "protoPayload.authorizationInfo", "Authorisation", "Permissions that were checked."),
    expression("gcp.policyDelta", _DELTAS, "Policy change", "Bindings that were added or removed, as JSON."),
    expression(
        "gcp.outcome", _OUTCOME, "Outcome", "How the call ended: ok, or the error's name.", 'gcp.outcome != "ok"'
    ),
    member("gcp.status.message", "protoPayload.status.message", "Message", "What the service said about a failure."),
    member("gcp.time", "timestamp", "Timestamp", "Time of the call as the entry spells it; compare evt.time instead."),
)

IDENTITY: tuple[Field, ...] = (
    member(
        "gcp.user",
        "protoPayload.authenticationInfo.principalEmail",
        "User",
        "Address of the account that called.",
        'gcp.user endswith ".iam.gserviceaccount.com"',
    ),
    member("gcp.callerIP", "protoPayload.requestMetadata.callerIp", "Caller IP", "Address of the caller, as text."),
    member(
        "gcp.calleraddress",
        "protoPayload.requestMetadata.callerIp",
        "Caller address",
        "Address of the caller, for comparison with networks.",
        "gcp.calleraddress in {203.0.113.0/24}",
        type_=FieldType.IP,
    ),
    member(
        "gcp.userAgent",
        "protoPayload.requestMetadata.callerSuppliedUserAgent",
        "User agent",
        "What the caller calls itself.",
    ),
)

RESOURCE: tuple[Field, ...] = (
    member("gcp.resourceName", "protoPayload.resourceName", "Resource", "What it was done to."),
    member("gcp.resourceType", "resource.type", "Resource type", "Kind of that resource."),
    tree("gcp.resourceLabels", _LABELS, "Labels", "Labels of that resource, or one of them."),
    member("gcp.projectId", f"{_LABELS}.project_id", "Project", "Project of that resource."),
    expression("gcp.location", _LOCATION, "Location", "Location or region of that resource; of zones their region."),
    member("gcp.cloudfunctions.function", f"{_LABELS}.function_name", "Function", "Name of a cloud function."),
    member("gcp.cloudsql.databaseId", f"{_LABELS}.database_id", "Database", "Identifier of a database."),
    member("gcp.compute.instanceId", f"{_LABELS}.instance_id", "Instance", "Identifier of a virtual machine."),
    member("gcp.compute.networkId", f"{_LABELS}.network_id", "Network", "Identifier of a network."),
    member("gcp.compute.subnetwork", f"{_LABELS}.subnetwork_name", "Subnetwork", "Name of a subnetwork."),
    member("gcp.compute.subnetworkId", f"{_LABELS}.subnetwork_id", "Subnetwork ID", "Identifier of a subnetwork."),
    member("gcp.dns.zone", f"{_LABELS}.zone_name", "DNS zone", "Name of a DNS zone."),
    member("gcp.iam.serviceAccount", f"{_LABELS}.email_id", "Service account", "Address of a service account."),
    member("gcp.iam.serviceAccountId", f"{_LABELS}.unique_id", "Account ID", "Identifier of a service account."),
    expression("gcp.logging.sink", _SINK, "Log sink", "Name of a log sink."),
    member("gcp.storage.bucket", f"{_LABELS}.bucket_name", "Bucket", "Name of a bucket.", "gcp.storage.bucket"),
)

DELIVERY = delivery("gcp")

FIELDS: tuple[Field, ...] = placed(
    (
        *TIME_FIELDS,
        *DELIVERY,
        event_type(Column("method")),
        *CALL,
        *IDENTITY,
        *RESOURCE,
        tree("gcp.json", "", "Member", "Any path in the entry.", 'gcp.json.severity == "ERROR"'),
    ),
    STORED,
)
