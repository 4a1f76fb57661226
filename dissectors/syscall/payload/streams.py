"""Completes what one end of a connection saw from what the other end saw, and cuts it into messages; part of stage ②.

Both ends of a connection within a machine can be in one capture, and recorders keep only the first bytes of a call's
data: what the reader's end lacks, the writer's may hold. Ends are matched where the capture holds both the connect and
the accept; bytes are taken over only where all that both ends have of the same stretch is equal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from thresher.dissectors.syscall.payload.dns import DNS, DNS_IN_STREAM, PORTS
from thresher.dissectors.syscall.payload.http import HTTP
from thresher.dissectors.syscall.payload.items import TRUNCATED
from thresher.dissectors.syscall.payload.segments import DATAGRAMS, End, Piece, Segment
from thresher.dissectors.syscall.payload.tls import TLS

if TYPE_CHECKING:
    from thresher.dissectors.syscall.payload.items import Item, Protocol

_MOST_BYTES = 32 << 10
"""Of one message."""
_MOST_SEGMENTS = 1024
"""Calls that one message may be spread over."""


class Said(NamedTuple):
    """A value that an event holds or begins.

    Attributes:
        num: the event's row.
        protocol: name of the protocol.
        item: the value; its bytes are places in the event's own data, and may lie behind it.
        source: the row that holds the bytes.
    """

    num: int
    protocol: str
    item: Item
    source: int


def protocols(end: End) -> tuple[Protocol, ...]:
    """What is looked for in what goes through an end."""
    is_dns = end.client_port in PORTS or end.server_port in PORTS
    if end.protocol == DATAGRAMS:
        return (DNS,) if is_dns else ()
    return (DNS_IN_STREAM, HTTP, TLS) if is_dns else (HTTP, TLS)


def complete(one: Sequence[Segment], other: Sequence[Segment]) -> None:
    """Give what one end wrote and the other read what either lacks; both begin with the first byte of the stream."""
    starts_one, starts_other = _starts(one), _starts(other)
    own = [segment.data for segment in one]
    _fill(one, starts_one, other, starts_other, [segment.data for segment in other])
    _fill(other, starts_other, one, starts_one, own)


def _starts(segments: Sequence[Segment]) -> list[int]:
    """Where in the stream each segment starts."""
    starts, at = [], 0
    for segment in segments:
        starts.append(at)
        at += segment.length
    return starts


def _fill(
    wanting: Sequence[Segment],
    starts: Sequence[int],
    having: Sequence[Segment],
    having_starts: Sequence[int],
    data: Sequence[bytes],
) -> None:
    for segment, start in zip(wanting, starts, strict=True):
        if not segment.is_whole and start < _MOST_BYTES << 8:
            _fill_one(segment, start, having, having_starts, data)


def _fill_one(
    segment: Segment, start: int, having: Sequence[Segment], starts: Sequence[int], data: Sequence[bytes]
) -> None:
    found = bytearray(segment.data)
    pieces = list(segment.pieces)
    compared = 0
    for place in range(max(bisect_right(starts, start) - 1, 0), len(having)):
        begin = starts[place] - start
        if begin >= min(segment.length, _MOST_BYTES):
            break
        known = data[place][max(-begin, 0) :][: segment.length - max(begin, 0)]
        begin = max(begin, 0)
        overlap = min(len(segment.data) - begin, len(known))
        if overlap > 0:
            if segment.data[begin : begin + overlap] != known[:overlap]:
                return
            compared += overlap
        if begin <= len(found) < begin + len(known):
            found += known[len(found) - begin :]
            pieces.append(Piece(len(found), having[place].num))
    if compared:
        segment.data, segment.pieces = bytes(found), pieces


@dataclass(slots=True)
class _Message:
    """Some segments that are looked at as one message."""

    protocol: Protocol
    segments: Sequence[Segment]
    items: list[Item]


def messages(end: End, segments: Sequence[Segment]) -> Iterator[Said]:
    """What was said in one direction through an end.

    A value is said by the event that holds it and by the event with which its message begins.
    """
    looked_for = protocols(end)
    at = 0
    while at < len(segments):
        found = _message(looked_for, segments, at, joining=end.is_stream)
        if found is None:
            at += 1
            continue
        yield from _said(found)
        at += len(found.segments)


def _message(looked_for: Sequence[Protocol], segments: Sequence[Segment], at: int, joining: bool) -> _Message | None:
    first = segments[at]
    for protocol in looked_for:
        if not protocol.begins(first.data):
            continue
        used, data = _joined(protocol, segments, at) if joining else (1, first.data)
        is_cut = not (first.is_whole if protocol is DNS else protocol.is_complete(data))
        items = protocol.read(data, is_cut)
        if items:
            return _Message(protocol, segments[at : at + used], items)
    return None


def _joined(protocol: Protocol, segments: Sequence[Segment], at: int) -> tuple[int, bytes]:
    """How many segments make a message, and their bytes; one where no end of it is found."""
    data = bytearray(segments[at].data)
    used = 1
    is_whole = segments[at].is_whole
    while is_whole and not protocol.is_complete(bytes(data)) and at + used < len(segments):
        if used >= _MOST_SEGMENTS or len(data) >= _MOST_BYTES:
            return 1, segments[at].data
        data += segments[at + used].data
        is_whole = segments[at + used].is_whole
        used += 1
        if used == 2 and not protocol.begins(bytes(data)):
            return 1, segments[at].data
    return used, bytes(data)


def _said(message: _Message) -> Iterator[Said]:
    name = message.protocol.name
    starts = []
    at = 0
    for segment in message.segments:
        starts.append(at)
        at += len(segment.data)
    first = message.segments[0]
    last = message.segments[-1]
    for item in message.items:
        if item.field.endswith(TRUNCATED):
            yield Said(first.num, name, item, last.num)
            if last is not first:
                yield Said(last.num, name, item, last.num)
            continue
        place = bisect_right(starts, item.start) - 1
        holder, begin = message.segments[place], starts[place]
        local = item._replace(start=item.start - begin, end=item.end - begin)
        source = holder.source_of(min(local.end, len(holder.data)) - 1)
        yield Said(first.num, name, item, source)
        if place:
            yield Said(holder.num, name, local, source)
