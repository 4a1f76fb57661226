"""Finds the connections on which a known protocol is spoken, and reads them a few at a time; part of stage ②."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from thresher.dissectors.syscall.payload.dns import PORTS
from thresher.dissectors.syscall.payload.http import METHODS
from thresher.dissectors.syscall.payload.segments import (
    IO_TYPES,
    OPENINGS,
    SOCKETS,
    End,
    Segment,
    buffers,
    by_end,
    ends,
    segments,
)
from thresher.dissectors.syscall.payload.streams import Said, complete, messages, protocols

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup

_AT_ONCE = 50_000
"""Calls whose bytes are held at once, unless one connection has more."""
_FIRST_BYTES = frozenset(word[0] for word in (*METHODS, b"H", b"\x16"))
_MOVED = f"e.res > 0 AND e.type_id IN ({', '.join(map(str, IO_TYPES))})"
_SOCKETS = f"({', '.join(map(str, SOCKETS))})"
_OPENED = f"e.type_id IN ({', '.join(map(str, OPENINGS))})"


class _Stretch(NamedTuple):
    """What went through an end from one opening to the next; ``opened`` is -1 where the capture lacks that."""

    opened: int
    written: list[Segment]
    read: list[Segment]


def speaking(lookup: Lookup, on_progress: Callable[[float], None]) -> dict[int, End]:
    """The ends, by ``fd_id``, of all connections on which a message of a known protocol begins somewhere."""
    last = lookup.rows("SELECT max(num) FROM events")[0][0]
    total = max(last if isinstance(last, int) else 1, 1)
    dns = _dns_sockets(lookup)
    found: set[int] = set()
    for events in lookup.events(f"{_MOVED} AND e.fd_id IN (SELECT fd_id FROM fds WHERE type_id IN {_SOCKETS})"):
        fd_ids = events.columns["fd_id"].tolist()
        for row, data in buffers(events):
            if data and fd_ids[row] not in found and (data[0] in _FIRST_BYTES or fd_ids[row] in dns):
                found.add(fd_ids[row])
        on_progress(min(int(events.columns["num"][-1]) / total, 1.0))
    return {fd_id: end for fd_id, end in _named_alike(lookup, found).items() if protocols(end)}


def _dns_sockets(lookup: Lookup) -> set[object]:
    ports = ", ".join(map(str, sorted(PORTS)))
    sql = f"SELECT fd_id FROM fds WHERE type_id IN (3, 4) AND (cport IN ({ports}) OR sport IN ({ports}))"
    return {row[0] for row in lookup.rows(sql)}


def _named_alike(lookup: Lookup, fd_ids: set[int]) -> dict[int, End]:
    """The ends of these descriptors, and of all others of the same connections."""
    if not fd_ids:
        return {}
    return ends(lookup, f"f.name IN (SELECT g.name FROM fds AS g WHERE g.fd_id IN ({_listed(fd_ids)}))")


def connection_of(lookup: Lookup, fd_id: int, most: int) -> dict[int, End]:
    """Both ends of one descriptor's connection, by ``fd_id``; none where more than ``most`` calls went through."""
    found = _named_alike(lookup, {fd_id})
    if fd_id not in found or not protocols(found[fd_id]):
        return {}
    count = lookup.rows(f"SELECT count(*) FROM events AS e WHERE {_MOVED} AND e.fd_id IN ({_listed(set(found))})")
    calls = count[0][0]
    return found if isinstance(calls, int) and calls <= most else {}


def said(lookup: Lookup, known: dict[int, End], on_progress: Callable[[float], None]) -> Iterator[Said]:
    """All that was said on these connections."""
    parts = list(_parts(lookup, known))
    for place, part in enumerate(parts):
        yield from _said(lookup, {fd_id: known[fd_id] for fd_id in part})
        on_progress((place + 1) / len(parts))


def _parts(lookup: Lookup, known: dict[int, End]) -> Iterator[list[int]]:
    """Descriptors in groups of whole connections."""
    if not known:
        return
    sql = f"SELECT e.fd_id, count(*) FROM events AS e WHERE {_MOVED} AND e.fd_id IN ({_listed(set(known))}) GROUP BY 1"
    counts = {row[0]: int(str(row[1])) for row in lookup.rows(sql)}
    together: dict[str, list[int]] = {}
    for fd_id, end in known.items():
        together.setdefault(end.name, []).append(fd_id)
    part: list[int] = []
    calls = 0
    for fd_ids in together.values():
        more = sum(counts.get(fd_id, 0) for fd_id in fd_ids)
        if part and calls + more > _AT_ONCE:
            yield part
            part, calls = [], 0
        if more:
            part, calls = part + fd_ids, calls + more
    if part:
        yield part


def _said(lookup: Lookup, known: dict[int, End]) -> Iterator[Said]:
    listed = _listed(set(known))
    found = (one for events in lookup.events(f"{_MOVED} AND e.fd_id IN ({listed})") for one in segments(events))
    through = by_end(found, known)
    openings: dict[End, list[int]] = {}
    for fd_id, order in lookup.rows(
        f"SELECT e.fd_id, e.evt_num FROM events AS e WHERE {_OPENED} AND e.fd_id IN ({listed}) ORDER BY e.evt_num"
    ):
        if isinstance(fd_id, int) and isinstance(order, int):
            openings.setdefault(known[fd_id], []).append(order)
    stretches = {end: _stretches(each, openings.get(end, [])) for end, each in through.items()}
    for end, own in stretches.items():
        if end.role == 1 and end.other in stretches:
            _complete(own, stretches[end.other])
    for end, own in stretches.items():
        for stretch in own:
            yield from messages(end, stretch.written)
            yield from messages(end, stretch.read)


def _stretches(through: Sequence[Segment], openings: Sequence[int]) -> list[_Stretch]:
    """What went through an end, parted where it was opened anew."""
    made = [_Stretch(order, [], []) for order in (-1, *openings)]
    for segment in through:
        stretch = made[bisect_left(openings, segment.order)]
        (stretch.written if segment.is_write else stretch.read).append(segment)
    return made


def _complete(client: Sequence[_Stretch], server: Sequence[_Stretch]) -> None:
    """Let both ends of each connection know what either saw; the client opens it before the server does."""
    opened = [stretch.opened for stretch in server]
    for place, stretch in enumerate(client):
        if stretch.opened < 0:
            continue
        found = bisect_left(opened, stretch.opened)
        following = client[place + 1].opened if place + 1 < len(client) else None
        if found < len(server) and (following is None or opened[found] < following):
            complete(stretch.written, server[found].read)
            complete(server[found].written, stretch.read)


def _listed(fd_ids: set[int]) -> str:
    return ", ".join(map(str, sorted(fd_ids)))
