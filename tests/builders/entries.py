"""Lines of process and descriptor lists with everything that a test does not care about filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from thresher.capture.model import DescriptorEntry, ProcessEntry


def process(tid: int, ptid: int = 1, comm: bytes = b"bash", **changes: Any) -> ProcessEntry:
    """A single-threaded process of user 1000 in ``/home``; ``changes`` are fields of the entry."""
    plain = ProcessEntry(
        tid=tid, pid=tid, ptid=ptid, comm=comm, exe=b"/bin/" + comm, exepath=b"/bin/" + comm, args=b"", cwd=b"/home",
        env=b"", cgroups=b"", root=b"/", sid=tid, vtid=tid, vpid=tid, uid=1000, gid=1000, loginuid=1000,
    )  # fmt: skip
    return replace(plain, **changes)


def file(tid: int, fd: int, name: bytes) -> DescriptorEntry:
    """An open file."""
    return DescriptorEntry(tid=tid, fd=fd, ino=fd + 100, kind=1, name=name)
