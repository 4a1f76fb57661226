"""Fields of the memory of threads and their page faults, as events and the process list told them; for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Field, FieldType, Window

_BORN = "max(CASE WHEN origin <> 0 THEN from_num END) OVER (PARTITION BY tid ORDER BY proc_id)"
_LIVES = f"(SELECT proc_id, is_main, {_BORN} AS born FROM processes)"
_WHEN = "CASE WHEN l.num IS NULL THEN e.num ELSE l.before_num::BIGINT - 1 END"
"""Rows that were stored late are told what was said before the row that they belong before."""


def _told(column: str) -> str:
    """The events, each with what was said last of its thread; not what was said of one that had the number before."""
    columns = f"e.num, e.tid, {_WHEN} AS at_num, p.is_main, coalesce(p.born, 0) AS born"
    events = f"SELECT {columns} FROM events e JOIN {_LIVES} p USING (proc_id) LEFT JOIN late l ON l.num = e.num"
    return (
        f"(SELECT x.num, x.is_main, m.{column} AS told FROM ({events}) x ASOF JOIN memory m "
        "ON m.tid = x.tid AND m.from_num <= x.at_num WHERE m.from_num >= x.born)"
    )


def _number(name: str, title: str, description: str, column: str, expression: str = "e.told") -> Field:
    window = Window(expression, source=_told(column))
    return Field(name, FieldType.UINT, title, description, window, example=f"{name} > 100000")


def _of_thread(name: str, title: str, what: str, column: str, expression: str = "e.told", unit: str = "KiB") -> Field:
    described = f"{what}, in {unit}, at a process's first thread; 0 at its other threads, which share it."
    return _number(name, title, described, column, expression=f"CASE WHEN e.is_main THEN {expression} ELSE 0 END")


MEMORY_FIELDS: tuple[Field, ...] = (
    _number(
        "proc.vmsize",
        "Virtual memory",
        "Virtual memory of the process as told last of the thread, in KiB.",
        "vm_size",
    ),
    _number(
        "proc.vmrss",
        "Resident memory",
        "Resident memory of the process as told last of the thread, in KiB.",
        "vm_rss",
    ),
    _number(
        "proc.vmswap",
        "Swapped memory",
        "Swapped memory of the process as told last of the thread, in KiB.",
        "vm_swap",
    ),
    _number(
        "thread.pfmajor",
        "Major faults",
        "Page faults since the thread began that had to read from disk, as told last.",
        "pf_major",
    ),
    _number(
        "thread.pfminor",
        "Minor faults",
        "Page faults since the thread began that had not to read from disk, as told last.",
        "pf_minor",
    ),
    _of_thread("thread.vmsize", "Virtual memory", "Virtual memory of the process", "vm_size"),
    _of_thread("thread.vmrss", "Resident memory", "Resident memory of the process", "vm_rss"),
    _of_thread(
        "thread.vmsize.b", "Virtual memory", "Virtual memory of the process", "vm_size", "e.told * 1024", "bytes"
    ),
    _of_thread(
        "thread.vmrss.b", "Resident memory", "Resident memory of the process", "vm_rss", "e.told * 1024", "bytes"
    ),
)
