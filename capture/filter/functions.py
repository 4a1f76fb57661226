"""The functions of the display filter and what they take and give; part of stage ④."""

from __future__ import annotations

from dataclasses import dataclass

from thresher.capture.model import FieldType


@dataclass(frozen=True, slots=True)
class Function:
    """A function of fields and values.

    Attributes:
        name: canonical spelling.
        takes: types of the arguments; empty for every type.
        gives: type of the result; None for that of the arguments.
        least, most: how many arguments it takes.
        of_list: takes all values of a list field at once ``always``, or where it stands for its arguments as the
            ``only`` one, or ``never``.
        values: constants may stand among the arguments.
    """

    name: str
    takes: frozenset[FieldType]
    gives: FieldType | None
    least: int = 1
    most: int = 1
    of_list: str = "never"
    values: bool = False


TEXT = frozenset({FieldType.STRING})
ADDRESS = frozenset({FieldType.IP})
NUMBERS = frozenset({FieldType.INT, FieldType.UINT, FieldType.PORT})
AMOUNTS = NUMBERS | {FieldType.DURATION}
ORDERED = AMOUNTS | {FieldType.TIME}
MANY = 32
"""Most arguments of a function."""

FUNCTIONS: dict[str, Function] = {
    each.name: each
    for each in (
        Function("lower", TEXT, None),
        Function("upper", TEXT, None),
        Function("len", TEXT | {FieldType.BYTES}, FieldType.UINT),
        Function("count", frozenset(), FieldType.UINT, of_list="always"),
        Function("string", NUMBERS | {FieldType.IP, FieldType.BOOL}, FieldType.STRING),
        Function("min", ORDERED, None, most=MANY, of_list="only", values=True),
        Function("max", ORDERED, None, most=MANY, of_list="only", values=True),
        Function("abs", AMOUNTS, None),
        Function("ip_special_name", ADDRESS, FieldType.STRING),
        Function("ip_linklocal", ADDRESS, FieldType.BOOL),
        Function("ip_multicast", ADDRESS, FieldType.BOOL),
        Function("ip_rfc1918", ADDRESS, FieldType.BOOL),
        Function("ip_ula", ADDRESS, FieldType.BOOL),
        Function("b64", TEXT | {FieldType.BYTES}, None),
        Function("basename", TEXT, None),
        Function("join", TEXT, None, least=2, most=MANY, of_list="only", values=True),
        Function("concat", TEXT, None, least=2, most=MANY, values=True),
    )
}

ALIASES: dict[str, str] = {"tolower": "lower", "toupper": "upper"}

NUMBER_FORMAT = "numbers are compared as numbers, whichever way they are written: 255, 0xff, 0b11111111"

UNSUPPORTED: dict[str, str] = {
    "dec": NUMBER_FORMAT,
    "hex": NUMBER_FORMAT,
    "float": "numbers are whole; compare the field itself",
    "double": "numbers are whole; compare the field itself",
    "vals": 'fields hold names where the event has them, as in evt.arg.flags contains "O_CREAT"',
    "ip_special_mask": "write ip_special_name(…), or the range, as in fd.sip in {10.0.0.0/8}",
    "getopt": 'arguments are stored as one text; write proc.args regex ".*(^| )-e .*"',
}
"""Functions of the peers that are recognised and refused, and what to write instead."""

VAL = "val"
"""Falco's mark for a field on the right side; not a function."""


def canonical(name: str) -> str | None:
    """The canonical name of a supported function."""
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None
