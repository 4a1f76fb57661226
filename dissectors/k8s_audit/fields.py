"""The fields of a Kubernetes audit event under the names of Falco's plugin k8saudit, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.model import Argument, Column, Field, FieldType
from thresher.dissectors.json_declaring import expression, listing, member, placed, text, tree
from thresher.dissectors.k8s_audit.joining import PODS
from thresher.dissectors.k8s_audit.pods import POD, containers

STORED: tuple[tuple[str, str, str], ...] = (
    ("audit_id", "VARCHAR", "auditID"),
    ("stage", "VARCHAR", "stage"),
    ("verb", "VARCHAR", "verb"),
    ("uri", "VARCHAR", "requestURI"),
    ("user_name", "VARCHAR", "user.username"),
    ("impersonated", "VARCHAR", "impersonatedUser.username"),
    ("target_name", "VARCHAR", "objectRef.name"),
    ("target_namespace", "VARCHAR", "objectRef.namespace"),
    ("target_resource", "VARCHAR", "objectRef.resource"),
    ("target_subresource", "VARCHAR", "objectRef.subresource"),
    ("code", "VARCHAR", "responseStatus.code"),
    ("reason", "VARCHAR", "responseStatus.reason"),
    ("user_agent", "VARCHAR", "userAgent"),
    ("decision", "VARCHAR", 'annotations."authorization.k8s.io/decision"'),
)
"""Column, DuckDB type, path: what is filtered on most."""

_QUERY = "string_split(string_split(substr(e.uri, nullif(strpos(e.uri, '?'), 0) + 1), '#')[1], '&')"
_PARAMETER = (
    f"url_decode(replace(list_filter({_QUERY}, LAMBDA p : starts_with(p, :argument || '='))[1]"
    "[length(:argument) + 2:], '+', ' '))"
)
_SUBJECTS = "json_extract(e.raw, '$.requestObject.subjects[*]')"
_OUTCOME = """CASE WHEN e.stage = 'RequestReceived' THEN NULL
 WHEN try_cast(e.code AS INTEGER) BETWEEN 100 AND 399 THEN 'ok' ELSE coalesce(e.reason, e.code) END"""
_PARTS = ("target_namespace", "target_resource", "target_name", "target_subresource")
_NAMED = ", ".join(f"nullif(e.{part}, '')" for part in _PARTS)
_OBJECT = f"nullif(concat_ws('/', {_NAMED}), '')"


def _subjects(kind: str) -> str:
    chosen = f"list_filter({_SUBJECTS}, LAMBDA s : json_extract_string(s, '$.kind') = '{kind}')"
    return f"nullif(list_transform({chosen}, LAMBDA s : json_extract_string(s, '$.name')), [])"


_ACCOUNT = "json_extract_string(s, '$.namespace') || ':' || json_extract_string(s, '$.name')"
_ACCOUNTS = (
    f"nullif(list_transform(list_filter({_SUBJECTS}, LAMBDA s : "
    f"json_extract_string(s, '$.kind') = 'ServiceAccount'), LAMBDA s : {_ACCOUNT}), [])"
)

REQUEST: tuple[Field, ...] = (
    member("ka.auditid", "auditID", "Audit ID", "Identifier that all stages of one request share."),
    member("ka.stage", "stage", "Stage", "How far the request had come: RequestReceived, ResponseComplete, Panic …."),
    member(
        "ka.verb", "verb", "Verb", "What was asked for: get, list, create, delete and so on.", 'ka.verb == "create"'
    ),
    member("ka.uri", "requestURI", "URI", "Path and query of the request as the client sent it."),
    expression(
        "ka.uri.param",
        _PARAMETER,
        "URI parameter",
        "First value of one parameter of the query, decoded.",
        'ka.uri.param[command] == "bash"',
        argument=Argument.NAME,
    ),
    member("ka.target.name", "objectRef.name", "Target", "Name of the object that the request is about."),
    member("ka.target.namespace", "objectRef.namespace", "Namespace", "Namespace of that object."),
    member("ka.target.resource", "objectRef.resource", "Resource", "Kind of that object, in the plural."),
    member(
        "ka.target.subresource",
        "objectRef.subresource",
        "Subresource",
        "Part of the object that is asked for: exec, log, status and so on.",
        'ka.target.subresource == "exec"',
    ),
    expression("ka.target", _OBJECT, "Target", "Namespace, kind, name and part of the object, as a path."),
    member("ka.target.pod.name", "responseObject.metadata.name", "Pod", "Name of the object in the response."),
    member("ka.useragent", "userAgent", "User agent", "What the client calls itself."),
    listing("ka.sourceips", "sourceIPs[*]", "Source IPs", "Addresses that the request came through, as text."),
    listing(
        "ka.srcaddress",
        "sourceIPs",
        "Source addresses",
        "Addresses that the request came through, for comparison with networks.",
        "ka.srcaddress in {10.0.0.0/8}",
        type_=FieldType.IP,
        is_indexed=False,
    ),
    member("ka.cluster.name", "annotations.cluster_name", "Cluster", "Name of the cluster, where a note says it."),
)

OUTCOME: tuple[Field, ...] = (
    member("ka.response.code", "responseStatus.code", "Code", "HTTP status of the response."),
    member("ka.response.reason", "responseStatus.reason", "Reason", "Why the request failed, as one word."),
    expression(
        "ka.outcome",
        _OUTCOME,
        "Outcome",
        "How the request ended: ok, or the reason it failed, or its code.",
        'ka.outcome != "ok"',
    ),
    member("ka.resp.name", "responseObject.metadata.name", "Response name", "Name of the object in the response."),
    member(
        "ka.auth.decision",
        'annotations."authorization.k8s.io/decision"',
        "Decision",
        "Whether the request was authorised: allow or forbid.",
    ),
    member(
        "ka.auth.reason",
        'annotations."authorization.k8s.io/reason"',
        "Why authorised",
        "Which binding allowed the request.",
    ),
    member(
        "ka.auth.openshift.decision",
        'annotations."authentication.openshift.io/decision"',
        "OpenShift decision",
        "How OpenShift's API server decided about the login.",
    ),
    member(
        "ka.auth.openshift.username",
        'annotations."authentication.openshift.io/username"',
        "OpenShift user",
        "Who logged in at OpenShift's API server.",
    ),
    member(
        "ka.validations.admission.policy.failure",
        'annotations."validation.policy.admission.k8s.io/validation_failure"',
        "Policy failure",
        "Which admission policy the request failed, and why.",
    ),
    member(
        "ka.security.pod.violations",
        'annotations."pod-security.kubernetes.io/audit-violations"',
        "Pod security",
        "Which pod security standards the request violates.",
    ),
)

IDENTITY: tuple[Field, ...] = (
    member("ka.user.name", "user.username", "User", "Who made the request.", 'ka.user.name startswith "system:anon"'),
    listing("ka.user.groups", "user.groups[*]", "Groups", "Groups of that user.", is_indexed=False),
    member("ka.impuser.name", "impersonatedUser.username", "Impersonates", "User that the request was made as."),
)

BINDINGS: tuple[Field, ...] = (
    listing(
        "ka.req.binding.subjects",
        "requestObject.subjects",
        "Subjects",
        "Who a binding gives its role to, as JSON objects.",
        is_indexed=False,
    ),
    expression(
        "ka.req.binding.subjects.user_names", _subjects("User"), "Bound users", "Users that are bound.", is_list=True
    ),
    expression(
        "ka.req.binding.subjects.serviceaccount_names",
        _subjects("ServiceAccount"),
        "Bound accounts",
        "Service accounts that are bound.",
        is_list=True,
    ),
    expression(
        "ka.req.binding.subjects.serviceaccount_ns_names",
        _ACCOUNTS,
        "Bound accounts",
        "Service accounts that are bound, as namespace:name.",
        is_list=True,
    ),
    expression(
        "ka.req.binding.subjects.group_names",
        _subjects("Group"),
        "Bound groups",
        "Groups that are bound.",
        is_list=True,
    ),
    member("ka.req.binding.role", "requestObject.roleRef.name", "Bound role", "Role that a binding gives."),
    expression(
        "ka.req.binding.subject.has_name",
        "CASE WHEN :argument IS NOT NULL THEN 'N/A' END",
        "Subject has name",
        "Always 'N/A', as in Falco.",
        argument=Argument.NAME,
        deprecated="ka.req.binding.subjects.user_names",
    ),
    listing("ka.req.role.rules", "requestObject.rules", "Rules", "Rules of a role, as JSON.", is_indexed=False),
    listing(
        "ka.req.role.rules.apiGroups", "requestObject.rules[*].apiGroups", "API groups", "API groups of the rules."
    ),
    listing(
        "ka.req.role.rules.nonResourceURLs",
        "requestObject.rules[*].nonResourceURLs",
        "URLs",
        "Paths outside the API's objects that the rules allow.",
    ),
    listing(
        "ka.req.role.rules.verbs",
        "requestObject.rules[*].verbs",
        "Rule verbs",
        "Verbs that the rules allow.",
        'ka.req.role.rules.verbs == "*"',
    ),
    listing("ka.req.role.rules.resources", "requestObject.rules[*].resources", "Rule resources", "Kinds they allow."),
)

OBJECTS: tuple[Field, ...] = (
    expression(
        "ka.req.configmap.name",
        "CASE WHEN e.target_resource = 'configmaps' THEN e.target_name END",
        "Config map",
        "Name of the config map that the request is about.",
    ),
    expression(
        "ka.req.configmap.obj",
        f"CASE WHEN e.target_resource = 'configmaps' THEN {text('requestObject.data')} END",
        "Config data",
        "What the config map holds, as JSON.",
        'ka.req.configmap.obj contains "aws_access_key_id"',
    ),
    expression(
        "ka.req.service.type",
        f"CASE WHEN e.target_resource = 'services' THEN {text('requestObject.spec.type')} END",
        "Service type",
        "How a service is reached: ClusterIP, NodePort, LoadBalancer.",
    ),
    listing("ka.req.service.ports", "requestObject.spec.ports[*]", "Service ports", "Ports of a service, as JSON."),
    tree("ka.request", "requestObject", "Request object", "What was sent, or any path below it.", "ka.request.kind"),
    tree("ka.response", "responseObject", "Response object", "What was answered, or any path below it."),
    tree("ka.json", "", "Member", "Any path in the record.", 'ka.json.level == "RequestResponse"'),
)

DELIVERY = delivery("ka")

FIELDS: tuple[Field, ...] = placed(
    (
        *TIME_FIELDS,
        *DELIVERY,
        event_type(Column("verb")),
        *REQUEST,
        *OUTCOME,
        *IDENTITY,
        *BINDINGS,
        *OBJECTS,
        *PODS,
        *POD,
        *containers("containers"),
        *containers("initContainers"),
        *containers("ephemeralContainers"),
    ),
    STORED,
)
