"""The dialects of the display filter, and what is said where a forced one lacks a construct; part of stage ④."""

from __future__ import annotations

from enum import Enum


class Dialect(Enum):
    """Whose language a filter is in; the value is the word that options take."""

    AUTO = "auto"
    """Both at once."""
    WS = "ws"
    """Wireshark's display filter."""
    FALCO = "falco"
    """Falco's conditions."""

    @property
    def title(self) -> str:
        """Whose it is, for messages."""
        return {"auto": "both languages", "ws": "Wireshark's language", "falco": "Falco's language"}[self.value]


LANGUAGES: dict[str, Dialect] = {"auto": Dialect.AUTO, "wireshark": Dialect.WS, "falco": Dialect.FALCO}
"""The words of ``--lang``."""


WS_WORDS: dict[str, str] = {
    "=": "==",
    "startswith": 'matches, as in matches "^…"',
    "endswith": 'matches, as in matches "…$"',
    "icontains": "lower(…) contains",
    "bcontains": "contains",
    "bstartswith": "a slice, as in [:2] == ca:fe",
    "regex": "matches",
    "glob": "matches",
    "iglob": "matches",
    "intersects": "any … in {…}",
    "pmatch": "matches",
    "exists": "the field alone",
    "anyof": "'or'",
    "allof": "'and'",
    "oneof": "'or'",
    "tolower": "lower(…)",
    "toupper": "upper(…)",
    "val": "the field alone",
    "b64": "--lang auto",
    "basename": "--lang auto",
    "join": "--lang auto",
    "concat": "--lang auto",
    "around": "--lang auto",
    "first": "--lang auto",
}
"""What is Falco's alone, and what Wireshark's language has in its place."""

FALCO_WORDS: dict[str, str] = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "xor": "and, or and not",
    "^^": "and, or and not",
    "===": "=",
    "!==": "!=",
    "~": "regex, which has to fit the whole value",
    "matches": "regex, which has to fit the whole value",
    **{"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "!="},
    **dict.fromkeys(("any_eq", "all_eq"), "="),
    **dict.fromkeys(("all_ne", "any_ne"), "!="),
    "any": "the field alone",
    "all": "in (…)",
    "lower": "tolower(…)",
    "upper": "toupper(…)",
    "count": "len(…)",
    **dict.fromkeys(("string", "max", "min", "abs", "around", "first", "{", "[", "$", "@", "#"), "--lang auto"),
    **dict.fromkeys(("+", "-", "*", "/", "%", "&", "bitand", "bitwise_and"), "--lang auto"),
    **{f"ip_{name}": "--lang auto" for name in ("linklocal", "multicast", "rfc1918", "special_name", "ula")},
}
"""What is Wireshark's alone, and what Falco's language has in its place."""


def instead(word: str, dialect: Dialect) -> str | None:
    """What the dialect has in place of a word or sign of the other; None where the word is its own."""
    if dialect is Dialect.AUTO:
        return None
    return (WS_WORDS if dialect is Dialect.WS else FALCO_WORDS).get(word)
