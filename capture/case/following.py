"""Finds the stream of an event and reads its pieces (stage ⑤)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thresher.capture.errors import QueryError
from thresher.capture.follow.stream import OUT, End, Piece, Stream, assemble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.case.case import Case
    from thresher.capture.case.order import Positions
    from thresher.capture.contract import Following
    from thresher.capture.model import Value
    from thresher.capture.store.cancel import Cancel

MOST_BYTES = 256 << 20
"""Captured bytes of a stream that are held at once."""

NUMBER, TIME = "evt.num", "evt.rawtime"


def stream_of(case: Case, position: int) -> tuple[int, int]:
    """The store and the number of the stream that an event works on.

    Raises:
        QueryError: its source has no streams, or the event works on none that is known.
    """
    store, evt_num = case.number(position)
    said = declared(case, store)
    ((found,),) = case.rows([position], [said.stream])
    if not isinstance(found, int):
        raise QueryError(f"event {evt_num} works on no open file that is known; choose one with {said.stream}")
    return store, found


def named(case: Case, event: int | None, filters: Sequence[str], cancel: Cancel | None = None) -> int:
    """The stream of the event with a number, else of the first event that matches all filters and has one.

    Raises:
        QueryError: there is no such event, or it works on no open file that is known.
    """
    if event is not None:
        position = case.position_of(event)
        if case.number(position)[1] != event:
            raise QueryError(f"there is no event {event}; calls go by the number of the event that ends them")
        return stream_of(case, position)[1]
    has_stream = f"{declared(case, 0).stream} exists"
    matches = case.select(" and ".join(f"({text})" for text in (*filters, has_stream) if text), cancel=cancel)
    if not len(matches):
        raise QueryError("no event that matches works on an open file that is known")
    return stream_of(case, int(matches[0]))[1]


def follow(case: Case, number: int, store: int = 0, cancel: Cancel | None = None) -> Stream:
    """Everything that went through one stream.

    Args:
        case: has it.
        number: of the stream, as the source's stream field has it.
        store: the capture it belongs to.
        cancel: stops the work from another thread.

    Raises:
        QueryError: the source has no streams, or no event belongs to this one.
    """
    said = declared(case, store)
    positions = _of_store(case, case.select(f"{said.stream} == {number}", cancel=cancel), store)
    if not len(positions):
        raise QueryError(f"no event has {said.stream} {number}; events that move data have one")
    moving = _of_store(case, case.select(f"{said.stream} == {number} and {said.moved} > 0", cancel=cancel), store)
    notes = [*_before(case, positions, said), *_lost(case, store)]
    ends: dict[int, End] = {}
    pieces: list[Piece] = []
    held = 0
    fields = (NUMBER, TIME, said.end, said.name, said.way, said.moved, said.data, *said.actor)
    for batch_start in range(0, len(moving), 8192):
        batch = moving[batch_start : batch_start + 8192]
        for position, row in zip(batch.tolist(), case.rows(batch, fields), strict=True):
            pieces.append(_piece(position, row, ends))
            held += len(pieces[-1].data)
        if held > MOST_BYTES:
            left = len(moving) - batch_start - len(batch)
            notes.append(f"only the first {held:,} captured bytes are shown; {left:,} calls follow")
            break
    order = sorted(ends)
    places = {each: index for index, each in enumerate(order)}
    placed = [replace(piece, end=places[piece.end]) for piece in pieces]
    return assemble(number, [ends[each] for each in order], placed, notes)


def declared(case: Case, store: int) -> Following:
    """What the source of a store says about its streams.

    Raises:
        QueryError: it has none.
    """
    dissector = case.stores[store].dissector
    if dissector.following is None:
        raise QueryError(f"{dissector.title} have no streams to follow")
    return dissector.following


def _of_store(case: Case, positions: Positions, store: int) -> Positions:
    if len(case.stores) == 1:
        return positions
    return positions[[found == store for found in case.store_of(positions)]]


def _before(case: Case, positions: Positions, said: Following) -> list[str]:
    """What the first event of the stream tells of the time before it."""
    ((began,),) = case.rows(positions[:1], [said.before])
    return ["it was open before the capture began; what went through it until then is not here"] if began else []


def _lost(case: Case, store: int) -> list[str]:
    """Whether the recorder says that it lost events; which ones nobody knows."""
    drops = case.stores[store].facts().accounting.drops
    return [f"the recorder lost events {drops:,} times in this capture; some may be of this stream"] if drops else []


def _piece(position: int, row: Sequence[Value], ends: dict[int, End]) -> Piece:
    evt_num, time_ns, number, name, way, moved, data, actor, pid = row
    end = ends.setdefault(_integer(number), End(_integer(number)))
    who = f"{actor if isinstance(actor, str) else '?'} ({pid if isinstance(pid, int) else '?'})"
    if isinstance(name, str) and name:
        end.name = name
    if who not in end.actors:
        end.actors.append(who)
    kept = data[: _integer(moved)] if isinstance(data, bytes) else b""
    time = time_ns if isinstance(time_ns, int) else None
    return Piece(position, _integer(evt_num), time, end.number, way == OUT, who, _integer(moved), kept)


def _integer(value: Value) -> int:
    return value if isinstance(value, int) else 0
