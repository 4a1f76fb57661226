"""Turns the records of one audit event into the event of a call, and what they say of its process; stage ①."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from thresher.dissectors.syscall.texts.addresses import Endpoint, raw_sockaddr, sockaddr, with_peer
from thresher.dissectors.syscall.texts.audit_numbers import SAME_BITS, call_name, flag_words
from thresher.dissectors.syscall.texts.audit_records import Record, arguments
from thresher.dissectors.syscall.texts.blocks import INTEGERS, TEXTS, Text
from thresher.dissectors.syscall.texts.call_arguments import ARGUMENTS, EXECS
from thresher.dissectors.syscall.texts.known_types import type_of
from thresher.dissectors.syscall.texts.writing import BlockWriter, joined

if TYPE_CHECKING:
    from thresher.dissectors.syscall.event_table import EventType, Param

Values = dict[str, int | bytes | None]

UNSET = 0xFFFFFFFF
_CUT_TITLE = 128
"""The kernel keeps so many bytes of a process's arguments in PROCTITLE (kernel/auditsc.c, MAX_PROCTITLE_AUDIT_LEN)."""
_CREATES = 0o100 | 0o20000000
"""O_CREAT and O_TMPFILE: without them the register of the mode holds anything."""
_MASK32, _SIGN32 = 0xFFFFFFFF, 0x80000000
_TWO_PATHS = {
    "rename": ("oldpath", "newpath"), "renameat": ("oldpath", "newpath"), "renameat2": ("oldpath", "newpath"),
    "link": ("oldpath", "newpath"), "linkat": ("oldpath", "newpath"),
}  # fmt: skip
_ONLY_NEW = {"symlink": "linkpath", "symlinkat": "linkpath"}
_OWN_PATH = {"mount": "dir", "umount": "name", "umount2": "name"}


class Identity(NamedTuple):
    """What every event says of its process."""

    ppid: int | None
    comm: bytes | None
    path: bytes | None
    uid: int | None
    gid: int | None
    loginuid: int | None


@dataclass(slots=True)
class Group:
    """The records of one event, in the order in which they came."""

    time_ns: int
    records: list[Record] = field(default_factory=list)
    lines: list[Text] = field(default_factory=list)

    def of(self, kind: str) -> list[Record]:
        """The records of a type."""
        return [record for record in self.records if record.type == kind]

    def text(self) -> Text:
        """All lines, from the place of the first."""
        first = self.lines[0]
        return Text(first.offset, first.line, b"\n".join(line.data for line in self.lines))


class AuditEvents:
    """Writes the events of groups.

    Attributes:
        strange: architectures whose calls are not known by name, with how many calls there were.
    """

    def __init__(self, writer: BlockWriter) -> None:
        self.strange: dict[str, int] = {}
        self._writer = writer
        self._told: dict[int, Identity] = {}
        self._sockets: set[tuple[int, int]] = set()

    def told(self, group: Group) -> None:
        """The event of a group: a call, or what a program told the log."""
        calls = group.of("SYSCALL")
        if calls and (pid := calls[0].number("pid")) is not None and pid > 0:
            self._called(group, calls[0], pid)
            return
        first = group.records[0]
        found: Values = {"id": first.type.encode(), "desc": group.text().data}
        self._writer.happened("notification", found, group.time_ns, -1, group.text())

    def _called(self, group: Group, call: Record, pid: int) -> None:
        architecture = call.word("arch")
        name = call_name(architecture, call.number("syscall"))
        if name is None:
            name = call.words.get(b"SYSCALL", b"").decode("ascii", "replace")
        if not name:
            self.strange[architecture] = self.strange.get(architecture, 0) + 1
        identity = _identity(call)
        is_exec = name in EXECS and call.word("success") == "yes"
        self._introduce(pid, identity, group, is_exec)
        for folder in group.of("CWD"):
            self._writer.show_folder(self._writer.threads.get(pid), folder.text("cwd") or b"", group.time_ns)
        kind = None if name == "clone3" else type_of(name)  # its flags are behind a pointer: thread or process
        found = self._parameters(kind, name, group, call, architecture) if kind is not None else {}
        if name in EXECS or name in ("clone", "fork", "vfork"):
            found |= _process_values(pid, identity)
        if name in EXECS:
            found |= _exec_values(group)
        self._show_socket(name, found, group, pid)
        if name == "clone3":
            self._writer.left_without_event(name, group.time_ns, pid, group.text())
        else:
            self._writer.left(name, found, group.time_ns, pid, group.text())
        self._settle(name, pid, identity, call)

    # --- processes ---

    def _introduce(self, pid: int, identity: Identity, group: Group, is_exec: bool) -> None:
        """Who the process is, where that is new: a state-only exec of no time, so that no start is made up."""
        before = self._told.get(pid)
        if before is not None and before.ppid != identity.ppid:
            self._writer.forget(pid, group.time_ns)
            self._writer.threads.ended(pid)
            before = None
        self._writer.threads.get(pid).pid = pid
        if before == identity or (is_exec and before is not None):
            return
        values = _process_values(pid, identity) | {"res": 0}
        titles = group.of("PROCTITLE")
        title = titles[0].text("proctitle") if titles else None
        if title and len(title) < _CUT_TITLE:
            words = title.rstrip(b"\0").split(b"\0")
            values |= {"exe": words[0], "args": joined(words[1:])}
        self._writer.state("execve", values, 0, pid)
        self._told[pid] = identity

    def _settle(self, name: str, pid: int, identity: Identity, call: Record) -> None:
        self._told[pid] = identity
        child = call.number("exit") or 0
        if name in ("clone", "fork") and call.word("success") == "yes" and child > 0:
            self._told[child] = identity._replace(ppid=pid)
            parent = self._writer.threads.get(pid)
            self._writer.threads.born(child, parent, frozenset())
        elif name in ("exit_group", "exit"):
            self._writer.happened("procexit", {}, call.time_ns, pid, None)
            self._told.pop(pid, None)
            self._writer.threads.ended(pid)
        elif name == "chdir":
            self._writer.threads.get(pid).folder.cwd = b""

    def _show_socket(self, name: str, found: Values, group: Group, pid: int) -> None:
        """A socket ahead of its connect, where the log did not hold how it was made; its protocol is not said."""
        fd, ends = found.get("fd"), found.get("tuple")
        if name not in ("socket", "connect") or not isinstance(fd, int):
            return
        if name == "connect" and isinstance(ends, bytes) and (pid, fd) not in self._sockets:
            self._writer.state("socket", {"fd": fd, "domain": ends[0]}, group.time_ns, pid)
        self._sockets.add((pid, fd))

    # --- parameters ---

    def _parameters(self, kind: EventType, name: str, group: Group, call: Record, architecture: str) -> Values:
        found: Values = {}
        by_name = {param.name: param for param in kind.params}
        for place, parameter in enumerate(ARGUMENTS.get(kind.name, ())[:4]):
            raw = call.number(f"a{place}", 16)
            if raw is not None and parameter in by_name:
                found[parameter] = _converted(kind.name, by_name[parameter], raw, architecture)
        if kind.name == "clone" and (raw := call.number("a0", 16)) is not None:
            found["flags"] = _flags(by_name["flags"], flag_words("clone", "flags", raw, architecture) or [])
        peer = _address(group)
        if peer is not None and "addr" in by_name and by_name["addr"].type == "SOCKADDR":
            found["addr"] = sockaddr(peer)
        if isinstance(peer, Endpoint) and "tuple" in by_name:
            found["tuple"] = with_peer(kind.name, peer)
        if kind.name == "socket" and (raw := call.number("a1", 16)) is not None:
            found["flags"] = _flags(by_name["flags"], flag_words("pipe2", "flags", raw, architecture) or [])
        found |= _paths(kind, group)
        flags = call.number("a2" if kind.name == "openat" else "a1", 16) or 0
        if kind.name in ("open", "openat") and not flags & _CREATES:
            found["mode"] = None
        result = call.number("exit")
        if result is not None and kind.params:
            found[kind.params[0].name] = result
        return found


def _identity(call: Record) -> Identity:
    login = call.number("auid")
    return Identity(
        call.number("ppid"),
        call.text("comm"),
        call.text("exe"),
        call.number("euid"),
        call.number("egid"),
        UNSET if login == -1 else login,
    )


def _process_values(pid: int, identity: Identity) -> Values:
    return {
        "tid": pid,
        "pid": pid,
        "ptid": identity.ppid,
        "comm": identity.comm,
        "trusted_exepath": identity.path,
        "uid": identity.uid,
        "gid": identity.gid,
        "loginuid": identity.loginuid,
    }


def _exec_values(group: Group) -> Values:
    words = arguments(group.of("EXECVE"))
    paths = [record for record in group.of("PATH") if record.number("item") == 0]
    found: Values = {"filename": paths[0].text("name") if paths else None}
    return found | {"exe": words[0], "args": joined(words[1:])} if words else found


def _converted(call: str, param: Param, raw: int, architecture: str) -> int | None:
    if param.type in TEXTS or param.type not in INTEGERS:
        return None
    if "FLAGS" in param.type:
        if (call, param.name) in SAME_BITS:
            return raw
        words = flag_words(call, param.name, raw, architecture)
        return _flags(param, words) if words is not None else None
    if param.type in ("FD", "PID", "INT32"):
        raw &= _MASK32
        return raw - (1 << 32) if raw & _SIGN32 else raw
    size = INTEGERS[param.type].size
    return raw & ((1 << 8 * size) - 1) if param.type in ("UID", "GID", "UINT32", "MODE") else raw


def _flags(param: Param, words: list[str]) -> int:
    names = dict(param.names)
    value = 0
    for word in words:
        value |= names.get(word, 0)
    return value


def _address(group: Group) -> Endpoint | bytes | None:
    records = group.of("SOCKADDR")
    data = records[0].text("saddr") if records else None
    return raw_sockaddr(data) if data else None


def _paths(kind: EventType, group: Group) -> Values:
    """The paths that a call was given, from the items that are not the folders around them."""
    items = sorted(
        (record for record in group.of("PATH") if record.word("nametype") != "PARENT"),
        key=lambda record: record.number("item") or 0,
    )
    if not items:
        return {}
    if kind.name in _TWO_PATHS:
        old = [item for item in items if item.word("nametype") in ("DELETE", "NORMAL")]
        new = [item for item in items if item.word("nametype") == "CREATE"]
        first, second = _TWO_PATHS[kind.name]
        return {first: old[0].text("name") if old else None, second: new[0].text("name") if new else None}
    if kind.name in _ONLY_NEW:
        new = [item for item in items if item.word("nametype") == "CREATE"]
        return {_ONLY_NEW[kind.name]: new[0].text("name") if new else None}
    item = items[-1]
    texts = [param.name for param in kind.params if param.type in ("FSPATH", "FSRELPATH", "CHARBUF")]
    wanted = _OWN_PATH.get(kind.name) or (texts[0] if texts else None)
    if wanted is None or kind.name in EXECS or kind.name in _NOT_PATHS:
        return {}
    found: Values = {wanted: item.text("name")}
    if any(param.name == "ino" for param in kind.params):
        found["ino"] = item.number("inode")
        found["dev"] = _device(item.word("dev"))
    return found


_NOT_PATHS = frozenset(
    {"clone", "fork", "vfork", "memfd_create", "prctl", "init_module", "finit_module", "delete_module"}
)


def _device(text: str) -> int | None:
    """A device number as the kernel hands it to programs, from its major and minor number in hexadecimal digits."""
    major, _, minor = text.partition(":")
    try:
        high, low = int(major, 16), int(minor, 16)
    except ValueError:
        return None
    value = (low & 0xFF) | (high << 8) | ((low & ~0xFF) << 12)
    return value if value <= _MASK32 else None
