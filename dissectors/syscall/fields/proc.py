"""Fields of the process that made the event, and of its ancestors at that time; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Ancestor, Argument, Field, FieldType, Version

COMMAND_LINE = "r.name || CASE WHEN r.args <> '' THEN ' ' || r.args ELSE '' END"


def _process(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("processes", expression), example=example)


PROCESS_FIELDS: tuple[Field, ...] = (
    _process(
        "proc.pid",
        FieldType.INT,
        "PID",
        "Process id; -1 where the capture never says who the thread was.",
        "pid",
        "proc.pid == 4711",
    ),
    _process(
        "proc.ppid",
        FieldType.INT,
        "Parent PID",
        "Process id of the parent when the event happened, also where nothing else is known of the parent.",
        "ppid",
        "proc.ppid == 1",
    ),
    _process(
        "proc.vpid",
        FieldType.INT,
        "Virtual PID",
        "Process id as the process sees it in its own pid namespace.",
        "nullif(r.vpid, -1)",
        "proc.vpid == 1",
    ),
    _process("proc.sid", FieldType.INT, "Session", "Id of the session.", "sid", "proc.sid == 4711"),
    _process(
        "proc.tty",
        FieldType.UINT,
        "TTY",
        "Device number of the controlling terminal; 0 without one.",
        "tty",
        "proc.tty != 0",
    ),
    _process(
        "proc.name",
        FieldType.STRING,
        "Process",
        "Command name, up to 15 bytes; a program can rename itself.",
        "name",
        'proc.name == "curl"',
    ),
    _process(
        "proc.exe",
        FieldType.STRING,
        "Executable",
        "First word of the command line as the program was started.",
        "exe",
        'proc.exe == "/bin/bash"',
    ),
    _process(
        "proc.exepath",
        FieldType.STRING,
        "Executable path",
        "Full path of the executable file.",
        "exepath",
        'proc.exepath startswith "/tmp"',
    ),
    _process(
        "proc.cmdline",
        FieldType.STRING,
        "Command line",
        "Command name and arguments, joined with spaces.",
        COMMAND_LINE,
        'proc.cmdline contains "/dev/tcp"',
    ),
    _process("proc.cwd", FieldType.STRING, "Folder", "Current folder of the process.", "cwd", 'proc.cwd == "/tmp/"'),
    Field(
        "proc.pname",
        FieldType.STRING,
        "Parent",
        "Command name of the parent when the event happened.",
        Ancestor("name", 1),
        example='proc.pname == "sshd"',
    ),
    Field(
        "proc.aname",
        FieldType.STRING,
        "Ancestor",
        "Command name of the ancestor so many generations up when the event happened: [0] is the process itself, "
        "[1] its parent; without a number, any ancestor.",
        Ancestor("name"),
        argument=Argument.INDEX,
        example='proc.aname[2] == "sshd"',
    ),
    Field(
        "proc.apid",
        FieldType.INT,
        "Ancestor PID",
        "Process id of the ancestor so many generations up when the event happened: [0] is the process itself, "
        "[1] its parent; without a number, any ancestor.",
        Ancestor("pid"),
        argument=Argument.INDEX,
        example="proc.apid[1] == 1",
    ),
)
