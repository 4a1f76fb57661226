"""Filters in both dialects select as many events of a real capture as libsinsp's own values say."""

from __future__ import annotations

import csv
import gzip
import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from thresher.capture.case import Case, open_case

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

Row: TypeAlias = dict[str, str]
MISSING = "<NA>"


def number(text: str) -> int:
    return int(text) if text not in (MISSING, "") else -1


FILTERS: list[tuple[str, str, Callable[[Row], object]]] = [
    ("proc.name == curl", "proc.name = curl", lambda row: row["proc.name"] == "curl"),
    ("proc.name != curl", "proc.name != curl", lambda row: row["proc.name"] not in ("curl", MISSING)),
    ("!(proc.name == curl)", "not proc.name = curl", lambda row: row["proc.name"] != "curl"),
    ('fd.name contains "/etc"', "fd.name contains /etc", lambda row: "/etc" in row["fd.name"]),
    (
        'evt.type in {open openat connect} && proc.name matches "^c"',
        "evt.type in (open, openat, connect) and proc.name startswith c",
        lambda row: row["evt.type"] in ("open", "openat", "connect") and row["proc.name"].startswith("c"),
    ),
    (
        "fd.sport in {1024..9000}",
        "fd.sport >= 1024 and fd.sport <= 9000",
        lambda row: 1024 <= number(row["fd.sport"]) <= 9000,
    ),
    (
        r'fd.name matches r"\.SO(\.[0-9]+)*$"',
        r'fd.name regex "(?s).*\.so(\.[0-9]+)*"',
        lambda row: re.search(r"\.so(\.[0-9]+)*\Z", row["fd.name"]),
    ),
    ("proc.aname.2 == bash", "proc.aname[2] = bash", lambda row: row["proc.aname[2]"] == "bash"),
    (
        "proc.pname == bash && evt.failed",
        "evt.rawres < 0 and proc.pname = bash",
        lambda row: row["proc.pname"] == "bash" and row["evt.rawres"].startswith("-"),
    ),
    (
        'lower(proc.cmdline) contains "http"',
        "proc.cmdline icontains HTTP",
        lambda row: "http" in row["proc.cmdline"].lower(),
    ),
    (
        "fd.sip == 127.0.0.0/8 || fd.type == pipe",
        "fd.sip in (127.0.0.0/8) or fd.type = pipe",
        lambda row: (
            row["fd.type"] == "pipe"
            or (row["fd.sip"] != MISSING and ipaddress.ip_address(row["fd.sip"]) in ipaddress.ip_network("127.0.0.0/8"))
        ),
    ),
    (
        'evt.res == "ENOENT" and fd.name glob "/usr/*/*"',
        'evt.res = ENOENT and fd.name glob "/usr/*/*"',
        lambda row: row["evt.res"] == "ENOENT" and re.fullmatch(r"/usr/[^/]*/[^/]*", row["fd.name"]),
    ),
]


@cache
def rows(shared: Path) -> list[Row]:
    csv.field_size_limit(1 << 30)
    with gzip.open(shared / "oracle" / "shop.tsv.gz", "rt", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def shop(shared: Path) -> Iterator[Case]:
    case = open_case([str(shared / "captures" / "shop.scap")], cache=False, background=False)
    yield case
    case.close()


@pytest.mark.parametrize(("wireshark", "falco", "meaning"), FILTERS, ids=[falco for _, falco, _ in FILTERS])
def test_a_filter_selects_what_libsinsp_says(
    shop: Case, shared: Path, wireshark: str, falco: str, meaning: Callable[[Row], object]
) -> None:
    expected = sum(1 for row in rows(shared) if meaning(row))
    assert expected > 0
    assert len(shop.select(wireshark)) == expected
    assert len(shop.select(falco)) == expected
