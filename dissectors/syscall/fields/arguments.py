"""Fields of the event's arguments, made from its bytes on first use; data for stages ③–⑤."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from thresher.capture.model import Argument, Computed, Field, FieldType
from thresher.dissectors.syscall import params
from thresher.dissectors.syscall.event_table import Param, event_types

RAW = "evt.rawarg"
BUFFER = "data"
"""The argument that ``evt.buffer`` stands for."""


def type_of(param_type: str) -> FieldType:
    """What the values of an argument of this type are."""
    if param_type in params.SIGNED or param_type in params.IDS:
        return FieldType.INT
    if param_type == "RELTIME":
        return FieldType.DURATION
    if param_type == "ABSTIME":
        return FieldType.TIME
    if param_type in params.UNSIGNED:
        return FieldType.UINT
    return FieldType.BYTES if param_type == "BYTEBUF" else FieldType.STRING


@cache
def argument_types() -> dict[str, FieldType]:
    """Every argument's name and the one type it has: numbers of both signs are INT, other mixtures text."""
    found: dict[str, set[FieldType]] = {}
    for param in _all_params():
        found.setdefault(param.name, set()).add(type_of(param.type))
    return {name: _common_type(types) for name, types in found.items()}


def _all_params() -> Iterator[Param]:
    for kind in event_types():
        yield from kind.params


def _common_type(types: set[FieldType]) -> FieldType:
    if len(types) == 1:
        return next(iter(types))
    return FieldType.INT if types == {FieldType.INT, FieldType.UINT} else FieldType.STRING


@cache
def _calls() -> dict[str, list[str]]:
    """Every argument's name and the calls that have it, each once."""
    found: dict[str, dict[str, None]] = {}
    for kind in event_types():
        for param in kind.params:
            found.setdefault(param.name, {})[kind.name] = None
    return {name: list(calls) for name, calls in found.items()}


def _users(name: str) -> str:
    """The calls that have the argument, as far as they fit a line."""
    calls = _calls()[name]
    return ", ".join(calls[:4]) + (f" and {len(calls) - 4} more" if len(calls) > 4 else "")


def _raw_field(name: str, type_: FieldType) -> Field:
    unit = {FieldType.DURATION: ", in nanoseconds", FieldType.TIME: ", in nanoseconds since 1970"}.get(type_, "")
    return Field(
        f"{RAW}.{name}",
        type_,
        name,
        f"Argument '{name}' as recorded{unit}; of {_users(name)}.",
        Computed("argument"),
    )


ARGUMENT_FIELDS: tuple[Field, ...] = (
    Field(
        "evt.args",
        FieldType.STRING,
        "Arguments",
        "All arguments of the event in one line, each with what it stands for.",
        Computed("line"),
        aliases=("evt.info",),
        example='evt.args contains "O_TRUNC"',
    ),
    Field(
        "evt.arg",
        FieldType.STRING,
        "Argument",
        "One argument by name or by position from 0, as text: what it stands for where that is known, as a path, "
        "flag names or an error's name.",
        Computed("argument"),
        argument=Argument.NAME,
        argument_required=True,
        example='evt.arg.flags contains "O_TRUNC"',
    ),
    Field(
        RAW,
        FieldType.STRING,
        "Raw argument",
        "One argument by name or by position from 0 as it was recorded; arguments that are numbers in all events are "
        "fields of their own and compare as numbers.",
        Computed("argument"),
        argument=Argument.NAME,
        argument_required=True,
        example="evt.rawarg.size > 4096",
    ),
    Field(
        "evt.buffer",
        FieldType.BYTES,
        "Buffer",
        "Data that the call read or wrote, as far as the recorder kept it.",
        Computed("buffer"),
        example='evt.buffer contains "password"',
    ),
    *(
        _raw_field(name, type_)
        for name, type_ in sorted(argument_types().items())
        if name and type_ is not FieldType.STRING
    ),
)
