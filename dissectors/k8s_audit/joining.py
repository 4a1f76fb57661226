"""Which pod a Kubernetes audit event is about, as captures and alerts name it too (stage ②)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.dissectors.json_declaring import expression, text

if TYPE_CHECKING:
    from thresher.capture.model import Field

_ANSWERED = f"""({text("responseObject.kind")} = 'Pod'
 OR ({text("responseObject.kind")} IS NULL AND e.target_subresource IS NULL))"""
"""The response is the pod itself: that of exec, of lists and of failures is something else."""


def _of_pods(sql: str) -> str:
    return f"CASE WHEN e.target_resource = 'pods' THEN {sql} END"


_NAME = (
    f"""coalesce(nullif(e.target_name, ''), CASE WHEN {_ANSWERED} THEN {text("responseObject.metadata.name")} END)"""
)
_UID = f"""coalesce({text("objectRef.uid")}, CASE WHEN {_ANSWERED} THEN {text("responseObject.metadata.uid")} END,
 CASE WHEN e.target_subresource = 'binding' THEN {text("requestObject.metadata.uid")} END)"""
_STATUSES = ", ".join(
    f"json_extract_string(e.raw, '$.{side}.status.{kind}[*].containerID')"
    for side in ("requestObject", "responseObject")
    for kind in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
)
_IDS = f"""nullif(list_sort(list_distinct(list_filter(list_transform(flatten([{_STATUSES}]),
 LAMBDA i : left(string_split(i, '://')[2], 12)), LAMBDA i : i <> ''))), [])"""

PODS: tuple[Field, ...] = (
    expression(
        "ka.pod.path",
        _of_pods(f"nullif(e.target_namespace, '') || '/' || {_NAME}"),
        "Pod",
        "Namespace and name of the pod that the request is about, as 'namespace/name'; k8s.pod.path in captures.",
        'ka.pod.path == "shop/web-0" and ka.target.subresource == "exec"',
    ),
    expression(
        "ka.pod.uid",
        _of_pods(_UID),
        "Pod uid",
        "Uid of that pod, where the record tells; k8s.pod.uid in captures.",
    ),
    expression(
        "ka.pod.containers",
        _of_pods(_IDS),
        "Pod's containers",
        "First 12 digits of the ids of that pod's containers, from its status; container.id in captures.",
        is_list=True,
    ),
)
