"""What the numbers in audit records stand for: architectures, calls, flags by their words; data of stage ①."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

ARCHITECTURES = {"c000003e": "x86_64", "40000003": "i386", "c00000b7": "aarch64"}
"""Architectures whose numbers of calls are known (linux/audit.h)."""

_OPEN = {
    0o100: "O_CREAT", 0o200: "O_EXCL", 0o1000: "O_TRUNC", 0o2000: "O_APPEND", 0o4000: "O_NONBLOCK",
    0o10000: "O_DSYNC", 0o2000000: "O_CLOEXEC",
}  # fmt: skip
_OPEN_OF_X86 = {0o40000: "O_DIRECT", 0o100000: "O_LARGEFILE", 0o200000: "O_DIRECTORY"}
_OPEN_OF_ARM = {0o40000: "O_DIRECTORY", 0o200000: "O_DIRECT", 0o400000: "O_LARGEFILE"}
_ACCESS_MODES = ("O_RDONLY", "O_WRONLY", "O_RDWR")
_CLONE = {
    0x100: "CLONE_VM", 0x200: "CLONE_FS", 0x400: "CLONE_FILES", 0x800: "CLONE_SIGHAND", 0x2000: "CLONE_PTRACE",
    0x4000: "CLONE_VFORK", 0x8000: "CLONE_PARENT", 0x10000: "CLONE_THREAD", 0x20000: "CLONE_NEWNS",
    0x40000: "CLONE_SYSVSEM", 0x80000: "CLONE_SETTLS", 0x100000: "CLONE_PARENT_SETTID",
    0x200000: "CLONE_CHILD_CLEARTID", 0x800000: "CLONE_UNTRACED", 0x1000000: "CLONE_CHILD_SETTID",
    0x2000000: "CLONE_NEWCGROUP", 0x4000000: "CLONE_NEWUTS", 0x8000000: "CLONE_NEWIPC", 0x10000000: "CLONE_NEWUSER",
    0x20000000: "CLONE_NEWPID", 0x40000000: "CLONE_NEWNET", 0x80000000: "CLONE_IO",
}  # fmt: skip
_FCNTL = ("F_DUPFD", "F_GETFD", "F_SETFD", "F_GETFL", "F_SETFL", "F_GETLK", "F_SETLK", "F_SETLKW")
_PTRACE = {
    0: "PTRACE_TRACEME", 1: "PTRACE_PEEKTEXT", 2: "PTRACE_PEEKDATA", 3: "PTRACE_PEEKUSR", 4: "PTRACE_POKETEXT",
    5: "PTRACE_POKEDATA", 6: "PTRACE_POKEUSR", 7: "PTRACE_CONT", 8: "PTRACE_KILL", 9: "PTRACE_SINGLESTEP",
    16: "PTRACE_ATTACH", 17: "PTRACE_DETACH", 24: "PTRACE_SYSCALL", 0x4200: "PTRACE_SETOPTIONS",
    0x4206: "PTRACE_SEIZE", 0x4207: "PTRACE_INTERRUPT",
}  # fmt: skip
SAME_BITS = frozenset(
    {("socket", "domain"), ("socketpair", "domain"), ("access", "mode"), ("mprotect", "prot"), ("mmap", "prot"),
     ("prctl", "option"), ("lseek", "whence")}
)  # fmt: skip
"""Calls and parameters whose numbers scap keeps as they are."""


@cache
def _calls() -> dict[str, dict[str, str]]:
    text = (files(__package__) / "syscall_numbers.json").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def call_name(architecture: str, number: int | None) -> str | None:
    """The name of a call; None where the architecture or the number is unknown."""
    return _calls().get(architecture, {}).get(str(number))


def flag_words(call: str, name: str, value: int, architecture: str) -> list[str] | None:
    """The words of a flags argument; None where these flags are not known."""
    if call in ("open", "openat") and name == "flags":
        others = _OPEN_OF_ARM if architecture == "c00000b7" else _OPEN_OF_X86
        return [_ACCESS_MODES[value & 3]] * (value & 3 < 3) + _bits(_OPEN | others, value)
    if (name == "flags" and call in ("clone", "unshare")) or name == "nstype":
        return _bits(_CLONE, value)
    if name == "flags" and call == "unlinkat":
        return ["AT_REMOVEDIR"] if value & 0x200 else []
    if name == "flags" and call in ("dup3", "pipe2", "eventfd2", "epoll_create1", "inotify_init1"):
        return _bits({0o2000000: "O_CLOEXEC", 0o4000: "O_NONBLOCK"}, value)
    if name == "cmd" and call == "fcntl":
        known = dict(enumerate(_FCNTL)) | {1030: "F_DUPFD_CLOEXEC"}
        return [known[value]] if value in known else None
    if name == "request" and call == "ptrace":
        return [_PTRACE[value]] if value in _PTRACE else None
    return None


def _bits(words: Mapping[int, str], value: int) -> list[str]:
    return [word for bit, word in words.items() if value & bit]
