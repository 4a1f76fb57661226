"""Computes argument fields for many events at once, and says which event types can have them (stage ②)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from thresher.capture.contract import Events
from thresher.capture.errors import QueryError
from thresher.capture.model import FieldType, Value
from thresher.dissectors.syscall import computed_kinds, params
from thresher.dissectors.syscall.arguments import Argument, Arguments, current_type, decoded
from thresher.dissectors.syscall.event_table import GENERIC_BASE, event_types
from thresher.dissectors.syscall.fields.arguments import BUFFER, RAW, argument_types
from thresher.dissectors.syscall.lines import lines
from thresher.dissectors.syscall.names import Names, Tables, read_names
from thresher.dissectors.syscall.render import Renderer

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent

CODES = 1 << 16
"""System call codes that a generic event can hold: 16 bits."""

GENERIC = frozenset((0, 1))
"""Enter and exit of the calls that have no event type of their own."""

_UINT64 = 1 << 64
_INT64_MAX = (1 << 63) - 1


def compute(field_name: str, argument: str | None, events: Sequence[RawEvent], lookup: Lookup) -> list[Value]:
    """Values of an argument field; None where an event has none, or cannot be decoded."""
    if field_name == "evt.args":
        if not isinstance(events, Events):
            return _rendered(events, lookup, Renderer.line)
        return list(lines(events, lookup))
    if computed_kinds.knows(field_name):
        return computed_kinds.values(field_name, argument, events, lookup)
    types = computed_types(field_name, argument)
    if field_name == "evt.arg":
        return _rendered(events, lookup, lambda renderer: _short(renderer, argument or ""), types, argument)
    found = (decoded(event) if _can_have(event, types) else None for event in events)
    if field_name == "evt.buffer":
        return [_buffer(each) for each in found]
    name = field_name.removeprefix(RAW).removeprefix(".") or argument or ""
    type_ = argument_types().get(name, FieldType.STRING) if field_name != RAW else FieldType.STRING
    return [_raw(each, name, type_) for each in found]


@cache
def computed_types(field_name: str, argument: str | None) -> frozenset[int] | None:
    """The event types that can have the field; None where all can.

    Raises:
        QueryError: no event type has an argument of this name.
    """
    if field_name == "evt.args":
        return None
    if computed_kinds.knows(field_name):
        return computed_kinds.types(field_name, argument)
    if field_name == "evt.buffer":
        return _types_with(lambda kind_id: _has(kind_id, BUFFER, "BYTEBUF"))
    name = field_name.removeprefix(RAW).removeprefix(".") if field_name.startswith(RAW + ".") else argument or ""
    found = _types_with(lambda kind_id: _has(kind_id, name))
    if not found:
        near = get_close_matches(name, list(argument_types()), n=1)
        raise QueryError(f"no event has an argument '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    return found


def _types_with(has: Callable[[int], bool]) -> frozenset[int]:
    """Event types of which ``has`` is true; a generic call's rows have a type of their own for every call."""
    found = frozenset(kind.id for kind in event_types() if has(kind.id))
    if not found & GENERIC:
        return found
    return found | {GENERIC_BASE + code for code in range(CODES)}


def _has(type_id: int, name: str, param_type: str | None = None) -> bool:
    for kind in {event_types()[type_id], current_type(type_id) or event_types()[type_id]}:
        if name.isdecimal() and int(name) < len(kind.params):
            return True
        place = kind.index(name)
        if place >= 0 and param_type in (None, kind.params[place].type):
            return True
    return False


def _can_have(event: RawEvent, types: frozenset[int] | None) -> bool:
    """Whether the event's type has the argument at all: decoding is what costs."""
    type_id = event.row.get("type_id")
    return types is None or type_id is None or type_id in types


def _rendered(
    events: Sequence[RawEvent],
    lookup: Lookup,
    text: Callable[[Renderer], str | None],
    types: frozenset[int] | None = None,
    only: str | None = None,
) -> list[Value]:
    chosen = ((place, event) for place, event in enumerate(events) if _can_have(event, types))
    readable = [(place, event, found) for place, event in chosen if (found := decoded(event)) is not None]
    names = read_names(lookup, [event for _, event, _ in readable], [found for _, _, found in readable], only)
    values: list[Value] = [None] * len(events)
    for (place, _, found), each in zip(readable, names, strict=True):
        if found.kind is not None:
            values[place] = text(Renderer(found, each))
    return values


def _short(renderer: Renderer, name: str) -> str | None:
    item = renderer.arguments.find(name)
    return renderer.short(item) if item is not None and item.data else None


def _buffer(arguments: Arguments | None) -> Value:
    item = arguments.find(BUFFER) if arguments is not None else None
    return item.data if item is not None and item.data and item.param.type == "BYTEBUF" else None


def _raw(arguments: Arguments | None, name: str, type_: FieldType) -> Value:
    item = arguments.find(name) if arguments is not None else None
    if arguments is None or item is None or not item.data:
        return None
    if type_ is FieldType.STRING:
        return _raw_text(arguments, item)
    value = params.value_of(item.param.type, item.data)
    if type_ is FieldType.INT and isinstance(value, int) and value > _INT64_MAX:
        return value - _UINT64
    return value


def _raw_text(arguments: Arguments, item: Argument) -> str | None:
    if item.data == params.LEGACY_NULL:
        return None
    return Renderer(arguments, Names({}, arguments, Tables())).both(item)[0]
