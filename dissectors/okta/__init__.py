"""Okta's system log: one event of an identity provider (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import ColourRule, Field, ListColumn
from thresher.dissectors.json_source import JsonSource
from thresher.dissectors.json_tree import Group
from thresher.dissectors.okta.fields import ACTOR, CLIENT, DELIVERY, EVENT, FIELDS, OUTCOME, STORED, TARGETS


class Okta(JsonSource):
    """Events of the System Log API."""

    name = "okta"
    title = "Okta system log"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    marks = (b"legacyEventType", b"debugContext")
    time_path = "published"
    type_path = "eventType"
    stored = STORED
    id_column = "uuid"
    summary = "{okta.actor.name}: {okta.message}"
    conversation = ("okta.authentication.sessionid",)
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 23),
        ListColumn("okta.actor.alternateid", "Actor", 26),
        ListColumn("okta.client.ip", "Client", 15),
        ListColumn("okta.evt.type", "Event", 34),
        ListColumn("okta.outcome", "Outcome", 12),
        ListColumn("okta.message", "Message", 0),
    )
    colour_rules = (
        ColourRule(
            "Refused pushes, reported activity",
            'okta.evt.type in ("user.mfa.okta_verify.deny_push", "user.account.report_suspicious_activity_by_enduser")',
            "cloud_alarm",
        ),
        ColourRule("Denied", 'okta.result == "DENY"', "cloud_denied"),
        ColourRule("Failed", 'okta.result == "FAILURE"', "cloud_error"),
        ColourRule(
            "Rights", 'okta.evt.type contains "privilege" or okta.evt.type startswith "group."', "cloud_identity"
        ),
        ColourRule("Sign-in", 'okta.evt.type startswith "user.session"', "cloud_login"),
        ColourRule("Changes", 'okta.evt.type contains ".lifecycle."', "cloud_write"),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("okta.actor.alternateid", "okta.actor.name", "okta.actor.id"),
        "action": ("okta.evt.type",),
        "object": ("okta.target.user.alternateid", "okta.target.app.alternateid", "okta.target.group.name"),
        "peer": ("okta.client.ip",),
        "outcome": ("okta.outcome",),
        "where": ("okta.org", "okta.client.geo.country"),
        "any.ip": ("okta.client.address",),
        "any.user": (
            "okta.actor.alternateid",
            "okta.actor.name",
            "okta.principal.alternateid",
            "okta.target.user.alternateid",
        ),
        "any.resource": ("okta.targets.displayName", "okta.app"),
        "any.key": ("okta.authentication.sessionid",),
    }
    delivery = DELIVERY
    groups = (
        Group("Event", (EVENT_NUMBER, EVENT_TIME, *EVENT)),
        Group("Outcome", OUTCOME[:3]),
        Group("Actor", ACTOR),
        Group("Client", CLIENT),
        Group("Targets", TARGETS),
    )

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where an event's identity, type, time and actor are there."""
        return 1.0 if {"uuid", "eventType", "published", "actor"} <= record.keys() else 0.0
