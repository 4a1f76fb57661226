"""The 454 event types of scap captures as data: names, parameters, categories; feeds the kernel and stages ②–⑤."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from importlib.resources import files
from typing import Any

GENERIC_BASE = 65536
"""A generic ``syscall`` event has type_id GENERIC_BASE + its system call code."""

ACCEPT4 = frozenset({56, 57, 248, 249})
"""Old event types called accept that were recorded for accept4 calls: they have its flags."""

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
"""Low bits of ``EventType.category`` to the word (libsinsp, sinsp_filtercheck_event.cpp); io depends on the
descriptor."""

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
    """One parameter of an event type.

    Attributes:
        names: (word, value) of flags and enums.
        base: how numbers print: 1 decimal, 2 hexadecimal, 6 octal, 0 not a number.
        dirfd: for relative paths, the index of the descriptor they are relative to, else -1.
        dynamic: for ``DYN``, the types that its first byte chooses from.
    """

    name: str
    type: str
    base: int
    names: tuple[tuple[str, int], ...] = ()
    dirfd: int = -1
    dynamic: tuple[Param, ...] = ()


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
            tuple(_param(param) for param in row["params"]),
        )
        for row in rows
    )


def _param(row: dict[str, Any]) -> Param:
    return Param(
        row["name"],
        row["type"],
        row["fmt"],
        tuple((word, value) for word, value in row.get("flags", ())),
        row.get("dirfd_param", -1),
        tuple(_param(choice) for choice in row.get("dyn", ())),
    )


@cache
def syscall_names() -> tuple[str, ...]:
    """Names of system calls by the code in generic events, '' for gaps (driver, ppm_events_public.h)."""
    return tuple(json.loads((files(__package__) / "syscall_names.json").read_text("utf-8")))
