"""Fields of the program that a process runs: its file, command line, environment; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Ancestor, Argument, Field, FieldType, Version
from thresher.dissectors.syscall.fields.proc import COMMAND_LINE

_FULL = "r.exe || CASE WHEN r.args <> '' THEN ' ' || r.args ELSE '' END"
_STARTED = "nullif(greatest(r.clone_ns, 0), 0)"
_EXECUTED = "nullif(greatest(r.exec_ns, 0), 0)"
_VARIABLES = "(SELECT v.variables FROM environments v WHERE v.environment_id = r.environment_id)"
_ENVIRONMENT = (
    f"CASE WHEN :argument IS NULL THEN array_to_string({_VARIABLES}, ' ') ELSE substr(list_filter({_VARIABLES}, "
    "LAMBDA x : starts_with(x, :argument || '='))[1], length(:argument) + 2) END"
)
_ARGUMENTS = (
    "CASE WHEN :argument IS NULL THEN r.args ELSE "
    "coalesce(r.arguments, nullif(str_split(r.args, ' '), ['']))[TRY_CAST(:argument AS BIGINT) + 1] END"
)


def _process(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("processes", expression), example=example)


def _text(name: str, title: str, description: str, expression: str, example: str) -> Field:
    return _process(name, FieldType.STRING, title, description, expression, example)


def _parents(name: str, title: str, what: str, expression: str, example: str) -> Field:
    return Field(
        name,
        FieldType.STRING,
        title,
        f"{what} of the parent when the event happened.",
        Ancestor(expression, 1),
        example=example,
    )


def _ancestors(name: str, title: str, what: str, expression: str, example: str) -> Field:
    return Field(
        name,
        FieldType.STRING,
        title,
        f"{what} of the ancestor so many generations up when the event happened: [0] is the process itself, [1] its "
        "parent; without a number, any ancestor.",
        Ancestor(expression),
        argument=Argument.INDEX,
        example=example,
    )


def _flag(name: str, title: str, description: str, bit: int) -> Field:
    return _process(
        name,
        FieldType.BOOL,
        title,
        description,
        f"CASE WHEN r.pid >= 0 THEN r.exe_flags & {bit} <> 0 END",
        f"{name} == true",
    )


def _time(name: str, title: str, description: str, expression: str) -> Field:
    return _process(name, FieldType.TIME, title, description, expression, f'{name} > "2026-11-23 07:00:00"')


EXECUTABLE_FIELDS: tuple[Field, ...] = (
    Field(
        "proc.args",
        FieldType.STRING,
        "Arguments",
        "Command line behind the first word, joined with spaces; with a number, that one argument, counted from 0.",
        Version("processes", _ARGUMENTS),
        argument=Argument.NAME,
        example='proc.args contains "--insecure"',
    ),
    _ancestors(
        "proc.aargs",
        "Ancestor's arguments",
        "Command line behind the first word",
        "args",
        'proc.aargs[1] contains "-c"',
    ),
    _parents(
        "proc.pcmdline",
        "Parent's command line",
        "Command name and arguments",
        COMMAND_LINE,
        'proc.pcmdline contains "cron"',
    ),
    _ancestors(
        "proc.acmdline",
        "Ancestor's command line",
        "Command name and arguments",
        COMMAND_LINE,
        'proc.acmdline[2] contains "sshd"',
    ),
    _text(
        "proc.exeline",
        "Full command line",
        "First word as the program was started, and arguments, joined with spaces.",
        _FULL,
        'proc.exeline startswith "/tmp/"',
    ),
    _process(
        "proc.cmdnargs",
        FieldType.UINT,
        "Argument count",
        "How many arguments the command line has behind the first word.",
        "arg_count",
        "proc.cmdnargs > 10",
    ),
    _process(
        "proc.cmdlenargs",
        FieldType.UINT,
        "Argument length",
        "Characters of all arguments together, without what separates them.",
        "length(r.args) - greatest(r.arg_count::BIGINT - 1, 0)",
        "proc.cmdlenargs > 1000",
    ),
    _parents("proc.pexe", "Parent's executable", "First word of the command line", "exe", 'proc.pexe == "/bin/sh"'),
    _ancestors(
        "proc.aexe", "Ancestor's executable", "First word of the command line", "exe", 'proc.aexe[2] == "/bin/sh"'
    ),
    _parents(
        "proc.pexepath",
        "Parent's executable path",
        "Full path of the executable file",
        "exepath",
        'proc.pexepath startswith "/tmp"',
    ),
    _ancestors(
        "proc.aexepath",
        "Ancestor's executable path",
        "Full path of the executable file",
        "exepath",
        'proc.aexepath[2] startswith "/tmp"',
    ),
    Field(
        "proc.env",
        FieldType.STRING,
        "Environment",
        "Environment of the program as it was started, joined with spaces; with a name, that variable's value.",
        Version("processes", _ENVIRONMENT),
        argument=Argument.NAME,
        example='proc.env contains "LD_PRELOAD="',
    ),
    _ancestors(
        "proc.aenv",
        "Ancestor's environment",
        "Environment of the program, joined with spaces,",
        f"array_to_string({_VARIABLES}, ' ')",
        'proc.aenv[1] contains "SSH_CLIENT="',
    ),
    _flag(
        "proc.is_exe_writable",
        "Writable executable",
        "Whether the user who started the program may write to its file.",
        1,
    ),
    _flag(
        "proc.is_exe_upper_layer",
        "Executable in upper layer",
        "Whether the program's file is in the upper layer of an overlay: not part of the container's image.",
        2,
    ),
    _flag(
        "proc.is_exe_from_memfd",
        "Executable from memory",
        "Whether the program ran from a memory file that no folder holds.",
        4,
    ),
    _flag(
        "proc.is_exe_lower_layer",
        "Executable in lower layer",
        "Whether the program's file is in the lower layer of an overlay: part of the container's image.",
        8,
    ),
    _process(
        "proc.exe_ino",
        FieldType.INT,
        "Executable's inode",
        "Inode number of the program's file.",
        "nullif(r.exe_ino, 0)",
        "proc.exe_ino == 260178",
    ),
    _time(
        "proc.exe_ino.ctime",
        "Executable's change",
        "When the inode of the program's file last changed, in UTC.",
        "nullif(r.exe_ctime_ns, 0)",
    ),
    _time(
        "proc.exe_ino.mtime",
        "Executable's modification",
        "When the program's file was last written to, in UTC.",
        "nullif(r.exe_mtime_ns, 0)",
    ),
    _process(
        "proc.exe_ino.ctime_duration_proc_start",
        FieldType.DURATION,
        "Change to start",
        "Time from the last change of the program's file to its start, in nanoseconds.",
        f"CASE WHEN r.exe_ctime_ns > 0 AND coalesce({_EXECUTED}, {_STARTED}) >= r.exe_ctime_ns "
        f"THEN coalesce({_EXECUTED}, {_STARTED}) - r.exe_ctime_ns END",
        "proc.exe_ino.ctime_duration_proc_start < 10s",
    ),
    _process(
        "proc.exe_ino.ctime_duration_pidns_start",
        FieldType.DURATION,
        "Namespace to change",
        "Time from the "
        "beginning of the pid namespace to the last change of the program's file, in nanoseconds; absent where "
        "the file is older.",
        "CASE WHEN r.pidns_start_ns > 0 AND r.exe_ctime_ns >= r.pidns_start_ns "
        "THEN r.exe_ctime_ns - r.pidns_start_ns END",
        "proc.exe_ino.ctime_duration_pidns_start > 0s",
    ),
    _process(
        "proc.pidns_init_start_ts",
        FieldType.UINT,
        "Namespace began",
        "When the pid namespace of the process began, in nanoseconds since 1970 in UTC.",
        "nullif(greatest(r.pidns_start_ns, 0), 0)",
        "proc.pidns_init_start_ts > 1700000000000000000",
    ),
)
