"""Measures twenty display filters on an opened capture of seven million events against the same in sysdig.

Ours are run one after the other in one process on a capture whose index is there; lazy fields are built by the first
filter that needs them, which is a row of its own. sysdig reads the capture for every filter, as it always does; both
are on the page cache. sysdig cannot say some filters; those have no ratio.

    python -m benchmarks.bench_filter_table
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from dataclasses import dataclass

from benchmarks import captures, measure
from thresher.capture.case import Case, Positions, open_case

PAGE = 48
"""Rows of a screen."""

EVENTS = 7_000_000

FILTERS: tuple[tuple[str, str, str], ...] = (
    ("equality of an event's type", "evt.type = open", "evt.type=open"),
    ("equality of a number", "evt.res == 0", ""),
    ("comparison of a number", "evt.rawres < -1", "evt.rawres < -1"),
    ("join over the process", "proc.name = haproxy", "proc.name=haproxy"),
    ("join, no match", "proc.name = nosuchname", "proc.name=nosuchname"),
    ("negation over the process", "not proc.name = haproxy", "not proc.name=haproxy"),
    ("substring of a descriptor", "fd.name contains haproxy", "fd.name contains haproxy"),
    ("beginning of a descriptor", "fd.name startswith /etc", "fd.name startswith /etc"),
    ("regular expression", 'fd.name matches "so\\\\.[0-9]+$"', ""),
    ("address", "fd.ip = 127.0.0.1", "fd.ip=127.0.0.1"),
    ("CIDR", "fd.ip in {127.0.0.0/8}", "fd.net=127.0.0.0/8"),
    ("port", "fd.port = 80", "fd.port=80"),
    ("process and descriptor", "proc.name = haproxy and fd.port = 80", "proc.name=haproxy and fd.port=80"),
    ("event and descriptor", "evt.type = open and fd.name contains etc", "evt.type=open and fd.name contains etc"),
    ("either of two tables", "proc.name = curl or fd.name contains etc", "proc.name=curl or fd.name contains etc"),
    ("set", "evt.type in (open, close, read)", "evt.type in (open, close, read)"),
    ("parent", "proc.pname = bash", "proc.pname=bash"),
    ("any ancestor", "proc.aname = bash", "proc.aname=bash"),
    ("argument, first use", "evt.rawarg.size > 4096", "evt.rawarg.size > 4096"),
    ("argument, built", "evt.rawarg.size > 65536", "evt.rawarg.size > 65536"),
    ("text of an argument, first use", "evt.arg.flags contains O_TRUNC", "evt.arg.flags contains O_TRUNC"),
    ("text of an argument, built", "evt.arg.flags contains O_CREAT", "evt.arg.flags contains O_CREAT"),
)  # fmt: skip
"""What is measured, our filter, sysdig's; '' where it has none."""


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


def main() -> int:
    """Measure and print."""
    path = captures.old(EVENTS)
    if path is None or not shutil.which("sysdig"):
        print("bench_filter_table needs 502Error.scap in the folder 'shared' and sysdig 0.29 (apt-get install sysdig)")
        return 0
    measure.warm(path)
    rows: list[tuple[str, str]] = []
    ratios: list[tuple[float, float]] = []
    with open_case([str(path)], background=False) as case:
        for what, ours, theirs in FILTERS:
            answer = asked(case, ours)
            line = f"{answer.rows:>9,} rows; page {answer.page:.3f}, all {answer.total:.3f} s, {answer.cpu:.2f} s CPU"
            if theirs:
                peer = measure.run(["sysdig", "-r", str(path), "-p", "%evt.num", theirs], keep_output=False)
                ratios.append((peer.wall / answer.total, peer.cpu / answer.cpu))
                line += f"; sysdig {peer.lines:,} lines, {peer.wall:.1f} s, {peer.cpu:.1f} s CPU"
                line += f"; ÷ {ratios[-1][0]:.0f} wall, {ratios[-1][1]:.0f} CPU"
            rows.append((f"{what} `{ours}`", line))
            print(*rows[-1], flush=True, file=sys.stderr)
    for place, name in enumerate(("wall", "CPU")):
        found = [pair[place] for pair in ratios]
        rows.append((f"sysdig ÷ thresher, {name}", f"median {statistics.median(found):.0f}, least {min(found):.1f}"))
    measure.table("Filters on an opened capture of 7 million events", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
