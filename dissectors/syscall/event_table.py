"""The 454 event types of scap captures as data: names, parameters, categories; feeds the kernel and stages ②–⑤."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from importlib.resources import files

GENERIC_BASE = 65536
"""A generic ``syscall`` event has type_id GENERIC_BASE + its system call code."""

CATEGORIES = {
    0: "unknown",
    1: "other",
    2: "file",
    3: "net",
    4: "ipc",
    5: "memory",
    6: "process",
    7: "sleep",
    8: "system",
    9: "signal",
    10: "user",
    11: "time",
    12: "processing",
    32: "io",
    33: "io",
    34: "io",
    64: "wait",
    128: "scheduler",
    256: "internal",
}
"""Low bits of ``EventType.category`` to the word (libsinsp, sinsp_filtercheck_event.cpp); io depends on the descriptor."""

IO_READ, IO_WRITE, IO_OTHER = 32, 33, 34
SYSCALL, TRACEPOINT, PLUGIN, META = 512, 1024, 2048, 4096
"""High bits of ``EventType.category`` (driver, ppm_events_public.h)."""


class TypeFlag(IntFlag):
    """Bits of ``EventType.flags`` (driver, ppm_events_public.h)."""

    CREATES_FD = 1
    DESTROYS_FD = 2
    USES_FD = 4
    READS_FROM_FD = 8
    WRITES_TO_FD = 16
    MODIFIES_STATE = 32
    UNUSED = 64
    WAITS = 128
    OLD_VERSION = 512
    LARGE_PAYLOAD = 2048


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an event type; ``names`` are (word, value) of flags and enums; ``base`` is how numbers print."""

    name: str
    type: str
    base: int
    names: tuple[tuple[str, int], ...] = ()
    info: int = 0


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type; even ids are enter or one-sided events, odd ids exits."""

    id: int
    name: str
    direction: str
    category: int
    flags: int
    params: tuple[Param, ...]

    def index(self, name: str) -> int:
        """The position of the parameter of this name, -1 where there is none."""
        return next((i for i, param in enumerate(self.params) if param.name == name), -1)


@cache
def event_types() -> tuple[EventType, ...]:
    """All event types by id."""
    rows = json.loads((files(__package__) / "event_table.json").read_text("utf-8"))
    return tuple(
        EventType(
            row["id"],
            row["name"],
            row["dir"],
            row["category"],
            row["flags"],
            tuple(
                Param(
                    param["name"],
                    param["type"],
                    param.get("fmt", 0),
                    tuple((word, value) for word, value in param.get("flags", ())),
                    param.get("info", 0),
                )
                for param in row["params"]
            ),
        )
        for row in rows
    )


@cache
def syscall_names() -> tuple[str, ...]:
    """Names of system calls by the code in generic events, '' for gaps (driver, ppm_events_public.h)."""
    return tuple(json.loads((files(__package__) / "syscall_names.json").read_text("utf-8")))
