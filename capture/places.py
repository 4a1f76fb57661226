"""Where a field lives: exactly one of these a field; filter and query (stages ④–⑤) compile from it alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the event table."""

    name: str


@dataclass(frozen=True, slots=True)
class Sql:
    """An SQL expression over the event row, whose alias is ``e``; ``:start_ns`` is the capture's first time,
    ``:argument`` the text of the field's argument or NULL.
    """

    expression: str


@dataclass(frozen=True, slots=True)
class Version:
    """A column (for ``IP`` the stem of its two), or SQL over the alias ``r``, of the row the event links to."""

    relation: str
    expression: str


@dataclass(frozen=True, slots=True)
class Ancestor:
    """The same of the process ``level`` generations up at the time of the event, 0 being the process itself.

    ``level`` is None where the field takes it as its argument (``proc.aname[2]``).
    """

    expression: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One SQL expression with window functions over all rows of ``source`` (alias ``e``); built on first use."""

    expression: str
    source: str = field(default="events", kw_only=True)


@dataclass(frozen=True, slots=True)
class Replay:
    """A whole number that only the state after each event tells: collected for all in one more pass on first use.

    ``probe`` says what the dissector is to ask. The value is SQL over ``r.value``, the number; with a ``relation`` the
    number is a key there, and the value is a column or SQL over the alias ``r`` of that row.
    """

    probe: str
    relation: str = ""
    expression: str = "r.value"


@dataclass(frozen=True, slots=True)
class Computed:
    """Made by the dissector from the raw bytes, for all events on first use; ``probe`` says what."""

    probe: str


@dataclass(frozen=True, slots=True)
class Json:
    """A path into the JSON record, ``requestParameters.bucketName``; None where the argument is the path."""

    path: str | None


@dataclass(frozen=True, slots=True)
class Common:
    """One of the fields every source has, made of the source's own: the first present, or all of them for lists."""

    names: tuple[str, ...]


Place: TypeAlias = "Column | Sql | Version | Ancestor | Window | Replay | Computed | Json | Common"
