"""Google Cloud audit logs: one API call an event (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import ColourRule, Field, ListColumn
from thresher.dissectors.gcp_audit.fields import CALL, DELIVERY, FIELDS, IDENTITY, RESOURCE, STORED
from thresher.dissectors.json_source import JsonSource
from thresher.dissectors.json_tree import Group


class GcpAudit(JsonSource):
    """Log entries whose payload is an ``AuditLog``, as sinks and ``gcloud logging read`` write them."""

    name = "gcp_auditlog"
    title = "Google Cloud audit"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    marks = (b"protoPayload",)
    time_path = "timestamp"
    other_time_paths = ("receiveTimestamp",)
    type_path = "protoPayload.methodName"
    stored = STORED
    summary = "{gcp.user} {gcp.methodName} {gcp.resourceName}"
    conversation = ("gcp.user",)
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 26),
        ListColumn("gcp.user", "User", 28),
        ListColumn("gcp.callerIP", "Caller", 15),
        ListColumn("gcp.methodName", "Method", 32),
        ListColumn("gcp.outcome", "Outcome", 12),
        ListColumn("gcp.resourceName", "Resource", 0),
    )
    colour_rules = (
        ColourRule("Logging weakened", 'gcp.methodName icontains "sink" and gcp.outcome == "ok"', "cloud_alarm"),
        ColourRule("Denied", 'gcp.outcome in ("PERMISSION_DENIED", "UNAUTHENTICATED")', "cloud_denied"),
        ColourRule("Failed", 'gcp.outcome != "ok"', "cloud_error"),
        ColourRule("Rights", 'gcp.methodName icontains "iam" or gcp.methodName icontains "key"', "cloud_identity"),
        ColourRule(
            "Changes", 'gcp.methodName regex ".*(insert|create|update|patch|delete|set)[A-Za-z]*"', "cloud_write"
        ),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("gcp.user",),
        "action": ("gcp.methodName",),
        "object": ("gcp.resourceName",),
        "peer": ("gcp.callerIP",),
        "outcome": ("gcp.outcome",),
        "where": ("gcp.projectId", "gcp.location"),
        "any.ip": ("gcp.calleraddress",),
        "any.user": ("gcp.user", "gcp.iam.serviceAccount"),
        "any.resource": ("gcp.resourceName", "gcp.storage.bucket"),
    }
    delivery = DELIVERY
    groups = (
        Group("Call", (EVENT_NUMBER, EVENT_TIME, *CALL)),
        Group("Identity", IDENTITY),
        Group("Resource", RESOURCE),
    )

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where the payload names a method or is of the audit log's type."""
        payload = record.get("protoPayload")
        return 1.0 if isinstance(payload, dict) and payload.keys() & {"methodName", "serviceName"} else 0.0
