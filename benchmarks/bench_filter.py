"""Filtering an old-format capture against sysdig: the first question and the second, the same five fields printed."""

from __future__ import annotations

import shutil
import sys

from benchmarks import captures, measure

FIELDS = ("evt.num", "proc.pid", "proc.name", "evt.type", "fd.name")
QUESTIONS = (
    ("proc.name = haproxy and evt.type = connect", 2.5),
    ("fd.name contains access_log or proc.name = curl and evt.type = open", 4.0),
)
"""Filter and how many times faster than sysdig the answer has to be, by wall."""


def main() -> int:
    """Measure and print."""
    path = captures.old()
    if path is None or not shutil.which("sysdig"):
        print("bench_filter needs 502Error.scap in the folder 'shared' and sysdig 0.29 (apt-get install sysdig)")
        return 0
    measure.warm(path)
    rows: list[tuple[str, str]] = []
    with measure.empty_cache() as environment:
        for (text, bound), name in zip(QUESTIONS, ("first filter, nothing cached", "second filter"), strict=True):
            peer = measure.run(["sysdig", "-r", str(path), "-p", "*" + " ".join(f"%{f}" for f in FIELDS), text])
            command = [*measure.THRESHER, "read", "-q", "-r", str(path), "-T", "fields", "-Y", text]
            ours = measure.run([*command, *(part for field in FIELDS for part in ("-e", field))], environment)
            found, expected = (len(cost.output.splitlines()) for cost in (ours, peer))
            rows += [
                (f"{name}: `{text}`", f"{found:,} events; sysdig {expected:,} lines"),
                ("… thresher", str(ours)),
                ("… sysdig", str(peer)),
                ("… sysdig ÷ thresher, wall", measure.verdict(peer.wall / ours.wall, bound, at_most=False)),
                ("… sysdig ÷ thresher, CPU", f"{peer.cpu / ours.cpu:.2f}"),
            ]
    measure.table("Filtering: 502Error repeated", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
