"""Fields of the Kubernetes pod the process ran in, from metadata of its container and its cgroups; for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Argument, Field, FieldType, Version


def _text(
    name: str, title: str, description: str, expression: str, example: str, aliases: tuple[str, ...] = ()
) -> Field:
    return Field(
        name, FieldType.STRING, title, description, Version("containers", expression), aliases=aliases, example=example
    )


POD_FIELDS: tuple[Field, ...] = (
    _text("k8s.pod.name", "Pod", "Name of the Kubernetes pod.", "pod_name", 'k8s.pod.name startswith "web-"'),
    _text(
        "k8s.ns.name", "Namespace", "Kubernetes namespace of the pod.", "pod_namespace", 'k8s.ns.name == "kube-system"'
    ),
    _text(
        "k8s.pod.path",
        "Pod's path",
        "Namespace and name of the Kubernetes pod, as 'namespace/name'; ka.pod.path in audit logs.",
        "r.pod_namespace || '/' || r.pod_name",
        'k8s.pod.path == "shop/web-0"',
    ),
    _text(
        "k8s.pod.uid",
        "Pod uid",
        "Uid of the Kubernetes pod, from its metadata or else from the cgroups.",
        "pod_uid",
        'k8s.pod.uid startswith "3e41dc6b-"',
        aliases=("k8s.pod.id",),
    ),
    _text(
        "k8s.pod.sandbox_id",
        "Sandbox",
        "First 12 digits of the id of the pod's sandbox.",
        "CASE WHEN r.is_pod_sandbox THEN r.container_id ELSE left(r.pod_sandbox_id, 12) END",
        'k8s.pod.sandbox_id == "63060edc2d3a"',
    ),
    _text(
        "k8s.pod.full_sandbox_id",
        "Sandbox (full id)",
        "Whole id of the pod's sandbox.",
        "CASE WHEN r.is_pod_sandbox THEN r.full_id ELSE r.pod_sandbox_id END",
        'k8s.pod.full_sandbox_id startswith "63060edc2d3a"',
    ),
    _text(
        "k8s.pod.labels",
        "Pod labels",
        "Labels of the pod as key:value, joined with commas.",
        "nullif(array_to_string(r.pod_labels, ','), '')",
        'k8s.pod.labels contains "app:web"',
    ),
    Field(
        "k8s.pod.label",
        FieldType.STRING,
        "Pod label",
        "Value of one label of the pod, as in k8s.pod.label[app].",
        Version(
            "containers",
            "substr(list_filter(r.pod_labels, LAMBDA x : starts_with(x, :argument || ':'))[1], length(:argument) + 2)",
        ),
        argument=Argument.NAME,
        argument_required=True,
        example='k8s.pod.label.app == "web"',
    ),
    _text(
        "k8s.pod.ip",
        "Pod address",
        "First address of the pod.",
        "CASE WHEN coalesce(r.pod_uid, r.pod_name) IS NOT NULL THEN r.ip END",
        'k8s.pod.ip == "10.244.0.7"',
    ),
    _text(
        "k8s.pod.cni.json",
        "Pod's CNI result",
        "What the network plugin answered for the pod, as JSON.",
        "CASE WHEN coalesce(r.pod_uid, r.pod_name) IS NOT NULL THEN r.cni END",
        'k8s.pod.cni.json contains "10.244."',
    ),
)
