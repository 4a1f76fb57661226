"""Says what proves a process or descriptor, and who its ancestors were at an event; for the details of stage ②."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from thresher.capture.model import Node, Value
from thresher.dissectors.syscall.names import number

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup

_MAX_GENERATIONS = 32
_PLACES = {1: "process list", 2: "descriptor list", 5: "metadata"}
_EVENT, _INHERITED, _GUESS = 0, 3, 4


def origin_of(lookup: Lookup, table: str, key: str, row: Mapping[str, Value]) -> str:
    """What proves the version that the event links to; empty where the event itself does, or where it links to none."""
    row_id = row.get(key)
    if not isinstance(row_id, int):
        return ""
    found = lookup.rows(f"SELECT origin, origin_offset, from_num FROM {table} WHERE {key} = ?", [row_id])
    if not found:
        return ""
    origin, offset, start = (value if isinstance(value, int) else -1 for value in found[0])
    if origin in _PLACES:
        return _PLACES[origin] + (f" at byte {offset}" if offset >= 0 else "")
    if origin == _GUESS:
        return "a guess: the capture has a gap here"
    if origin == _INHERITED:
        return f"inherited at {_event(lookup, start)}"
    return "" if start == number(row, "num", -1) else _event(lookup, start)


def _event(lookup: Lookup, num: int) -> str:
    found = lookup.rows(
        "SELECT t.name, e.evt_num FROM events e LEFT JOIN event_types t USING (type_id) WHERE e.num = ?", [num]
    )
    if not found:
        return "an event before the first one"
    name, evt_num = map(_text, found[0])
    return f"{name or 'event'} at event {evt_num}"


def ancestors(lookup: Lookup, row: Mapping[str, Value]) -> list[Node]:
    """One line per generation, parent first, as they were when the event happened."""
    proc_id = row.get("proc_id")
    if not isinstance(proc_id, int):
        return []
    num = number(row, "num")
    sql = (
        "WITH RECURSIVE up(level, proc_id) AS (SELECT 0, ?::UINTEGER UNION ALL SELECT up.level + 1, g.parent_proc_id "
        "FROM up JOIN parentage g ON g.proc_id = up.proc_id AND g.from_num <= ? AND ? < g.to_num "
        f"WHERE up.level < {_MAX_GENERATIONS}) "
        "SELECT up.level, p.name, p.pid, p.exepath, p.args FROM up JOIN processes p USING (proc_id) "
        "WHERE up.level > 0 ORDER BY up.level"
    )
    return [_ancestor(found) for found in lookup.rows(sql, [proc_id, num, num])]


def _ancestor(found: Sequence[Value]) -> Node:
    level, name, pid, exepath, args = map(_text, found)
    children = [
        Node(f"proc.aname[{level}]", name, f"proc.aname[{level}]", found[1]),
        Node(f"proc.apid[{level}]", pid, f"proc.apid[{level}]", found[2]),
    ]
    if exepath:
        children.append(Node("executable", exepath, value=exepath))
    if args:
        children.append(Node("command line", f"{name} {args}", value=f"{name} {args}"))
    return Node(level, f"{name} ({pid})", f"proc.aname[{level}]", found[1], children=children)


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, bytes) else str(value)
