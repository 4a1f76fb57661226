"""The fields of a Falco alert: the rule, and the fields that its output printed, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.model import Column, Field, FieldType
from thresher.dissectors.json_declaring import expression, listing, member, placed, tree

STORED: tuple[tuple[str, str, str], ...] = (
    ("rule", "VARCHAR", "rule"),
    ("priority", "VARCHAR", "priority"),
    ("origin", "VARCHAR", "source"),
    ("host", "VARCHAR", "hostname"),
    ("message", "VARCHAR", "output"),
    ("process", "VARCHAR", 'output_fields."proc.name"'),
    ("pid", "BIGINT", 'output_fields."proc.pid"'),
    ("container", "VARCHAR", 'output_fields."container.id"'),
)
"""Column, DuckDB type, path: what is filtered on most."""

_LEVELS = "['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']"
_LEVEL = f"list_position({_LEVELS}, replace(lower(e.priority) || '.', 'info.', 'informational.')[:-2])"
_SEVERITY = f"CASE WHEN {_LEVEL} > 0 THEN {_LEVEL} - 1 END"

_NAMESPACE, _POD = (f"""json_extract_string(e.raw, '/output_fields/k8s.{part}.name')""" for part in ("ns", "pod"))


def _printed(name: str, printed: str, title: str, description: str, type_: FieldType = FieldType.STRING) -> Field:
    return member(f"alert.{name}", f'output_fields."{printed}"', title, description, type_=type_)


ALERT: tuple[Field, ...] = (
    member("alert.rule", "rule", "Rule", "Rule that matched.", 'alert.rule contains "shell"'),
    member("alert.priority", "priority", "Priority", "Emergency, Alert, Critical, Error, Warning, Notice, … Debug."),
    expression(
        "alert.severity",
        _SEVERITY,
        "Severity",
        "The priority as a number, 0 for Emergency to 7 for Debug.",
        "alert.severity <= 4",
        type_=FieldType.INT,
    ),
    member("alert.source", "source", "Source", "Source of the events that the rule is for."),
    member("alert.hostname", "hostname", "Host", "Machine that raised the alert."),
    member("alert.output", "output", "Output", "The alert's text."),
    listing("alert.tags", "tags", "Tags", "Tags of the rule.", 'alert.tags == "mitre_execution"', is_indexed=False),
    tree("alert.fields", "output_fields", "Output fields", "Fields that the output printed, as JSON."),
)

CONTEXT: tuple[Field, ...] = (
    _printed("proc.name", "proc.name", "Process", "Name of the process."),
    _printed("proc.pid", "proc.pid", "PID", "Identifier of the process.", FieldType.INT),
    _printed("proc.cmdline", "proc.cmdline", "Command", "Command line of the process."),
    _printed("proc.exepath", "proc.exepath", "Program", "Path of the program."),
    _printed("proc.pname", "proc.pname", "Parent", "Name of its parent."),
    _printed("user.name", "user.name", "User", "Account of the process."),
    _printed("container.id", "container.id", "Container", "Identifier of its container."),
    _printed("container.name", "container.name", "Container name", "Name of its container."),
    _printed("container.image", "container.image.repository", "Image", "Image of its container."),
    _printed("k8s.ns.name", "k8s.ns.name", "Namespace", "Namespace of its pod."),
    _printed("k8s.pod.name", "k8s.pod.name", "Pod", "Name of its pod."),
    _printed("k8s.pod.uid", "k8s.pod.uid", "Pod uid", "Uid of its pod."),
    expression(
        "alert.k8s.pod.path",
        f"{_NAMESPACE} || '/' || {_POD}",
        "Pod's path",
        "Namespace and name of its pod, as 'namespace/name'; k8s.pod.path in captures.",
    ),
    _printed("fd.name", "fd.name", "FD name", "File or connection."),
    _printed("fd.rip", "fd.rip", "Remote address", "Address of the other end.", FieldType.IP),
    _printed("evt.type", "evt.type", "Call", "System call that matched."),
    _printed("evt.time", "evt.time", "Event time", "When it happened, in nanoseconds since 1970.", FieldType.INT),
)

DELIVERY = delivery("alert")

FIELDS: tuple[Field, ...] = placed(
    (
        *TIME_FIELDS,
        *DELIVERY,
        event_type(Column("rule")),
        *ALERT,
        *CONTEXT,
        tree("alert.json", "", "Member", "Any path in the alert.", "alert.json.uuid"),
    ),
    STORED,
)
