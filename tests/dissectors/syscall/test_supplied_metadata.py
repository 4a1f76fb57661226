"""What kubectl, crictl and docker print is told apart by content, and says what containers and pods are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from thresher.capture.errors import UsageError
from thresher.dissectors.syscall.supplied_metadata import Told, read

FULL = "3f4e1c9ab27d5e60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"
OLD = "0f4e1c9ab27d5e60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"
UID = "3e41dc6b-08a8-44db-bc2a-3724b18ab19a"
POD: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "web-0", "namespace": "shop", "uid": UID, "labels": {"app": "web", "a": "b"}},
    "spec": {
        "hostNetwork": True,
        "containers": [
            {
                "name": "web", "image": "shop/web:1.4", "securityContext": {"privileged": True},
                "env": [{"name": "MODE", "value": "prod"}, {"name": "SECRET", "valueFrom": {}}],
                "volumeMounts": [{"name": "sock", "mountPath": "/run/docker.sock", "readOnly": True}],
                "livenessProbe": {"exec": {"command": ["curl", "localhost"]}},
            }
        ],
        "volumes": [{"name": "sock", "hostPath": {"path": "/var/run/docker.sock"}}],
    },
    "status": {
        "podIP": "10.244.0.7",
        "containerStatuses": [
            {
                "name": "web", "image": "shop/web:1.4", "imageID": "shop/web@sha256:96fb",
                "containerID": f"containerd://{FULL}",
                "state": {"running": {"startedAt": "2026-11-23T06:59:00Z"}},
                "lastState": {"terminated": {"containerID": f"containerd://{OLD}"}},
            }
        ],
    },
}  # fmt: skip
DOCKER: dict[str, Any] = {
    "Id": FULL, "Created": "2026-11-23T06:59:00.5Z", "Name": "/shop-web", "Image": "sha256:f68d6e55",
    "Config": {"Image": "nginx", "Labels": {"maintainer": "NGINX"}, "Env": ["A=b"],
               "Healthcheck": {"Test": ["CMD", "curl", "-f", "localhost"]}},
    "HostConfig": {"Privileged": False, "PidMode": "host", "NetworkMode": "bridge"},
    "NetworkSettings": {"IPAddress": "", "Networks": {"bridge": {"IPAddress": "172.17.0.2"}}},
    "Mounts": [{"Source": "/srv", "Destination": "/data", "Mode": "z", "RW": True, "Propagation": "rprivate"}],
}  # fmt: skip
CRI: dict[str, Any] = {
    "status": {
        "id": FULL, "metadata": {"attempt": 0, "name": "web"}, "createdAt": "2026-11-23T06:59:00.000000001Z",
        "image": {"image": "docker.io/library/nginx:latest"}, "imageRef": "docker.io/library/nginx@sha256:96fb",
        "labels": {"io.kubernetes.pod.name": "web-0", "io.kubernetes.pod.namespace": "shop",
                   "io.kubernetes.pod.uid": UID},
        "mounts": [{"containerPath": "/etc/hosts", "hostPath": "/var/lib/h", "propagation": "PROPAGATION_PRIVATE"}],
    },
    "info": {"sandboxID": OLD, "privileged": True, "runtimeType": "io.containerd.runc.v2",
             "config": {"envs": [{"key": "A", "value": "b"}]}},
}  # fmt: skip
SANDBOX: dict[str, Any] = {
    "status": {"id": OLD, "metadata": {"name": "web-0", "namespace": "shop", "uid": UID}, "labels": {"app": "web"},
               "network": {"ip": "10.244.0.7"}},
    "info": {},
}  # fmt: skip


def told(*documents: object) -> Told:
    return read("f.json", "\n".join(json.dumps(document) for document in documents).encode())


@pytest.mark.parametrize("given", [POD, {"kind": "List", "items": [POD, {"kind": "Service"}]},
                                   {"kind": "PodList", "items": [{**POD, "kind": "Pod"}]}])  # fmt: skip
def test_a_pod_names_its_containers_and_the_one_before_the_restart(given: dict[str, Any]) -> None:
    found = told(given)
    assert [record["container_id"] for record in found.containers] == [FULL[:12], OLD[:12]]
    web = found.containers[0]
    assert {key: web[key] for key in ("type", "name", "image", "image_tag", "image_digest", "pod_name", "pod_uid")} == {
        "type": "containerd", "name": "web", "image": "shop/web:1.4", "image_tag": "1.4",
        "image_digest": "sha256:96fb", "pod_name": "web-0", "pod_uid": UID,
    }  # fmt: skip
    assert (web["privileged"], web["host_network"], web["host_pid"], web["ip"]) == (True, True, False, "10.244.0.7")
    assert web["mounts"] == ["/var/run/docker.sock:/run/docker.sock::false:"]
    assert (web["env"], web["liveness_probe"]) == (["MODE=prod"], "curl localhost")
    assert web["created_ns"] == 1_795_417_140 * 10**9
    assert found.pods == [
        {"pod_name": "web-0", "pod_namespace": "shop", "pod_labels": ["a:b", "app:web"], "ip": "10.244.0.7",
         "pod_uid": UID}
    ]  # fmt: skip


def test_a_static_pod_is_also_known_by_the_uid_in_its_cgroups() -> None:
    static = {**POD, "metadata": {**POD["metadata"], "annotations": {"kubernetes.io/config.hash": "0" * 32}}}
    assert [pod["pod_uid"] for pod in told(static).pods] == [UID, "0" * 32]


@pytest.mark.parametrize("given", [[DOCKER], DOCKER])
def test_docker_tells_one_container_or_an_array(given: object) -> None:
    (found,) = told(given).containers
    assert {key: found[key] for key in ("container_id", "full_id", "type", "name", "image", "image_id", "ip")} == {
        "container_id": FULL[:12], "full_id": FULL, "type": "docker", "name": "shop-web", "image": "nginx",
        "image_id": "f68d6e55", "ip": "172.17.0.2",
    }  # fmt: skip
    assert (found["host_pid"], found["host_network"], found["host_ipc"]) == (True, False, None)
    assert (found["mounts"], found["labels"]) == (["/srv:/data:z:true:rprivate"], ["maintainer:NGINX"])
    assert (found["healthcheck"], found["created_ns"]) == ("curl -f localhost", 1_795_417_140_500_000_000)


def test_podman_says_what_it_is() -> None:
    (found,) = told([{**DOCKER, "ImageName": "quay.io/nginx:1"}]).containers
    assert (found["type"], found["image"]) == ("podman", "quay.io/nginx:1")


def test_crictl_tells_containers_and_sandboxes_one_behind_the_other() -> None:
    container, sandbox = told(CRI, SANDBOX).containers
    assert (container["name"], container["pod_name"], container["pod_sandbox_id"]) == ("web", "web-0", OLD)
    assert (container["type"], container["privileged"], container["env"]) == ("containerd", True, ["A=b"])
    assert container["mounts"] == ["/var/lib/h:/etc/hosts::true:PROPAGATION_PRIVATE"]
    assert container["created_ns"] % 10 == 1
    assert (sandbox["is_pod_sandbox"], sandbox["pod_namespace"], sandbox["ip"]) == (True, "shop", "10.244.0.7")


def test_an_empty_answer_of_docker_says_nothing() -> None:
    assert told([]) == Told([], [])


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"{}", "neither a pod nor a container"),
        (b"[1]", "neither a pod nor a container"),
        (b'{"kind": "List", "items": [{"kind": "Service"}]}', "names no pod and no container"),
        (b"NAME READY", "is no JSON"),
        (b"", "names no pod and no container"),
        (b"\xff", "utf-8"),
        (b"[" * 100_000, "nested too deeply"),
        (json.dumps([DOCKER]).encode()[:-9], "is no JSON"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(data: bytes, what: str) -> None:
    with pytest.raises(UsageError, match=what) as error:
        read("f.json", data)
    assert str(error.value).startswith("--metadata f.json: ")
    assert "\n" not in str(error.value)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=6),
    lambda inner: some.lists(inner, max_size=3)
    | some.dictionaries(
        some.sampled_from(("kind", "items", "status", "id", "Id", "Config", "metadata", "spec", "containerStatuses",
                           "containerID", "labels", "Mounts", "Env", "Created", "state", "uid")),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON, some.sampled_from((POD, DOCKER, CRI)), some.data())
def test_no_shape_of_json_does_worse_than_being_refused(odd: Any, sound: dict[str, Any], data: Any) -> None:
    key = data.draw(some.sampled_from(sorted(sound)))
    for document in (odd, {**sound, key: odd}):
        try:
            told(document)
        except UsageError:
            continue
