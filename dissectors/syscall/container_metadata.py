"""What the recorder's events say of containers: names, images, labels, mounts, pods; stage ②.

The records of libsinsp's events ``container`` (fields or JSON) and of the container plugin's asynchronous ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from thresher.dissectors.syscall.params import value_of

if TYPE_CHECKING:
    from thresher.dissectors.syscall.params import Block

TYPES = {
    0: "docker", 1: "lxc", 2: "libvirt_lxc", 3: "mesos", 4: "rkt", 5: "custom", 6: "cri", 7: "containerd",
    8: "cri-o", 9: "bpm", 10: "static", 11: "podman", 0xFFFE: "host",
}  # fmt: skip
"""Numbers of engines in metadata to the words of ``container.type`` (libsinsp, container_type.h)."""

INCOMPLETE = "incomplete"
"""What the recorder writes for a container that it is still asking the engine about."""

COLUMNS = (
    "container_id", "full_id", "type", "name", "image", "image_id", "image_repository", "image_tag", "image_digest",
    "privileged", "host_pid", "host_network", "host_ipc", "ip", "cni", "labels", "mounts", "env", "healthcheck",
    "liveness_probe", "readiness_probe", "created_ns", "pod_name", "pod_namespace", "pod_uid", "pod_sandbox_id",
    "pod_labels", "is_pod_sandbox",
)  # fmt: skip
"""What is known of a container, in the order of the table ``containers``."""

Record = dict[str, Any]
_POD_LABELS = {
    "pod_name": "io.kubernetes.pod.name",
    "pod_namespace": "io.kubernetes.pod.namespace",
    "pod_uid": "io.kubernetes.pod.uid",
}
_BOOLS = ("privileged", "host_pid", "host_network", "host_ipc", "is_pod_sandbox")
_TEXTS = {
    "full_id": "full_id", "name": "name", "image": "image", "image_id": "imageid", "image_repository": "imagerepo",
    "image_tag": "imagetag", "image_digest": "imagedigest", "cni": "cni_json",
}  # fmt: skip
_PROBES = {"healthcheck": "Healthcheck", "liveness_probe": "LivenessProbe", "readiness_probe": "ReadinessProbe"}


def of_event(block: Block) -> Record | None:
    """What a ``container`` or asynchronous event says of a container; None where it is about none.

    Raises:
        ValueError: its JSON cannot be read.
    """
    kind = block.kind
    if kind is None:
        return None
    values = {
        param.name: value_of(param.type, block.data[start:end])
        for param, (start, end) in zip(kind.params, block.spans, strict=False)
    }
    if kind.name == "asyncevent":
        return of_json(_text(values.get("data"))) if values.get("name") == "container" else None
    if "json" in values:
        return of_json(_text(values["json"]))
    identity = _text(values.get("id"))
    if not identity:
        return None
    image = _known(values.get("image"))
    return {
        "container_id": identity,
        "type": _type(values.get("type")),
        "name": _known(values.get("name")),
        "image": image,
        **image_parts(image),
    }


def of_json(text: str) -> Record | None:
    """What a metadata record says; None where it names no container.

    Raises:
        ValueError: it is no JSON object.
    """
    try:
        whole = json.loads(text.rstrip("\0\n "))
    except RecursionError as error:
        raise ValueError("the container's record is nested too deeply") from error
    given = whole.get("container") if isinstance(whole, dict) else None
    if not isinstance(given, dict) or not isinstance(given.get("id"), str) or not given["id"]:
        return None
    labels, sandbox = _pairs(given.get("labels")), _pairs(given.get("pod_sandbox_labels"))
    record: Record = {"container_id": given["id"]}
    record["type"] = _type(given.get("type"))
    record |= {name: _known(given.get(key)) for name, key in _TEXTS.items()}
    record |= {name: given[name] if isinstance(given.get(name), bool) else None for name in _BOOLS}
    record |= {name: _probe(given.get(key)) for name, key in _PROBES.items()}
    record |= {name: labels.get(key) or sandbox.get(key) for name, key in _POD_LABELS.items()}
    record["ip"] = _address(given.get("ip"))
    record["labels"] = _joined(labels)
    record["mounts"] = [_mount(mount) for mount in _items(given.get("Mounts")) if isinstance(mount, dict)]
    record["env"] = [item for item in _items(given.get("env")) if isinstance(item, str)]
    record["created_ns"] = _created(given.get("created_time"))
    record["pod_sandbox_id"] = _known(given.get("pod_sandbox_id"))
    record["pod_labels"] = _joined(sandbox or labels) if record["pod_name"] or record["pod_uid"] else []
    return record


def merged(old: Record, new: Record) -> Record:
    """What is known after one more record: what it says, and what it leaves open as before."""
    return {**old, **{name: value for name, value in new.items() if value not in (None, [], "")}}


def _type(value: object) -> str | None:
    return TYPES.get(value) if isinstance(value, int) else None


def _known(value: object) -> str | None:
    return value if isinstance(value, str) and value not in ("", INCOMPLETE) else None


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _pairs(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(key): item for key, item in value.items() if isinstance(item, str)}


def _joined(pairs: Mapping[str, str]) -> list[str]:
    """``key:value`` in the order of the keys, as the fields print them."""
    return [f"{key}:{pairs[key]}" for key in sorted(pairs)]


def _mount(given: Mapping[str, Any]) -> str:
    """``source:dest:mode:rdwr:propagation``, libsinsp's form."""
    parts = [given.get("Source"), given.get("Destination"), given.get("Mode")]
    words = [part if isinstance(part, str) else "" for part in parts]
    propagation = given.get("Propagation")
    return ":".join(
        (*words, "true" if given.get("RW") else "false", propagation if isinstance(propagation, str) else "")
    )


def _address(value: object) -> str | None:
    """An address; old recorders wrote it as a number in host order."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 32:
        return str(IPv4Address(value))
    return value if isinstance(value, str) and value not in ("", "0.0.0.0") else None


def _created(value: object) -> int | None:
    """Seconds or, where the number is too large for those, nanoseconds since 1970."""
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0 or value >= 1 << 63:
        return None
    return value if value > 10**13 else value * 1_000_000_000


def _probe(value: object) -> str | None:
    """A health check's program and arguments as one line."""
    if not isinstance(value, Mapping):
        return None
    words = [value.get("exe"), *_items(value.get("args"))]
    return " ".join(word for word in words if isinstance(word, str)) or None


def image_parts(image: str | None) -> Record:
    """Repository and tag of an image's name, where the event has nothing but that."""
    if image is None:
        return {}
    name, _, digest = image.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = name, ""
    return {"image_repository": repository, "image_tag": tag or None, "image_digest": digest or None}
