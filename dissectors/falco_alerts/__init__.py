"""Falco's alerts in JSON, as it or falcosidekick writes them: one alert an event (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import ColourRule, Field, ListColumn
from thresher.dissectors.falco_alerts.fields import ALERT, CONTEXT, DELIVERY, FIELDS, STORED
from thresher.dissectors.json_source import JsonSource
from thresher.dissectors.json_tree import Group


class FalcoAlerts(JsonSource):
    """Alerts with what their outputs printed."""

    name = "falco_alerts"
    title = "Falco alerts"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    marks = (b"output_fields",)
    time_path = "time"
    type_path = "rule"
    stored = STORED
    summary = "{alert.priority}: {alert.output}"
    conversation = ("alert.container.id", "alert.proc.pid")
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 29),
        ListColumn("alert.priority", "Priority", 9),
        ListColumn("alert.proc.name", "Process", 12),
        ListColumn("alert.container.id", "Container", 12),
        ListColumn("alert.rule", "Rule", 0),
    )
    colour_rules = (
        ColourRule("Critical and above", "alert.severity <= 2", "cloud_alarm"),
        ColourRule("Errors and warnings", "alert.severity <= 4", "cloud_error"),
        ColourRule("Debug", "alert.severity == 7", "dim"),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("alert.proc.name", "alert.user.name"),
        "action": ("alert.rule",),
        "object": ("alert.fd.name", "alert.proc.cmdline"),
        "peer": ("alert.fd.rip",),
        "where": ("alert.container.id", "alert.hostname"),
        "any.ip": ("alert.fd.rip",),
        "any.user": ("alert.user.name",),
        "any.resource": (
            "alert.fd.name",
            "alert.proc.exepath",
            "alert.container.id",
            "alert.k8s.pod.path",
            "alert.k8s.pod.uid",
        ),
    }
    delivery = DELIVERY
    groups = (
        Group("Alert", (EVENT_NUMBER, EVENT_TIME, *ALERT)),
        Group("Context", CONTEXT),
    )

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where rule, priority and output are there."""
        return 1.0 if {"rule", "priority", "output"} <= record.keys() else 0.0
