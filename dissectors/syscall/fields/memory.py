"""Fields of the memory of threads and their page faults, as events and the process list told them; for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.evidence import Numbered
from thresher.capture.model import Field, FieldType

MAIN = "main "
"""Before the column: only a process's first thread has the number, 0 stands for the others."""


def _number(name: str, title: str, description: str, what: str) -> Field:
    return Field(name, FieldType.UINT, title, description, Numbered(what), example=f"{name} > 100000")


def _of_process(name: str, title: str, column: str) -> Field:
    return _number(name, title, f"{title} of the process as told last of the thread, in KiB.", column)


def _of_thread(name: str, title: str, column: str, unit: str = "KiB") -> Field:
    described = f"{title} of the process, in {unit}, at a process's first thread; 0 at others, which share it."
    return _number(name, title, described, f"{MAIN}{column}")


MEMORY_FIELDS: tuple[Field, ...] = (
    _of_process("proc.vmsize", "Virtual memory", "vm_size"),
    _of_process("proc.vmrss", "Resident memory", "vm_rss"),
    _of_process("proc.vmswap", "Swapped memory", "vm_swap"),
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
    _of_thread("thread.vmsize", "Virtual memory", "vm_size"),
    _of_thread("thread.vmrss", "Resident memory", "vm_rss"),
    _of_thread("thread.vmsize.b", "Virtual memory", "vm_size * 1024", "bytes"),
    _of_thread("thread.vmrss.b", "Resident memory", "vm_rss * 1024", "bytes"),
)
