"""Fields made from an event's bytes that are neither arguments nor lines: paths, lists, messages, kinds; stage ②."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from thresher.capture.errors import QueryError
from thresher.dissectors.syscall import called_paths, params, polled, syslog_text
from thresher.dissectors.syscall.arguments import Arguments, decoded
from thresher.dissectors.syscall.event_table import ACCEPT4, GENERIC_BASE, TypeFlag, event_types, syscall_names
from thresher.dissectors.syscall.fields.arguments import BUFFER

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value

ASYNC, PLUGIN = 402, 322
_EXECUTABLE = 0o111
_CREATES = 4 | 8192
"""The recorder's O_CREAT and O_TMPFILE (driver, ppm_flag_helpers.h)."""
_OPENS = frozenset(("open", "openat", "openat2", "open_by_handle_at", "creat"))
PREFIXES = ("fs.path.", "fdlist.", "syslog.")
NAMES = frozenset(("evt.abspath", "evt.type.is", "evt.asynctype", "evt.plugininfo", "evt.is_open_exec"))


def knows(field_name: str) -> bool:
    """Whether the field is made here."""
    return field_name in NAMES or field_name.startswith(PREFIXES)


@cache
def types(field_name: str, argument: str | None) -> frozenset[int]:
    """The event types that can have the field.

    Raises:
        QueryError: the argument names nothing.
    """
    if field_name.startswith("fs.path.") or field_name == "evt.abspath":
        found = called_paths.types(field_name, argument)
        if not found:
            raise QueryError(f"'{field_name}' takes src or dst, not '{argument}'")
        return found
    if field_name.startswith("fdlist."):
        return polled.types()
    if field_name.startswith("syslog."):
        return frozenset(kind.id for kind in event_types() if kind.flags & TypeFlag.WRITES_TO_FD)
    if field_name == "evt.type.is":
        return _named(argument or "")
    if field_name == "evt.is_open_exec":
        return frozenset(kind.id for kind in event_types() if kind.name in _OPENS and kind.direction == "<")
    return frozenset((ASYNC,)) if field_name == "evt.asynctype" else frozenset((ASYNC, PLUGIN))


def _named(name: str) -> frozenset[int]:
    found = {kind.id for kind in event_types() if ("accept4" if kind.id in ACCEPT4 else kind.name) == name}
    found |= {GENERIC_BASE + code for code, known in enumerate(syscall_names()) if known == name}
    if not found:
        raise QueryError(f"there is no event type '{name}'")
    return frozenset(found)


def values(field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
    """The field of each event; None where it has none."""
    wanted = types(field_name, argument)
    chosen = [place for place, event in enumerate(events) if event.row.get("type_id") in wanted]
    some = [events[place] for place in chosen]
    made: list[Value] = [None] * len(events)
    for place, value in zip(chosen, _values(field_name, argument, some, lookup), strict=True):
        made[place] = value
    return made


def _values(field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
    if field_name.startswith("fs.path.") or field_name == "evt.abspath":
        return called_paths.values(field_name, argument, events, lookup)
    if field_name.startswith("fdlist."):
        return polled.values(field_name, events, lookup)
    if field_name == "evt.type.is":
        return [1] * len(events)
    if field_name.startswith("syslog."):
        logs = _log_descriptors(lookup)
        return [_message(field_name, decoded(event)) if event.row.get("fd_id") in logs else None for event in events]
    return [_other(field_name, decoded(event)) for event in events]


def _log_descriptors(lookup: Lookup) -> set[Value]:
    return {row[0] for row in lookup.rows("SELECT fd_id FROM fds WHERE name LIKE '%/dev/log%'")}


def _message(field_name: str, arguments: Arguments | None) -> Value:
    item = arguments.find(BUFFER) if arguments is not None else None
    return syslog_text.value(field_name, item.data) if item is not None else None


def _other(field_name: str, arguments: Arguments | None) -> Value:
    if arguments is None:
        return None
    if field_name == "evt.is_open_exec":
        return _makes_executable(arguments)
    name = "name" if field_name == "evt.asynctype" else "data" if arguments.block.type_id == ASYNC else "event_data"
    item = arguments.find(name)
    return params.text(item.data) if item is not None and item.data else None


def _makes_executable(arguments: Arguments) -> bool:
    """Whether the call asks for a new file that somebody may execute (libsinsp, sinsp_filtercheck_event.cpp)."""
    flags, mode = (_number(arguments, name) for name in ("flags", "mode"))
    creates = arguments.kind is not None and (arguments.kind.name == "creat" or bool(flags & _CREATES))
    return creates and bool(mode & _EXECUTABLE)


def _number(arguments: Arguments, name: str) -> int:
    item = arguments.find(name)
    found = params.integer(item.param.type, item.data) if item is not None and item.data else None
    return found or 0
