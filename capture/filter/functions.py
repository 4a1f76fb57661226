"""The functions of the display filter and what they take and give; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass

from thresher.capture.model import FieldType


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one field.

    Attributes:
        name: canonical spelling.
        takes: types of the argument; empty for every type.
        gives: type of the result; None for that of the argument.
        of_list: takes all values of a list field at once, and only those.
    """

    name: str
    takes: frozenset[FieldType]
    gives: FieldType | None
    of_list: bool = False


TEXT = frozenset({FieldType.STRING})

FUNCTIONS: dict[str, Function] = {
    "lower": Function("lower", TEXT, None),
    "upper": Function("upper", TEXT, None),
    "len": Function("len", TEXT | {FieldType.BYTES}, FieldType.UINT),
    "count": Function("count", frozenset(), FieldType.UINT, of_list=True),
}

ALIASES: dict[str, str] = {"tolower": "lower", "toupper": "upper"}

UNSUPPORTED = frozenset(
    {
        *("abs", "b64", "basename", "concat", "dec", "double", "float", "getopt", "hex", "join", "max", "min"),
        *("ip_linklocal", "ip_multicast", "ip_rfc1918", "ip_special_mask", "ip_special_name", "ip_ula"),
        *("string", "vals"),
    }
)
"""Functions of the peers that are recognised and refused."""

VAL = "val"
"""Falco's mark for a field on the right side; not a function."""


def canonical(name: str) -> str | None:
    """The canonical name of a supported function."""
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None
