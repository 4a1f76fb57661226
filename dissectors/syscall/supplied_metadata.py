"""Reads what ``kubectl``, ``crictl`` and ``docker`` say of pods and containers, told apart by content; stage ②."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from thresher.capture.errors import UsageError
from thresher.dissectors.syscall.container_metadata import Record, image_parts
from thresher.dissectors.syscall.containers import SHORT

KINDS = "kubectl get pods -o json, crictl inspect, crictl inspectp or docker inspect"
_HASH = re.compile(r"[0-9a-f]{64}")
_ENGINES = {"docker": "docker", "containerd": "containerd", "cri-o": "cri-o"}
"""Schemes of ids in Kubernetes to the words of ``container.type``."""
_POD_LABELS = {
    "pod_name": "io.kubernetes.pod.name",
    "pod_namespace": "io.kubernetes.pod.namespace",
    "pod_uid": "io.kubernetes.pod.uid",
}
_CONFIG_HASH = "kubernetes.io/config.hash"
"""The uid of a static pod in cgroups, which is not that of the object that mirrors it."""


class Told(NamedTuple):
    """What a file says: of containers by id, and of pods by uid."""

    containers: list[Record]
    pods: list[Record]


def read(path: str, data: bytes) -> Told:
    """What a file says of containers and pods.

    Raises:
        UsageError: it is not what one of the known commands prints.
    """
    told = Told([], [])
    try:
        documents = list(_documents(data.decode("utf-8-sig")))
        for document in documents:
            for each in document if isinstance(document, list) else [document]:
                _take(each, told)
    except (ValueError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"--metadata {path}: {what}; wanted is what {KINDS} prints") from error
    if not told.containers and not told.pods and not (documents and all(each == [] for each in documents)):
        raise UsageError(f"--metadata {path}: names no pod and no container; wanted is what {KINDS} prints")
    return told


def _documents(text: str) -> Iterator[Any]:
    """JSON documents, one behind the other, as ``crictl`` prints several."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if at == len(text):
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise ValueError(f"is no JSON (line {error.lineno}: {error.msg})") from error
        yield found


def _take(given: Any, told: Told) -> None:
    given = given if isinstance(given, Mapping) else {}
    kind, items = given.get("kind"), given.get("items")
    if isinstance(items, list) and (kind is None or str(kind).endswith("List")):
        for item in items:
            if isinstance(item, Mapping) and item.get("kind", "Pod" if kind == "PodList" else None) == "Pod":
                _take_pod(item, told)
    elif kind == "Pod":
        _take_pod(given, told)
    elif isinstance(given.get("Id"), str) and any(key in given for key in ("Config", "HostConfig", "State")):
        told.containers.append(_of_docker(given))
    elif isinstance(given.get("status"), Mapping) and isinstance(given["status"].get("id"), str):
        _take_cri(given, told)
    else:
        raise ValueError("holds something that is neither a pod nor a container")


# --- Kubernetes ---


def _take_pod(given: Mapping[str, Any], told: Told) -> None:
    about, spec, status = (_part(given, key) for key in ("metadata", "spec", "status"))
    pod: Record = {
        "pod_name": _text(about.get("name")),
        "pod_namespace": _text(about.get("namespace")),
        "pod_labels": _joined(about.get("labels")),
        "ip": _text(status.get("podIP")),
    }
    uids = [_text(about.get("uid")), _text(_part(about, "annotations").get(_CONFIG_HASH))]
    told.pods.extend({**pod, "pod_uid": uid} for uid in dict.fromkeys(uids) if uid)
    spaces = (("host_pid", "hostPID"), ("host_network", "hostNetwork"), ("host_ipc", "hostIPC"))
    shares = {name: bool(spec.get(key)) for name, key in spaces}
    for kind in ("container", "initContainer", "ephemeralContainer"):
        specs = {_text(each.get("name")): each for each in _parts(spec, f"{kind}s")}
        for each in _parts(status, f"{kind}Statuses"):
            own = _of_status(each, specs.get(_text(each.get("name")), {}), spec)
            record = {**pod, **shares, "pod_uid": uids[0], **own}
            told.containers.extend({**record, **identity} for identity in _identities(each))


def _identities(status: Mapping[str, Any]) -> Iterator[Record]:
    """The container that runs, and the one before it, which Kubernetes may have started anew."""
    last = _part(_part(status, "lastState"), "terminated").get("containerID")
    for number, whole in enumerate((status.get("containerID"), last)):
        engine, _, identity = (_text(whole) or "").partition("://")
        if identity:
            state = _part(status, "lastState" if number else "state")
            started = _part(state, "running").get("startedAt") or _part(state, "terminated").get("startedAt")
            yield {**_identity(identity), "type": _ENGINES.get(engine), "created_ns": _time(started)}


def _of_status(status: Mapping[str, Any], spec: Mapping[str, Any], pod: Mapping[str, Any]) -> Record:
    image = _text(status.get("image")) or _text(spec.get("image"))
    volumes = {_text(each.get("name")): each for each in _parts(pod, "volumes")}
    return {
        "name": _text(status.get("name")),
        "image": image,
        **image_parts(image),
        **_digest(status.get("imageID")),
        "privileged": _flag(_part(spec, "securityContext").get("privileged")),
        "mounts": [_volume_mount(each, volumes) for each in _parts(spec, "volumeMounts")],
        "env": _environment(_parts(spec, "env"), "name"),
        "liveness_probe": _command(_part(_part(spec, "livenessProbe"), "exec").get("command")),
        "readiness_probe": _command(_part(_part(spec, "readinessProbe"), "exec").get("command")),
    }


def _volume_mount(given: Mapping[str, Any], volumes: Mapping[str | None, Mapping[str, Any]]) -> str:
    source = _part(volumes.get(_text(given.get("name")), {}), "hostPath").get("path")
    return _mount(source, given.get("mountPath"), "", not given.get("readOnly"), given.get("mountPropagation"))


# --- Docker and Podman ---


def _of_docker(given: Mapping[str, Any]) -> Record:
    config, host, network = (_part(given, key) for key in ("Config", "HostConfig", "NetworkSettings"))
    labels = _part(config, "Labels")
    is_podman = "ImageName" in given
    image = _text(given.get("ImageName")) or _text(config.get("Image"))
    addresses = [network, *(each for each in _part(network, "Networks").values() if isinstance(each, Mapping))]
    return {
        **_identity(str(given["Id"])),
        "type": "podman" if is_podman else "docker",
        "name": (_text(given.get("Name")) or "").removeprefix("/") or None,
        "image": image,
        **image_parts(image),
        "image_id": (_text(given.get("Image")) or "").removeprefix("sha256:") or None,
        "image_digest": _text(given.get("ImageDigest")),
        "privileged": _flag(host.get("Privileged")),
        "host_pid": _is_host(host, "PidMode"),
        "host_network": _is_host(host, "NetworkMode"),
        "host_ipc": _is_host(host, "IpcMode"),
        "ip": next((found for each in addresses if (found := _text(each.get("IPAddress")))), None),
        "labels": _joined(labels),
        "mounts": [
            _mount(*(each.get(key) for key in ("Source", "Destination", "Mode", "RW", "Propagation")))
            for each in _parts(given, "Mounts")
        ],
        "env": [each for each in _list(config.get("Env")) if isinstance(each, str)],
        "healthcheck": _command(_part(config, "Healthcheck").get("Test")),
        "created_ns": _time(given.get("Created")),
        **{name: _text(labels.get(key)) for name, key in _POD_LABELS.items()},
    }


def _is_host(host: Mapping[str, Any], key: str) -> bool | None:
    return host[key] == "host" if isinstance(host.get(key), str) else None


# --- CRI ---


def _take_cri(given: Mapping[str, Any], told: Told) -> None:
    status, info = _part(given, "status"), _part(given, "info")
    about, labels = _part(status, "metadata"), _part(status, "labels")
    record: Record = {
        **_identity(str(status["id"])),
        "type": "containerd" if "containerd" in str(info.get("runtimeType")) else None,
        "labels": _joined(labels),
        "created_ns": _time(status.get("createdAt")),
        **{name: _text(labels.get(key)) for name, key in _POD_LABELS.items()},
    }
    if "uid" in about or "namespace" in about:
        pod: Record = {
            "pod_name": _text(about.get("name")),
            "pod_namespace": _text(about.get("namespace")),
            "pod_uid": _text(about.get("uid")),
            "pod_labels": _joined(labels),
            "ip": _text(_part(status, "network").get("ip")),
        }
        told.containers.append({**record, **pod, "is_pod_sandbox": True, "pod_sandbox_id": str(status["id"])})
        if pod["pod_uid"]:
            told.pods.append(pod)
        return
    config = _part(info, "config")
    image = _text(_part(status, "image").get("image"))
    told.containers.append(
        {
            **record,
            "name": _text(about.get("name")),
            "image": image,
            **image_parts(image),
            **_digest(status.get("imageRef")),
            "pod_sandbox_id": _text(info.get("sandboxID")),
            "privileged": _flag(info.get("privileged")),
            "mounts": [_cri_mount(each) for each in _parts(status, "mounts")],
            "env": _environment(_parts(config, "envs"), "key"),
        }
    )


def _cri_mount(given: Mapping[str, Any]) -> str:
    writable = not given.get("readonly")
    return _mount(given.get("hostPath"), given.get("containerPath"), "", writable, given.get("propagation"))


# --- parts ---


def _identity(whole: str) -> Record:
    """The id as it is shown beside the whole one."""
    return {"container_id": whole[:SHORT] if _HASH.fullmatch(whole) else whole, "full_id": whole}


def _digest(given: object) -> Record:
    """Of ``docker-pullable://name@sha256:…`` the digest, of ``sha256:…`` the id of the image."""
    name, _, digest = (_text(given) or "").rpartition("@")
    if name:
        return {"image_digest": digest}
    return {"image_id": digest.rpartition("sha256:")[2] or None}


def _mount(source: object, target: object, mode: object, writable: object, propagation: object) -> str:
    """``source:dest:mode:rdwr:propagation``, libsinsp's form."""
    parts = (_text(source) or "", _text(target) or "", _text(mode) or "", "true" if writable else "false")
    return ":".join((*parts, _text(propagation) or ""))


def _environment(given: list[Mapping[str, Any]], key: str) -> list[str]:
    """``NAME=value`` of the variables whose value is told."""
    return [f"{each.get(key)}={each['value']}" for each in given if isinstance(each.get("value"), str)]


def _command(given: object) -> str | None:
    """Docker puts a word in front that says how the command is run."""
    words = [word for word in _list(given) if isinstance(word, str)]
    return " ".join(words[1:] if words[:1] in (["CMD"], ["CMD-SHELL"]) else words) or None


def _time(value: object) -> int | None:
    """Nanoseconds since 1970 of a time with a zone."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", _text(value) or "")
    if found is None:
        return None
    try:
        whole = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    nanoseconds = int(whole.timestamp()) * 10**9 + int((found[2] or "").ljust(9, "0"))
    return nanoseconds if nanoseconds > 0 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _part(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = given.get(key)
    return found if isinstance(found, Mapping) else {}


def _parts(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [each for each in _list(given.get(key)) if isinstance(each, Mapping)]


def _joined(pairs: object) -> list[str]:
    """``key:value`` in the order of the keys, as the fields print them."""
    if not isinstance(pairs, Mapping):
        return []
    return [f"{key}:{pairs[key]}" for key in sorted(pairs) if isinstance(pairs[key], str)]
