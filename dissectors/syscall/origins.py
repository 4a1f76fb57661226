"""Says what proves a process or descriptor, and who its ancestors were at an event; for the details of stage ②."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from thresher.capture.model import Node, Value
from thresher.dissectors.syscall.names import number

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup

_MAX_GENERATIONS = 32
_MAX_VERSIONS = 10_000
"""Versions of a thread that are looked at; a value older than that is left without a proof."""
_PLACES = {1: "process list", 2: "descriptor list", 5: "metadata"}
_EVENT, _INHERITED, _GUESS = 0, 3, 4


def descriptor_origin(lookup: Lookup, row: Mapping[str, Value]) -> str:
    """What proves the descriptor the event links to; empty where the event itself does, or where it links to none."""
    fd_id = row.get("fd_id")
    if not isinstance(fd_id, int):
        return ""
    found = lookup.rows("SELECT from_num, origin, origin_offset FROM fds WHERE fd_id = ?", [fd_id])
    return _said(lookup, {"": found[0]}, row)[""] if found else ""


def process_origins(lookup: Lookup, row: Mapping[str, Value], fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What proves each of these fields of the thread: the event that last changed it, or how the thread began.

    Args:
        lookup: the store.
        row: the event.
        fields: the columns of ``processes`` that each field is made of.
    """
    proc_id = row.get("proc_id")
    if not isinstance(proc_id, int):
        return {}
    columns = sorted({column for used in fields.values() for column in used})
    sql = (
        f"SELECT v.from_num, v.origin, v.origin_offset, {', '.join(f'v.{column}' for column in columns)} "
        "FROM processes v JOIN processes p ON p.tid = v.tid AND v.from_num <= p.from_num AND v.proc_id <= p.proc_id "
        f"WHERE p.proc_id = ? ORDER BY v.proc_id DESC LIMIT {_MAX_VERSIONS}"
    )
    life = _one_life(lookup.rows(sql, [proc_id]))
    if not life:
        return {}
    proofs: dict[str, Sequence[Value]] = {}
    for name, used in fields.items():
        places = [3 + columns.index(column) for column in used]
        for version in life:
            if any(version[place] != life[0][place] for place in places):
                break
            proofs[name] = version
        else:
            if len(life) == _MAX_VERSIONS:
                del proofs[name]
    return _said(lookup, proofs, row)


def _one_life(versions: Sequence[Sequence[Value]]) -> list[Sequence[Value]]:
    """Versions, newest first, back to where the thread began: its number may have been another's before."""
    life: list[Sequence[Value]] = []
    for version in versions:
        life.append(version)
        if version[1] != _EVENT:
            break
    return life


def _said(lookup: Lookup, proofs: Mapping[str, Sequence[Value]], row: Mapping[str, Value]) -> dict[str, str]:
    """Proofs, as (from_num, origin, origin_offset …), in words."""
    nums = {start for start, origin, *_ in proofs.values() if isinstance(start, int) and origin in (_EVENT, _INHERITED)}
    events = event_names(lookup, nums)
    return {key: _in_words(proof, events, number(row, "num", -1)) for key, proof in proofs.items()}


def _in_words(proof: Sequence[Value], events: Mapping[int, str], num: int) -> str:
    start, origin, offset = (value if isinstance(value, int) else -1 for value in proof[:3])
    if origin in _PLACES:
        return _PLACES[origin] + (f" at byte {offset}" if offset >= 0 else "")
    if origin == _GUESS:
        return "a guess: the capture has a gap here"
    event = events.get(start, "an event before the first one")
    if origin == _INHERITED:
        return f"inherited at {event}"
    return "" if start == num else event


def event_names(lookup: Lookup, nums: set[int]) -> dict[int, str]:
    """What these rows are, in words, as in ``clone at event 4711``."""
    if not nums:
        return {}
    sql = (
        "SELECT e.num, t.name, e.evt_num FROM events e LEFT JOIN event_types t USING (type_id) "
        f"WHERE e.num IN ({', '.join(map(str, sorted(nums)))})"
    )
    return {
        num: f"{_text(name) or 'event'} at event {_text(evt_num)}"
        for num, name, evt_num in lookup.rows(sql)
        if isinstance(num, int)
    }


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
