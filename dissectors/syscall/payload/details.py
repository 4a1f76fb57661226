"""Lines of the details tree for what an event said, with its bytes or the event that holds them; part of stage ②."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from thresher.capture.model import Node
from thresher.dissectors.syscall.origins import event_names
from thresher.dissectors.syscall.payload.conversations import connection_of, said

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.dissectors.syscall.arguments import Argument
    from thresher.dissectors.syscall.payload.streams import Said

MOST_CALLS = 5_000
"""Calls of one connection that are read to understand one of them; fields for filters know no such limit."""
TITLES = {"http": "HTTP", "dns": "DNS", "tls": "TLS"}
_READ: WeakKeyDictionary[Lookup, dict[int, dict[int, list[Said]]]] = WeakKeyDictionary()
"""What was said on the connections of descriptors, by row, for as long as their events are being looked at."""


def payload_lines(event: RawEvent, data: Argument | None, lookup: Lookup) -> list[Node]:
    """A group of lines for each protocol in what the event read or wrote.

    Args:
        event: the event.
        data: its argument with the bytes.
        lookup: the store.
    """
    num, fd_id = event.row.get("num"), event.row.get("fd_id")
    if data is None or not data.data or not isinstance(num, int) or not isinstance(fd_id, int):
        return []
    found = _of_connection(lookup, fd_id).get(num, [])
    sources = event_names(lookup, {each.source for each in found if each.source != num})
    groups: dict[str, Node] = {}
    for each in dict.fromkeys(found):
        group = groups.setdefault(each.protocol, Node(TITLES[each.protocol]))
        group.children.append(_line(each, data, sources.get(each.source, "")))
    return list(groups.values())


def _of_connection(lookup: Lookup, fd_id: int) -> dict[int, list[Said]]:
    kept = _READ.setdefault(lookup, {})
    if fd_id not in kept:
        known = connection_of(lookup, fd_id, MOST_CALLS)
        by_row: dict[int, list[Said]] = {}
        for each in said(lookup, known, lambda _part: None):
            by_row.setdefault(each.num, []).append(each)
        kept.update(dict.fromkeys((fd_id, *known), by_row))
    return kept[fd_id]


def _line(each: Said, data: Argument, source: str) -> Node:
    item = each.item
    shown = ("true" if item.value else "false") if isinstance(item.value, bool) else str(item.value)
    start, end = min(item.start, len(data.data)), min(item.end, len(data.data))
    if start >= end or item.field.endswith(".truncated"):
        return Node(item.field, shown, item.field, item.value, origin=source)
    return Node(item.field, shown, item.field, item.value, data.source, data.start + start, data.start + end, source)
