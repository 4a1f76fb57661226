"""What a text says of a call that has no event of its own: arguments and result as they are printed there; stage ②."""

from __future__ import annotations

from thresher.dissectors.syscall.errors import ERRORS
from thresher.dissectors.syscall.texts.audit_records import NoRecord, Record, read_record
from thresher.dissectors.syscall.texts.blocks import text_of
from thresher.dissectors.syscall.texts.strace_lines import Kind, Line, NoLine, finish, read_line

_REGISTERS = ("a0", "a1", "a2", "a3", "exit")


def said(block: bytes) -> str:
    """In one line; '' where the block was recorded, or its text is of neither kind."""
    text = text_of(block)
    if text is None:
        return ""
    lines = text.data.split(b"\n")
    try:
        return _by_strace(lines)
    except NoLine:
        return _by_audit(lines)


def _by_strace(lines: list[bytes]) -> str:
    line = read_line(lines[0])
    if line.kind is Kind.UNFINISHED and len(lines) > 1:
        line = finish(line, line.body + read_line(lines[-1]).body)
    shown = ", ".join(map(_readable, line.arguments or []))
    return f"{shown} = {_result(line)}".strip() if line.kind is Kind.CALL else shown


def _result(line: Line) -> str:
    if line.result is None:
        return "?"
    error = ERRORS.get(-line.result)
    return f"{line.result}({error})" if error and line.result < 0 else str(line.result)


def _by_audit(lines: list[bytes]) -> str:
    records = [record for each in lines if (record := _record(each)) is not None]
    call = next((record.fields for record in records if record.type == "SYSCALL"), {})
    shown = [f"{name}={_readable(call[name.encode()])}" for name in _REGISTERS if name.encode() in call]
    names = [name for record in records if record.type == "PATH" and (name := record.text("name")) is not None]
    return " ".join([*shown, *(f"name={_readable(name)}" for name in names)])


def _record(line: bytes) -> Record | None:
    try:
        return read_record(line)
    except NoRecord:
        return None


def _readable(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
