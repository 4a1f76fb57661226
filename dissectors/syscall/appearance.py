"""Default columns and colours of system call lists, as data for stage ⑤."""

from __future__ import annotations

from thresher.capture.model import ColourRule, ListColumn

LIST_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("evt.num", "No.", 8),
    ListColumn("evt.time", "Time", 18),
    ListColumn("proc.name", "Process", 15),
    ListColumn("proc.pid", "PID", 7),
    ListColumn("thread.tid", "TID", 7),
    ListColumn("evt.type", "Event", 14),
    ListColumn("fd.num", "FD", 4),
    ListColumn("fd.name", "FD name", 36),
    ListColumn("evt.res", "Result", 12),
    ListColumn("evt.args", "Arguments", 0),
)

EXPECTED_ERRORS = (
    "EAGAIN",
    "EALREADY",
    "EINPROGRESS",
    "ENOENT",
    "ENOTTY",
    "ERESTARTSYS",
    "ERESTARTNOINTR",
    "ERESTARTNOHAND",
    "ERESTART_RESTARTBLOCK",
)
"""Failures that sound programs meet all the time: nothing to read yet, probing for files, asking what a terminal is."""


def _one_of(*names: str) -> str:
    return "{" + ", ".join(f'"{name}"' for name in names) + "}"


FAILURE = f"evt.failed == true and not evt.res in {_one_of(*EXPECTED_ERRORS)}"
"""True of failures that somebody should see."""

COLOUR_RULES: tuple[ColourRule, ...] = (
    ColourRule("Failed calls", FAILURE, "alarm"),
    ColourRule("Recorder notes", f"evt.type in {_one_of('notification', 'drop', 'infra')}", "alarm"),
    ColourRule("Program starts", f"evt.type in {_one_of('execve', 'execveat')}", "exec"),
    ColourRule(
        "Process starts and ends",
        f"evt.type in {_one_of('clone', 'clone3', 'fork', 'vfork', 'procexit')}",
        "process",
    ),
    ColourRule(
        "Connections",
        f"evt.type in {_one_of('connect', 'accept', 'accept4', 'socket', 'bind', 'listen', 'shutdown')}",
        "net",
    ),
    ColourRule("Network writes", 'evt.is_io_write == true and evt.category == "net"', "net_write"),
    ColourRule("Network reads", 'evt.is_io_read == true and evt.category == "net"', "net_read"),
    ColourRule(
        "File opens",
        f"evt.type in {_one_of('open', 'openat', 'openat2', 'creat', 'open_by_handle_at')}",
        "file",
    ),
    ColourRule("File writes", 'evt.is_io_write == true and evt.category == "file"', "file_write"),
    ColourRule("File reads", 'evt.is_io_read == true and evt.category == "file"', "file_read"),
    ColourRule("Closes", f"evt.type in {_one_of('close', 'close_range')}", "close"),
    ColourRule("Bookkeeping", f"evt.type in {_one_of('switch', 'procinfo')}", "dim"),
)
"""The first match wins. Stratoshark's list, with the calls it leaves out and without alarms for expected failures."""
