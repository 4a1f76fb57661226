"""The descriptors that poll and ppoll wait for, as lists of numbers, names and ends; stage ②."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from thresher.dissectors.syscall.arguments import decoded
from thresher.dissectors.syscall.event_table import event_types
from thresher.dissectors.syscall.names import mentioned, read_names

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value
    from thresher.dissectors.syscall.names import Names

_CALLS = frozenset(("poll", "ppoll"))


@cache
def types() -> frozenset[int]:
    """Event types that list descriptors."""
    return frozenset(kind.id for kind in event_types() if kind.name in _CALLS)


def values(field_name: str, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
    """The field of each event; None where it lists no descriptors, or none that has such an end."""
    readable = [(place, event, found) for place, event in enumerate(events) if (found := decoded(event)) is not None]
    names = read_names(lookup, [event for _, event, _ in readable], [found for _, _, found in readable])
    made: list[Value] = [None] * len(events)
    for (place, _, found), each in zip(readable, names, strict=True):
        item = found.find("fds")
        if item is not None and item.data and item.param.type == "FDLIST":
            parts = [_part(field_name, number, each) for number in mentioned("FDLIST", item.data)]
            made[place] = ",".join(part for part in parts if part) or None
    return made


def _part(field_name: str, number: int, names: Names) -> str:
    if field_name == "fdlist.nums":
        return str(number)
    descriptor = names.descriptor(number)
    if descriptor is None:
        return ""
    if field_name == "fdlist.names":
        return descriptor.name
    return _end(field_name, descriptor.letters, descriptor.name)


def _end(field_name: str, letters: str, name: str) -> str:
    """The client's or server's address or port of a connection's name; a server that only listens has one end."""
    if letters[:1] not in ("4", "6"):
        return ""
    client, arrow, server = name.partition("->")
    end = client if field_name.startswith("fdlist.c") else server if arrow else client
    if field_name.startswith("fdlist.c") and not arrow:
        return ""
    address, _, port = end.rpartition(":")
    return address if field_name.endswith("ips") else port
