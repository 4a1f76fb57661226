"""Takes the lines of strace output apart: who, when, what; stage ①."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from thresher.dissectors.syscall.errors import ERRORS
from thresher.dissectors.syscall.texts import strace_values as values

_NUMBERS = {name.encode(): number for number, name in ERRORS.items()}
_PREFIX = re.compile(
    rb"(?:\[pid\s+([0-9]{1,10})(?:<[^>]*>)?\]\s+|([0-9]{1,10})(?:<[^>]*>)?\s+)?"
    rb"(?:([0-9]{1,11})\.([0-9]{1,9})|([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?))\s+(?:\(\+\s*[0-9.]+\)\s+)?"
)
_CALL = re.compile(rb"([a-z_][a-z0-9_]{0,63})\(")
_RESUMED = re.compile(rb"<\.\.\. ([a-z_][a-z0-9_]{0,63}) resumed>\s?")
_UNFINISHED = re.compile(rb"\s*<(?:unfinished|detached) \.\.\.>\s*\Z")
_NOT_FINISHED = re.compile(rb"\s*<unfinished \.\.\.>\)(?=\s*=\s*\?)")
_MARK = b"<unfinished ...>)"
_RESULT = re.compile(
    rb"\s*=\s*(?:(\?)|(-?(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20}))(" + values.DECORATION + rb")?)"
    rb"(?:\s+(E[A-Z0-9_]{1,30})\b)?(.*?)(?:\s<([0-9]{1,9})\.([0-9]{1,9})>)?\s*\Z",
    re.DOTALL,
)
_UNNAMED = re.compile(rb"\(errno ([0-9]{1,4})\)")
_SIGNAL = re.compile(rb"---\s+(SIG[A-Z0-9_+]{1,20})\s+(\{.*\})\s+---\s*\Z", re.DOTALL)
_STOPPED = re.compile(rb"---\s+stopped by (SIG[A-Z0-9]{1,12})\s+---\s*\Z")
_EXITED = re.compile(rb"\+\+\+\s+exited with ([0-9]{1,10})\s+\+\+\+\s*\Z")
_KILLED = re.compile(rb"\+\+\+\s+killed by (SIG[A-Z0-9_]{1,20})( \(core dumped\))?\s+\+\+\+\s*\Z")
_SUPERSEDED = re.compile(rb"\+\+\+\s+superseded by execve in pid ([0-9]{1,10})\s+\+\+\+\s*\Z")
MESSAGE = re.compile(rb"(?:strace: )?Process [0-9]+ (?:attached|detached|resumed|suspended)|strace: ")
"""What strace tells of itself, without a time."""
ATTACHED = re.compile(rb"(?:strace: )?Process ([0-9]{1,10}) attached(?: with [0-9]+ threads)?\Z")
"""The same at the end of a line that it interrupts, which goes on in the next."""


class Kind(Enum):
    """What a line tells."""

    CALL = "call"
    UNFINISHED = "unfinished"
    RESUMED = "resumed"
    SIGNAL = "signal"
    EXIT = "exit"
    SUPERSEDED = "superseded"
    SILENT = "silent"


@dataclass(slots=True)
class Line:
    """One line of strace output.

    Attributes:
        tid: None where the line names no thread.
        name: of the call or signal.
        arguments: as printed; of an unfinished call those printed so far.
        body: of unfinished and resumed lines, what is to be joined.
        result: None where the call did not return.
        decoration: of a returned descriptor.
        comment: what is printed behind the result.
        duration_ns: from ``-T``.
        status, signal, core: of an exit; where another thread's exec supersedes this one, status is that thread.
    """

    kind: Kind
    tid: int | None
    time_ns: int
    name: str = ""
    arguments: list[bytes] | None = None
    body: bytes = b""
    result: int | None = None
    decoration: bytes | None = None
    comment: bytes = b""
    duration_ns: int | None = None
    status: int = 0
    signal: str = ""
    core: bool = False


class NoLine(ValueError):
    """A line that is no strace output; says what is wrong with it."""


class NoDate(NoLine):
    """A line with the time of a day that is not told."""


def read_line(text: bytes) -> Line:
    """What a line tells.

    Raises:
        NoLine: it is none of strace, or cut.
    """
    prefix = _PREFIX.match(text)
    if not prefix:
        raise NoLine("it does not begin with a thread and a time (strace -f -ttt)")
    if prefix[5]:
        raise NoDate("its time is of a day that is not told; record with -ttt")
    who = prefix[1] or prefix[2]
    time_ns = int(prefix[3]) * 1_000_000_000 + int(prefix[4].ljust(9, b"0"))
    line = Line(Kind.CALL, int(who) if who else None, time_ns)
    rest = text[prefix.end() :]
    if rest[:3] in (b"---", b"+++"):
        return _event(line, rest)
    if resumed := _RESUMED.match(rest):
        line.kind, line.name = Kind.RESUMED, resumed[1].decode()
        line.body = rest[resumed.end() :]
        return line
    return _begun(line, rest)


def _begun(line: Line, rest: bytes) -> Line:
    call = _CALL.match(rest)
    if not call:
        raise NoLine("what follows the time is no call")
    line.name = call[1].decode()
    if rest.rstrip().endswith(b" ...>") and (unfinished := _UNFINISHED.search(rest)):
        line.kind = Kind.UNFINISHED
        line.body = rest[call.end() : unfinished.start()]
        line.arguments = values.split(line.body).items
        return line
    return finish(line, rest[call.end() :])


def finish(line: Line, body: bytes) -> Line:
    """Read arguments and result of a call from behind its opening bracket.

    Raises:
        NoLine: there is no result.
    """
    if _MARK in body:
        body = _NOT_FINISHED.sub(b")", body)
    parts = values.split(body)
    found = _RESULT.match(body, parts.end + 1) if parts.end >= 0 else None
    if not found:
        raise NoLine("the call has no result")
    line.kind, line.arguments = Kind.CALL, parts.items
    line.comment = found[5].strip()
    if found[6]:
        line.duration_ns = int(found[6]) * 1_000_000_000 + int(found[7].ljust(9, b"0"))
    if found[3]:
        line.decoration = values.unescaped(found[3][1:-1])
    line.result = _result(found)
    return line


def _result(found: re.Match[bytes]) -> int | None:
    error = found[4]
    if error:
        number = _NUMBERS.get(error)
        if number is None:
            raise NoLine(f"its error {error.decode('ascii', 'replace')} is unknown")
        return -number
    if found[1]:
        return None
    if unnamed := _UNNAMED.search(found[5]):
        return -int(unnamed[1])
    result = values.number(found[2])
    return result - (1 << 64) if result is not None and result >= 1 << 63 else result


def _event(line: Line, rest: bytes) -> Line:
    if signal := _SIGNAL.match(rest):
        line.kind, line.name, line.body = Kind.SIGNAL, signal[1].decode(), signal[2]
    elif exited := _EXITED.match(rest):
        line.kind, line.status = Kind.EXIT, int(exited[1])
    elif killed := _KILLED.match(rest):
        line.kind, line.signal, line.core = Kind.EXIT, killed[1].decode(), bool(killed[2])
    elif superseded := _SUPERSEDED.match(rest):
        line.kind, line.status = Kind.SUPERSEDED, int(superseded[1])
    elif _STOPPED.match(rest):
        line.kind = Kind.SILENT
    else:
        raise NoLine("it tells of no signal and no exit that is known")
    return line
