"""Reads the list of known deviations, and says which of them a differing value is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LIST = Path(__file__).resolve().parents[1] / "golden" / "DEVIATIONS.toml"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One cause of differences; patterns match whole values, '' is a missing one."""

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

    def covers(self, name: str, here: str, row: Mapping[str, str]) -> bool:
        """Whether our value of a field differs from the row's by this cause."""
        there = row.get(name, "")
        if name not in self.fields or (self.types and row.get("evt.type") not in self.types):
            return False
        if not all(re.fullmatch(pattern, row.get(other, "")) for other, pattern in self.also.items()):
            return False
        if not self.rewrite:
            return bool(re.fullmatch(self.here, here) and re.fullmatch(self.there, there))
        if not (re.search(self.here, here) and re.search(self.there, there)):
            return False
        for pattern, put in self.rewrite:
            here, there = re.sub(pattern, put, here), re.sub(pattern, put, there)
        return here == there


def listed() -> list[Deviation]:
    """All known deviations, in the order in which they are tried."""
    entries = tomllib.loads(LIST.read_text("utf-8"))["deviation"]
    tuples = ("fields", "types", "rewrite")
    return [
        Deviation(**{key: tuple(map(_frozen, value)) if key in tuples else value for key, value in entry.items()})
        for entry in entries
    ]


def _frozen(value: str | list[str]) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value
