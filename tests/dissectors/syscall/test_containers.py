"""Which container and pod a process is in follows from its cgroups, engine by engine."""

from __future__ import annotations

import pytest

from thresher.dissectors.syscall.containers import container_id, container_of, pod_uid

FULL = "697956520d891b5cb0e21509390f2d1a2cf8e7a1a4f5f3e6c4f0f1c2d3e4f5a6"
SHORT = FULL[:12]
POD = "3e41dc6b-08a8-44db-bc2a-3724b18ab19a"
KUBE = "/kubepods/burstable"
SLICES = f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{POD.replace('-', '_')}.slice"


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        (f"/docker/{FULL}", "docker"),
        (f"/system.slice/docker-{FULL}.scope", "docker"),
        (f"/machine.slice/libpod-{FULL}.scope", "podman"),
        (f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{FULL}.scope/container", "podman"),
        (f"/machine.slice/libpod-payload-{FULL}", "podman"),
        (f"{KUBE}/pod{POD}/{FULL}", "docker"),
        (f"{SLICES}/cri-containerd-{FULL}.scope", "cri"),
        (f"{SLICES}/crio-{FULL}.scope", "cri"),
        (f"{KUBE}/pod{POD}/crio-{FULL}", "cri"),
        (f"/system.slice:cri-containerd:{FULL}", "cri"),
        (f"/system.slice/nerdctl-{FULL}.scope", "cri"),
    ],
)
def test_a_hash_in_the_path_is_the_id(path: str, engine: str) -> None:
    assert container_of(f"cpu={path}") == (SHORT, FULL, engine)


@pytest.mark.parametrize(
    ("path", "name", "engine"),
    [
        ("/default/redis", "redis", "containerd"),
        ("/k8s.io/my-task_1", "my-task_1", "containerd"),
        ("/lxc/web/ns", "web", "lxc"),
        ("/lxc.payload/web", "web", "lxc"),
        ("/lxc.payload.web", "web", "lxc"),
        ("/machine/web.libvirt-lxc", "web", "libvirt_lxc"),
        (r"/machine.slice/machine-lxc\x2d4242\x2dweb.scope", r"4242\x2dweb", "libvirt_lxc"),
        ("/libvirt/lxc/web", "web", "libvirt_lxc"),
        ("/system.slice/bpm-job.scope", "job", "bpm"),
    ],
)
def test_other_engines_have_names(path: str, name: str, engine: str) -> None:
    assert container_of(f"cpu=/ memory={path}") == (name, name, engine)


@pytest.mark.parametrize(
    "cgroups",
    [
        None,
        "",
        "cpu=/",
        "cpuset=/ cpu=/user.slice memory=/user.slice/user-1000.slice",
        "memory=/system.slice/ssh.service",
        "memory=/init.scope",
        f"memory=/docker/{FULL[:-1]}",
        f"memory=/docker/{FULL}0",
    ],
)
def test_everything_else_is_the_host(cgroups: str | None) -> None:
    assert container_of(cgroups) is None
    assert container_id(cgroups) == "host"


def test_the_first_subsystem_that_names_a_container_decides() -> None:
    assert container_id(f"cpuset=/ cpu=/docker/{FULL} memory=/lxc/web") == SHORT


@pytest.mark.parametrize("path", [f"{KUBE}/pod{POD}/{FULL}", f"{SLICES}/cri-containerd-{FULL}.scope"])
def test_kubepods_tell_the_pod(path: str) -> None:
    assert pod_uid(f"cpu={path}") == POD


def test_a_container_outside_kubernetes_has_no_pod() -> None:
    assert pod_uid(f"cpu=/docker/{FULL}") is None
    assert pod_uid(None) is None
