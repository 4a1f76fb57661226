"""Says for any field of an event what proves its value: data per field, and the ways to find out; stage ②."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thresher.capture.evidence import Gathered, Proof
from thresher.capture.keyed import Told
from thresher.capture.model import Ancestor, EventFlag, Field, Version, Window
from thresher.dissectors.syscall.arrivals import arrivals
from thresher.dissectors.syscall.fields import FIELDS
from thresher.dissectors.syscall.names import number
from thresher.dissectors.syscall.origins import ancestor_at, descriptor_origins, event_names, process_origins
from thresher.dissectors.syscall.tables import CONTAINERS, FDS, PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import FieldRef, Relation

HERE = Proof("event")
"""The event itself."""

_BY_ACCOUNTS = frozenset(("user.name", "user.loginname", "group.name"))
"""Fields whose number is the thread's and whose name is that of the user lists."""


def _columns(expression: str, relation: Relation) -> tuple[str, ...]:
    """The columns of a relation that an expression over ``r`` is made of."""
    known = {column.name for column in relation.columns}
    spelled = expression.replace("{half}", "hi")
    if expression.isidentifier():
        return tuple(name for name in (expression, f"{expression}_hi") if name in known)
    return tuple(dict.fromkeys(name for name in re.findall(r"\br\.(\w+)", spelled) if name in known))


def _of(relations: Iterable[str], relation: Relation, fallback: str) -> dict[str, tuple[str, ...]]:
    return {
        field.name: _columns(field.place.expression, relation) or (fallback,)
        for field in FIELDS
        if isinstance(field.place, Version) and field.place.relation in relations
    }


OF_PROCESS = _of(("processes",), PROCESSES, "pid")
"""Fields of the thread to the columns that they are made of."""
OF_DESCRIPTOR = _of(("fds",), FDS, "fd") | dict.fromkeys(_of(("fd_types",), FDS, "type_id"), ("type_id",))
"""Fields of the descriptor to the columns that they are made of."""


def prove(ref: FieldRef, event: RawEvent, lookup: Lookup) -> Proof:
    """What proves the value that an event has of a field; see ``Dissector.prove``."""
    field, place = ref.field, ref.field.place
    if isinstance(place, Ancestor):
        return _of_ancestor(field, place, ref.argument, event, lookup)
    if field.name in OF_PROCESS:
        found = process_origins(lookup, event.row, {field.name: OF_PROCESS[field.name]}).get(field.name)
        return _named(field, found) if found is not None else _unknown("thread")
    if field.name in OF_DESCRIPTOR:
        found = descriptor_origins(lookup, event.row, {field.name: OF_DESCRIPTOR[field.name]}).get(field.name)
        return found if found is not None else _unknown("descriptor")
    if isinstance(place, Told):
        return _of_arrival(event, lookup)
    if isinstance(place, Window) and not isinstance(place, Gathered):
        return _before(event, lookup)
    if isinstance(place, Version) and place.relation == CONTAINERS.name:
        return _of_container(place, event, lookup)
    if isinstance(place, Version) and place.relation not in ("event_types", "errors"):
        return Proof("metadata", f"the table '{place.relation}', which was made of the capture's metadata")
    return HERE


def _unknown(what: str) -> Proof:
    return Proof("guess", f"not recorded: the history of this {what} is too long or has a gap")


def _named(field: Field, proof: Proof) -> Proof:
    if field.name not in _BY_ACCOUNTS:
        return proof
    return proof._replace(text=f"the id: {proof.text or 'this event'}; its name: the user list")


def _of_container(place: Version, event: RawEvent, lookup: Lookup) -> Proof:
    """What the capture's metadata says, or a file that the user gave."""
    sql = "SELECT supplied FROM containers JOIN processes USING (container_id) WHERE proc_id = ?"
    found = lookup.rows(sql, [number(event.row, "proc_id", -1)])
    columns = _columns(place.expression, CONTAINERS)
    for each in found[0][0] or () if found and isinstance(found[0][0], list) else ():
        column, _, path = each.partition("=")
        if column in columns:
            return Proof("metadata", f"the file {path}, given with --metadata")
    return Proof("metadata", "the table 'containers', which was made of the capture's metadata and cgroups")


def _of_arrival(event: RawEvent, lookup: Lookup) -> Proof:
    """The event by which the process came to where it is, or the process list."""
    found = dict(arrivals(lookup)).get(number(event.row, "proc_id", -1))
    if found is None or found.source is None:
        return Proof("process list", "the process list")
    return Proof("event", event_names(lookup, {found.source}).get(found.source, ""), found.source)


def _of_ancestor(field: Field, place: Ancestor, argument: str | None, event: RawEvent, lookup: Lookup) -> Proof:
    level = int(argument or 0) if place.level is None else place.level
    proc_id = ancestor_at(lookup, event.row, level)
    columns = {field.name: _columns(place.expression, PROCESSES) or ("pid",)}
    row = {**event.row, "proc_id": proc_id}
    found = process_origins(lookup, row, columns).get(field.name)
    return found if found is not None else _unknown("ancestor")


def _before(event: RawEvent, lookup: Lookup) -> Proof:
    """The same thread's event before this one, which durations between events are counted from."""
    found = lookup.rows(
        "SELECT max_by(e.num, e.evt_num) FROM events AS e WHERE e.tid = ? AND e.evt_num < ? "
        f"AND (e.flags & {int(EventFlag.INTERNAL)}) = 0 AND e.time_ns > 0",
        [event.row.get("tid"), number(event.row, "evt_num")],
    )
    num = found[0][0]
    if not isinstance(num, int):
        return HERE
    return Proof("event", f"this event and {event_names(lookup, {num})[num]}", num)
