"""Writes the events of a text and, before them, what they show of threads, folders and descriptors; stage ①."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from thresher.dissectors.syscall.event_table import EventType, event_types
from thresher.dissectors.syscall.texts import decorations
from thresher.dissectors.syscall.texts.addresses import socktuple
from thresher.dissectors.syscall.texts.blocks import Text, descriptors, event, own_address, packed, section
from thresher.dissectors.syscall.texts.known import Program, Thread, Threads
from thresher.dissectors.syscall.texts.known_types import (
    GENERIC_EXIT,
    code_of,
    exit_types,
    one_sided,
    type_of,
    typed_names,
)

Values = Mapping[str, int | bytes | None]

COMM_BYTES = 15
"""The kernel keeps so many bytes of a program's name (linux/sched.h, TASK_COMM_LEN)."""
_NOT_IN_ENTER = frozenset({"filename", "pathname"})
"""The path that exec was given: what it ran may be the interpreter in a script, so it does not name the executable."""


class BlockWriter:
    """Collects blocks.

    Attributes:
        threads: what has been told of them.
        unnamed: calls that scap has no code for, by name.
    """

    def __init__(self, recorder: str) -> None:
        self.threads = Threads()
        self.unnamed: Counter[str] = Counter()
        self._addresses: set[bytes] = set()
        self._parts: list[bytes] = [section(recorder)]

    def taken(self) -> bytes:
        """The blocks made since the last time."""
        made = b"".join(self._parts)
        self._parts.clear()
        return made

    # --- events ---

    def entered(self, call: str, values: Values, time_ns: int, tid: int, text: Text | None) -> None:
        """The enter event of a call."""
        exit_type = type_of(call)
        kind = event_types()[exit_type.id - 1 if exit_type else GENERIC_EXIT - 1]
        found = values if exit_type else self._generic(call)
        if not found.keys().isdisjoint(_NOT_IN_ENTER):
            found = {name: value for name, value in found.items() if name not in _NOT_IN_ENTER}
        self._write(kind, found, time_ns, tid, text)

    def left(self, call: str, values: Values, time_ns: int, tid: int, text: Text | None) -> None:
        """The exit event of a call."""
        kind = type_of(call)
        if kind is None:
            self._write(event_types()[GENERIC_EXIT], self._generic(call), time_ns, tid, text)
        else:
            self._write(kind, values, time_ns, tid, text)

    def left_without_event(self, call: str, time_ns: int, tid: int, text: Text | None) -> None:
        """The exit of a call by its name only, where an event of its own would claim what the text does not say."""
        self._write(event_types()[GENERIC_EXIT], self._generic(call), time_ns, tid, text)

    def happened(self, name: str, values: Values, time_ns: int, tid: int, text: Text | None) -> None:
        """An event that is no call."""
        self._write(one_sided(name), values, time_ns, tid, text)

    def _generic(self, call: str) -> Values:
        code = code_of(call)
        if code is None and call:
            self.unnamed[call[:64]] += 1
        return {"ID": code or 0}

    def _write(
        self, kind: EventType, values: Values, time_ns: int, tid: int, text: Text | None, *, state_only: bool = False
    ) -> None:
        given = values.get
        parameters = [
            b"" if (value := given(name)) is None else packed(type_, value) for name, type_ in typed_names(kind.id)
        ]
        self._parts.append(event(kind, parameters, time_ns, tid, text, state_only=state_only))

    # --- what events show of what was before ---

    def introduce(self, child: Thread, flags: int, time_ns: int) -> None:
        """A thread that a clone has made, told in its own half of the clone, which no text shows."""
        values: dict[str, int | bytes | None] = {
            "res": 0,
            "tid": child.tid,
            "pid": child.pid,
            "ptid": child.ppid,
            "flags": flags,
            **program_values(child.program),
        }
        self._write(exit_types()["clone"], values, time_ns, child.tid, None, state_only=True)

    def state(self, call: str, values: Values, time_ns: int, tid: int) -> None:
        """An exit event that only carries state."""
        self._write(exit_types()[call], values, time_ns, tid, None, state_only=True)

    def forget(self, tid: int, time_ns: int) -> None:
        """What was known of a process is no longer so; it is told anew."""
        self._write(one_sided("procexit"), {}, time_ns, tid, None, state_only=True)

    def show_folder(self, thread: Thread, path: bytes, time_ns: int) -> None:
        """The folder that a thread is in."""
        if not path.startswith(b"/") or thread.folder.cwd == path:
            return
        thread.folder.cwd = path
        self._write(exit_types()["getcwd"], {"res": 0, "path": path}, time_ns, thread.leader, None, state_only=True)

    def show_descriptor(self, thread: Thread, fd: int, decoration: bytes, time_ns: int) -> None:
        """What a descriptor is, where that is new."""
        self.show_address(decoration)
        known = thread.files.descriptors
        before, was_opened = known.get(fd), fd in known
        thread.files.open(fd, decoration)
        if before == decoration or (before is None and was_opened):
            return
        both = decorations.connection(decoration)
        if before is not None and decorations.is_socket(before) and decorations.is_socket(decoration):
            if both is None or decorations.connection(before) == both:
                return
            if decorations.connection(before) is None:
                ends = {"res": 0, "fd": fd, "tuple": socktuple(both.local, both.remote)}
                self._write(exit_types()["connect"], ends, time_ns, thread.tid, None, state_only=True)
                return
        entry = decorations.entry(fd, decoration)
        if entry is not None:
            self._parts.append(descriptors(thread.leader, [entry]))

    def show_address(self, decoration: bytes) -> None:
        """That the own end of a connection is an address of the machine, which tells both ends apart."""
        end = decorations.local_end(decoration)
        if end is None or end.address.is_unspecified or end.address.packed in self._addresses:
            return
        self._addresses.add(end.address.packed)
        self._parts.append(own_address(end.address.packed))


def program_values(program: Program | None) -> dict[str, int | bytes | None]:
    """What a process runs, as parameters of clone and exec."""
    if program is None:
        return {}
    return {"exe": program.exe, "comm": program.comm, "args": joined(program.args)}


def joined(texts: Sequence[bytes]) -> bytes:
    """Texts as scap lists them, a NUL behind each."""
    return b"".join(text.replace(b"\0", b"") + b"\0" for text in texts)


def comm_of(path: bytes) -> bytes:
    """The name that the kernel gives a process that runs a path."""
    return path.rpartition(b"/")[2][:COMM_BYTES]
