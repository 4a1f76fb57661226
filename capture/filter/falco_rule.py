"""Writes a rule of Falco around a filter; part of stage ④."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thresher.capture.filter.falco import condition, known_fields
from thresher.capture.filter.surroundings import PLAIN, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thresher.capture.contract import Dissector
    from thresher.capture.registry import Catalogue

CALLS = "syscall"
"""The source that a rule has where it names none."""

CALL_OUTPUT: tuple[str, ...] = (
    "evt.type",
    "user.name",
    "proc.name",
    "proc.exepath",
    "proc.pname",
    "proc.cmdline",
    "proc.tty",
    "fd.name",
    "container.id",
    "container.name",
)
"""What a rule for system calls says of an event; rules for other sources say the columns of the list."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a rule says of itself: a priority in Falco's words, and words to sort rules by."""

    name: str
    description: str
    priority: str = "NOTICE"
    tags: Sequence[str] = ()


def rule(text: str, heading: Heading, dissector: Dissector, catalogue: Catalogue, around: Surroundings = PLAIN) -> str:
    """A rules file of one rule, in YAML, its texts in double quotes.

    Args:
        text: the filter, as typed.
        heading: what it says of itself.
        dissector: the source, whose name is that of Falco's source.
        catalogue: its fields.
        around: what the filter is read in.

    Raises:
        FilterError: it is wrong, or a part of it has no counterpart in Falco; with the place of that part.
    """
    lines = [
        f"- rule: {quoted(heading.name)}",
        f"  desc: {quoted(heading.description)}",
        f"  condition: {quoted(condition(text, catalogue, around))}",
        f"  output: {quoted(output(heading.name, dissector, catalogue))}",
        f"  priority: {heading.priority}",
    ]
    if dissector.name != CALLS:
        lines.append(f"  source: {dissector.name}")
    if heading.tags:
        lines.append(f"  tags: [{', '.join(map(quoted, heading.tags))}]")
    return "\n".join([*lines, ""])


def output(title: str, dissector: Dissector, catalogue: Catalogue) -> str:
    """The text of an alert: the rule's name and the fields that are common to rules of the source."""
    listed = [column.field for column in dissector.list_columns]
    names = CALL_OUTPUT if dissector.name == CALLS else tuple(listed)
    fields = [name for name in names if name in known_fields(catalogue.source)]
    said = " ".join(f"{name.replace('.', '_')}=%{name}" for name in fields)
    return f"{title.replace('%', '')} ({said})"


def quoted(text: str) -> str:
    """A string as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)
