"""Makes what threads used of their processors from the recorder's samples, in one pass over these; part of stage ②."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from thresher.capture.evidence import Proven
from thresher.dissectors.syscall.arguments import decoded
from thresher.dissectors.syscall.params import integer

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent

SAMPLE = 234
"""Event type of a sample, which says for how long a thread has run, in ticks of 10 ms since it began."""

_MOST = 100
"""Ticks of one processor in the second between two samples (libsinsp, sinsp_filtercheck_thread.cpp)."""


def gather(lookup: Lookup) -> Iterator[Proven]:
    """The share of each sample that follows another one of the same thread, in percent."""
    last: dict[int, tuple[int, int]] = {}
    for events in lookup.events(f"e.type_id = {SAMPLE}"):
        for event in events:
            told = _ticks(event)
            tid, num = event.row.get("tid"), event.row.get("num")
            if told is None or not isinstance(tid, int) or not isinstance(num, int):
                continue
            before = last.get(tid)
            last[tid] = told
            if before is None or told[0] < before[0] or told[1] < before[1]:
                continue
            user, system = told[0] - before[0], told[1] - before[1]
            for name, ticks in (("", user + system), (".user", user), (".system", system)):
                yield Proven(f"thread.cpu{name}", num, min(ticks, _MOST), num)


def _ticks(event: RawEvent) -> tuple[int, int] | None:
    """User's and system's ticks."""
    arguments = decoded(event)
    if arguments is None:
        return None
    found = [arguments.find(name) for name in ("cpu_usr", "cpu_sys")]
    values = [integer(item.param.type, item.data) for item in found if item is not None]
    user, system = values if len(values) == len(found) else (None, None)
    return None if user is None or system is None else (user, system)
