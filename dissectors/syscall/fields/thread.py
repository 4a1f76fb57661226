"""Fields of the thread that made the event; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Argument, Column, Field, FieldType, Version, Window

_SWITCHES = "(146, 152)"
"""Event types of switches from one thread to another."""

CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
)  # fmt: skip
"""Names of capabilities without their CAP_, by bit (linux/capability.h)."""

_NAMES = ", ".join(f"'CAP_{name}'" for name in CAPABILITIES)


def _version(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("processes", expression), example=example)


def _capabilities(which: str, meaning: str) -> Field:
    bits = f"r.cap_{which}"
    return _version(
        f"thread.cap_{which}",
        FieldType.STRING,
        f"{which.title()} capabilities",
        f"Names of the capabilities that {meaning}, joined with spaces.",
        f"CASE WHEN r.pid >= 0 AND {bits} IS NOT NULL THEN array_to_string(list_filter([{_NAMES}], "
        f"LAMBDA x, i : ({bits} >> (i - 1)::UBIGINT) & 1 = 1), ' ') END",
        f'thread.cap_{which} contains "CAP_SYS_ADMIN"',
    )


THREAD_FIELDS: tuple[Field, ...] = (
    Field(
        "thread.tid",
        FieldType.INT,
        "TID",
        "Thread id; that of a process's first thread equals its process id.",
        Column("tid"),
        example="thread.tid == 4711",
    ),
    _version(
        "thread.vtid",
        FieldType.INT,
        "Virtual TID",
        "Thread id as the thread sees it in its own pid namespace.",
        "nullif(r.vtid, -1)",
        "thread.vtid == 1",
    ),
    _version(
        "thread.ismain",
        FieldType.BOOL,
        "Is main thread",
        "Whether the thread leads its process.",
        "CASE WHEN r.pid >= 0 THEN r.is_main END",
        "thread.ismain == false",
    ),
    _version(
        "thread.nametid",
        FieldType.STRING,
        "Thread",
        "Command name and thread id as one text, to tell threads apart in groups.",
        "r.name || r.tid",
        'thread.nametid == "bash4711"',
    ),
    _version(
        "thread.cgroups",
        FieldType.STRING,
        "Cgroups",
        "All control groups of the thread as subsystem=path, joined with spaces.",
        "cgroups",
        'thread.cgroups contains "kubepods"',
    ),
    Field(
        "thread.cgroup",
        FieldType.STRING,
        "Cgroup",
        "Path of the thread's control group of one subsystem, as in thread.cgroup[cpu].",
        Version(
            "processes",
            "substr(list_filter(str_split(r.cgroups, ' '), LAMBDA x : starts_with(x, :argument || '='))[1], "
            "length(:argument) + 2)",
        ),
        argument=Argument.NAME,
        argument_required=True,
        example='thread.cgroup.cpu startswith "/docker"',
    ),
    _capabilities("permitted", "the thread may use"),
    _capabilities("inheritable", "a program it executes may keep"),
    _capabilities("effective", "the thread uses"),
    Field(
        "thread.exectime",
        FieldType.DURATION,
        "On CPU",
        "Time the thread had the processor before this switch away from it, in nanoseconds; of switch events only.",
        Window(
            "e.time_ns - lag(e.time_ns) OVER (PARTITION BY e.cpu ORDER BY e.evt_num)",
            source=f"(SELECT num, cpu, evt_num, time_ns FROM events WHERE type_id IN {_SWITCHES})",
        ),
        example="thread.exectime > 10ms",
    ),
    Field(
        "thread.totexectime",
        FieldType.DURATION,
        "On CPU, total",
        "Time the thread has had processors since the capture began, in nanoseconds; of switch events only.",
        Window(
            "sum(e.slice_ns) OVER (PARTITION BY e.tid ORDER BY e.evt_num)",
            source="(SELECT num, tid, evt_num, time_ns - lag(time_ns) OVER (PARTITION BY cpu ORDER BY evt_num) "
            f"AS slice_ns FROM events WHERE type_id IN {_SWITCHES})",
        ),
        example="thread.totexectime > 1s",
    ),
)
