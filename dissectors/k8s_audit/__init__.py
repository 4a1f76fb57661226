"""Kubernetes audit logs: one stage of a request to the API server an event (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import ColourRule, Field, ListColumn
from thresher.dissectors.json_source import JsonSource
from thresher.dissectors.json_tree import Group
from thresher.dissectors.k8s_audit.fields import BINDINGS, DELIVERY, FIELDS, IDENTITY, OBJECTS, OUTCOME, REQUEST, STORED
from thresher.dissectors.k8s_audit.joining import PODS
from thresher.dissectors.k8s_audit.pods import POD, containers


class K8sAudit(JsonSource):
    """Audit events of ``audit.k8s.io``, of any version."""

    name = "k8s_audit"
    title = "Kubernetes audit"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    marks = (b"auditID",)
    time_path = "stageTimestamp"
    other_time_paths = ("requestReceivedTimestamp", "timestamp")
    type_path = "verb"
    stored = STORED
    summary = "{ka.user.name} {ka.verb} {ka.target}"
    conversation = ("ka.auditid",)
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 26),
        ListColumn("ka.user.name", "User", 24),
        ListColumn("ka.verb", "Verb", 8),
        ListColumn("ka.outcome", "Outcome", 12),
        ListColumn("ka.target", "Target", 0),
    )
    colour_rules = (
        ColourRule("Forbidden", 'ka.auth.decision == "forbid" or ka.response.code in ("401", "403")', "cloud_denied"),
        ColourRule("Commands in pods", 'ka.target.subresource in ("exec", "attach", "portforward")', "cloud_alarm"),
        ColourRule("Failed", 'ka.outcome != "ok"', "cloud_error"),
        ColourRule(
            "Rights and secrets",
            'ka.target.resource in ("secrets", "roles", "clusterroles", "rolebindings", "clusterrolebindings", '
            '"serviceaccounts")',
            "cloud_identity",
        ),
        ColourRule("State changed", 'ka.verb in ("create", "update", "patch", "delete")', "cloud_write"),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("ka.impuser.name", "ka.user.name"),
        "action": ("ka.verb",),
        "object": ("ka.target",),
        "peer": ("ka.sourceips",),
        "outcome": ("ka.outcome",),
        "where": ("ka.cluster.name", "ka.target.namespace"),
        "any.ip": ("ka.srcaddress",),
        "any.user": ("ka.user.name", "ka.impuser.name"),
        "any.resource": ("ka.target", "ka.target.name", "ka.pod.path", "ka.pod.uid", "ka.pod.containers"),
    }
    delivery = DELIVERY
    groups = (
        Group("Request", (EVENT_NUMBER, EVENT_TIME, *REQUEST)),
        Group("Outcome", OUTCOME),
        Group("Identity", IDENTITY),
        Group("Roles and bindings", BINDINGS),
        Group("Objects", OBJECTS[:4]),
        Group("Pod", (*PODS, *POD, *containers("containers"))),
    )

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where the identity, stage and verb of an audit event are there."""
        return 1.0 if {"auditID", "stage", "verb", "requestURI"} <= record.keys() else 0.0
