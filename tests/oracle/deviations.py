"""Reads the list of known deviations, and says which of them a differing value is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LIST = Path(__file__).resolve().parents[1] / "golden" / "DEVIATIONS.toml"

HEAD = "libsinsp"
"""libsinsp of 2026-07."""
SYSDIG = "sysdig-0.29.3"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One cause of differences; patterns match whole values, '' is a missing one.

    Attributes:
        oracle: whose answers it is about, ``HEAD`` or ``SYSDIG``.
        begins: theirs is the beginning of ours.
    """

    cause: str
    fields: tuple[str, ...]
    here: str
    there: str
    right: str
    why: str
    example: str
    types: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    rewrite: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    oracle: str = HEAD
    begins: bool = False

    def covers(self, name: str, here: str, row: Mapping[str, str]) -> bool:
        """Whether our value of a field differs from the row's by this cause."""
        there = row.get(name, "")
        if name not in self.fields or (self.types and row.get("evt.type") not in self.types):
            return False
        if not all(re.fullmatch(pattern, row.get(other, "")) for other, pattern in self.also.items()):
            return False
        if not self.rewrite and not self.begins:
            return bool(re.fullmatch(self.here, here) and re.fullmatch(self.there, there))
        if not (re.search(self.here, here) and re.search(self.there, there)):
            return False
        for pattern, put in self.rewrite:
            here, there = re.sub(pattern, put, here), re.sub(pattern, put, there)
        return here.startswith(there) if self.begins else here == there


def listed(oracle: str) -> list[Deviation]:
    """All known deviations from one oracle, in the order in which they are tried."""
    entries = tomllib.loads(LIST.read_text("utf-8"))["deviation"]
    tuples = ("fields", "types", "rewrite")
    made = [
        Deviation(**{key: tuple(map(_frozen, value)) if key in tuples else value for key, value in entry.items()})
        for entry in entries
    ]
    return [one for one in made if one.oracle == oracle]


def _frozen(value: str | list[str]) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value
