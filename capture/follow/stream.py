"""A stream put together from the events of its ends (stage ⑤): pieces in order, direction, what was not captured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

OUT = "out"
"""The value of the way field for calls that put data into their descriptor; ``in`` takes data out of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one call moved through the stream.

    Attributes:
        position: the event's place in the case's order.
        evt_num: its number in its capture.
        time_ns: nanoseconds since 1970 in UTC, None where it has no time.
        end: index into ``Stream.ends``: where the call was made.
        is_out: whether the call put data in; otherwise it took data out.
        actor: who called, ``bash (4431)``.
        moved: bytes the call moved, as it returned them.
        data: the bytes that the recorder kept of them.
        direction: 0 or 1, index into ``Stream.directions``; filled in by ``assemble``.
    """

    position: int
    evt_num: int
    time_ns: int | None
    end: int
    is_out: bool
    actor: str
    moved: int
    data: bytes
    direction: int = 0

    @property
    def missing(self) -> int:
        """Bytes that the call moved and the recorder did not keep."""
        return max(self.moved - len(self.data), 0)


@dataclass(slots=True)
class End:
    """One open file of the stream.

    Attributes:
        number: its number in the capture.
        name: as the capture names it; of a connection the addresses.
        actors: who moved data through it, in order of appearance.
    """

    number: int
    name: str = ""
    actors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Direction:
    """One way through the stream.

    Attributes:
        source: the end that the data came from, None where only its reader was seen.
        target: the end that it went to, None where only its writer was seen.
        calls, moved, captured: of the end that the pieces were taken from.
        other_calls, other_moved, other_captured: of the other end, where both were recorded.
    """

    source: int | None = None
    target: int | None = None
    calls: int = 0
    moved: int = 0
    captured: int = 0
    other_calls: int = 0
    other_moved: int = 0
    other_captured: int = 0

    @property
    def missing(self) -> int:
        """Bytes that were moved and are not in the pieces."""
        return self.moved - self.captured


@dataclass(slots=True)
class Stream:
    """What was said on one open file or connection.

    Where both ends were recorded, each direction is taken from the end with more captured bytes, the writer's if equal.

    Attributes:
        number: as ``fd.stream`` has it.
        ends: its open files; more than two where the ends of a pipe cannot be told apart.
        directions: two; the second is empty where data went one way only.
        pieces: in the order of the capture, each byte from one end.
        notes: what a reader must know: what was cut, lost, or came before the capture.
    """

    number: int
    ends: list[End]
    directions: tuple[Direction, Direction]
    pieces: list[Piece]
    notes: list[str]

    @property
    def name(self) -> str:
        """The name of the first end that has one."""
        return next((end.name for end in self.ends if end.name), "")

    def data(self, direction: int | None = None) -> bytes:
        """The captured bytes of one direction, or of both in order; nothing stands for what is missing."""
        return b"".join(piece.data for piece in self.pieces if direction in (None, piece.direction))


def assemble(number: int, ends: Sequence[End], pieces: Iterable[Piece], notes: Sequence[str] = ()) -> Stream:
    """Put a stream together.

    Args:
        number: of the stream.
        ends: its open files that moved data.
        pieces: all calls that moved data, of all ends, in order.
        notes: what is known of gaps.
    """
    given = list(pieces)
    mixed = _mixed(given)
    placed = [replace(piece, direction=_direction(piece, len(ends), mixed)) for piece in given]
    directions = (Direction(), Direction())
    chosen: list[Piece] = []
    for index, direction in enumerate(directions):
        chosen += _choose([piece for piece in placed if piece.direction == index], direction)
    chosen.sort(key=lambda piece: piece.position)
    told = [*notes, *(note for index in (0, 1) if (note := _told(directions[index], index, len(ends) > 1)))]
    return Stream(number, list(ends), directions, chosen, told)


def _mixed(pieces: Sequence[Piece]) -> bool:
    """Whether some end both reads and writes; the ends of a pipe do not."""
    writers = {piece.end for piece in pieces if piece.is_out}
    return any(piece.end in writers for piece in pieces if not piece.is_out)


def _direction(piece: Piece, ends: int, mixed: bool) -> int:
    """0 from the first end, 1 towards it."""
    if ends == 2:
        return int((piece.end == 0) != piece.is_out)
    return int((ends == 1 or mixed) and not piece.is_out)


def _choose(pieces: list[Piece], direction: Direction) -> list[Piece]:
    """The pieces of the end that holds more of one direction; counts both."""
    written = [piece for piece in pieces if piece.is_out]
    read = [piece for piece in pieces if not piece.is_out]
    direction.source = written[0].end if written else None
    direction.target = read[0].end if read else None
    captured, other = sum(len(piece.data) for piece in written), sum(len(piece.data) for piece in read)
    if other > captured:
        written, read, captured, other = read, written, other, captured
    direction.calls, direction.other_calls = len(written), len(read)
    direction.moved = sum(piece.moved for piece in written)
    direction.other_moved = sum(piece.moved for piece in read)
    direction.captured, direction.other_captured = captured, other
    return written


def _told(direction: Direction, index: int, two_ends: bool) -> str:
    """What is missing of a direction, in a sentence."""
    name = ("first", "second")[index]
    if direction.missing:
        return (
            f"{direction.missing:,} of {direction.moved:,} bytes of the {name} direction were not captured: "
            "the recorder keeps the beginning of each call's data"
        )
    if two_ends and direction.other_calls and direction.other_moved != direction.moved:
        return f"in the {name} direction one end moved {direction.moved:,} bytes, the other {direction.other_moved:,}"
    return ""
