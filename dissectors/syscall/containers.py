"""Which container and pod a process is in, read from its cgroups; stage ②.

How each engine names cgroups: falcosecurity/plugins, container, go-worker and src/matchers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

HOST = "host"
"""What stands for a process outside any container."""

SHORT = 12
"""Digits of a container's id that are shown."""

_LONGEST = 64
_HASH = "([0-9a-f]{64})"


class Container(NamedTuple):
    """A container by its cgroup: the id as shown, the full id, the engine that names cgroups so."""

    id: str
    full_id: str
    engine: str


ENGINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("podman", (f"/libpod-(?:payload-)?{_HASH}(?:\\.scope(?:/container)?)?\\Z",)),
    ("docker", (f"/{_HASH}\\Z", f"/docker-{_HASH}\\.scope\\Z")),
    (
        "cri",
        (
            f"/crio-(?:conmon-)?{_HASH}(?:\\.scope)?\\Z",
            f"(?:/|:)cri-containerd[-:]{_HASH}(?:\\.scope)?\\Z",
            f"/nerdctl-{_HASH}\\.scope\\Z",
        ),
    ),
    ("containerd", (r"\A/(?P<space>[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)/(?P<id>[^/]{1,64})\Z",)),
    (
        "libvirt_lxc",
        (r"/([^/]+)\.libvirt-lxc(?:/|\Z)", r"/machine-lxc\\x2d([^/]+)\.scope", r"/libvirt/lxc/([^/]+)"),
    ),
    ("lxc", (r"/lxc(?:\.payload)?/([^/]+)", r"/lxc\.payload\.([^/]+)")),
    ("bpm", (r"(?:\A|/)bpm-([^/]+)\.scope",)),
)
"""Engines in the order in which they are tried, and the patterns of the paths they give their containers."""

_COMPILED = tuple((engine, tuple(map(re.compile, patterns))) for engine, patterns in ENGINES)
_UNITS = (".service", ".slice", ".scope")
_SHELLS = frozenset(
    ("user.slice", "system.slice", "init.scope", "kubepods", "docker", "lxc", "machine.slice", "lxc.payload", "machine")
)
"""First parts of paths that are systemd's or an engine's own folders and name no namespace of containerd."""

_POD = re.compile(
    r"(?:\A|[-/])pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=[./]|\Z)"
)


@lru_cache(maxsize=4096)
def container_of(cgroups: str | None) -> Container | None:
    """The container of a process; None on the host.

    Args:
        cgroups: ``subsystem=path`` with spaces between.
    """
    paths = [part.partition("=")[2] for part in (cgroups or "").split(" ")]
    for path in dict.fromkeys(path for path in paths if len(path) > 1):
        for engine, patterns in _COMPILED:
            found = next((match for pattern in patterns if (match := pattern.search(path))), None)
            if found is not None and (container := _container(engine, found)) is not None:
                return container
    return None


def _container(engine: str, found: re.Match[str]) -> Container | None:
    if engine == "containerd":
        name = found["id"]
        if name.endswith(_UNITS) or found["space"] in _SHELLS or found["space"].endswith(_UNITS):
            return None
    else:
        name = found[1]
    is_hash = len(name) == _LONGEST and re.fullmatch("[0-9a-f]+", name) is not None
    return Container(name[:SHORT] if is_hash else name[:_LONGEST], name, engine)


def container_id(cgroups: str | None) -> str:
    """The id as it is shown: of a hash the first twelve digits; ``host`` outside a container."""
    found = container_of(cgroups)
    return found.id if found is not None else HOST


@lru_cache(maxsize=4096)
def pod_uid(cgroups: str | None) -> str | None:
    """The uid of the Kubernetes pod that the cgroups name, with dashes; None where they name none."""
    found = _POD.search(cgroups) if cgroups and "kubepods" in cgroups else None
    return found[1].replace("_", "-") if found is not None else None
