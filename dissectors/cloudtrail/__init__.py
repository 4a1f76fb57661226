"""CloudTrail: one AWS API call an event (stage ②)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from thresher.capture.contract import Lookup, RawEvent, RecordDissector, Records
from thresher.capture.generic_fields import EVENT_NUMBER, EVENT_TIME
from thresher.capture.model import (
    ByteSource,
    ColourRule,
    ColumnSpec,
    Field,
    ListColumn,
    Node,
    Relation,
    Value,
)
from thresher.dissectors.cloudtrail import contents, custody, digests, evidence, fields
from thresher.dissectors.cloudtrail.conversations import CONVERSATIONS
from thresher.dissectors.cloudtrail.keys import CREDENTIALS
from thresher.dissectors.cloudtrail.scope import SCOPE
from thresher.dissectors.cloudtrail.sources import source_row
from thresher.dissectors.cloudtrail.stored import COLUMNS, STORED
from thresher.dissectors.cloudtrail.tables.ocsf import is_of_cloudtrail
from thresher.dissectors.cloudtrail.tables.ocsf_json import is_mapped, mapped_back
from thresher.dissectors.json_source import kept_place
from thresher.dissectors.json_spans import spans
from thresher.dissectors.json_tree import Group, field_groups, names_of, record_node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thresher.capture.custody import Content, Finding

ADDRESSES = Relation(
    "addresses",
    "text",
    "e.src_ip",
    (
        ColumnSpec("text", "VARCHAR", "A source as records spell it."),
        ColumnSpec("ip_hi", "UBIGINT", "High half of the address it spells, NULL where it is none."),
        ColumnSpec("ip_lo", "UBIGINT", "Low half; IPv4 is mapped."),
        ColumnSpec("kind", "VARCHAR", "address, service, internal, or other where it is spelt like none of them."),
    ),
    "Distinct sources of calls.",
)

_SIGN_IN = 'ct.name in ("ConsoleLogin", "SwitchRole", "GetSigninToken", "ExitRole", "CheckMfa")'
_COVERING_TRACKS = (
    'ct.name in ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "DeleteFlowLogs", "DeleteDetector", '
    '"UpdateDetector", "DisableSecurityHub", "StopConfigurationRecorder", "DeleteConfigurationRecorder", '
    '"DeleteLogGroup", "DeleteLogStream", "LeaveOrganization")'
)
_IDENTITY_CHANGES = 'ct.shortsrc in ("iam", "sts", "sso", "organizations", "kms") and ct.readonly == "false"'

_HIDDEN = ("ct.info", "ct.record", "ct.json")
_GROUPS = tuple(
    Group(title, tuple(field for field in group if field.name not in _HIDDEN))
    for title, group in (
        ("Event", (EVENT_NUMBER, EVENT_TIME, *fields.CALL)),
        ("Outcome", fields.OUTCOME),
        ("Identity", fields.IDENTITY),
        ("Origin", fields.ORIGIN),
        ("Request and response", tuple(field for field in contents.REQUEST if field.argument.value != "path")),
        ("Service", tuple(field for field in contents.SERVICES if not field.name.startswith("s3.cnt."))),
    )
)
_FIELD_OF_PATH = {
    path: field.name
    for field in reversed(fields.FIELDS)
    for path in evidence.PATHS.get(field.name, ())[:1]
    if path in COLUMNS and evidence.is_member(field)
}
_NAMES = names_of(fields.FIELDS, _FIELD_OF_PATH)


class CloudTrail(RecordDissector):
    """AWS CloudTrail records of any version; management, data, network activity and insight events."""

    name = "aws_cloudtrail"
    title = "AWS CloudTrail"
    fields: ClassVar[tuple[Field, ...]] = fields.FIELDS
    marks = (b"eventSource", b"CloudTrail")
    time_path = "eventTime"
    other_time_paths = ("@timestamp", "timeWindow.windowStart")
    type_path = "eventName"
    stored = STORED
    relations = (ADDRESSES,)
    relation_source: ClassVar[Mapping[str, str]] = {"addresses": "src_ip"}
    id_column = "event_id"
    summary = "{ct.info}"
    conversation = ("ct.user.accesskeyid",)
    conversations = CONVERSATIONS
    credentials = CREDENTIALS
    scope = SCOPE
    list_columns = (
        ListColumn("evt.num", "No.", 7),
        ListColumn("evt.time", "Time", 19),
        ListColumn("ct.user", "User", 18),
        ListColumn("ct.srcip", "Source", 15),
        ListColumn("ct.shortsrc", "Service", 10),
        ListColumn("ct.name", "API call", 24),
        ListColumn("ct.error", "Error", 14),
        ListColumn("ct.resource", "Resource", 0),
    )
    colour_rules = (
        ColourRule("Logging or detection weakened", f"{_COVERING_TRACKS} and not ct.error", "cloud_alarm"),
        ColourRule("Access denied", 'ct.outcome == "denied"', "cloud_denied"),
        ColourRule("Throttled", 'ct.outcome == "throttled"', "dim"),
        ColourRule("Failed", 'ct.outcome in ("error", "not-found")', "cloud_error"),
        ColourRule("Sign-in", _SIGN_IN, "cloud_login"),
        ColourRule("Identities and credentials changed", _IDENTITY_CHANGES, "cloud_identity"),
        ColourRule("State changed", 'ct.readonly == "false"', "cloud_write"),
        ColourRule("Read", 'ct.readonly == "true"', "cloud_read"),
    )
    common: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "actor": ("ct.user", "ct.user.principalid", "ct.srcip"),
        "action": ("ct.name", "ct.eventtype"),
        "object": ("ct.resource",),
        "peer": ("ct.srcip",),
        "outcome": ("ct.error", "ct.response.errorcode", "ct.outcome"),
        "where": ("ct.where",),
        "any.ip": ("ct.srcaddress",),
        "any.user": (
            "ct.user",
            "ct.originaluser",
            "ct.user.arn",
            "ct.user.principalid",
            "ct.user.issuer",
            "ct.user.sourceidentity",
            "ct.request.username",
        ),
        "any.resource": ("ct.resource", "ct.resource.arns", "s3.bucket", "iam.role"),
        "any.key": ("ct.user.accesskeyid", "ct.issuedkey", "ct.request.accesskeyid"),
    }

    def relation_rows(self, relation: str, values: Sequence[str]) -> list[tuple[Value, ...]]:
        """Sources that were not there before, parsed."""
        return [source_row(text) for text in values]

    digest_mark = digests.MARK

    def check_custody(self, files: Sequence[Content]) -> list[Finding]:
        """See ``custody.check``."""
        return custody.check(files)

    def understood(self, records: Records) -> Records:
        """OCSF's events, told by the first, mapped back."""
        return mapped_back(records) if is_mapped(records.texts[0]) else records

    def claims_record(self, record: Mapping[str, object]) -> float:
        """Certain where the names that every version writes are there, or those of insights and aggregated events."""
        if is_of_cloudtrail(record):
            return 0.9
        if str(record.get("eventSource", "")).startswith("aws:"):
            return 0.0  # a notice of S3 or SQS, which names its members alike
        named = "eventName" in record or record.get("eventCategory") == "Insight"
        if record.get("eventCategory") == "Aggregated" and "timeWindow" in record:
            return 1.0
        if named and "eventSource" in record and record.keys() & {"eventTime", "eventVersion", "@timestamp"}:
            return 1.0
        return 0.6 if "eventVersion" in record and "eventTime" in record else 0.0

    def sources(self, event: RawEvent) -> list[ByteSource]:
        """The record's own text."""
        return [ByteSource("Record", event.block, "json")]

    def details(self, event: RawEvent, values: Mapping[str, Value], lookup: Lookup) -> list[Node]:
        """Declared fields by subject, where the record is kept, and the record member by member."""
        record = spans(event.block)
        branches = field_groups(_GROUPS, values, lambda name, value: evidence.locate(record, name, value))
        return [*branches, kept_place(event, values, fields.DELIVERY, lookup), record_node(record, _NAMES, "Record")]
