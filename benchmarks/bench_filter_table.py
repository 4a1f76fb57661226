"""Measures display filters on an opened capture of seven million events against the same filters in sysdig.

Ours are run one after the other in one process on a capture whose index is there, in a cache of their own; lazy fields
are built by the first filter that needs them, which is a row of its own. sysdig reads the capture for every filter, as
it always does, and prints the numbers of what matches; both are on the page cache. sysdig cannot say some filters;
those have no ratio.

    python -m benchmarks.bench_filter_table [MINUTES]

After so many minutes sysdig, which reads the whole capture for each filter, is asked no more; with 0, never. The check
of a keystroke is measured over all of these filters, typed letter by letter.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest import mock

from benchmarks import captures, measure
from thresher.capture.case import Case, Positions, open_case
from thresher.capture.case.noticing import Judge
from thresher.capture.errors import FilterError

PAGE = 48
"""Rows of a screen."""

EVENTS = 7_000_000

CHECK_MS = 5
"""What the check of a keystroke may take."""

LEAST, MEDIAN = 10, 20
"""How many times faster than sysdig each filter has to be, and half of them."""

FILTERS: tuple[tuple[str, str, str], ...] = (
    ("equality of an event's type", "evt.type = open", "evt.type=open"),
    ("equality of a number", "evt.rawres == 0", "evt.rawres=0"),
    ("comparison of a number", "evt.rawres < -1", "evt.rawres < -1"),
    ("comparison of a duration", "evt.latency > 5ms", "evt.latency > 5000000"),
    ("set", "evt.type in (open, close, read)", "evt.type in (open, close, read)"),
    ("substring of a descriptor", "fd.name contains etc", "fd.name contains etc"),
    ("substring of a command line", "proc.cmdline contains haproxy", "proc.cmdline contains haproxy"),
    ("beginning of a descriptor", "fd.name startswith /etc", "fd.name startswith /etc"),
    ("CIDR", "fd.ip in {127.0.0.0/8}", "fd.net=127.0.0.0/8"),
    ("port", "fd.port = 80", "fd.port=80"),
    ("negation over the process", "not proc.name = haproxy", "not proc.name=haproxy"),
    ("join over the process", "proc.name = haproxy", "proc.name=haproxy"),
    ("join over process and descriptor", "proc.name = haproxy and fd.port = 80", "proc.name=haproxy and fd.port=80"),
    ("either of two tables", "proc.name = curl or fd.name contains etc", "proc.name=curl or fd.name contains etc"),
    ("parent", "proc.pname = bash", "proc.pname=bash"),
    ("any ancestor", "proc.aname = bash", "proc.aname=bash"),
    ("lazy argument, number, first use", "evt.rawarg.size > 4096", "evt.rawarg.size > 4096"),
    ("lazy argument, number, built", "evt.rawarg.size > 4096", "evt.rawarg.size > 4096"),
    ("lazy argument, descriptor, first use", "evt.arg.fd contains etc", "evt.arg.fd contains etc"),
    ("lazy argument, descriptor, built", "evt.arg.fd contains etc", "evt.arg.fd contains etc"),
    ("lazy argument, flags, first use", "evt.arg.flags contains O_TRUNC", "evt.arg.flags contains O_TRUNC"),
    ("lazy argument, flags, built", "evt.arg.flags contains O_TRUNC", "evt.arg.flags contains O_TRUNC"),
    ("data that was moved, first use", "evt.buffer contains GET", "evt.buffer contains GET"),
    ("data that was moved, built", "evt.buffer contains GET", "evt.buffer contains GET"),
    ("all arguments, first use", "evt.args contains O_RDONLY", "evt.args contains O_RDONLY"),
    ("all arguments, built", "evt.args contains O_RDONLY", "evt.args contains O_RDONLY"),
    ("free text, arguments built", 'frame contains "etc/"', ""),
    ("free text, any case", 'frame icontains "ETC/"', ""),
    ("regular expression", 'fd.name matches "so\\\\.[0-9]+$"', ""),
    ("what is around a match", "around(evt.type = execve, 10ms)", ""),
    ("the first of each value", "first(evt.failed by proc.name)", ""),
    ("join, no match", "proc.name = nosuchname", "proc.name=nosuchname"),
    ("kind of a descriptor", "fd.type = ipv4", "fd.type=ipv4"),
    ("address", "fd.ip = 127.0.0.1", "fd.ip=127.0.0.1"),
    ("event and descriptor", "evt.type = open and fd.name contains etc", "evt.type=open and fd.name contains etc"),
)  # fmt: skip
"""What is measured, our filter, sysdig's; '' where it has none. What matters most comes first, before time is up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of our filters took, in seconds."""

    page: float
    total: float
    cpu: float
    rows: int


def asked(case: Case, text: str) -> Answer:
    """Run a filter to its end, and note when the first screen was there."""
    page: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()

    def on_rows(found: Positions) -> None:
        if len(found) >= PAGE and not page:
            page.append(time.perf_counter() - began)

    rows = len(case.select(text, on_rows=on_rows))
    total = time.perf_counter() - began
    return Answer(page[0] if page else total, total, time.process_time() - cpu, rows)


@cache
def peer(path: Path, text: str) -> measure.Cost:
    """What sysdig takes for a filter; each is run once."""
    return measure.run(["sysdig", "-r", str(path), "-p", "%evt.num", text], keep_output=False)


def measured(case: Case, path: Path, ours: str, theirs: str) -> tuple[str, tuple[float, float] | None]:
    """A row's figures, and how many times as long sysdig took, by wall and by CPU, where it is asked."""
    answer = asked(case, ours)
    cells = [f"{answer.rows:,}", f"{answer.page:.3f}", f"{answer.total:.3f}", f"{answer.cpu:.3f}"]
    if not theirs:
        return " | ".join([*cells, "–", "–", "–", "–"]), None
    found = peer(path, theirs)
    wall, cpu = found.wall / answer.total, found.cpu / answer.cpu
    cells += [f"{found.wall:.1f}", f"{found.cpu:.1f}", f"{wall:.0f}", f"{cpu:.0f}"]
    return " | ".join(cells), (wall, cpu)


def keystrokes(case: Case) -> list[float]:
    """CPU milliseconds of each check while the filters are typed."""
    judge, taken = Judge(case), []
    for _, text, _ in FILTERS:
        for end in range(1, len(text) + 1):
            began = time.process_time_ns()
            with suppress(FilterError):
                judge.notices(text[:end])
            taken.append((time.process_time_ns() - began) / 1e6)
    return taken


def main(minutes: float = 60) -> int:
    """Measure and print; sysdig for so many minutes."""
    path = captures.old(EVENTS)
    if path is None or not shutil.which("sysdig"):
        print("bench_filter_table needs 502Error.scap in the folder 'shared' and sysdig 0.29 (apt-get install sysdig)")
        return 0
    measure.warm(path)
    print("| what | filter | rows | page s | all s | CPU s | sysdig s | CPU s | ÷ wall | ÷ CPU |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    until = time.monotonic() + 60 * minutes
    ratios: list[tuple[float, float]] = []
    with (
        measure.empty_cache() as environment,
        mock.patch.dict(os.environ, environment),
        open_case([str(path)], background=False) as case,
    ):
        asked(case, "evt.num = 1")  # the database reads its pages for whoever comes first
        for what, ours, theirs in FILTERS:
            cells, ratio = measured(case, path, ours, theirs if time.monotonic() < until else "")
            ratios += [ratio] if ratio is not None else []
            print(f"| {what} | `{ours}` | {cells} |", flush=True)
        checks = keystrokes(case)
    median, worst = statistics.median(checks), max(checks)
    rows = [(f"check of a keystroke, CPU ms; worst {worst:.1f}", measure.verdict(median, CHECK_MS, at_most=True))]
    for place, name in enumerate(("wall", "CPU") if ratios else ()):
        found = [pair[place] for pair in ratios]
        rows.append((f"sysdig ÷ thresher, {name}, least", measure.verdict(min(found), LEAST, at_most=False)))
        rows.append(("… median", measure.verdict(statistics.median(found), MEDIAN, at_most=False)))
    measure.table("Filters on an opened capture against sysdig", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
