"""The arguments of one row: of its exit event, completed from its enter event where a capture has both (stage ②).

Recorders before libs 0.20 split a call into two events; those after it write one with all arguments. Old pairs are
laid out as the new single event, so that one name finds an argument in captures of any age. Which argument became
which: engine/savefile/converter/table.cpp of falcosecurity/libs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
    if block.kind is kind and enter is None:
        return Arguments(kind, block, _in_place(block, kind))
    own = _by_name(block, 0)
    entered = _by_name(enter, 1) if enter is not None else {}
    if not own and not entered:
        return Arguments(kind, block, ())
    return Arguments(kind, block, tuple(_argument(kind, param, own, entered) for param in kind.params))


def _in_place(block: Block, kind: EventType) -> tuple[Argument, ...]:
    """The arguments of one event as they stand; what its recorder did not know yet is absent."""
    data = block.data
    found = [Argument(param, data[a:b], 0, a, b) for param, (a, b) in zip(kind.params, block.spans, strict=False)]
    if found and kind.direction == "<":
        found.extend(Argument(param, b"") for param in kind.params[len(found) :])
    return tuple(found)


def _argument(kind: EventType, param: Param, own: dict[str, Argument], entered: dict[str, Argument]) -> Argument:
    tagged = own.get(_TAGGED.get((kind.name, param.name), ""))
    if tagged is not None and tagged.data:
        return Argument(param, tagged.data[1:], tagged.source, tagged.start + 1, tagged.end)
    found = own.get(param.name)
    if found is None:
        found = entered.get(_RENAMED.get((kind.name, param.name), param.name))
    if found is None:
        return Argument(param, b"")
    return Argument(param, found.data, found.source, found.start, found.end)


def _by_name(block: Block, source: int) -> dict[str, Argument]:
    if block.kind is None:
        return {}
    return {
        param.name or str(place): Argument(param, block.data[start:end], source, start, end)
        for place, (param, (start, end)) in enumerate(zip(block.kind.params, block.spans, strict=False))
    }
