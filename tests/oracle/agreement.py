"""Compares a store's rows with libsinsp's own answers, field by field, as DESIGN counts them."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.oracle.deviations import HEAD, SYSDIG, Deviation, listed
from thresher.capture.case import open_case

KEY = ("evt.rawtime", "evt.cpu", "thread.tid")
"""Unique in every recording."""

FIELDS = (
    "evt.type", "evt.category", "evt.is_io", "evt.is_io_read", "evt.is_io_write", "evt.io_dir",
    "evt.is_wait", "evt.failed", "evt.res", "evt.rawres", "evt.args", "evt.buflen", "evt.count", "evt.is_open_read",
    "evt.is_open_write", "evt.is_open_exec", "evt.is_open_create", "thread.vtid", "thread.ismain", "proc.pid",
    "proc.vpid", "proc.ppid", "proc.sid", "proc.vpgid", "proc.tty", "proc.name", "proc.exe", "proc.exepath",
    "proc.args", "proc.cmdline", "proc.cwd", "proc.pname", "proc.pcmdline", "proc.pexepath", "proc.aname[1]",
    "proc.aname[2]", "proc.aname[3]", "proc.apid[2]", "proc.sname", "proc.is_vpgid_leader", "proc.is_exe_writable",
    "proc.is_exe_from_memfd", "proc.exe_ino", "proc.fdopencount", "user.uid", "user.name", "user.loginuid",
    "group.gid", "fd.num", "fd.type", "fd.typechar", "fd.name", "fd.directory", "fd.filename", "fd.cip", "fd.sip",
    "fd.lip", "fd.rip", "fd.cport", "fd.sport", "fd.lport", "fd.rport", "fd.l4proto", "fd.sockfamily", "fd.is_server",
    "fd.ino", "fs.path.name", "fs.path.source", "fs.path.target",
)  # fmt: skip

SYSDIG_FIELDS = (
    "evt.num", "evt.dir", "evt.type", "evt.category", "evt.res", "evt.rawres", "evt.args", "evt.buflen", "proc.name",
    "proc.pid", "proc.ppid", "proc.exe", "proc.exepath", "proc.cmdline", "proc.pname", "user.name", "user.uid",
    "container.id", "container.name", "container.image", "container.type", "container.privileged", "fd.num", "fd.type",
    "fd.name", "fd.sip", "fd.sport", "fd.cip", "fd.cport",
)  # fmt: skip
"""What the recordings of sysdig 0.29.3 hold; some lack those of containers."""

FIELDS_OF = {HEAD: FIELDS, SYSDIG: SYSDIG_FIELDS}

FILTERED_ONLY = ("fd.ip", "fd.port", "fd.proto")
"""Recorded as missing everywhere: they stand for either end and have no value to print."""

RENUMBERED = "evt.num"
"""libsinsp of today counts without enter events; the numbers people cite are those of sysdig 0.29.3."""

MISSING = "<NA>"
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


@dataclass(slots=True)
class Tally:
    """How one field agrees on one capture; rows where either side has a value."""

    equal: int = 0
    different: int = 0
    only_here: int = 0
    only_there: int = 0
    listed: int = 0
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Rows that count."""
        return self.equal + self.different + self.only_here + self.only_there

    @property
    def share(self) -> float:
        """Equal rows of those that count and are no listed deviation, 1 where none does."""
        return self.equal / self.compared if self.compared else 1.0


@dataclass(slots=True)
class Comparison:
    """How one capture agrees: by field, what differs by cause, and rows that only one side has, theirs by direction."""

    tallies: dict[str, Tally]
    causes: Counter[str]
    only_here: int
    only_there: Counter[str]


def unescaped(text: str) -> str:
    """A cell as the recorder meant it."""
    return re.sub(r"\\([tnr\\])", lambda found: ESCAPES[found[1]], text)


def recorded(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a recording, missing values left out."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
        names = next(lines).rstrip("\n").split("\t")
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            yield {name: unescaped(cell) for name, cell in zip(names, cells, strict=True) if cell != MISSING}


def shown(value: object) -> str:
    """A value of ours as the recorder prints it; '' where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def our_rows(capture: Path, fields: Sequence[str]) -> dict[tuple[str, ...], dict[str, str]]:
    """Our rows by key, internal ones included."""
    case = open_case([str(capture)], cache=False)
    try:
        case.wait()
        names = (*KEY, *fields)
        found = {}
        for batch in case.iterate(case.select("", internal=True), names):
            for row in batch:
                found[tuple(map(shown, row[:3]))] = dict(zip(names, map(shown, row), strict=True))
        return found
    finally:
        case.close()


def recording(shared: Path, name: str, oracle: str) -> Path:
    """Where the answers to a capture are."""
    return shared / "oracle" / (f"{name}.tsv.gz" if oracle == HEAD else f"{name}.{oracle}.tsv.gz")


def agreement(shared: Path, name: str, oracle: str = HEAD) -> Comparison:
    """Compare our rows of a capture with the recording of it, field by field, known deviations apart."""
    path = recording(shared, name, oracle)
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
        there = set(next(lines).rstrip("\n").split("\t"))
    fields = [field for field in FIELDS_OF[oracle] if field in there]
    ours = our_rows(shared / "captures" / f"{name}.scap", fields)
    rows = recorded(path) if oracle == HEAD else map(trimmed, recorded(path))
    return compare(ours, rows, fields, listed(oracle))


def trimmed(row: dict[str, str]) -> dict[str, str]:
    """A row of sysdig 0.29.3, whose arguments end with a space."""
    return {name: value.rstrip(" ") if name == "evt.args" else value for name, value in row.items()}


def compare(
    ours: Mapping[tuple[str, ...], Mapping[str, str]],
    theirs: Iterable[Mapping[str, str]],
    fields: Sequence[str],
    known: Sequence[Deviation],
) -> Comparison:
    """Compare field by field."""
    causes: Counter[str] = Counter()
    tallies = {name: Tally() for name in fields}
    matched = 0
    missing: Counter[str] = Counter()
    for row in theirs:
        mine = ours.get(tuple(row.get(name, "") for name in KEY))
        if mine is None:
            missing[row.get("evt.dir", "")] += 1
            continue
        matched += 1
        for name in fields:
            here, there = mine[name], row.get(name, "")
            cause = next((one.cause for one in known if one.covers(name, here, row)), "") if here != there else ""
            if cause:
                causes[cause] += 1
                tallies[name].listed += 1
            elif here or there:
                count(tallies[name], here, there, row.get("evt.type", ""), int(row["evt.num"]))
    return Comparison(tallies, causes, len(ours) - matched, missing)


def count(tally: Tally, here: str, there: str, kind: str, num: int) -> None:
    """Add one row; '' on both sides does not count."""
    if here == there:
        tally.equal += bool(here)
        return
    if here and there:
        tally.different += 1
    elif here:
        tally.only_here += 1
    else:
        tally.only_there += 1
    what = (kind, here[:80], there[:80])
    tally.kinds[what] += 1
    tally.examples.setdefault(what, num)
