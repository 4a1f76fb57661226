"""Filtering an old-format capture against sysdig: the first question and the second, the same five fields printed."""

from __future__ import annotations

import shutil
import sys

from benchmarks import captures, measure

FIELDS = ("evt.num", "proc.pid", "proc.name", "evt.type", "fd.name")
SYSDIG = ("sysdig", "-p", "*" + " ".join(f"%{field}" for field in FIELDS))
OURS = (*measure.THRESHER, "read", "-q", "-T", "fields", *(part for field in FIELDS for part in ("-e", field)))
QUESTIONS = (
    ("every event, nothing cached", "", 2.5),
    ("a second filter", "fd.name contains haproxy or (proc.name = curl and evt.type = open)", 4.0),
)
"""What is asked, the filter, and how many times faster than sysdig the answer has to be by wall; in this order."""


def main() -> int:
    """Measure and print."""
    path = captures.old()
    if path is None or not shutil.which("sysdig"):
        print("bench_filter needs 502Error.scap in the folder 'shared' and sysdig 0.29 (apt-get install sysdig)")
        return 0
    measure.warm(path)
    rows: list[tuple[str, str]] = []
    with measure.empty_cache() as environment:
        for what, text, bound in QUESTIONS:
            peer = measure.run([*SYSDIG, "-r", str(path), *([text] if text else [])], keep_output=False)
            ours = measure.run([*OURS, "-r", str(path), "-Y", text], environment, keep_output=False)
            rows += [
                (f"{what} {f'`{text}`' if text else ''}", f"{ours.lines:,} lines; sysdig {peer.lines:,}"),
                ("… thresher", str(ours)),
                ("… sysdig", str(peer)),
                ("… sysdig ÷ thresher, wall", measure.verdict(peer.wall / ours.wall, bound, at_most=False)),
                ("… sysdig ÷ thresher, CPU", f"{peer.cpu / ours.cpu:.2f}"),
            ]
    measure.table("Filtering: 502Error repeated", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
