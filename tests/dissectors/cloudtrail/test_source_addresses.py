"""Whatever a record says about where a call came from, the log opens, and addresses can be asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from thresher.capture.case import Case, open_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES: tuple[object, ...] = (
    "203.0.113.66",
    "2001:db8::1",
    "fd00::1",
    "fe80::1%eth0",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::ffff:203.0.113.66",
    "AWS Internal/3",
    "ec2.amazonaws.com",
    "",
    "203.0.113.066",
    "2001:db8::1, 10.0.0.1",
    "\u0000\u202e\u2028'; DROP TABLE events",
    "9" * 5000,
    7,
    True,
    None,
    ["10.0.0.1"],
    {"ip": "10.0.0.1"},
)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """One record for each source, and one that names none."""
    head = {"eventVersion": "1.08", "eventTime": "2026-11-23T10:00:00Z", "eventSource": "sts.amazonaws.com"}
    records = [{**head, "eventName": "GetCallerIdentity", "sourceIPAddress": source} for source in SOURCES]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": [*records, {**head, "eventName": "AssumeRole"}]}), "utf-8")
    with open_case([str(path)], cache=False, background=False) as opened:
        yield opened


def numbers(case: Case, text: str) -> list[int]:
    return [case.number(int(position))[1] for position in case.select(text)]


def number_of(source: object) -> int:
    return SOURCES.index(source) + 1


def test_every_record_is_kept(case: Case) -> None:
    assert case.count() == len(SOURCES) + 1


def test_ipv6_addresses_are_found_up_to_the_last(case: Case) -> None:
    assert numbers(case, "ct.srcaddress == fd00::/8") == [number_of("fd00::1")]
    assert numbers(case, "any.ip == fe80::1") == [number_of("fe80::1%eth0")]
    assert numbers(case, "ct.srcaddress == ffff::/16") == [number_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]


def test_ipv4_is_found_in_either_spelling(case: Case) -> None:
    assert numbers(case, "any.ip == 203.0.113.66") == [1, number_of("::ffff:203.0.113.66")]


def test_a_source_is_shown_as_the_record_spells_it(case: Case) -> None:
    shown = case.rows(list(range(len(SOURCES))), ["ct.srcip"])
    texts = [source for source in SOURCES if isinstance(source, str)]
    assert [row[0] for row in shown if isinstance(row[0], str)][: len(texts)] == texts


def test_what_is_no_address_has_none(case: Case) -> None:
    addressed = set(numbers(case, "ct.srcaddress"))
    assert addressed == {1, 2, 3, 4, 5, 6}
