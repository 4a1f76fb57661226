"""What was done with credentials: resources touched, and which changes still stand; part of stage ⑤."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import TYPE_CHECKING, Any

from thresher.capture.lineage.tracing import declared, listed
from thresher.capture.query.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.capture.credentials import Undoing
    from thresher.capture.store.store import Store

MAX_CHANGES = 100_000
"""Changes that are looked at; those beyond are counted only."""

Thing = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """A resource that calls succeeded on.

    Attributes:
        access: ``read`` or what else the source tells.
        first, last: events by number.
    """

    resource: str
    access: str
    calls: list[str]
    count: int
    first: int
    last: int


class Standing(Enum):
    """Whether a change was taken back."""

    STANDS = "stands"
    UNDONE = "undone"
    UNKNOWN = "not known"
    """What would take it back is not known here."""


@dataclass(frozen=True, slots=True)
class Change:
    """A call that succeeded and changed something; ``undone_by`` is an event's number."""

    number: int
    time_ns: int
    key: str
    call: str
    resource: str | None
    standing: Standing
    undone_by: int | None = None


def touched(store: Store, keys: Sequence[str]) -> list[Touched]:
    """The resources that the credentials were used on with success, by kind of access, most used first."""
    d = declared(store)
    rows = ask(
        store,
        f"SELECT {d.resource} AS resource, {d.access} AS access, list(DISTINCT {d.call} ORDER BY {d.call}), count(*), "
        f"min(e.evt_num), max(e.evt_num) FROM events e WHERE {d.used} IN ({listed(keys)}) AND {d.succeeded} "
        "GROUP BY 1, 2 HAVING resource IS NOT NULL AND access IS NOT NULL ORDER BY access, count(*) DESC, resource",
    )
    return [Touched(*row) for row in rows]


def changes(store: Store, keys: Sequence[str]) -> list[Change]:
    """What was changed with the credentials, in order, and whether a later call of anybody took it back."""
    d = declared(store)
    known = {call: undoing for undoing in d.undoings for call in undoing.does}
    calls = listed(sorted(known))
    rows = ask(
        store,
        f"SELECT e.num, e.evt_num, e.time_ns, {d.used}, {d.call} AS call, {d.resource}, "
        f"CASE WHEN call IN ({calls}) THEN e.raw END FROM events e WHERE {d.used} IN ({listed(keys)}) "
        f"AND {d.access} <> 'read' AND {d.succeeded} ORDER BY e.time_ns, e.num LIMIT {MAX_CHANGES}",
    )
    later = _undoing_events(store, [known[row[4]] for row in rows if row[4] in known])
    return [_change(row, known.get(row[4]), later) for row in rows]


Event = tuple[int, int, int, str, Any]
"""num, evt_num, time_ns, call, record."""


def _undoing_events(store: Store, undoings: Sequence[Undoing]) -> list[Event]:
    """Every call that could take one of them back, in order."""
    d = declared(store)
    calls = sorted({call for undoing in undoings for call in undoing.undoes})
    if not calls:
        return []
    rows = ask(
        store,
        f"SELECT e.num, e.evt_num, e.time_ns, {d.call} AS call, e.raw FROM events e "
        f"WHERE call IN ({listed(calls)}) AND {d.succeeded} ORDER BY e.time_ns, e.num",
    )
    return [(*row[:4], json.loads(row[4])) for row in rows]


def _change(row: Sequence[Any], undoing: Undoing | None, later: Sequence[Event]) -> Change:
    num, number, time_ns, key, call, resource, text = row
    if undoing is None:
        return Change(number, time_ns, key, call, resource, Standing.UNKNOWN)
    left = things(json.loads(text), undoing.made)
    if not left:
        return Change(number, time_ns, key, call, resource, Standing.UNKNOWN)
    shown = ", ".join(" ".join(thing) for thing in left)
    for other, other_number, other_ns, other_call, record in later:
        if other_call in undoing.undoes and (other_ns, other) > (time_ns, num):
            taken = things(record, undoing.taken)
            left = [thing for thing in left if not any(_is_same(thing, one) for one in taken)]
            if not left:
                return Change(number, time_ns, key, call, shown, Standing.UNDONE, other_number)
    return Change(number, time_ns, key, call, shown, Standing.STANDS)


def things(record: Any, paths: Sequence[str]) -> list[Thing]:
    """What the paths lead to in a record, through lists, every combination of their values."""
    return list(product(*(list(_reached(record, path.split("."))) for path in paths)))


def _reached(value: Any, keys: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _reached(each, keys)
    elif not keys:
        if isinstance(value, str):
            yield value
    elif isinstance(value, dict):
        yield from _reached(value.get(keys[0]), keys[1:])


def _is_same(one: Thing, other: Thing) -> bool:
    return all(map(_names_the_same, one, other))


def _names_the_same(one: str, other: str) -> bool:
    """Equal, or one is an ARN that ends with the other's plain name."""
    if one == other:
        return True
    if one.startswith("arn:") == other.startswith("arn:"):
        return False
    whole, plain = (one, other) if one.startswith("arn:") else (other, one)
    return whole.rpartition("/")[2] == plain or whole.rpartition(":")[2] == plain
