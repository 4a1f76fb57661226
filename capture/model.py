"""The words all stages ①–⑤ share: fields and where they live, relations, events, damage; standard library only."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum, IntFlag
from typing import Literal, TypeAlias

from thresher.capture.places import Ancestor as Ancestor
from thresher.capture.places import Column as Column
from thresher.capture.places import Common as Common
from thresher.capture.places import Computed as Computed
from thresher.capture.places import Json as Json
from thresher.capture.places import Place as Place  # noqa: TC001
from thresher.capture.places import Replay as Replay
from thresher.capture.places import Sql as Sql
from thresher.capture.places import Version as Version
from thresher.capture.places import Window as Window

Value: TypeAlias = "int | float | bool | str | bytes | list[str] | None"
"""A field's value as Python sees it; ``None`` is not known or not applicable."""


class FieldType(Enum):
    """What a field's values are; the value is the word that help and ``fields`` print."""

    INT = "int"
    """Signed 64-bit integer."""
    UINT = "uint"
    """Unsigned 64-bit integer."""
    BOOL = "bool"
    STRING = "string"
    BYTES = "bytes"
    IP = "ip"
    """IPv4 or IPv6; in SQL two UBIGINT ``<name>_hi``, ``<name>_lo`` with IPv4 mapped, in Python text."""
    PORT = "port"
    TIME = "time"
    """Nanoseconds since 1970 in UTC."""
    DURATION = "duration"
    """Nanoseconds."""


class Argument(Enum):
    """What may follow a field in brackets or after a further dot."""

    NONE = "none"
    INDEX = "index"
    """A non-negative integer: ``proc.aname[2]``, ``proc.aname.2``."""
    NAME = "name"
    """A word: ``evt.arg[fd]``, ``evt.arg.fd``, ``evt.arg[0]``."""
    PATH = "path"
    """A JSON path: ``ct.request.bucketName``; without it the field stands for the whole subtree."""


@dataclass(frozen=True, slots=True)
class Field:
    """A named, typed, described value of an event.

    Attributes:
        name: canonical key, lower case, dotted.
        type: see ``FieldType``; lists hold values of it.
        title: what a column header says.
        description: one sentence with a full stop; names the unit where there is one.
        place: where it lives.
        argument: what it takes in brackets.
        argument_required: a bare use is an error.
        is_list: several values an event; comparisons mean *any*.
        is_filter_only: no single value to print (``fd.ip`` is either end).
        either: for filter-only fields, the fields any of which may match.
        aliases: other spellings, among them Stratoshark's.
        deprecated: what to use instead, empty where the field is current.
        example: a filter that uses it.
    """

    name: str
    type: FieldType
    title: str
    description: str
    place: Place
    argument: Argument = Argument.NONE
    argument_required: bool = False
    is_list: bool = False
    is_filter_only: bool = False
    either: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deprecated: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field as somebody asked for it: with its argument, where it takes one."""

    field: Field
    argument: str | None = None

    @property
    def key(self) -> str:
        """The canonical spelling: ``proc.aname[2]``, ``evt.arg.fd``, ``ct.request.bucketName``."""
        if self.argument is None:
            return self.field.name
        if self.field.argument is Argument.INDEX:
            return f"{self.field.name}[{self.argument}]"
        return f"{self.field.name}.{self.argument}"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One stored column: its name, DuckDB type and meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table beside the events, and how an event finds its row.

    ``link`` is an SQL expression over the event row ``e`` that equals ``key`` of at most one row here; empty for
    tables that no event links to (``parentage``).
    """

    name: str
    key: str
    link: str
    columns: tuple[ColumnSpec, ...]
    description: str


HEAD: tuple[ColumnSpec, ...] = (
    ColumnSpec("num", "UINTEGER", "Ingest ordinal, dense from 0, equal to the rowid; never shown."),
    ColumnSpec("time_ns", "BIGINT", "Nanoseconds since 1970 in UTC."),
    ColumnSpec("file_id", "UINTEGER", "Row of the table files."),
    ColumnSpec("evt_num", "UINTEGER", "1-based ordinal of the block or record in its capture; what people see."),
    ColumnSpec("type_id", "INTEGER", "Event type; row of event_types."),
    ColumnSpec("offset_bytes", "UBIGINT", "Where the block or record starts in the uncompressed stream of its file."),
    ColumnSpec("length_bytes", "UINTEGER", "How long it is."),
    ColumnSpec("flags", "USMALLINT", "Bits of EventFlag."),
)
"""The columns every event table begins with, in this order."""


class EventFlag(IntFlag):
    """Bits of the ``flags`` column."""

    INTERNAL = 1
    """Bookkeeping of the recorder (user, group, container, procinfo, state-only): left out unless asked for."""
    UNFINISHED = 2
    """An enter event whose exit is not in the capture."""
    STATE_ONLY = 4
    """The block carries the state-only mark."""
    LATE = 8
    """Stored after rows that follow it in the capture; see the table ``late``."""
    MERGED = 16
    """One row from an enter and an exit event."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of input that could not be read.

    Attributes:
        path: the file, as the user named it.
        offset: first byte of the stretch, in the uncompressed stream.
        length: bytes passed over, to the end of the file where nothing readable followed.
        what: one clause that says what was found.
    """

    path: str
    offset: int
    length: int
    what: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine block of a section; times in ns since 1970, memory in bytes."""

    cpus: int
    memory_bytes: int
    max_pid: int
    hostname: str
    boot_time_ns: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; addresses packed, 4 or 16 bytes in network order."""

    name: str
    address: bytes
    netmask: bytes
    broadcast: bytes
    speed: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """An account of the user list."""

    uid: int
    gid: int
    name: str
    home: str
    shell: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the user list."""

    gid: int
    name: str


@dataclass(frozen=True, slots=True)
class ProcessEntry:
    """A thread of the process list, as alive when the capture began; -1 and b'' where the file is silent."""

    tid: int
    pid: int
    ptid: int
    comm: bytes
    exe: bytes
    exepath: bytes
    args: bytes
    """NUL separated, without argv[0]."""
    cwd: bytes
    env: bytes
    cgroups: bytes
    """NUL separated ``subsystem=path``."""
    root: bytes
    sid: int = -1
    vpgid: int = -1
    pgid: int = -1
    vtid: int = -1
    vpid: int = -1
    fdlimit: int = 0
    flags: int = 0
    uid: int = 0xFFFFFFFF
    gid: int = 0xFFFFFFFF
    loginuid: int = 0xFFFFFFFF
    tty: int = 0
    vm_size: int = 0
    vm_rss: int = 0
    vm_swap: int = 0
    pfmajor: int = 0
    pfminor: int = 0
    pidns_start_ns: int = 0
    cap_inheritable: int = 0
    cap_permitted: int = 0
    cap_effective: int = 0
    exe_ino: int = 0
    exe_ctime_ns: int = 0
    exe_mtime_ns: int = 0
    exe_writable: bool = False
    exe_upper_layer: bool = False
    exe_lower_layer: bool = False
    exe_from_memfd: bool = False


@dataclass(frozen=True, slots=True)
class DescriptorEntry:
    """An open descriptor of the descriptor lists.

    ``kind`` is scap's code (``scap.h``: 1 file, 2 directory, 3 and 4 ipv4 and ipv6 sockets, 5 and 6 their servers,
    7 pipe, 8 unix …); addresses are packed as in the file, ports in host order.
    """

    tid: int
    fd: int
    ino: int
    kind: int
    name: bytes = b""
    source_address: bytes = b""
    target_address: bytes = b""
    source_port: int = 0
    target_port: int = 0
    l4proto: int = 0
    source_pointer: int = 0
    target_pointer: int = 0
    open_flags: int = 0
    device: int = 0


@dataclass(frozen=True, slots=True)
class Recorder:
    """What wrote a section, as its header says (pcapng option shb_userappl)."""

    name: str


Metadata: TypeAlias = "Recorder | Machine | Interface | User | Group | ProcessEntry | DescriptorEntry"


@dataclass(slots=True)
class Node:
    """A line of the details tree.

    Attributes:
        label: what stands before the colon; a field's name where the line is a field.
        text: the value as shown, escaped for nothing yet.
        field: canonical filterable key, empty where there is none.
        value: typed value, for "filter on this".
        source: index into the event's byte sources.
        start, end: its bytes there; equal where the value has no bytes of its own.
        origin: what proves a derived value, empty where the event itself does.
    """

    label: str
    text: str = ""
    field: str = ""
    value: Value = None
    source: int = 0
    start: int = 0
    end: int = 0
    origin: str = ""
    children: list[Node] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ByteSource:
    """Raw bytes an event was made from: a block, its enter block, or a JSON record."""

    title: str
    data: bytes
    kind: Literal["bytes", "json"] = "bytes"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A default column of the event list: a field, its heading and width in cells (0: what is left over)."""

    field: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class ColourRule:
    """Rows that match ``filter`` take ``style``; the first match wins.

    A style is a name of the theme's palette, or the user's own colours: ``#000000 on #dd6e5e``, either part alone too.
    """

    name: str
    filter: str
    style: str
