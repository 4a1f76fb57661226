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

MODIFIERS = frozenset({"anyof", "allof", "oneof"})
"""Words between a comparison and a list (libs, filter/parser.h: StrOperatorModifier)."""

MODIFIED = frozenset({Op.EQ, Op.NE, *HEX, *SUBSTRINGS, Op.REGEX, Op.GLOB, Op.IGLOB})
"""Operators that take one of them."""

FLIPPED: dict[Op, Op] = {
    **{op: op for op in (Op.EQ, Op.NE, Op.ALL_EQ, Op.ANY_NE)},
    Op.LT: Op.GT,
    Op.LE: Op.GE,
    Op.GT: Op.LT,
    Op.GE: Op.LE,
}
"""What an operator becomes when its sides change places."""

BIT_AND = frozenset({"&", "bitand", "bitwise_and"})
SIGNS = frozenset({"+", "-", "*", "/", "%", *BIT_AND})
"""Arithmetic."""

UNSUPPORTED_SYMBOLS: dict[str, tuple[str, str]] = {
    "#": ("a layer number ('#')", "an event has each field once; of lists compare with 'any' or 'all'"),
    "@": ("a field's raw value ('@')", "slice text or bytes, as in evt.buffer[0:2] == ca:fe"),
    "[": ("a slice here ('[')", "it follows a field at once: fd.name[0:4], fd.name[-4:], fd.name[1-3]"),
    "|": ("the bit operator '|'", "'||' and 'or' join tests"),
    "^": ("the bit operator '^'", "'^^' and 'xor' join tests"),
}
"""Punctuation that looks familiar but has no meaning here, and what to write."""


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
