"""What a filter is read in: dialect, macros, the selected event, leave to read files; part of stage ④."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from thresher.capture.filter.dialects import Dialect
from thresher.capture.model import FieldRef, Value

Selected: TypeAlias = Callable[[FieldRef], Value]
"""The value of a field in the selected event: None where it is missing, a list where there are several."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the text of a filter leaves open.

    Attributes:
        dialect: whose language it is in.
        macros: texts by name, with ``$1``, ``$2`` … where arguments go.
        selected: answers ``$field``; None where no event is selected.
        files: ``in @path`` may read a file. Only for text that the user typed: never for filters out of a capture,
            a view, a colour rule or a configuration that somebody else wrote.
    """

    dialect: Dialect = Dialect.AUTO
    macros: Mapping[str, str] | None = None
    selected: Selected | None = None
    files: bool = False


PLAIN = Surroundings()
"""Both languages, and nothing around them."""
