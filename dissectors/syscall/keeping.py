"""Finds what events need so that a capture of them alone shows the same: state events and list entries; stage ②.

Needed are the processes of the events up to the last of these, and, up to the clone, every process that one of them
was cloned from within the capture, since it passes on descriptors, folder, ids and names. Further ancestors only lend
their names. Of the needed processes go along: calls that change state; of reads and writes those that changed what is
known of a descriptor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from thresher.capture.evidence import Kept, Wanted
from thresher.dissectors.syscall.event_table import GENERIC_BASE, event_types
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.layout import type_info

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thresher.capture.contract import Lookup

    Ints = NDArray[np.int64]

_CLONES = frozenset(("clone", "clone3", "fork", "vfork"))
_CONTAINERS = frozenset(("container", "asyncevent"))
_GENERIC_EXIT = 1
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class _Events:
    """All events, by row; ``owner`` is the process that made it, or the thread where that is unknown."""

    owner: Ints
    tid: Ints
    type_id: Ints
    res: Ints
    proc_id: Ints


@dataclass(frozen=True, slots=True)
class _Processes:
    """All versions of threads."""

    tid: Ints
    pid: Ints
    ppid: Ints
    container: Any


def keep(nums: Any, extra: frozenset[str], lookup: Lookup) -> Kept:
    """See ``Dissector.keep``."""
    processes = _processes(lookup)
    events = _events(lookup, processes)
    chosen = np.asarray(nums, np.int64)
    if not len(chosen):
        return Kept((), Wanted(frozenset(), frozenset()))
    needed = _needed(events, processes, chosen)
    ancestors = _ancestors(processes, needed)
    state = _state(lookup, events, chosen, needed, ancestors)
    containers = _container_events(lookup, processes, needed, int(chosen[-1]))
    state = np.setdiff1d(np.union1d(state, containers), chosen)
    tids = processes.tid[np.isin(processes.pid, list(needed))]
    full = frozenset((*needed, *tids.tolist(), *(ancestors if "ancestors" in extra else ())))
    return Kept(state.tolist(), Wanted(full, frozenset(ancestors) - full))


def _filled(column: Any) -> Ints:
    return np.ma.filled(np.ma.asarray(column).astype(np.int64), _NOBODY)


def _processes(lookup: Lookup) -> _Processes:
    found = lookup.columns("SELECT tid, pid, ppid, container_id FROM processes ORDER BY proc_id")
    tid, pid, ppid = (_filled(found[name]) for name in ("tid", "pid", "ppid"))
    return _Processes(tid, pid, ppid, found["container_id"])


def _events(lookup: Lookup, processes: _Processes) -> _Events:
    found = lookup.columns("SELECT tid, type_id, res, proc_id FROM events ORDER BY num")
    tid, type_id, res, proc_id = (_filled(found[name]) for name in ("tid", "type_id", "res", "proc_id"))
    pids = np.append(processes.pid, _NOBODY)[proc_id]
    return _Events(np.where(pids > 0, pids, tid), tid, type_id, res, proc_id)


@cache
def _type_flags() -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """By event type: whether it changes state, moves bytes, clones, ends a thread."""
    info = np.asarray(type_info())
    names = [kind.name for kind in event_types()]
    return (
        (info[:, c.I_KIND] != c.K_NONE) & (info[:, c.I_PAIRS] == 0),
        info[:, c.I_IO] != 0,
        np.array([name in _CLONES for name in names]) & (info[:, c.I_PAIRS] == 0),
        np.array([name == "procexit" for name in names]),
    )


def _of_type(events: _Events, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The events of flagged types; generic calls have types of their own by code."""
    known = np.where(events.type_id >= GENERIC_BASE, _GENERIC_EXIT, events.type_id)
    padded = np.append(flags, False)
    return padded[np.where((known >= 0) & (known < len(flags)), known, len(flags))]


def _needed(events: _Events, processes: _Processes, chosen: Ints) -> dict[int, int]:
    """Processes to the last row up to which their state matters."""
    needed: dict[int, int] = {}
    for owner, num in zip(events.owner[chosen].tolist(), chosen.tolist(), strict=True):
        if owner > 0:
            needed[owner] = max(needed.get(owner, 0), num)
    clones = np.flatnonzero(_of_type(events, _type_flags()[2]) & (events.res >= 0))
    cloned = np.where(events.res[clones] > 0, events.res[clones], events.tid[clones])
    pids = dict(zip(processes.tid.tolist(), processes.pid.tolist(), strict=True))
    by_child: dict[int, list[tuple[int, int]]] = {}
    for num, child in zip(clones.tolist(), cloned.tolist(), strict=True):
        is_child = events.res[num] == 0
        version = events.proc_id[num]
        parent = int(processes.ppid[version]) if is_child and version >= 0 else int(events.owner[num])
        by_child.setdefault(pids.get(child, child), []).append((num, parent))
    waiting = list(needed)
    while waiting:
        child = waiting.pop()
        for num, parent in by_child.get(child, ()):
            if num <= needed[child] and parent > 0 and needed.get(parent, -1) < num:
                needed[parent] = num
                waiting.append(parent)
    return needed


def _ancestors(processes: _Processes, needed: dict[int, int]) -> set[int]:
    """Everybody that a needed process descends from, as far as it is known, without the needed."""
    parents: dict[int, set[int]] = {}
    for pid, ppid in set(zip(processes.pid.tolist(), processes.ppid.tolist(), strict=True)):
        parents.setdefault(pid, set()).add(ppid)
    found: set[int] = set()
    waiting = list(needed)
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent > 0 and parent not in found and parent not in needed:
                found.add(parent)
                waiting.append(parent)
    return found


def _state(lookup: Lookup, events: _Events, chosen: Ints, needed: dict[int, int], ancestors: set[int]) -> Ints:
    changing, moving, clones, ending = _type_flags()
    owners = np.array(sorted(needed), np.int64)
    untils = np.array([needed[owner] for owner in owners.tolist()], np.int64)
    places = np.clip(np.searchsorted(owners, events.owner), 0, len(owners) - 1)
    rows = np.arange(len(events.owner))
    is_needed = (owners[places] == events.owner) & (rows <= untils[places])
    made = np.zeros(len(rows), np.bool_)
    versions = _filled(lookup.columns("SELECT DISTINCT from_num FROM fds")["from_num"])
    made[versions[(versions >= 0) & (versions < len(rows))]] = True
    state = is_needed & _of_type(events, changing) & (made | ~_of_type(events, moving))
    state |= _of_type(events, clones) & np.isin(events.res, owners) & (rows <= chosen[-1])
    state |= _of_type(events, ending) & np.isin(events.owner, list(ancestors)) & (rows <= chosen[-1])
    accounts = np.array([row[c.I_KIND] == c.K_USER for row in np.asarray(type_info())])
    state |= _of_type(events, accounts) & (rows <= chosen[-1])
    found: Ints = np.flatnonzero(state)
    return found


def _container_events(lookup: Lookup, processes: _Processes, needed: dict[int, int], last: int) -> Ints:
    """What the recorder said of the containers that needed processes ran in."""
    names = {str(name) for name in processes.container[np.isin(processes.pid, list(needed))].tolist() if name}
    wanted = [name.encode() for name in names - {"host"}]
    types = ", ".join(str(kind.id) for kind in event_types() if kind.name in _CONTAINERS)
    found = [
        int(num)
        for batch in (lookup.events(f"e.type_id IN ({types}) AND e.num <= {last}") if wanted else ())
        for num, block in zip(batch.columns["num"].tolist(), batch.blocks, strict=True)
        if any(name in block for name in wanted)
    ]
    return np.array(found, np.int64)
