"""Tells the kernels a story of single calls and asks what was known at each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.builders.entries import process
from tests.builders.kernel_laws import checked
from tests.builders.scap import Scap
from thresher.capture.model import DescriptorEntry, Metadata, ProcessEntry
from thresher.dissectors.syscall import kernel_choice

KINDS = ("interpreted",) if kernel_choice.unusable() else ("compiled", "interpreted")
INIT, SHELL = 1, 10
"""The two processes of every story that names no others."""


class Story(Scap):
    """A capture of exit events, each a microsecond after the one before; ``did`` gives the number of its event."""

    def __init__(
        self,
        processes: Sequence[ProcessEntry] | None = None,
        descriptors: Sequence[DescriptorEntry] = (),
        others: Sequence[Metadata] = (),
    ) -> None:
        super().__init__()
        self.time_ns = 1_700_000_000_000_000_000
        self.events = 0
        self.machine()
        self.begin(processes, descriptors, others)

    def begin(
        self,
        processes: Sequence[ProcessEntry] | None = None,
        descriptors: Sequence[DescriptorEntry] = (),
        others: Sequence[Metadata] = (),
    ) -> None:
        """The lists of a section."""
        users: Any = [other for other in others if type(other).__name__ in ("User", "Group")]
        interfaces: Any = [other for other in others if type(other).__name__ == "Interface"]
        if users:
            self.users(users)
        if interfaces:
            self.interfaces(interfaces)
        self.processes([process(INIT, 0, b"init"), process(SHELL)] if processes is None else processes)
        for entry in descriptors:
            self.descriptors(entry.tid, [entry])

    def did(self, name: str, tid: int = SHELL, /, *, way: str = "<", wait: int = 1000, **params: object) -> int:
        """A thread made a call; absent parameters are empty."""
        self.time_ns += wait
        self.events += 1
        self.event(name, params, way, time_ns=self.time_ns, tid=tid)
        return self.events

    def forked(self, child: int, tid: int = SHELL, *, flags: int = 0, name: str = "clone", **params: object) -> int:
        """A clone returned in the caller."""
        told = {"exe": "/bin/bash", "comm": "bash", "tid": tid, "pid": tid, "ptid": 1, "vtid": tid, "vpid": tid}
        return self.did(name, tid, **{**told, "res": child, "flags": flags, **params})

    def began(self, child: int, parent: int = SHELL, *, flags: int = 0, **params: object) -> int:
        """A clone returned 0 in the new thread."""
        told = {"exe": "/bin/bash", "comm": "bash", "tid": child, "pid": child, "ptid": parent}
        return self.did("clone", child, **{**told, "vtid": child, "vpid": child, "res": 0, "flags": flags, **params})

    def ran(self, program: str, tid: int = SHELL, **params: object) -> int:
        """An execve succeeded."""
        told = {"exe": program, "comm": program.rpartition("/")[2], "tid": tid, "pid": tid, "ptid": 1}
        return self.did("execve", tid, **{**told, "res": 0, "trusted_exepath": program, **params})

    def ended(self, tid: int, **params: object) -> int:
        """A thread ended."""
        return self.did("procexit", tid, way=">", **{"status": 0, **params})

    def touched(self, fd: int, tid: int = SHELL) -> int:
        """A read of nothing: shows what a descriptor stands for."""
        return self.did("read", tid, res=0, fd=fd, size=1)

    def told(self) -> Told:
        """What the kernels made of it, which is the same."""
        return Told(bytes(self))


class Told:
    """The tables of a story, read by the number of an event."""

    def __init__(self, data: bytes) -> None:
        self.outcome = checked(data, KINDS)
        tables = {name: table.to_pylist() for name, table in self.outcome.tables.items()}
        self.tables: dict[str, list[dict[str, Any]]] = tables
        self.events = {row["evt_num"]: row for row in tables.get("events", [])}
        self.names = {row["type_id"]: row["name"] for row in tables.get("event_types", [])}
        self.letters = {row["type_id"]: row["name"] for row in tables.get("fd_types", [])}

    def __getitem__(self, number: int) -> dict[str, Any]:
        return self.events[number]

    def process(self, number: int) -> dict[str, Any]:
        """The version of the thread that made the call; empty where it has none."""
        return self._row("processes", self.events[number]["proc_id"])

    def fd(self, number: int) -> dict[str, Any]:
        """What the descriptor of the call stood for; empty where nothing is known."""
        return self._row("fds", self.events[number]["fd_id"])

    def fd_type(self, number: int) -> str | None:
        """The word for the kind of descriptor."""
        return self.letters[self.fd(number)["type_id"]] if self.fd(number) else None

    def parent(self, number: int) -> dict[str, Any]:
        """The version of the parent as it was at the call; empty where it is not known."""
        event = self.events[number]
        found = [
            row["parent_proc_id"]
            for row in self.tables.get("parentage", [])
            if row["proc_id"] == event["proc_id"] and row["from_num"] <= event["num"] < row["to_num"]
        ]
        return self._row("processes", found[0] if found else None)

    def end(self, number: int) -> dict[str, Any]:
        """When the version of the caller ended, and why."""
        return next(row for row in self.tables["process_ends"] if row["proc_id"] == self.events[number]["proc_id"])

    def called(self, number: int) -> str:
        """The name of the event."""
        return str(self.names[self.events[number]["type_id"]])

    def _row(self, table: str, place: int | None) -> dict[str, Any]:
        return {} if place is None else self.tables[table][place]
