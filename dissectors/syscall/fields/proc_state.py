"""Fields of a process's place among others and of what it holds: leaders, threads, descriptors; for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.keyed import Told
from thresher.capture.model import Ancestor, Field, FieldType, Replay, Sql, Version

_STARTED = "nullif(greatest(r.clone_ns, 0), 0)"
_KINDS = (
    "(SELECT list_sort(list_distinct(list(t.name))) FROM fd_types t "
    "WHERE t.name IS NOT NULL AND r.value & (1::BIGINT << t.type_id::BIGINT) <> 0)"
)
_LIMIT = "(SELECT p.fdlimit FROM processes p JOIN events x USING (proc_id) WHERE x.num = r.num)"


def _process(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("processes", expression), example=example)


def _leader(name: str, what: str, column: str, probe: str, title: str, example: str) -> Field:
    return Field(
        name,
        FieldType.STRING,
        title,
        f"{what} of the process that leads it: that of the same id, else the eldest ancestor in it.",
        Replay(probe, "processes", column),
        example=example,
    )


def _leaders(stem: str, whose: str, probe: str, names: tuple[str, str, str]) -> tuple[Field, ...]:
    return (
        _leader(names[0], f"Of the {whose}, the command name", "name", probe, f"{stem} name", f'{names[0]} == "bash"'),
        _leader(
            names[1],
            f"Of the {whose}, the first word of the command line",
            "exe",
            probe,
            f"{stem} executable",
            f'{names[1]} == "-bash"',
        ),
        _leader(
            names[2],
            f"Of the {whose}, the path of the executable",
            "exepath",
            probe,
            f"{stem} path",
            f'{names[2]} == "/usr/bin/bash"',
        ),
    )


def _leads(name: str, title: str, description: str, column: str, own: str) -> Field:
    return _process(
        name,
        FieldType.BOOL,
        title,
        description,
        f"CASE WHEN r.pid >= 0 AND r.{column} IS NOT NULL AND coalesce(r.vpid, r.vtid) IS NOT NULL "
        f"THEN coalesce(r.{column} = r.{own}, FALSE) END",
        f"{name} == true",
    )


def _standard(number: int, name: str, title: str) -> tuple[Field, ...]:
    where = Replay(f"descriptor {number}", "fds", "(SELECT t.name FROM fd_types t WHERE t.type_id = r.type_id)")
    return (
        Field(
            f"proc.{name}.type",
            FieldType.STRING,
            f"{title} type",
            f"Kind of what the process has as descriptor {number} after the event, in the words of fd.type.",
            where,
            example=f'proc.{name}.type == "ipv4"',
        ),
        Field(
            f"proc.{name}.name",
            FieldType.STRING,
            f"{title} name",
            f"Name of what the process has as descriptor {number} after the event: a path, or addresses.",
            Replay(f"descriptor {number}", "fds", "name"),
            example=f'proc.{name}.name contains "->"',
        ),
    )


STATE_FIELDS: tuple[Field, ...] = (
    Field(
        "proc.pvpid",
        FieldType.INT,
        "Parent's virtual PID",
        "Process id of the parent as that sees it in its own pid namespace.",
        Ancestor("nullif(r.vpid, -1)", 1),
        example="proc.pvpid == 1",
    ),
    _process(
        "proc.vpgid",
        FieldType.INT,
        "Virtual group",
        "Id of the process group as the process sees it in its own pid namespace.",
        "vpgid",
        "proc.vpgid == 1",
    ),
    _process(
        "proc.pgid",
        FieldType.INT,
        "Group",
        "Id of the process group as the machine sees it.",
        "pgid",
        "proc.pgid == 4711",
    ),
    *_leaders("Session", "session", "session leader", ("proc.sname", "proc.sid.exe", "proc.sid.exepath")),
    *_leaders(
        "Virtual group",
        "process group in its pid namespace",
        "leader of the group in its namespace",
        ("proc.vpgid.name", "proc.vpgid.exe", "proc.vpgid.exepath"),
    ),
    *_leaders("Group", "process group", "group leader", ("proc.pgid.name", "proc.pgid.exe", "proc.pgid.exepath")),
    _leads("proc.is_sid_leader", "Leads session", "Whether the process leads its session.", "sid", "vpid"),
    _leads(
        "proc.is_vpgid_leader",
        "Leads virtual group",
        "Whether the process leads its group in its pid namespace, as one that was started from a terminal does.",
        "vpgid",
        "vpid",
    ),
    _leads("proc.is_pgid_leader", "Leads group", "Whether the process leads its process group.", "pgid", "pid"),
    Field(
        "proc.origin",
        FieldType.STRING,
        "Origin",
        "How the process came to where it is: entrypoint (its container's first), child (forked there), entered "
        "(from outside), before (the capture) or host (in no container).",
        Told("arrivals", "e.proc_id"),
        example='proc.origin == "entered"',
    ),
    Field(
        "proc.loginshellid",
        FieldType.INT,
        "Login shell",
        "Process id of the highest of the process and its ancestors whose command name ends in sh.",
        Replay("login shell"),
        example="proc.loginshellid == 4711",
    ),
    Field(
        "proc.duration",
        FieldType.DURATION,
        "Age",
        "Time from the start of the process to the event, in nanoseconds; absent where the capture does not say when "
        "it started.",
        Sql("e.time_ns - (SELECT nullif(greatest(p.clone_ns, 0), 0) FROM processes p WHERE p.proc_id = e.proc_id)"),
        example="proc.duration < 1s",
    ),
    Field(
        "proc.ppid.duration",
        FieldType.DURATION,
        "Parent's age",
        "Time from the start of the parent to the event, in nanoseconds; absent where the capture does not say when it "
        "started.",
        Sql(
            "e.time_ns - (SELECT nullif(greatest(p.clone_ns, 0), 0) FROM parentage a JOIN processes p "
            "ON p.proc_id = a.parent_proc_id WHERE a.proc_id = e.proc_id AND a.from_num <= e.num AND e.num < a.to_num)"
        ),
        example="proc.ppid.duration < 1s",
    ),
    _process(
        "proc.pid.ts",
        FieldType.DURATION,
        "Started",
        "When the process started, in nanoseconds since 1970 in UTC.",
        _STARTED,
        "proc.pid.ts > 0s",
    ),
    Field(
        "proc.ppid.ts",
        FieldType.DURATION,
        "Parent started",
        "When the parent started, in nanoseconds since 1970 in UTC.",
        Ancestor(_STARTED, 1),
        example="proc.ppid.ts > 0s",
    ),
    Field(
        "proc.nthreads",
        FieldType.UINT,
        "Threads",
        "How many living threads the process has after the event.",
        Replay("threads"),
        example="proc.nthreads > 100",
    ),
    Field(
        "proc.nchilds",
        FieldType.UINT,
        "Further threads",
        "How many living threads the process has after the event beside its first one.",
        Replay("threads beside the main one"),
        example="proc.nchilds > 100",
    ),
    Field(
        "proc.fdopencount",
        FieldType.UINT,
        "Open FDs",
        "How many descriptors the process has open after the event.",
        Replay("open descriptors"),
        example="proc.fdopencount > 1000",
    ),
    _process(
        "proc.fdlimit",
        FieldType.INT,
        "FD limit",
        "How many descriptors the process may have open.",
        "nullif(r.fdlimit, -1)",
        "proc.fdlimit < 1024",
    ),
    Field(
        "proc.fdusage",
        FieldType.UINT,
        "FD usage",
        "How much of its limit of open descriptors the process uses after the event, in whole percent.",
        Replay("open descriptors", expression=f"CASE WHEN {_LIMIT} > 0 THEN 100 * r.value // {_LIMIT} END"),
        example="proc.fdusage > 90",
    ),
    Field(
        "fd.types",
        FieldType.STRING,
        "FD types in use",
        "Kinds of all descriptors that the process has open after the event.",
        Replay("kinds of descriptors", expression=_KINDS),
        is_list=True,
        example='fd.types == "ipv4"',
    ),
    *_standard(0, "stdin", "Standard input"),
    *_standard(1, "stdout", "Standard output"),
    *_standard(2, "stderr", "Standard error"),
)
