"""What each event type is to the kernel: its kind, where its parameters are, how it finds its thread; stage ②."""

from __future__ import annotations

from array import array
from functools import cache

from thresher.dissectors.syscall.event_table import (
    IO_READ,
    IO_WRITE,
    SYSCALL,
    EventType,
    TypeFlag,
    event_types,
)
from thresher.dissectors.syscall.kernel import columns as c

SKIPS_THREAD = 256
"""Flag of types whose thread libsinsp does not look up (driver, ppm_events_public.h, EF_SKIPPARSERESET)."""

KINDS: dict[int, tuple[str, ...]] = {
    c.K_OPEN: ("open", "openat", "openat2", "creat", "open_by_handle_at"),
    c.K_CLOSE: ("close",),
    c.K_READ: ("read", "readv", "pread", "preadv", "recv", "recvfrom", "recvmsg", "recvmmsg"),
    c.K_WRITE: ("write", "writev", "pwrite", "pwritev", "send", "sendto", "sendmsg", "sendmmsg"),
    c.K_SOCKET: ("socket",),
    c.K_BIND: ("bind",),
    c.K_CONNECT: ("connect",),
    c.K_ACCEPT: ("accept", "accept4"),
    c.K_SOCKETPAIR: ("socketpair",),
    c.K_PIPE: ("pipe", "pipe2"),
    c.K_DUP: ("dup", "dup2", "dup3"),
    c.K_FCNTL: ("fcntl",),
    c.K_CHDIR: ("chdir", "getcwd"),
    c.K_FCHDIR: ("fchdir",),
    c.K_CHROOT: ("chroot",),
    c.K_CLONE: ("clone", "clone3", "fork"),
    c.K_VFORK: ("vfork",),
    c.K_EXEC: ("execve", "execveat"),
    c.K_UID: ("setuid", "setresuid", "setreuid"),
    c.K_GID: ("setgid", "setresgid", "setregid"),
    c.K_SETSID: ("setsid",),
    c.K_MEMFD: ("memfd_create",),
    c.K_PIDFDOPEN: ("pidfd_open",),
    c.K_PIDFDGET: ("pidfd_getfd",),
    c.K_CLOSERANGE: ("close_range",),
    c.K_PRCTL: ("prctl",),
    c.K_CAPSET: ("capset",),
    c.K_NEWUSER: ("unshare", "setns"),
    c.K_RLIMIT: ("getrlimit", "setrlimit"),
    c.K_PRLIMIT: ("prlimit",),
    c.K_MEMORY: ("brk", "mmap", "mmap2", "munmap"),
    c.K_SOCKOPT: ("getsockopt",),
}
"""Exit events by what they do to the state."""

NEW_DESCRIPTORS = {
    "eventfd": 9,
    "eventfd2": 9,
    "signalfd": 11,
    "signalfd4": 11,
    "epoll_create": 12,
    "epoll_create1": 12,
    "inotify_init": 13,
    "inotify_init1": 13,
    "timerfd_create": 14,
    "bpf": 17,
    "userfaultfd": 18,
    "io_uring_setup": 19,
    "memfd_create": c.D_MEMFD,
    "pidfd_open": c.D_PIDFD,
}
"""Calls that make a descriptor of a kind of its own (scap.h, scap_fd_type)."""

INTERNAL = frozenset({"useradded", "userdeleted", "groupadded", "groupdeleted", "container", "procinfo", "cpu_hotplug"})
"""Bookkeeping of the recorder."""

FLAGS_OF_DESCRIPTOR = frozenset({"eventfd2", "signalfd4", "inotify_init1", "timerfd_create", "epoll_create1"})
"""Calls whose ``flags`` hold the marks of the new descriptor."""

MEANINGS: dict[int, tuple[str, ...]] = {
    c.S_FD: ("fd",),
    c.S_NAME: ("name",),
    c.S_FLAGS: ("flags",),
    c.S_DIRFD: ("dirfd",),
    c.S_DEV: ("dev",),
    c.S_INO: ("ino",),
    c.S_DOMAIN: ("domain",),
    c.S_TYPE: ("type",),
    c.S_PROTO: ("proto",),
    c.S_ADDR: ("addr",),
    c.S_TUPLE: ("tuple",),
    c.S_FD1: ("fd1",),
    c.S_FD2: ("fd2",),
    c.S_SOURCE: ("source", "pid_fd"),
    c.S_PEER: ("peer",),
    c.S_CMD: ("cmd",),
    c.S_ARG: ("arg", "arg2_int"),
    c.S_PATH: ("path",),
    c.S_EXE: ("exe",),
    c.S_ARGS: ("args",),
    c.S_TID: ("tid",),
    c.S_PID: ("pid",),
    c.S_PTID: ("ptid",),
    c.S_FDLIMIT: ("fdlimit",),
    c.S_COMM: ("comm",),
    c.S_CGROUPS: ("cgroups",),
    c.S_ENV: ("env",),
    c.S_TTY: ("tty",),
    c.S_VPGID: ("vpgid",),
    c.S_LOGINUID: ("loginuid",),
    c.S_CAPINH: ("cap_inheritable",),
    c.S_CAPPERM: ("cap_permitted",),
    c.S_CAPEFF: ("cap_effective",),
    c.S_EXEINO: ("exe_ino",),
    c.S_EXECTIME: ("exe_ino_ctime",),
    c.S_EXEMTIME: ("exe_ino_mtime",),
    c.S_UID: ("uid",),
    c.S_EXEPATH: ("trusted_exepath",),
    c.S_PGID: ("pgid",),
    c.S_GID: ("gid",),
    c.S_FILENAME: ("filename", "pathname"),
    c.S_VTID: ("vtid",),
    c.S_VPID: ("vpid",),
    c.S_REAPER: ("reaper_tid",),
    c.S_EID: ("euid", "egid"),
    c.S_CODE: ("ID",),
    c.S_OPTION: ("option",),
    c.S_FIRST: ("first",),
    c.S_LAST: ("last",),
    c.S_RESOURCE: ("resource",),
    c.S_CUR: ("cur", "newcur"),
    c.S_TARGETFD: ("target_fd",),
    c.S_CREATFLAGS: ("creat_flags",),
    c.S_PIDNS: ("pidns_init_start_ts",),
    c.S_CONTROL: ("msgcontrol",),
    c.S_VMSIZE: ("vm_size",),
    c.S_VMRSS: ("vm_rss",),
    c.S_VMSWAP: ("vm_swap",),
    c.S_PFMAJOR: ("pgft_maj",),
    c.S_PFMINOR: ("pgft_min",),
    c.S_LEVEL: ("level",),
    c.S_OPTNAME: ("optname",),
    c.S_VAL: ("val",),
}
"""Parameter names by meaning; old and new versions of an event call them the same."""

OTHER_NAMES = {
    ("open_by_handle_at", c.S_NAME): "path",
    ("setns", c.S_FLAGS): "nstype",
    ("setuid", c.S_EID): "uid",
    ("setgid", c.S_EID): "gid",
}


@cache
def type_info() -> memoryview:
    """What each type is, one row of ``I_WIDTH`` integers a type."""
    table = array("q")
    for event_type in event_types():
        table.extend(_info(event_type))
    return memoryview(table).cast("B").cast("q", (len(event_types()), c.I_WIDTH))


@cache
def parameter_layout() -> memoryview:
    """Where each parameter is by meaning, one row of ``S_WIDTH`` indices a type, -1 where a type lacks it."""
    table = array("q")
    for event_type in event_types():
        table.extend(_indices(event_type))
    return memoryview(table).cast("B").cast("q", (len(event_types()), c.S_WIDTH))


def pairs(event_type: EventType) -> bool:
    """Whether this is an enter event that an exit event belongs to."""
    if event_type.direction != ">" or not event_type.category & SYSCALL:
        return False
    following = event_types()[event_type.id + 1] if event_type.id + 1 < len(event_types()) else None
    return following is not None and following.name == event_type.name


def _info(event_type: EventType) -> list[int]:
    is_exit = event_type.direction == "<"
    kind = _kind(event_type) if is_exit or event_type.name == "procexit" else _one_sided(event_type)
    row = [0] * c.I_WIDTH
    row[c.I_KIND] = kind
    row[c.I_FLAGS] = event_type.flags
    row[c.I_NPARAMS] = len(event_type.params)
    row[c.I_LARGE] = int(bool(event_type.flags & TypeFlag.LARGE_PAYLOAD))
    row[c.I_KEEP] = int(_is_kept(event_type))
    row[c.I_RESULT] = int(_has_result(event_type))
    row[c.I_PAIRS] = int(pairs(event_type))
    row[c.I_INTERNAL] = c.FLAG_INTERNAL if event_type.name in INTERNAL else 0
    row[c.I_LOOKUP] = _lookup(event_type)
    row[c.I_IO] = int(is_exit and (event_type.category & 255 in (IO_READ, IO_WRITE) or event_type.name == "splice"))
    row[c.I_SHORT] = 3 if event_type.name in ("notification", "infra") else 0
    row[c.I_FD] = _descriptor(event_type)
    row[c.I_FDSHOWN] = int(bool(event_type.flags & TypeFlag.USES_FD)) | NEW_DESCRIPTORS.get(event_type.name, 0) << 8
    return row


def _is_kept(event_type: EventType) -> bool:
    """Whether an enter event says more than the descriptor and size, to a call that changes state."""
    if not pairs(event_type) or _kind(event_types()[event_type.id + 1]) == c.K_NONE:
        return False
    return any(param.name not in ("fd", "size") for param in event_type.params)


def _kind(event_type: EventType) -> int:
    if event_type.id == 1:
        return c.K_GENERIC
    if event_type.name == "procexit":
        return c.K_PROCEXIT
    for kind, names in KINDS.items():
        if event_type.name in names:
            return kind
    return c.K_NEWFD if event_type.name in NEW_DESCRIPTORS else c.K_NONE


def _one_sided(event_type: EventType) -> int:
    if event_type.id == 0:
        return c.K_GENERIC
    if event_type.name in ("useradded", "userdeleted", "groupadded", "groupdeleted", "container", "asyncevent"):
        return c.K_USER
    return {"drop": c.K_DROP, "switch": c.K_SWITCH}.get(event_type.name, c.K_NONE)


def _has_result(event_type: EventType) -> bool:
    """Exits of calls return a value in their first parameter; generic and uninstrumented ones do not say it."""
    if event_type.direction != "<" or not event_type.category & SYSCALL or event_type.id == 1:
        return False
    return bool(event_type.params) and event_type.params[0].type != "DYN"


def _lookup(event_type: EventType) -> int:
    """Events of the recorder have no thread; those that begin or end one, or come from the scheduler, make none up."""
    if event_type.name in ("procinfo", "switch", "procexit"):
        return c.L_FIND
    if event_type.flags & SKIPS_THREAD or event_type.name in INTERNAL | {"pluginevent", "asyncevent"}:
        return c.L_NONE
    if event_type.direction == "<" and event_type.name in ("clone", "clone3", "fork", "vfork"):
        return c.L_FIND
    return c.L_GET


def _descriptor(event_type: EventType) -> int:
    """The parameter that says which descriptor the event is about (libscap, scap_event.c)."""
    if not event_type.flags & TypeFlag.USES_FD:
        return -1
    if event_type.name == "splice":
        return event_type.index("fd_out")
    first = 1 if event_type.direction == "<" else 0
    for index, param in enumerate(event_type.params):
        if index >= first and param.type == "FD":
            return index
    return -1


def _indices(event_type: EventType) -> list[int]:
    """Where each parameter is, by meaning."""
    places = {param.name: index for index, param in reversed(list(enumerate(event_type.params)))}
    row = [-1] * c.S_WIDTH
    for meaning, names in MEANINGS.items():
        for name in names:
            if name in places:
                row[meaning] = places[name]
                break
    for (call, meaning), name in OTHER_NAMES.items():
        if call == event_type.name:
            row[meaning] = places.get(name, -1)
    if event_type.name in NEW_DESCRIPTORS and event_type.name not in FLAGS_OF_DESCRIPTOR:
        row[c.S_FLAGS] = -1
    return row
