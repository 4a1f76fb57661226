"""The arguments of one row: of its exit event, completed from its enter event where a capture has both (stage ②).

Recorders before libs 0.20 split a call into two events; those after it write one with all arguments. Old pairs are
laid out as the new single event, so that one name finds an argument in captures of any age. Which argument became
which: engine/savefile/converter/table.cpp of falcosecurity/libs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from thresher.dissectors.syscall.event_table import EventType, Param, TypeFlag, event_types
from thresher.dissectors.syscall.params import Block, read_block

if TYPE_CHECKING:
    from thresher.capture.contract import RawEvent

_CURRENT = {57: 389, 249: 389}
"""Types whose successor has another name: both were written as accept, and are accept4."""

_RENAMED = {("dup", "oldfd"): "fd"}
"""(call, argument) to its name in enter events."""


_TAGGED = {("bpf", "fd"): "res_or_fd"}
"""(call, argument) to its name in old exit events, where a byte in front said which kind of result it is."""


class Argument(NamedTuple):
    """One argument of a row.

    Attributes:
        param: its name and type.
        data: its bytes; empty where it is absent.
        source: 0 in the row's own block, 1 in the block of the enter event.
        start, end: its bytes there.
    """

    param: Param
    data: bytes
    source: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Arguments:
    """A row's event type as it is laid out today, and its arguments in that order."""

    kind: EventType | None
    block: Block
    items: tuple[Argument, ...]

    def find(self, name: str) -> Argument | None:
        """The argument of this name, or of this position where the name is a number."""
        if name.isdecimal():
            place = int(name)
            return self.items[place] if place < len(self.items) else None
        return next((item for item in self.items if item.param.name == name), None)


@cache
def current_type(type_id: int) -> EventType | None:
    """The type as which current recorders write what ``type_id`` says; itself where nothing replaced it."""
    types = event_types()
    if type_id >= len(types):
        return None
    kind = types[_CURRENT.get(type_id, type_id)]
    if not kind.flags & TypeFlag.OLD_VERSION:
        return kind
    successors = [
        other
        for other in types
        if (other.name, other.direction) == (kind.name, kind.direction) and not other.flags & TypeFlag.OLD_VERSION
    ]
    return successors[-1] if successors else kind


class Slot(NamedTuple):
    """Where an argument stands in all rows of one shape.

    Attributes:
        param: its name and type.
        source: 0 for the row's own block, 1 for the block of the enter event.
        place: which parameter of that block it is, -1 where it is absent.
        tagged: which parameter of the row's own block it is instead, behind a byte, if that has a value; -1 for none.
    """

    param: Param
    source: int = 0
    place: int = -1
    tagged: int = -1


@lru_cache(maxsize=4096)
def slots(type_id: int, count: int, enter_type_id: int = -1, enter_count: int = 0) -> tuple[Slot, ...]:
    """The arguments of rows of one shape, in the order of ``current_type``.

    Args:
        type_id: of the row's own block; one that the table has.
        count: how many parameters it has.
        enter_type_id: of the enter event, -1 where there is none.
        enter_count: how many parameters that has.
    """
    kind = current_type(type_id)
    if kind is None:
        return ()
    if event_types()[type_id] is kind and enter_type_id < 0:
        return _in_place(kind, count)
    own = _places(type_id, count)
    entered = _places(enter_type_id, enter_count)
    if not own and not entered:
        return ()
    return tuple(_slot(kind, param, own, entered) for param in kind.params)


def _in_place(kind: EventType, count: int) -> tuple[Slot, ...]:
    """The arguments of one event as they stand; what its recorder did not know yet is absent."""
    found = [Slot(param, 0, place) for place, param in enumerate(kind.params[:count])]
    if found and kind.direction == "<":
        found.extend(Slot(param) for param in kind.params[count:])
    return tuple(found)


def _places(type_id: int, count: int) -> dict[str, int]:
    """Names of a block's parameters to their places; empty where the table has no such type."""
    if not 0 <= type_id < len(event_types()):
        return {}
    return {param.name or str(place): place for place, param in enumerate(event_types()[type_id].params[:count])}


def _slot(kind: EventType, param: Param, own: dict[str, int], entered: dict[str, int]) -> Slot:
    tagged = own.get(_TAGGED.get((kind.name, param.name), ""), -1)
    if param.name in own:
        return Slot(param, 0, own[param.name], tagged)
    return Slot(param, 1, entered.get(_RENAMED.get((kind.name, param.name), param.name), -1), tagged)


def read_arguments(event: RawEvent) -> Arguments:
    """The arguments of a row.

    Raises:
        ValueError: its block, or that of its enter event, is malformed.
    """
    block = read_block(event.block)
    enter = read_block(event.enter) if event.enter else None
    kind = current_type(block.type_id)
    if kind is None:
        return Arguments(None, block, ())
    shape = slots(
        block.type_id,
        len(block.spans),
        enter.type_id if enter is not None else -1,
        len(enter.spans) if enter is not None else 0,
    )
    return Arguments(kind, block, tuple(_argument(slot, block, enter) for slot in shape))


def decoded(event: RawEvent) -> Arguments | None:
    """The same, None where a block is malformed."""
    try:
        return read_arguments(event)
    except ValueError:
        return None


def _argument(slot: Slot, block: Block, enter: Block | None) -> Argument:
    if slot.tagged >= 0:
        start, end = block.spans[slot.tagged]
        if end > start:
            return Argument(slot.param, block.data[start + 1 : end], 0, start + 1, end)
    source = enter if slot.source else block
    if slot.place < 0 or source is None:
        return Argument(slot.param, b"")
    start, end = source.spans[slot.place]
    return Argument(slot.param, source.data[start:end], slot.source, start, end)
