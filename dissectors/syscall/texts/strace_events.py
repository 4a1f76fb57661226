"""Turns the lines of strace, in the order in which they may be told, into events; stage ①."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.dissectors.syscall.texts import strace_values as values
from thresher.dissectors.syscall.texts.call_arguments import DESCRIPTOR_MAKERS, EXECS, FORKS
from thresher.dissectors.syscall.texts.known import Program, Thread
from thresher.dissectors.syscall.texts.known_types import OTHER_NAMES, exit_types, type_of
from thresher.dissectors.syscall.texts.strace_parameters import Values, flags, parameters, signal_number
from thresher.dissectors.syscall.texts.writing import BlockWriter, comm_of, joined, program_values

if TYPE_CHECKING:
    from thresher.dissectors.syscall.event_table import EventType
    from thresher.dissectors.syscall.texts.blocks import Text
    from thresher.dissectors.syscall.texts.strace_lines import Line


class Birth:
    """How a thread was made: by whom, and with which words of clone."""

    __slots__ = ("parent", "words")

    def __init__(self, parent: int, words: frozenset[str]) -> None:
        self.parent = parent
        self.words = words


def birth_words(line: Line) -> frozenset[str]:
    """The words of a clone, or those that say what fork and vfork do."""
    if line.name == "vfork":
        return frozenset({"CLONE_VFORK", "CLONE_VM"})
    found: set[str] = set()
    for argument in line.arguments or []:
        printed = values.members(argument).get(b"flags", argument)
        found.update(values.words(printed.removeprefix(b"flags=")))
    return frozenset(word for word in found if word.startswith("CLONE_"))


class StraceEvents:
    """Writes the events of lines; births are told before the lines of those who were born."""

    def __init__(self, writer: BlockWriter) -> None:
        self._writer = writer
        self._threads = writer.threads

    def born(self, tid: int, birth: Birth, time_ns: int) -> None:
        """A thread that a traced one made."""
        child = self._threads.born(tid, self._threads.get(birth.parent), birth.words)
        bits = flags(exit_types()["clone"].params[_FLAGS_OF_CLONE], "|".join(birth.words or ["0"]).encode())
        self._writer.introduce(child, bits or 0, time_ns)

    def unfinished(self, line: Line, tid: int, text: Text) -> None:
        """A call that has begun."""
        kind = type_of(line.name)
        self._show(line, self._threads.get(tid))
        self._writer.entered(line.name, parameters(kind, line) if kind else {}, line.time_ns, tid, text)

    def finished(self, line: Line, tid: int, text: Text, begun_ns: int | None) -> None:
        """A call that has returned, or never does; ``begun_ns`` is when its enter event was, if it is written."""
        thread = self._threads.get(tid)
        kind = type_of(line.name)
        self._show(line, thread)
        found = self._parameters(kind, line, thread)
        if line.result is None and kind is not None:
            if begun_ns is None:
                self._writer.entered(line.name, found, line.time_ns, tid, text)
            return
        time_ns = line.time_ns
        if line.duration_ns is not None:
            if begun_ns is None:
                self._writer.entered(line.name, found, time_ns, tid, None)
                begun_ns = time_ns
            time_ns = begun_ns + line.duration_ns
        self._writer.left(line.name, found, time_ns, tid, text)
        self._settle(line, thread, found, time_ns)

    def signalled(self, line: Line, tid: int, text: Text) -> None:
        """A signal that was delivered."""
        sender = values.number(values.members(line.body).get(b"si_pid", b""))
        found: Values = {"spid": sender, "dpid": self._threads.get(tid).pid, "sig": signal_number(line.name)}
        self._writer.happened("signaldeliver", found, line.time_ns, tid, text)

    def exited(self, line: Line, tid: int, text: Text) -> None:
        """The end of a thread."""
        signal = signal_number(line.signal) if line.signal else 0
        status = (line.status & 0xFF) << 8 if not line.signal else (signal or 0) | (0x80 if line.core else 0)
        found: Values = {"status": status, "ret": line.status, "sig": signal, "core": int(line.core)}
        if line.signal:
            found["ret"] = None
        self._writer.happened("procexit", found, line.time_ns, tid, text)
        self._threads.ended(tid)

    # --- what lines show ---

    def _show(self, line: Line, thread: Thread) -> None:
        for argument in line.arguments or []:
            shown = values.descriptor(argument)
            if shown is None or not shown.decoration:
                continue
            if shown.fd == values.AT_FDCWD:
                self._writer.show_folder(thread, shown.decoration, line.time_ns)
            elif shown.fd >= 0:
                self._writer.show_descriptor(thread, shown.fd, shown.decoration, line.time_ns)

    def _parameters(self, kind: EventType | None, line: Line, thread: Thread) -> Values:
        if kind is None:
            return {}
        found = parameters(kind, line)
        if line.name in EXECS:
            found |= self._exec_values(line, thread)
        elif line.name in FORKS:
            bits = flags(kind.params[_FLAGS_OF_CLONE], "|".join(birth_words(line) or ["0"]).encode())
            found |= {"tid": thread.tid, "pid": thread.pid, "ptid": thread.ppid, "flags": bits}
            found |= program_values(thread.program)
        return found

    def _exec_values(self, line: Line, thread: Thread) -> Values:
        program, path, environment = _program(line)
        tid = thread.tid if thread.tid > 0 else None
        found: Values = {"tid": tid, "ptid": thread.ppid, "filename": path, "env": environment}
        if line.result == 0:
            return found | {"pid": tid} | program_values(program)
        shown = program_values(thread.program)
        return (
            found
            | {"pid": thread.pid, "comm": shown.get("comm")}
            | {name: value for name, value in program_values(program).items() if name != "comm"}
        )

    # --- what calls change ---

    def _settle(self, line: Line, thread: Thread, found: Values, time_ns: int) -> None:
        if line.result is None or line.result < 0:
            return
        name = OTHER_NAMES.get(line.name, line.name)
        known = thread.files
        if name in EXECS:
            program, _, _ = _program(line)
            if program is not None:
                self._threads.executed(thread.tid, program)
        elif name == "close":
            known.forget(_number(found.get("fd")))
        elif name == "close_range" and not _number(found.get("flags")):
            known.forget_range(_number(found.get("first")), _number(found.get("last")))
        elif name in ("pipe", "pipe2", "socketpair"):
            self._opened_pair(line, thread)
        elif name in ("chdir", "fchdir"):
            thread.folder.cwd = b""
        elif line.decoration is not None:
            if name in DESCRIPTOR_MAKERS or (name == "fcntl" and _is_copy(line)):
                known.open(line.result, line.decoration)
                self._writer.show_address(line.decoration)
            else:
                self._writer.show_descriptor(thread, line.result, line.decoration, time_ns)
        elif name in DESCRIPTOR_MAKERS:
            known.open(line.result, None)

    def _opened_pair(self, line: Line, thread: Thread) -> None:
        for argument in line.arguments or []:
            for element in values.elements(argument):
                if made := values.descriptor(element):
                    thread.files.open(made.fd, made.decoration)


_FLAGS_OF_CLONE = exit_types()["clone"].index("flags")


def _number(value: int | bytes | None) -> int:
    return value if isinstance(value, int) else -1


def _is_copy(line: Line) -> bool:
    return len(line.arguments or []) > 1 and (line.arguments or [])[1].startswith(b"F_DUPFD")


def _program(line: Line) -> tuple[Program | None, bytes | None, bytes | None]:
    """What an exec runs, the path it was given, and the environment where it is printed."""
    arguments = list(line.arguments or [])
    if line.name == "execveat":
        arguments = arguments[1:]
    path = values.string(arguments[0]) if arguments else None
    listed = [values.string(element) for element in values.elements(arguments[1])] if len(arguments) > 1 else []
    words = [word for word in listed if word is not None]
    environment = [values.string(element) for element in values.elements(arguments[2])] if len(arguments) > 2 else []
    told = joined([word for word in environment if word is not None]) if environment else None
    if path is None:
        return None, None, told
    return Program(comm_of(path) if path else b"", words[0] if words else b"", words[1:]), path, told
