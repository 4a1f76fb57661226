"""Which container a process is in, as its cgroups tell."""

from __future__ import annotations

import pytest

from thresher.dissectors.syscall.containers import HOST, container_id

ID = "0123456789abcdef" * 4
SHORT = "0123456789ab"


@pytest.mark.parametrize("path", [
    f"/docker/{ID}", f"/system.slice/docker-{ID}.scope", f"/kubepods/burstable/pod1/{ID}", f"/{ID}",
])  # fmt: skip
def test_docker_is_known_with_both_cgroup_drivers(path: str) -> None:
    assert container_id(f"cpuset=/ cpu={path} memory=/") == SHORT


@pytest.mark.parametrize("cgroups", [
    None, "", "cpu=/", "cpu=/user.slice/user-1000.slice/session-2.scope", f"cpu=/docker/{ID[:63]}",
    f"cpu=/docker/{ID}/below", f"cpu=/docker/{ID.upper()}", f"cpu=/docker-{ID}", f"name={ID}", f"cpu=/x{ID}",
])  # fmt: skip
def test_everything_else_is_the_host(cgroups: str | None) -> None:
    assert container_id(cgroups) == HOST


def test_the_first_subsystem_that_names_a_container_decides() -> None:
    other = "f" * 64
    assert container_id(f"cpu=/docker/{ID} memory=/docker/{other}") == SHORT
