"""Says what proves a process or descriptor, and who its ancestors were at an event; for the details of stage ②."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from thresher.capture.evidence import Proof
from thresher.capture.model import Node, Value
from thresher.dissectors.syscall.names import number

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup

_MAX_GENERATIONS = 32
_MAX_VERSIONS = 10_000
"""Versions of a thread that are looked at; a value older than that is left without a proof."""
_PLACES = {1: "process list", 2: "descriptor list", 5: "metadata"}
_EVENT, _INHERITED, _GUESS = 0, 3, 4


def descriptor_origins(
    lookup: Lookup, row: Mapping[str, Value], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, Proof]:
    """What proves each of these fields of the descriptor: the event that last changed it, or what opened the file.

    Args:
        lookup: the store.
        row: the event.
        fields: the columns of ``fds`` that each field is made of.
    """
    fd_id = row.get("fd_id")
    if not isinstance(fd_id, int):
        return {}
    source = (
        "FROM fds v JOIN fds p ON v.fd_id = p.fd_id OR (v.open_id = p.open_id AND v.fd_id < p.fd_id) "
        "WHERE p.fd_id = ? ORDER BY v.fd_id DESC"
    )
    return _proven(lookup, row, fields, source, fd_id, lambda versions: versions)


def process_origins(
    lookup: Lookup, row: Mapping[str, Value], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, Proof]:
    """What proves each of these fields of the thread: the event that last changed it, or how the thread began.

    Args:
        lookup: the store.
        row: the event.
        fields: the columns of ``processes`` that each field is made of.
    """
    proc_id = row.get("proc_id")
    if not isinstance(proc_id, int):
        return {}
    source = (
        "FROM processes v JOIN processes p ON p.tid = v.tid AND v.from_num <= p.from_num AND v.proc_id <= p.proc_id "
        "WHERE p.proc_id = ? ORDER BY v.proc_id DESC"
    )
    return _proven(lookup, row, fields, source, proc_id, _one_life)


def _proven(
    lookup: Lookup,
    row: Mapping[str, Value],
    fields: Mapping[str, tuple[str, ...]],
    source: str,
    key: int,
    life_of: Callable[[Sequence[Sequence[Value]]], Sequence[Sequence[Value]]],
) -> dict[str, Proof]:
    """The oldest version, of those that ``source`` gives newest first, since which each field is what it is."""
    columns = sorted({column for used in fields.values() for column in used})
    listed = ", ".join(("v.from_num", "v.origin", "v.origin_offset", *(f"v.{column}" for column in columns)))
    life = life_of(lookup.rows(f"SELECT {listed} {source} LIMIT {_MAX_VERSIONS}", [key]))
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


def _said(lookup: Lookup, proofs: Mapping[str, Sequence[Value]], row: Mapping[str, Value]) -> dict[str, Proof]:
    """Proofs from (from_num, origin, origin_offset …)."""
    nums = {start for start, origin, *_ in proofs.values() if isinstance(start, int) and origin in (_EVENT, _INHERITED)}
    events = event_names(lookup, nums)
    return {key: _proof(proof, events, number(row, "num", -1)) for key, proof in proofs.items()}


def _proof(found: Sequence[Value], events: Mapping[int, str], num: int) -> Proof:
    start, origin, offset = (value if isinstance(value, int) else None for value in found[:3])
    if origin in _PLACES:
        what = _PLACES[origin]
        return Proof(what, what + (f" at byte {offset}" if offset is not None else ""), None, offset)
    if origin == _GUESS:
        return Proof("guess", "a guess: the capture has a gap here", None, offset)
    event = events.get(start or 0, "an event before the first one")
    known = start if start in events else None
    if origin == _INHERITED:
        return Proof("inherited", f"inherited at {event}", known, offset)
    return Proof("event", "" if start == num else event, known if start != num else num, offset)


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


def ancestor_at(lookup: Lookup, row: Mapping[str, Value], level: int) -> int | None:
    """The version (``proc_id``) of the process this many generations up when the event happened."""
    proc_id, num = row.get("proc_id"), number(row, "num")
    for _ in range(min(level, _MAX_GENERATIONS)):
        found = lookup.rows(
            "SELECT parent_proc_id FROM parentage WHERE proc_id = ? AND from_num <= ? AND ? < to_num",
            [proc_id, num, num],
        )
        proc_id = found[0][0] if found else None
    return proc_id if isinstance(proc_id, int) else None


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
