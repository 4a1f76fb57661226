"""What calls moved over sockets, call by call, and which end of which connection each belongs to; part of stage ②."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from thresher.dissectors.syscall.event_table import TypeFlag, event_types
from thresher.dissectors.syscall.fields.arguments import BUFFER
from thresher.dissectors.syscall.shapes import read_shapes

if TYPE_CHECKING:
    from thresher.capture.contract import Events, Lookup

SOCKETS = (3, 4, 8)
"""Kinds of descriptors that are looked at: IPv4, IPv6, unix."""
DATAGRAMS = 2
"""Code of UDP."""
_CLIENT, _SERVER = 1, 2
_MANY = frozenset(("sendmmsg", "recvmmsg"))
"""Calls whose result counts messages, not bytes."""
_MOST_KEPT = 32 << 10
"""Bytes kept of one call."""

_WITH_BUFFER = [kind for kind in event_types() if any(p.name == BUFFER and p.type == "BYTEBUF" for p in kind.params)]
IO_TYPES = tuple(kind.id for kind in _WITH_BUFFER if kind.flags & (TypeFlag.READS_FROM_FD | TypeFlag.WRITES_TO_FD))
"""Event types that hold what was read or written."""
WRITES = frozenset(kind.id for kind in _WITH_BUFFER if kind.flags & TypeFlag.WRITES_TO_FD)
_COUNTING = frozenset(kind.id for kind in _WITH_BUFFER if kind.name in _MANY)
OPENINGS = tuple(
    kind.id for kind in event_types() if kind.direction == "<" and kind.name in ("connect", "accept", "accept4")
)


class End(NamedTuple):
    """One end of a connection; ``role`` is 1 for the client's, 2 for the server's, 0 where that is not known."""

    kind: int
    name: str
    protocol: int
    role: int
    client_port: int
    server_port: int

    @property
    def is_stream(self) -> bool:
        """Whether what goes through it hangs together; names of unix sockets from lists stand for any number."""
        return self.protocol != DATAGRAMS and (self.kind in (3, 4) or "->" in self.name)

    @property
    def other(self) -> End | None:
        """The end that is opposite, where it can be told; the addresses of both are the same, client first."""
        if self.role not in (_CLIENT, _SERVER) or self.kind not in (3, 4):
            return None
        return self._replace(role=_CLIENT + _SERVER - self.role)


class Piece(NamedTuple):
    """Up to which byte of a segment the bytes come from which row."""

    end: int
    num: int


@dataclass(slots=True)
class Segment:
    """What one call moved.

    Attributes:
        num: the row.
        order: its place in the capture (``evt.num``).
        is_write: whether it was written.
        length: bytes moved.
        data: the first of them, as far as they are known.
        pieces: the rows that hold them, in order.
    """

    num: int
    order: int
    is_write: bool
    length: int
    data: bytes
    pieces: list[Piece] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are known."""
        return len(self.data) >= self.length

    def source_of(self, place: int) -> int:
        """The row that holds the byte at ``place``."""
        return next((piece.num for piece in self.pieces if place < piece.end), self.num)


def ends(lookup: Lookup, chosen: str = "TRUE") -> dict[int, End]:
    """The ends that versions of sockets stand for, by ``fd_id``; ``chosen`` is a condition over ``fds AS f``."""
    kinds = ", ".join(map(str, SOCKETS))
    found: dict[int, End] = {}
    for row in lookup.rows(
        "SELECT f.fd_id, f.type_id, f.name, f.l4proto, f.role, f.cport, f.sport FROM fds AS f "
        f"WHERE f.type_id IN ({kinds}) AND f.name <> '' AND ({chosen})"
    ):
        fd_id, kind, name, protocol, role, client_port, server_port = row
        if isinstance(fd_id, int):
            found[fd_id] = End(_int(kind), str(name), _int(protocol), _int(role), _int(client_port), _int(server_port))
    return found


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def segments(events: Events) -> Iterator[tuple[int, Segment]]:
    """The segments of a batch of rows with their ``fd_id``, in no order."""
    columns = {name: events.columns[name].tolist() for name in ("num", "evt_num", "fd_id", "type_id", "res", "size")}
    for row, data in buffers(events):
        fd_id, result = columns["fd_id"][row], columns["res"][row]
        if fd_id is None or not data:
            continue
        counted = columns["type_id"][row] in _COUNTING or result is None
        length = (columns["size"][row] or 0) if counted else result
        num = int(columns["num"][row])
        yield (
            fd_id,
            Segment(
                num,
                int(columns["evt_num"][row]),
                columns["type_id"][row] in WRITES,
                max(int(length), len(data)),
                data[:_MOST_KEPT],
                [Piece(len(data), num)],
            ),
        )


def buffers(events: Events) -> Iterator[tuple[int, bytes]]:
    """What each row's call moved, as far as it was recorded; rows in no order."""
    for shape in read_shapes(events.blocks, events.enters):
        for cells in shape.cells:
            if cells.param.name == BUFFER and cells.param.type == "BYTEBUF":
                yield from zip(shape.rows.tolist(), cells.values(), strict=True)


def by_end(found: Iterable[tuple[int, Segment]], known: dict[int, End]) -> dict[End, list[Segment]]:
    """Segments by the end they went through, in the order of the capture."""
    grouped: dict[End, list[Segment]] = {}
    for fd_id, segment in found:
        end = known.get(fd_id)
        if end is not None:
            grouped.setdefault(end, []).append(segment)
    for each in grouped.values():
        each.sort(key=_order)
    return grouped


def _order(segment: Segment) -> Any:
    return segment.order
