"""Turns the versions the kernel made into rows of processes, descriptors and what links them; stage ②."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from thresher.dissectors.syscall import batches, cgroup_names, told_ends
from thresher.dissectors.syscall.container_rows import Containers
from thresher.dissectors.syscall.event_table import GENERIC_BASE, event_types, syscall_names
from thresher.dissectors.syscall.initial_state import UNSET, InitialState, signed
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.recorders import NEVER_TOLD, NUMBERS_OR_NOTHING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Batch = tuple[str, pa.RecordBatch]

NUMBERS: tuple[tuple[str, int, Any], ...] = (
    ("from_num", c.T_FROM, pa.uint32()),
    ("origin", c.T_ORIGIN, pa.uint8()),
    ("origin_offset", c.T_ORIGINOFF, pa.uint64()),
    ("tid", c.T_TID, pa.int64()),
    ("sid", c.T_SID, pa.int64()),
    ("vpgid", c.T_VPGID, pa.int64()),
    ("pgid", c.T_PGID, pa.int64()),
    ("tty", c.T_TTY, pa.int64()),
    ("flags", c.T_FLAGS, pa.int64()),
    ("fdlimit", c.T_FDLIMIT, pa.int64()),
    ("clone_ns", c.T_CLONETS, pa.int64()),
    ("exec_ns", c.T_EXECTS, pa.int64()),
    ("cap_inheritable", c.T_CAPINH, pa.uint64()),
    ("cap_permitted", c.T_CAPPERM, pa.uint64()),
    ("cap_effective", c.T_CAPEFF, pa.uint64()),
    ("exe_ino", c.T_EXEINO, pa.int64()),
    ("exe_ctime_ns", c.T_EXECTIME, pa.int64()),
    ("exe_mtime_ns", c.T_EXEMTIME, pa.int64()),
    ("exe_flags", c.T_EXEFLAGS, pa.int64()),
    ("arg_count", c.T_NARGS, pa.uint32()),
)
"""Columns of processes that are numbers as they stand."""

TEXTS = (
    ("name", c.T_COMM),
    ("exe", c.T_EXE),
    ("exepath", c.T_EXEPATH),
    ("cwd", c.T_CWD),
    ("root", c.T_ROOT),
    ("cgroups", c.T_CGROUPS),
)

FD_NUMBERS: tuple[tuple[str, int, Any], ...] = (
    ("from_num", c.F_FROM, pa.uint32()),
    ("origin", c.F_ORIGIN, pa.uint8()),
    ("origin_offset", c.F_ORIGINOFF, pa.uint64()),
    ("type_id", c.F_TYPE, pa.uint8()),
    ("l4proto", c.F_L4, pa.uint8()),
    ("role", c.F_ROLE, pa.uint8()),
    ("open_flags", c.F_OFLAGS, pa.int64()),
    ("ino", c.F_INO, pa.int64()),
    ("dev", c.F_DEV, pa.int64()),
    ("open_id", c.F_OPEN, pa.uint32()),
    ("connection", c.F_STATE, pa.uint8()),
)


class Versions:
    """Reads the kernel's tables each time rows are taken."""

    def __init__(self, kernel: Any, state: InitialState) -> None:
        self._kernel = kernel
        self._state = state
        self._next_row = 0
        self._fds_taken = 0
        self._environments_taken = 0
        self._containers = Containers(state.containers)
        self._seen_types: set[int] = set()

    def first_row(self, count: int) -> int:
        """``num`` of the first of the next ``count`` events."""
        first = self._next_row
        self._next_row += count
        return first

    def row_to_come(self) -> int:
        """``num`` of the next event."""
        return self._next_row + int(self._kernel.pending())

    def note_events(self, cells: NDArray[np.int64], first: int, count: int) -> None:
        """Remember when each container was first and last seen; before the versions of later rows are taken."""
        self._containers.note(cells[c.C_PROC, :count], first)

    def containers(self) -> list[Batch]:
        """What is known of containers when the capture has ended."""
        return [] if self._state.recorder else [("containers", self._containers.batch())]

    def take(self) -> list[Batch]:
        """Everything made since the last call, but for the events."""
        made = [*self._state_rows(), *self._environments(), *self._processes(), *self._fds()]
        made += self._plain("parentage", self._kernel.threads.parents, c.P_WIDTH, PARENTAGE)
        made += self._plain("process_ends", self._kernel.threads.ends, c.X_WIDTH, ENDS)
        made += self._plain("late", self._kernel.rows.late, 2, LATE)
        made += self._plain("memory", self._kernel.threads.memory, 2 + len(MEMORY_NUMBERS), MEMORY)
        made += self._plain("streams", self._kernel.streams.joined, 2, STREAMS)
        return made

    def bad_events(self) -> Iterator[tuple[int, int]]:
        """Offset and type of events whose parameters do not fit."""
        yield from batches.table(self._kernel.bad_events.view(), 2).tolist()

    def new_event_types(self, kinds: NDArray[np.int64]) -> list[pa.RecordBatch]:
        """Rows for types that no table knows, where they come up for the first time."""
        strange = kinds[
            ((kinds >= len(event_types())) & (kinds < GENERIC_BASE)) | (kinds >= GENERIC_BASE + len(syscall_names()))
        ]
        fresh = sorted(set(strange.tolist()) - self._seen_types)
        if not fresh:
            return []
        self._seen_types.update(fresh)
        return [batches.unknown_type_rows(fresh)]

    def _plain(self, name: str, grid: Any, width: int, columns: tuple[tuple[str, int, Any], ...]) -> list[Batch]:
        if not grid.used:
            return []
        cells = batches.table(grid.view(), width)
        arrays = [batches.column(cells[:, place], kind) for _, place, kind in columns]
        return [(name, pa.RecordBatch.from_arrays(arrays, names=[column for column, _, _ in columns]))]

    def _processes(self) -> list[Batch]:
        threads = self._kernel.threads
        count = threads.versions.used
        if not count:
            return []
        cells = batches.table(threads.versions.view(), c.T_SHOWN)
        known = cells[:, c.T_PID] >= 0
        columns: dict[str, pa.Array] = {
            "proc_id": pa.array(np.arange(threads.base, threads.base + count, dtype=np.uint32))
        }
        for name, place, kind in NUMBERS:
            columns[name] = batches.column(cells[:, place], kind)
        for name, place in (("pid", c.T_PID), ("vtid", c.T_VTID), ("vpid", c.T_VPID)):
            columns[name] = batches.column(cells[:, place], pa.int64(), -1)
        columns["ppid"] = pa.array(cells[:, c.T_PPID].copy(), mask=cells[:, c.T_PPID] <= 0)
        columns["is_main"] = pa.array(cells[:, c.T_ISMAIN] != 0)
        for name, place in TEXTS:
            columns[name] = batches.texts(self._kernel.arena, threads.versions, place, 0, count)
        columns["cgroups"] = cgroup_names.told_alike(columns["cgroups"])
        columns["container_id"] = self._containers.ids(columns["cgroups"])
        columns |= self._identities(cells, known, columns["container_id"])
        columns["pidns_start_ns"] = batches.column(cells[:, c.T_PIDNS], pa.int64(), 0)
        columns["environment_id"] = batches.column(cells[:, c.T_ENV] - 1, pa.uint32(), -1)
        listed = batches.texts(self._kernel.arena, threads.versions, c.T_ARGS, 0, count, keep_empty=True)
        joined = pc.replace_substring(listed, "\0", " ")
        columns["args"] = batches.masked(joined, ~known)
        columns["arguments"] = pc.if_else(
            split_by_spaces(joined, cells[:, c.T_NARGS]), pa.scalar(None, LIST), batches.parts(listed)
        )
        if self._state.recorder:
            leave_out(columns, self._state.recorder, ~known)
        return [("processes", pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))]

    def _identities(
        self, cells: NDArray[np.int64], known: NDArray[np.bool_], containers: pa.Array
    ) -> dict[str, pa.Array]:
        """Users and groups by number and by the name known then; -1 is the audit system's word for nobody."""
        login = cells[:, c.T_LOGINUID].copy()
        login[login == UNSET] = -1
        uids, gids = (cells[:, place].copy() for place in (c.T_UID, c.T_GID))
        no_user, no_group = ((numbers < 0) | (numbers == UNSET) for numbers in (uids, gids))
        made: dict[str, pa.Array] = {
            "loginuid": pa.array(login, mask=~known),
            "uid": pa.array(uids, mask=no_user),
            "gid": pa.array(gids, mask=no_group),
        }
        first = self._kernel.threads.base
        users = [(login, ~known | (login < 0)), (uids, no_user)]
        made["loginuser_name"], made["user_name"] = self._state.users.names(first, users, containers)
        (made["group_name"],) = self._state.groups.names(first, [(gids, no_group)], containers)
        return made

    def _environments(self) -> list[Batch]:
        grid = self._kernel.threads.environments
        first, last = self._environments_taken, grid.used
        if first == last:
            return []
        self._environments_taken = last
        variables = batches.texts(self._kernel.arena, grid, 0, first, last, keep_empty=True)
        arrays = [pa.array(np.arange(first, last, dtype=np.uint32)), batches.parts(variables)]
        return [("environments", pa.RecordBatch.from_arrays(arrays, names=["environment_id", "variables"]))]

    def _fds(self) -> list[Batch]:
        versions = self._kernel.fds.versions
        first, last = self._fds_taken, versions.used
        if first == last:
            return []
        self._fds_taken = last
        cells = batches.table(versions.view(), c.F_WIDTH)[first:last]
        columns: dict[str, pa.Array] = {"fd_id": pa.array(np.arange(first, last, dtype=np.uint32))}
        columns["fd"] = batches.column(cells[:, c.F_FD], pa.int64(), -1)
        for name, place, kind in FD_NUMBERS:
            columns[name] = batches.column(cells[:, place], kind)
        arena = self._kernel.arena
        columns["name"] = batches.texts(arena, versions, c.F_NAME, first, last)
        if self._state.recorder:
            columns["name"] = told_ends.named(columns["name"], cells)
        columns["name_raw"] = batches.texts(arena, versions, c.F_RAW, first, last)
        columns |= self._ends(cells)
        return [("fds", pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))]

    def _ends(self, cells: NDArray[np.int64]) -> dict[str, pa.Array]:
        """Addresses and ports; a server that only listens has no client."""
        kinds = cells[:, c.F_TYPE]
        two_ends = (kinds == c.D_IPV4) | (kinds == c.D_IPV6)
        one_end = two_ends | (kinds == c.D_IPV4SERVER) | (kinds == c.D_IPV6SERVER)
        local = np.zeros(len(cells), np.bool_)
        for address in self._state.local:
            high = signed(int.from_bytes(address[:8], "big"))
            low = signed(int.from_bytes(address[8:], "big"))
            local |= (cells[:, c.F_CHI] == high) & (cells[:, c.F_CLO] == low)
        if self._state.recorder:  # a text that names one end of a connection leaves the own one unspecified
            no_client, no_server = told_ends.untold(cells)
            made = {"client_is_local": pa.array(local | no_client, mask=~two_ends)}
            one_end &= ~(two_ends & no_server)
            two_ends &= ~no_client
        else:
            made = {"client_is_local": pa.array(local, mask=~two_ends)}
        for name, place, known in (
            ("cip_hi", c.F_CHI, two_ends),
            ("cip_lo", c.F_CLO, two_ends),
            ("sip_hi", c.F_SHI, one_end),
            ("sip_lo", c.F_SLO, one_end),
        ):
            made[name] = pa.array(cells[:, place].copy().view(np.uint64), mask=~known)
        for name, place, known in (("cport", c.F_CPORT, two_ends), ("sport", c.F_SPORT, one_end)):
            made[name] = pa.array(cells[:, place].astype(np.uint16), mask=~known)
        return made

    def _state_rows(self) -> list[Batch]:
        """Accounts, interfaces and machines that came since the last call."""
        state, made = self._state, []
        for name, rows, columns in (
            ("users", state.new_users, USERS),
            ("groups", state.new_groups, GROUPS),
            ("interfaces", state.new_interfaces, INTERFACES),
            ("machines", state.new_machines, MACHINES),
        ):
            if rows:
                made.append((name, batches.rows_of([n for n, _ in columns], rows, [t for _, t in columns])))
                rows.clear()
        return made


def leave_out(columns: dict[str, pa.Array], recorder: str, unknown: NDArray[np.bool_]) -> None:
    """Empty what the recorder has not told: columns it never holds, and those of threads nothing is known of."""
    for name in NEVER_TOLD[recorder]:
        columns[name] = pa.nulls(len(unknown), columns[name].type)
    for name in NUMBERS_OR_NOTHING:
        columns[name] = pc.if_else(pc.equal(columns[name], -1), pa.scalar(None, columns[name].type), columns[name])
    columns["is_main"] = batches.masked(columns["is_main"], unknown)


def split_by_spaces(arguments: pa.Array, counts: NDArray[np.int64]) -> pa.Array:
    """Whether splitting joined arguments at their spaces gives them back."""
    pieces = pc.add(pc.count_substring(arguments, " "), 1)
    pieces = pc.if_else(pc.equal(pc.binary_length(arguments), 0), 0, pieces)
    return pc.equal(pieces, pa.array(counts))


LIST = pa.list_(pa.string())
PARENTAGE = (
    ("proc_id", c.P_CHILD, pa.uint32()),
    ("from_num", c.P_FROM, pa.uint32()),
    ("to_num", c.P_TO, pa.uint32()),
    ("parent_proc_id", c.P_PARENT, pa.uint32()),
)
ENDS = (("proc_id", c.X_VERSION, pa.uint32()), ("to_num", c.X_TO, pa.uint32()), ("reason", c.X_REASON, pa.uint8()))
MEMORY_NUMBERS = ("vm_size", "vm_rss", "vm_swap", "pf_major", "pf_minor")
MEMORY = (
    ("from_num", 0, pa.uint32()),
    ("tid", 1, pa.int64()),
    *((name, place, pa.uint64()) for place, name in enumerate(MEMORY_NUMBERS, 2)),
)
STREAMS = (("open_id", 0, pa.uint32()), ("stream", 1, pa.uint32()))
LATE = (("num", 0, pa.uint32()), ("before_num", 1, pa.uint32()))
USERS = (
    ("uid", pa.int64()),
    ("gid", pa.int64()),
    ("name", pa.string()),
    ("home", pa.string()),
    ("shell", pa.string()),
    ("container_id", pa.string()),
    ("from_num", pa.uint32()),
)
GROUPS = (("gid", pa.int64()), ("name", pa.string()), ("container_id", pa.string()), ("from_num", pa.uint32()))
MACHINES = (("hostname", pa.string()), ("from_num", pa.uint32()))
INTERFACES = (("name", pa.string()), ("address", pa.string()), ("netmask", pa.string()))
