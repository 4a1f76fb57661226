"""Ten filters in both dialects select as many events of a real capture as libsinsp's own values say."""

from __future__ import annotations

import csv
import gzip
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case

Row = Mapping[str, str]
Count = Callable[[Row], bool]
NONE = "<NA>"


def within(address: str, network: str) -> bool:
    return address != NONE and ipaddress.ip_address(address) in ipaddress.ip_network(network)


def number(text: str) -> int | None:
    return None if text == NONE else int(text)


CASES: tuple[tuple[str, str, Count], ...] = (
    ('proc.name == "curl"', "proc.name=curl", lambda row: row["proc.name"] == "curl"),
    (
        'evt.type in {"openat", "newfstatat"} && evt.failed == true',
        "evt.type in (openat, newfstatat) and evt.failed=true",
        lambda row: row["evt.type"] in ("openat", "newfstatat") and row["evt.failed"] == "true",
    ),
    (
        'fd.name contains "/etc/" && !(proc.name == "bash")',
        "fd.name contains /etc/ and not proc.name=bash",
        lambda row: "/etc/" in row["fd.name"] and row["proc.name"] != "bash",
    ),
    (
        'evt.res == "ENOENT" or evt.res == "ENOTTY"',
        "evt.res in (ENOENT, ENOTTY)",
        lambda row: row["evt.res"] in ("ENOENT", "ENOTTY"),
    ),
    ("fd.sport == 8088", "fd.sport=8088", lambda row: row["fd.sport"] == "8088"),
    (
        "fd.sip == 127.0.0.0/8 and evt.is_io_write == true",
        "fd.sip=127.0.0.0/8 and evt.is_io_write=true",
        lambda row: within(row["fd.sip"], "127.0.0.0/8") and row["evt.is_io_write"] == "true",
    ),
    (
        'proc.aname[2] == "bash" && evt.type == "execve"',
        "proc.aname[2]=bash and evt.type=execve",
        lambda row: row["proc.aname[2]"] == "bash" and row["evt.type"] == "execve",
    ),
    (
        'proc.cmdline matches "^(sh|bash) -c"',
        "proc.cmdline regex '(sh|bash) -c.*'",
        lambda row: re.match("(sh|bash) -c", row["proc.cmdline"]) is not None,
    ),
    (
        "proc.pid >= 4300 and proc.pid <= 4400",
        "proc.pid>=4300 and proc.pid<=4400",
        lambda row: 4300 <= (number(row["proc.pid"]) or 0) <= 4400,
    ),
    (
        'fd.filename startswith "secrets" or proc.name in {"id", "ps"}',
        "fd.filename startswith secrets or proc.name in (id, ps)",
        lambda row: row["fd.filename"].startswith("secrets") or row["proc.name"] in ("id", "ps"),
    ),
)
"""Wireshark's spelling, Falco's, and the same over the recorded values."""


@pytest.fixture(scope="module")
def oracle() -> list[Row]:
    path = Path(__file__).resolve().parents[4] / "shared" / "oracle" / "shop.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    path = Path(__file__).resolve().parents[4] / "shared" / "captures" / "shop.scap"
    with open_case([str(path)], cache=False, background=False) as case:
        yield case


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize(("wireshark", "falco", "holds"), CASES, ids=[case[0] for case in CASES])
def test_both_dialects_count_what_the_recording_counts(
    wireshark: str, falco: str, holds: Count, shop: Case, oracle: list[Row]
) -> None:
    expected = sum(1 for row in oracle if holds(row))
    assert expected > 0
    assert (len(shop.select(wireshark)), len(shop.select(falco))) == (expected, expected)
