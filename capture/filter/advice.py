"""Says what to write instead of words and values that users of other tools and languages try; part of stage ④."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thresher.capture.filter.literals import HEX_BYTES
from thresher.capture.filter.operators import EQUALITY, HEX, KEYWORDS, SUBSTRINGS, Op
from thresher.capture.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thresher.capture.filter.ast import Text
    from thresher.capture.registry import Catalogue

INSTEAD: dict[str, str] = {
    "like": "write glob, as in glob 'ba*', or contains",
    "ilike": "write iglob, as in iglob 'ba*', or icontains",
    "is": "write == for equal, exists for being there",
    "isnt": "write != for different",
    "has": "write contains",
    "include": "write contains",
    "includes": "write contains",
    "between": "write in {1..5}",
    "starts": "write startswith, in one word",
    "begins": "write startswith",
    "beginswith": "write startswith",
    "ends": "write endswith, in one word",
    "rlike": "write matches",
    "regexp": "write regex for the whole value, matches for a part of it",
    "not": "write 'not' before the field, as in not proc.name contains x",
    "!": "write 'not' before the field, as in not proc.name contains x",
    "!~": "write 'not' before the field, as in not proc.name matches x",
    **dict.fromkeys(("ns", "us", "ms", "s", "m", "h", "d"), "write the unit at once behind the number, as in 5ms"),
}
"""Words and signs where an operator could stand, and what does."""

SECONDS = frozenset({"frame.time_relative", "frame.time_delta"})
"""Wireshark's names of durations, in seconds there."""

_RANGE = re.compile(r"(\d+)-(\d+)")
_HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\.?")
_DECIMAL = re.compile(r"\d+\.\d+")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
_FLAG = re.compile(r"[A-Z][A-Z0-9_|]+")


def about_word(text: str, at: int, end: int) -> str:
    """What to write instead of what stands where an operator could; '' where nothing is known."""
    before = text[:at].rstrip()
    if before.endswith("=~"):
        return "write matches, or ~"
    if before.endswith("<") and text[at:end] == "NA":
        return "write 'not' and the field alone for what is missing"
    sign = text[at : at + 2]
    return INSTEAD.get(sign if sign == "!~" else text[at:end].lower(), "")


def about_missing_value(text: str, at: int) -> str:
    """What to write instead of what stands where a value has to; '' where nothing is known."""
    return "write != for different" if text[max(at - 1, 0) : at + 1] == "<>" else ""


def about_name(name: str, near: str, macros: Mapping[str, str] | None) -> str:
    """What a word that is no field may have been meant as; ``near`` is what looks like it."""
    if "." in name or "[" in name:
        return near
    if name.lower() in KEYWORDS:
        return f"did you mean '{name.lower()}'?"
    if macros and name in macros:
        return f"there is a macro of this name; write ${name}()"
    if not near and "_" in name.strip("_"):
        return f"macros of Falco's rules go into [macros] of config.toml, and are called as in ${name}()"
    return near


def about_value(value: Text, type_: FieldType, op: Op, field: str, catalogue: Catalogue) -> str:
    """What to write instead of a value that its field's type cannot be; '' where nothing is known."""
    text = value.text
    if ".." in text and op not in (Op.IN, Op.NOT_IN):
        return f"ranges stand in a set: in {{{text}}}"
    if (found := _RANGE.fullmatch(text)) is not None:
        return f"a range is written {found[1]}..{found[2]}, in a set"
    if type_ is FieldType.DURATION and _DECIMAL.fullmatch(text):
        return f"write {text}s for seconds"
    if type_ is FieldType.IP and _HOST.fullmatch(text):
        return _known("fd.sip.name", catalogue, "names that were looked up are in {}, by what DNS answered")
    if type_ is FieldType.PORT and text.isalpha():
        return _known("fd.sproto", catalogue, "names of services are in {}")
    if _FLAG.fullmatch(text) and field.startswith("evt.rawarg."):
        return f"names are in {field.replace('rawarg', 'arg', 1)}"
    return ""


def about_operator(type_: FieldType, field: str) -> str:
    """Which field has what an operator of text wants; '' where none does."""
    if type_ is not FieldType.STRING and field.startswith("evt.rawarg."):
        return f"{field.replace('rawarg', 'arg', 1)} is its text"
    return ""


def seconds(value: Text, field: str) -> str:
    """Why a bare number is refused for what Wireshark counts in seconds; '' where it is not."""
    if value.quoted or not _NUMBER.fullmatch(value.text) or value.text.strip("+-0.") == "":
        return ""
    if field in SECONDS:
        return f"'{field}' is in seconds in Wireshark, a bare number here in ns; write {value.text}s"
    if field == "frame.time_epoch":
        return f"'{field}' is in seconds in Wireshark; write evt.time with a date, or evt.rawtime in ns"
    return ""


def reading(value: Text, type_: FieldType, op: Op) -> str:
    """How a value is read that could be meant otherwise; '' where it could not."""
    text = value.text
    if value.quoted:
        return ""
    if type_ is FieldType.BYTES and op not in HEX:
        if op in SUBSTRINGS and HEX_BYTES.fullmatch(text) and text.isalnum():
            return f"'{text}' is read as bytes in hexadecimal; quote it for text"
        if op in EQUALITY and len(text) == 1 and text in "0123456789abcdefABCDEF":
            return f"'{text}' is read as a character; a byte is written 0x0{text}"
    if type_ is FieldType.STRING and op in EQUALITY and len(text) > 1 and (text[0] == "*" or text[-1] == "*"):
        return f"'{op.value}' takes '*' as it stands; glob takes it as a pattern"
    return ""


def _known(field: str, catalogue: Catalogue, said: str) -> str:
    return said.format(field) if catalogue.get(field) is not None else ""
