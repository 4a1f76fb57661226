"""Looks up what numbers in arguments stood for when the event happened, for many events at once (stage ②).

Threads, users, folders and the event's own descriptor are versions in the store; other descriptors that an event
names are what the same process last used under that number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from thresher.dissectors.syscall import params

if TYPE_CHECKING:
    from thresher.capture.contract import Lookup, RawEvent
    from thresher.capture.model import Value
    from thresher.dissectors.syscall.arguments import Argument, Arguments

FRESH = {"pipe": "p", "pipe2": "p", "socketpair": "u"}
"""Calls that make two descriptors at once, of which the row holds one; both are of this kind and have no name yet."""
COPIES = frozenset(("dup", "dup2", "dup3", "fcntl"))
"""Calls that may copy a descriptor: where the row is about their result, both numbers stand for what the row holds."""
PROTOCOL_LETTERS = {1: "t", 2: "u", 3: "i", 4: "r"}
RAW = 4
CONNECTIONS = (3, 4)
SERVERS = (5, 6)
_CLOSE = 5
_MADE_BY_EVENT = 0
_DENSE = 4
"""Rows are read by ranges where these hold at most this many times as many as are wanted."""
_CLOSE_KEYS = 64
"""Keys closer than this are in one range."""
_MOST_RANGES = 256
_HOST = "host"
_SUPERUSER = "root"
"""What id 0 is called where a capture holds no accounts of the container."""

STATEFUL = frozenset(("FD", "FD32", "FDLIST", "PID", "PID32", "UID", "GID", "FSPATH", "FSRELPATH"))
"""Types of arguments whose meaning depends on the state at the event."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a descriptor number stood for: its letters as in ``<4t>``, and its name."""

    letters: str
    name: str


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    cwd: str | None
    container: str


@dataclass(slots=True)
class Tables:
    """The rows of the store that a batch of events needs."""

    processes: dict[int, _Process] = field(default_factory=dict)
    threads: dict[int, tuple[list[int], list[tuple[int | None, str | None]]]] = field(default_factory=dict)
    """tid to its versions: where each begins; where it ended, and its name."""
    descriptors: dict[int, Descriptor] = field(default_factory=dict)
    others: dict[tuple[int, int], int] = field(default_factory=dict)
    """(num, descriptor number) to fd_id."""
    users: dict[tuple[str, int], str] = field(default_factory=dict)
    groups: dict[tuple[str, int], str] = field(default_factory=dict)


class Names:
    """Meanings of numbers for one event."""

    def __init__(self, row: Mapping[str, Value], arguments: Arguments, tables: Tables) -> None:
        self._row = row
        self._arguments = arguments
        self._tables = tables

    def _process(self) -> _Process | None:
        return self._tables.processes.get(number(self._row, "proc_id", -1))

    def cwd(self) -> str | None:
        """The current folder of the event's process; None where it is not known."""
        process = self._process()
        return process.cwd if process is not None else None

    def thread(self, tid: int) -> str | None:
        """The command name of a thread that existed at the event."""
        starts, versions = self._tables.threads.get(tid, ([], []))
        num = number(self._row, "num")
        place = bisect_right(starts, num) - 1
        if place < 0:
            return None
        end, name = versions[place]
        return name if end is None or num < end else None

    def descriptor(self, fd: int) -> Descriptor | None:
        """What the number stood for; None where it was not open or the capture does not say."""
        kind = self._arguments.kind
        if kind is not None and kind.name in FRESH and number(self._row, "res", -1) >= 0:
            return Descriptor(FRESH[kind.name], "")
        copied = kind is not None and kind.name in COPIES and number(self._row, "res") == self._row.get("fd")
        if copied or fd == self._row.get("fd"):
            return self._tables.descriptors.get(number(self._row, "fd_id", -1))
        fd_id = self._tables.others.get((number(self._row, "num"), fd))
        return self._tables.descriptors.get(fd_id) if fd_id is not None else None

    def user(self, uid: int) -> str | None:
        """The account name of a user id, as seen in the event's container."""
        return self._account(self._tables.users, uid)

    def group(self, gid: int) -> str | None:
        """The name of a group id, as seen in the event's container."""
        return self._account(self._tables.groups, gid)

    def _account(self, accounts: dict[tuple[str, int], str], key: int) -> str | None:
        process = self._process()
        found = accounts.get((process.container if process is not None else _HOST, key))
        return found or (_SUPERUSER if key == 0 else None)


def read_names(
    lookup: Lookup, events: Sequence[RawEvent], arguments: Sequence[Arguments], only: str | None = None
) -> list[Names]:
    """Look up what these events' arguments mention, with a handful of queries.

    Args:
        lookup: the store.
        events: the rows.
        arguments: the arguments of each.
        only: the one argument that will be asked for; all by default.
    """
    needs = Needs()
    for event, each in zip(events, arguments, strict=True):
        needs.add(event, each.items if only is None else _involved(each, only))
    tables = read_tables(lookup, needs)
    return [Names(event.row, each, tables) for event, each in zip(events, arguments, strict=True)]


def read_links(lookup: Lookup, needs: Needs) -> Tables:
    """Look up what other descriptors were at the events, without what they stood for."""
    tables = Tables()
    tables.processes = _processes(lookup, needs.proc_ids)
    tables.others = _others(lookup, needs.others, tables.processes)
    return tables


def read_tables(lookup: Lookup, needs: Needs) -> Tables:
    """Look up all that is needed, with a handful of queries."""
    tables = read_links(lookup, needs)
    tables.threads = threads(lookup, needs.tids)
    tables.descriptors = _descriptors(lookup, needs.fd_ids | set(tables.others.values()))
    if needs.users:
        tables.users = _accounts(lookup, "users", "uid")
    if needs.groups:
        tables.groups = _accounts(lookup, "groups", "gid")
    return tables


def _involved(arguments: Arguments, name: str) -> list[Argument]:
    """The argument of this name, and the descriptor that it is relative to."""
    item = arguments.find(name)
    if item is None or arguments.kind is None:
        return []
    base = item.param.dirfd
    return [item, *(arguments.items[base : base + 1] if base >= 0 else ())]


@dataclass(slots=True)
class Needs:
    """What a batch of events mentions."""

    proc_ids: set[int] = field(default_factory=set)
    fd_ids: set[int] = field(default_factory=set)
    tids: set[int] = field(default_factory=set)
    others: set[tuple[int, int, int]] = field(default_factory=set)
    """(num, proc_id, descriptor number)."""
    users: bool = False
    groups: bool = False

    def add(self, event: RawEvent, items: Sequence[Argument]) -> None:
        """What these arguments of an event mention."""
        if not any(item.param.type in STATEFUL for item in items):
            return
        row = event.row
        proc_id = number(row, "proc_id", -1)
        self.proc_ids.add(proc_id)
        self.fd_ids.add(number(row, "fd_id", -1))
        for item in items:
            kind = item.param.type
            if kind in ("PID", "PID32"):
                self.tids.add(params.integer(kind, item.data) or 0)
            elif kind in ("FD", "FD32", "FDLIST"):
                for fd in mentioned(kind, item.data):
                    if fd >= 0 and fd != row.get("fd") and proc_id >= 0:
                        self.others.add((number(row, "num"), proc_id, fd))
            self.users = self.users or kind == "UID"
            self.groups = self.groups or kind == "GID"


def mentioned(kind: str, data: bytes) -> list[int]:
    """The descriptor numbers in an argument."""
    if kind == "FDLIST":
        count = min(int.from_bytes(data[:2], "little"), max(len(data) - 2, 0) // 10)
        return [int.from_bytes(data[at : at + 8], "little", signed=True) for at in range(2, 2 + 10 * count, 10)]
    found = params.integer(kind, data)
    return [] if found is None else [found]


def number(row: Mapping[str, Value], column: str, default: int = 0) -> int:
    """An integer column, ``default`` where it is absent."""
    value = row.get(column)
    return value if isinstance(value, int) else default


def _inside(keys: Iterable[int]) -> str:
    """The list of an SQL ``IN``; integers only."""
    return ", ".join(str(int(key)) for key in sorted(keys)) or "NULL"


def among(column: str, keys: set[int]) -> str:
    """A condition that is true of these keys at least: ranges where they fill them well, for long lists cost time."""
    known = sorted(key for key in keys if key >= 0)
    if not known:
        return "FALSE"
    ranges = _ranges(known)
    if len(ranges) <= _MOST_RANGES and sum(last - first for first, last in ranges) < _DENSE * len(known):
        return f"({' OR '.join(f'{column} BETWEEN {first} AND {last}' for first, last in ranges)})"
    return f"{column} BETWEEN {known[0]} AND {known[-1]} AND {column} IN ({_inside(known)})"


def _ranges(known: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of ascending keys that stand close together."""
    cuts = [place for place in range(1, len(known)) if known[place] - known[place - 1] > _CLOSE_KEYS]
    return [(known[start], known[end - 1]) for start, end in zip([0, *cuts], [*cuts, len(known)], strict=True)]


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _int(value: Value) -> int:
    return value if isinstance(value, int) else -1


def _processes(lookup: Lookup, proc_ids: set[int]) -> dict[int, _Process]:
    if not proc_ids:
        return {}
    sql = f"SELECT proc_id, pid, cwd, container_id FROM processes WHERE {among('proc_id', proc_ids)}"
    return {
        _int(proc_id): _Process(_int(pid), cwd if isinstance(cwd, str) else None, _text(container) or _HOST)
        for proc_id, pid, cwd, container in lookup.rows(sql)
    }


def threads(lookup: Lookup, tids: set[int]) -> dict[int, tuple[list[int], list[tuple[int | None, str | None]]]]:
    """The versions of threads by tid: where each begins; where it ended, None where it did not, and its name."""
    if not tids:
        return {}
    sql = (
        "SELECT p.tid, p.from_num, x.to_num, p.name FROM processes p LEFT JOIN process_ends x USING (proc_id) "
        f"WHERE p.tid IN ({_inside(tids)}) AND p.pid <> -1 ORDER BY p.from_num, p.proc_id"
    )
    found: dict[int, tuple[list[int], list[tuple[int | None, str | None]]]] = {}
    for tid, start, end, name in lookup.rows(sql):
        starts, versions = found.setdefault(_int(tid), ([], []))
        starts.append(_int(start))
        versions.append((end if isinstance(end, int) else None, _text(name) or None))
    return found


def _descriptors(lookup: Lookup, fd_ids: set[int]) -> dict[int, Descriptor]:
    if not fd_ids:
        return {}
    sql = (
        "SELECT f.fd_id, t.letter, f.type_id, f.l4proto, f.role, f.name FROM fds f JOIN fd_types t USING (type_id) "
        f"WHERE {among('f.fd_id', fd_ids)}"
    )
    return {
        _int(fd_id): Descriptor(_text(letter) + _protocol(_int(kind), _int(l4proto), _int(role)), _text(name))
        for fd_id, letter, kind, l4proto, role, name in lookup.rows(sql)
    }


def _protocol(kind: int, l4proto: int, role: int) -> str:
    """The protocol's letter; a connection shows it only once it is known which end is the client."""
    if kind not in (*CONNECTIONS, *SERVERS) or (kind in CONNECTIONS and role <= 0 and l4proto != RAW):
        return ""
    return PROTOCOL_LETTERS.get(l4proto, "")


def _others(
    lookup: Lookup, needs: set[tuple[int, int, int]], processes: dict[int, _Process]
) -> dict[tuple[int, int], int]:
    """What each process last used under a number, or got beside the one that the row of the event names."""
    wanted = [(num, processes[proc_id].pid, fd) for num, proc_id, fd in needs if proc_id in processes]
    if not wanted:
        return {}
    pids = _inside({pid for _, pid, _ in wanted})
    numbers = _inside({fd for _, _, fd in wanted})
    owner = f"JOIN processes p USING (proc_id) WHERE p.pid IN ({pids})"
    sql = (
        f"WITH need(num, pid, fd) AS (VALUES {', '.join(map(str, sorted(wanted)))}), used AS ("
        f"SELECT e.num, p.pid, e.fd, e.fd_id, e.type_id = {_CLOSE} AND coalesce(e.res, 0) >= 0 AS is_closed "
        f"FROM events e {owner} AND e.fd IN ({numbers}) AND e.fd_id IS NOT NULL AND e.num < {max(wanted)[0]} "
        "UNION ALL SELECT e.num, p.pid, f.fd, f.fd_id, FALSE FROM fds f JOIN events e ON e.num = f.from_num "
        f"{owner} AND f.fd IN ({numbers}) AND f.origin = {_MADE_BY_EVENT} AND f.fd <> e.fd) "
        "SELECT need.num, need.fd, used.fd_id FROM need ASOF JOIN used "
        "ON need.pid = used.pid AND need.fd = used.fd AND need.num > used.num WHERE NOT used.is_closed"
    )
    return {(_int(num), _int(fd)): _int(fd_id) for num, fd, fd_id in lookup.rows(sql)}


def _accounts(lookup: Lookup, table: str, key: str) -> dict[tuple[str, int], str]:
    sql = (
        f"SELECT coalesce(nullif(container_id, ''), '{_HOST}'), {key}, name FROM {table} "
        "WHERE name IS NOT NULL ORDER BY from_num"
    )
    return {(_text(container), _int(account)): _text(name) for container, account, name in lookup.rows(sql)}
