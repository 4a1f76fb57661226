"""What recorders other than libscap's cannot tell of processes, so that nothing stands for it; data of stage ②."""

from __future__ import annotations

STRACE = "strace"
AUDIT = "linux-audit"

_NEVER = frozenset(
    {
        "tty",
        "vtid",
        "vpid",
        "container_id",
        "cgroups",
        "pidns_start_ns",
        "cap_inheritable",
        "cap_permitted",
        "cap_effective",
        "exe_ino",
        "exe_ctime_ns",
        "exe_mtime_ns",
        "exe_flags",
    }
)

NEVER_TOLD: dict[str, frozenset[str]] = {STRACE: _NEVER, AUDIT: _NEVER}
"""By recorder, columns of ``processes`` that it never holds: the kernel's zeros are not its word."""

NUMBERS_OR_NOTHING = frozenset({"sid", "vpgid", "pgid", "fdlimit", "loginuid"})
"""Columns where the kernel's -1 is the lack of a word, with these recorders."""
