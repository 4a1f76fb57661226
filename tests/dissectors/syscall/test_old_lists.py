"""Captures whose lists are of any version open alike: what a list could not say yet is absent or as if unset."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.entries import file, process
from tests.builders.scap import Scap
from thresher.capture.case import open_case
from thresher.capture.model import Group, Interface, ProcessEntry, User, Value

ALWAYS = {
    "proc.name": "bash", "proc.pid": 10, "proc.ppid": 1, "proc.exe": "/bin/bash", "proc.args": "-c x",
    "proc.cwd": "/home/", "proc.vpid": 10, "thread.vtid": 10, "proc.fdlimit": 1024, "user.uid": 1000,
    "user.name": "ada", "group.name": "staff", "fd.name": "/etc/hosts", "fd.ino": 103, "container.id": "host",
}  # fmt: skip
SINCE: dict[str, tuple[int, Value, Value]] = {
    "proc.vmsize": (2, 0, 400),
    "thread.pfminor": (2, 0, 5),
    "proc.env": (3, None, "A=1"),
    "thread.cgroups": (4, None, "cpu=/a"),
    "proc.sid": (6, -1, 10),
    "proc.is_sid_leader": (6, False, True),
    "proc.exepath": (7, None, "/bin/bash"),
    "proc.vpgid": (8, -1, 10),
    "user.loginuid": (9, -1, 1000),
    "proc.tty": (9, 0, 34816),
    "proc.pgid": (9, -1, 10),
}
"""Field to the version of process lists that first had it, its value before and since."""


def entry() -> ProcessEntry:
    return process(
        10, args=b"-c\0x\0", env=b"A=1\0", cgroups=b"cpu=/a\0", vm_size=400, pfminor=5, vpgid=10, pgid=10,
        tty=34816, fdlimit=1024,
    )  # fmt: skip


@pytest.mark.parametrize("others", [1, 2])
@pytest.mark.parametrize("version", range(1, 10))
def test_lists_of_every_version_fill_the_same_fields(tmp_path: Path, version: int, others: int) -> None:
    scap = Scap().machine()
    scap.interfaces([Interface("lo", b"\x7f\0\0\1", b"\xff\0\0\0", bytes(4))], others)
    scap.users([User(1000, 1000, "ada", "/home/ada", "/bin/sh"), Group(1000, "staff")], others)
    scap.processes([process(1, 0, b"init"), entry()], version)
    scap.descriptors(10, [file(10, 3, b"/etc/hosts")], others)
    scap.event("close", {"res": 0, "fd": 3}, "<", time_ns=1_700_000_000_000_000_000, tid=10, version=others)
    path = tmp_path / "old.scap"
    path.write_bytes(bytes(scap))
    expected = ALWAYS | {name: new if version >= first else old for name, (first, old, new) in SINCE.items()}
    case = open_case([str(path)], cache=False)
    try:
        case.wait()
        (found,) = case.rows([0], list(expected))
    finally:
        case.close()
    assert dict(zip(expected, found, strict=True)) == expected
