"""Which container a process is in, read from its cgroups; stage ②."""

from __future__ import annotations

import re

HOST = "host"
"""What stands for a process outside any container."""

SHORT = 12
"""Digits of a container's id that are shown."""

_ID = re.compile(r"[0-9a-f]{64}")

_LAYOUTS = (
    re.compile(r"/([0-9a-f]{64})\Z"),
    re.compile(r"/docker-([0-9a-f]{64})\.scope\Z"),
)
"""How docker names cgroups, with the cgroupfs and with the systemd driver."""


def container_id(cgroups: str | None) -> str:
    """The id of a docker container, the first twelve digits; ``host`` outside one.

    Args:
        cgroups: ``subsystem=path`` with spaces between.
    """
    if cgroups and _ID.search(cgroups):
        for part in cgroups.split(" "):
            path = part.partition("=")[2]
            for layout in _LAYOUTS:
                found = layout.search(path)
                if found:
                    return found[1][:SHORT]
    return HOST
