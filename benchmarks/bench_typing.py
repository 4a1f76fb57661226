"""Measures what a keystroke in the filter bar costs on an opened capture: the check, and what can stand at the cursor.

    python -m benchmarks.bench_typing [CAPTURE]

The median and the worst, in milliseconds, of checks while filters are typed letter by letter, and until suggestions are
there, where the first call, which begins to count, and later ones, which wait for more, are rows of their own. Counting
goes on in a thread beside, for which a call waits 15 ms at most: that wants an idle machine. The last column is the CPU
of the calls themselves.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks import captures
from thresher.capture.case import open_case
from thresher.capture.case.noticing import Judge
from thresher.capture.errors import FilterError

EVENTS = 8_000_000
CHECK_MS, COMPLETION_MS = 5.0, 30.0
"""What a check and a completion may take."""

TYPED = (
    'proc.name == "nginx" and fd.rip in {10.0.0.0/8 192.168.0.0/16} and not evt.type in (openat, read)',
    'frame contains "passwd" or proc.aname[2] = bash and evt.latency > 5ms',
    "around(evt.type = execve and proc.name startswith ba, 2s, process)",
)
"""Filters that are checked after every letter."""

SUGGESTED = (
    ("fields", "pro"),
    ("fields, no letter", ""),
    ("fields by a word", "evt.failed and descriptor"),
    ("operators", "proc.name "),
    ("values of a process", "proc.name = "),
    ("values of a type", "evt.type = "),
    ("values under a filter", "proc.name = cat and fd.name = "),
    ("values under a pattern", 'fd.name matches "so" and evt.type = '),
    ("values under any ancestor", "proc.aname = bash and fd.name = "),
    ("values of an address", "fd.ip = "),
    ("values of an ancestor", "proc.pname = "),
    ("values of an argument", "evt.arg.flags contains "),
    ("values of all arguments", "evt.args contains "),
    ("a scope", "around(evt.failed, 2s, "),
    ("a field to go by", "first(evt.failed by "),
)


class Taken(NamedTuple):
    """What a call takes, in ms: time, and CPU of its own thread."""

    wall: float
    cpu: float


def milliseconds(work: Callable[[], object], times: int) -> list[Taken]:
    """What each of several calls takes."""
    taken = []
    for _ in range(times):
        wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
        work()
        taken.append(Taken((time.perf_counter_ns() - wall) / 1e6, (time.thread_time_ns() - cpu) / 1e6))
    return taken


def row(name: str, taken: Sequence[Taken], limit: float) -> bool:
    """Print a row; whether its median is within the limit."""
    median, worst = statistics.median(each.wall for each in taken), max(each.wall for each in taken)
    cpu = statistics.median(each.cpu for each in taken)
    print(f"| {name} | {median:.1f} | {worst:.1f} | {limit:.0f} | {cpu:.1f} |", flush=True)
    return median <= limit


def main(path: Path | None = None) -> int:
    """Print the table; 1 where a limit is missed."""
    passed = True
    with open_case([str(path or captures.shop(EVENTS))]) as case:
        case.wait()
        print(f"{case.count():,} events\n\n| typed | median, ms | worst | limit | CPU |\n|---|---|---|---|---|")
        judge = Judge(case).notices
        checks: list[Taken] = []
        for text in TYPED:
            for end in range(1, len(text) + 1):
                checks += milliseconds(lambda part=text[:end]: _judged(judge, part), 3)  # type: ignore[misc]
        passed &= row("check of a keystroke", checks, CHECK_MS)
        for name, text in SUGGESTED:
            completer = case.completer()
            first = milliseconds(lambda: completer.complete(text, len(text)), 1)  # noqa: B023
            later = milliseconds(lambda: completer.complete(text, len(text)), 20)  # noqa: B023
            passed &= row(f"{name}, first", first, COMPLETION_MS)
            passed &= row(f"{name}, later", later, COMPLETION_MS)
    return 0 if passed else 1


def _judged(check: Callable[[str], object], text: str) -> None:
    """A check that may say that the filter is wrong."""
    with suppress(FilterError):
        check(text)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
