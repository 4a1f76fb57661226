"""The operators of the display filter: spellings of both dialects and the types they apply to; part of stage ④."""

from __future__ import annotations

from enum import Enum

from thresher.capture.model import FieldType


class Op(Enum):
    """What a test does; the value is the canonical spelling."""

    EQ = "=="
    NE = "!="
    ALL_EQ = "==="
    ANY_NE = "!=="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "contains"
    ICONTAINS = "icontains"
    BCONTAINS = "bcontains"
    STARTSWITH = "startswith"
    BSTARTSWITH = "bstartswith"
    ENDSWITH = "endswith"
    MATCHES = "matches"
    REGEX = "regex"
    GLOB = "glob"
    IGLOB = "iglob"
    IN = "in"
    NOT_IN = "not in"
    INTERSECTS = "intersects"
    PMATCH = "pmatch"


SYMBOLS: dict[str, Op] = {
    "===": Op.ALL_EQ,
    "!==": Op.ANY_NE,
    "==": Op.EQ,
    "=": Op.EQ,
    "!=": Op.NE,
    "<=": Op.LE,
    ">=": Op.GE,
    "<": Op.LT,
    ">": Op.GT,
    "~": Op.MATCHES,
}
"""Operators made of punctuation, longest first."""

WORDS: dict[str, Op] = {
    "eq": Op.EQ,
    "any_eq": Op.EQ,
    "ne": Op.NE,
    "all_ne": Op.NE,
    "all_eq": Op.ALL_EQ,
    "any_ne": Op.ANY_NE,
    "lt": Op.LT,
    "le": Op.LE,
    "gt": Op.GT,
    "ge": Op.GE,
    **{
        op.value: op
        for op in (
            Op.CONTAINS,
            Op.ICONTAINS,
            Op.BCONTAINS,
            Op.STARTSWITH,
            Op.BSTARTSWITH,
            Op.ENDSWITH,
            Op.MATCHES,
            Op.REGEX,
            Op.GLOB,
            Op.IGLOB,
            Op.IN,
            Op.INTERSECTS,
            Op.PMATCH,
        )
    },
}
"""Operators made of letters."""

AND = frozenset({"and", "&&"})
OR = frozenset({"or", "||"})
XOR = frozenset({"xor", "^^"})
NOT = frozenset({"not", "!"})
CONNECTIVES = AND | OR | XOR
EXISTS = "exists"
QUANTIFIERS = frozenset({"any", "all"})
KEYWORDS = frozenset({"and", "or", "xor", "not", EXISTS, *WORDS})

SETS = frozenset({Op.IN, Op.NOT_IN, Op.INTERSECTS, Op.PMATCH})
"""Operators whose right side is a list."""

ORDER = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
PATTERNS = frozenset({Op.MATCHES, Op.REGEX, Op.GLOB, Op.IGLOB, Op.PMATCH})
HEX = frozenset({Op.BCONTAINS, Op.BSTARTSWITH})
SUBSTRINGS = frozenset({Op.CONTAINS, Op.ICONTAINS, Op.STARTSWITH, Op.ENDSWITH})
EQUALITY = frozenset({Op.EQ, Op.NE, Op.ALL_EQ, Op.ANY_NE, Op.IN, Op.NOT_IN, Op.INTERSECTS})

UNSUPPORTED_WORDS: dict[str, str] = {
    "bitand": "the bit operator 'bitand'",
    "bitwise_and": "the bit operator 'bitwise_and'",
    "oneof": "the list operator 'oneof'",
    "anyof": "the list operator 'anyof'",
    "allof": "the list operator 'allof'",
}
"""Words that a peer knows as operators and we refuse by name."""

UNSUPPORTED_SYMBOLS: dict[str, str] = {
    "&": "the bit operator '&'",
    "+": "arithmetic ('+')",
    "-": "arithmetic ('-')",
    "*": "arithmetic ('*')",
    "/": "arithmetic ('/')",
    "%": "arithmetic ('%')",
    "#": "a layer number ('#')",
    "@": "a raw field ('@')",
    "$": "a macro or a reference to the selected event ('$')",
    "[": "a slice ('[')",
}
"""Punctuation that a peer gives a meaning and we refuse by name."""


def applies(op: Op, field_type: FieldType) -> bool:
    """Whether values of the type can be tested with the operator."""
    if op in EQUALITY:
        return True
    if op in ORDER:
        return field_type not in (FieldType.BOOL, FieldType.BYTES)
    if op in HEX:
        return field_type is FieldType.BYTES
    if op in SUBSTRINGS:
        return field_type in (FieldType.STRING, FieldType.BYTES)
    return field_type is FieldType.STRING


def operators_for(field_type: FieldType) -> list[Op]:
    """The operators that apply to a type, in the order of ``Op``."""
    return [op for op in Op if applies(op, field_type)]
