"""GitHub's webhooks as a collector keeps them: one message an event (stage ②)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import ColourRule, Field, ListColumn
from thresher.dissectors.github.fields import CONTENT, DELIVERY, FIELDS, MESSAGE, REPOSITORY, STORED
from thresher.dissectors.json_source import JsonSource
from thresher.dissectors.json_tree import Group


class GitHub(JsonSource):
    """Webhook messages with their kind as ``webhook_type``.

    A message has no time of its own; the first of those that its kind carries stands for it.
    """

    name = "github"
    title = "GitHub webhooks"
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    marks = (b"webhook_type",)
    time_path = "timestamp"
    other_time_paths = (
        "head_commit.timestamp",
        "workflow_run.updated_at",
        "hook.updated_at",
        "starred_at",
        "repository.updated_at",
    )
    type_path = "webhook_type"
    stored = STORED
    summary = "{github.user} {github.type} {github.action} {github.repo.name}"
    conversation = ("github.repo.url",)
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 19),
        ListColumn("github.user", "User", 20),
        ListColumn("github.type", "Type", 22),
        ListColumn("github.action", "Action", 14),
        ListColumn("github.repo.name", "Repository", 0),
    )
    colour_rules = (
        ColourRule(
            "Secrets or miners",
            'github.diff.has_secrets == "true" or github.workflow.has_miners == "true"',
            "cloud_alarm",
        ),
        ColourRule("Made public", 'github.action == "publicized" or github.type == "public"', "cloud_alarm"),
        ColourRule("Access", 'github.type in ("member", "organization", "deploy_key", "meta")', "cloud_identity"),
        ColourRule("Deleted", 'github.action == "deleted"', "cloud_error"),
        ColourRule("Pushes", 'github.type == "push"', "cloud_write"),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("github.user",),
        "action": ("github.type",),
        "object": ("github.repo.name",),
        "where": ("github.org", "github.owner"),
        "any.user": ("github.user", "github.collaborator.name"),
        "any.resource": ("github.repo.name", "github.repo.url"),
    }
    delivery = DELIVERY
    groups = (
        Group("Message", (EVENT_NUMBER, EVENT_TIME, *MESSAGE)),
        Group("Repository", REPOSITORY),
        Group("Content", CONTENT),
    )

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where the kind and a sender are there."""
        if "webhook_type" in record:
            return 1.0
        return 0.5 if {"sender", "repository"} <= record.keys() else 0.0
