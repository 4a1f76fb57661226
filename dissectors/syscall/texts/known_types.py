"""The event types that today's recorders write, by the names of calls; data of stage ①."""

from __future__ import annotations

from functools import cache

from thresher.dissectors.syscall.errors import ERRORS
from thresher.dissectors.syscall.event_table import SYSCALL, EventType, TypeFlag, event_types, syscall_names

OTHER_NAMES = {
    "pread64": "pread",
    "pwrite64": "pwrite",
    "prlimit64": "prlimit",
    "_llseek": "llseek",
    "sendfile64": "sendfile",
    "fcntl64": "fcntl",
    "fstatat64": "newfstatat",
    "_newselect": "select",
    "ugetrlimit": "getrlimit",
}
"""Names of calls for which scap has another."""
GENERIC_EXIT = 1


@cache
def exit_types() -> dict[str, EventType]:
    """The newest exit event of every call that has one of its own."""
    dead = TypeFlag.OLD_VERSION | TypeFlag.UNUSED
    return {
        kind.name: kind
        for kind in event_types()
        if kind.direction == "<" and kind.category & SYSCALL and not kind.flags & dead and kind.id != GENERIC_EXIT
    }


@cache
def one_sided(name: str) -> EventType:
    """The newest event of this name that is no call."""
    return [kind for kind in event_types() if kind.name == name and not kind.flags & TypeFlag.OLD_VERSION][-1]


@cache
def typed_names(type_id: int) -> tuple[tuple[str, str], ...]:
    """Names and types of an event's parameters in order."""
    return tuple((param.name, param.type) for param in event_types()[type_id].params)


@cache
def codes() -> dict[str, int]:
    """The codes of generic events, by the names of calls."""
    return {name: code for code, name in enumerate(syscall_names()) if name}


@cache
def error_numbers() -> dict[str, int]:
    """Errors by name."""
    return {name: number for number, name in ERRORS.items()}


def type_of(call: str) -> EventType | None:
    """The exit event of a call; None where it has none of its own."""
    return exit_types().get(OTHER_NAMES.get(call, call))


def code_of(call: str) -> int | None:
    """The code of a call's generic events; None where scap has no code for it."""
    return codes().get(call)
