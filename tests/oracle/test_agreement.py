"""Our rows agree with libsinsp's on every recording, but for deviations that are listed with cause and count."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest

from tests.builders.kernel_runs import content, run
from tests.conftest import SHARED
from tests.oracle.agreement import FIELDS, SYSDIG_FIELDS, Comparison, agreement, our_rows
from tests.oracle.deviations import HEAD, SYSDIG, listed

pytestmark = pytest.mark.oracle
CAPTURES = (
    "shop", "502Error", "curl_google", "test_ipv6_client", "cat_write", "empty", "open-multiple-files", "ping_sendto",
    "run_as_user_0_container",
)  # fmt: skip
OLD_CAPTURES = CAPTURES[1:]
BOTH = [(name, HEAD) for name in CAPTURES] + [(name, SYSDIG) for name in OLD_CAPTURES]
SHARE = 0.999
ONLY_HERE = {
    "shop": 28, "502Error": 79, "curl_google": 2, "test_ipv6_client": 1, "cat_write": 1, "empty": 1,
    "open-multiple-files": 2, "run_as_user_0_container": 52,
}  # fmt: skip
"""Rows that libsinsp leaves out: accounts that came and went, containers, and calls that did not end."""


@cache
def compared(name: str, oracle: str = HEAD) -> Comparison:
    return agreement(SHARED, name, oracle)


@pytest.mark.parametrize(("name", "oracle"), BOTH)
def test_every_field_agrees_in_999_of_1000_rows(name: str, oracle: str) -> None:
    shares = {field: tally.share for field, tally in compared(name, oracle).tallies.items()}
    assert {field: share for field, share in shares.items() if share < SHARE} == {}


@pytest.mark.parametrize("name", CAPTURES)
def test_every_field_is_compared(name: str) -> None:
    assert set(compared(name).tallies) == set(FIELDS)


def test_every_field_is_compared_with_sysdig_somewhere() -> None:
    assert {field for name in OLD_CAPTURES for field in compared(name, SYSDIG).tallies} == set(SYSDIG_FIELDS)


@pytest.mark.parametrize("name", CAPTURES)
def test_every_row_of_theirs_is_one_of_ours(name: str) -> None:
    assert compared(name).only_there.total() == 0
    assert compared(name).only_here == ONLY_HERE.get(name, 0)


@pytest.mark.parametrize("name", OLD_CAPTURES)
def test_rows_that_only_sysdig_has_are_beginnings_of_calls(name: str) -> None:
    assert set(compared(name, SYSDIG).only_there) <= {">"}


@pytest.mark.parametrize(("name", "oracle"), BOTH)
def test_each_deviation_is_as_frequent_as_the_list_says(name: str, oracle: str) -> None:
    expected = {one.cause: one.counts[name] for one in listed(oracle) if name in one.counts}
    assert dict(compared(name, oracle).causes) == expected


@pytest.mark.parametrize("oracle", [HEAD, SYSDIG])
def test_each_listed_deviation_is_found_somewhere_and_says_who_is_right(oracle: str) -> None:
    assert listed(oracle)
    for one in listed(oracle):
        assert one.counts, one.cause
        assert set(one.counts) <= set(CAPTURES), one.cause
        assert one.right in ("here", "there", "neither"), one.cause
        assert one.example.partition(":")[0] in one.counts, one.cause


@pytest.mark.parametrize(("name", "inside"), [("502Error", 3274), ("curl_google", 0), ("run_as_user_0_container", 241)])
def test_containers_agree_with_sysdig(name: str, inside: int) -> None:
    pairs = beside_sysdig(name, "container.id")
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    assert sum(1 for here, _ in pairs if here not in ("host", "")) == inside


@pytest.mark.parametrize("field", ["container.name", "container.image", "container.type", "container.privileged"])
def test_metadata_of_containers_agrees_with_sysdig(field: str) -> None:
    pairs = beside_sysdig("run_as_user_0_container", field)
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    assert sum(1 for here, _ in pairs if here not in ("", "host")) == 241


@pytest.mark.parametrize("name", ["502Error", "cat_write", "open-multiple-files"])
def test_events_have_the_numbers_that_sysdig_gave_them(name: str) -> None:
    pairs = beside_sysdig(name, "evt.num")
    assert pairs
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def beside_sysdig(name: str, field: str) -> list[tuple[str, str]]:
    """Our value and that of sysdig 0.29.3 of the rows that both have; '' where missing."""
    with gzip.open(SHARED / "oracle" / f"{name}.sysdig-0.29.3.tsv.gz", "rt", errors="replace", newline="\n") as lines:
        names = next(lines).rstrip("\n").split("\t")
        theirs = [dict(zip(names, line.rstrip("\n").split("\t"), strict=False)) for line in lines]
    ours = our_rows(SHARED / "captures" / f"{name}.scap", (field,))
    keys = [((row["evt.rawtime"], row["evt.cpu"], row["thread.tid"]), row[field].replace("<NA>", "")) for row in theirs]
    return [(ours[key][field], there) for key, there in keys if key in ours]


def test_calls_of_an_old_capture_have_a_latency() -> None:
    events = run(content(SHARED / "captures" / "502Error.scap"), "interpreted").tables["events"]
    latency = events["latency_ns"].drop_null().to_pylist()
    assert len(latency) == 4349 - 78  # all enters but those of exit(2) and one select, which do not return
    assert min(latency) >= 0


def test_every_block_and_byte_of_the_shop_is_accounted_for() -> None:
    data = content(SHARED / "captures" / "shop.scap")
    outcome = run(data, "interpreted")
    counts = outcome.accounting
    internal = sum(flags & 1 for flags in outcome.tables["events"]["flags"].to_pylist())
    assert (counts.event_blocks, outcome.tables["events"].num_rows, internal) == (151_046, 151_046, 80)
    assert counts.event_bytes + counts.state_bytes == len(data)
    assert (counts.unknown_bytes, counts.damaged_bytes, outcome.damage) == (0, 0, [])


def test_the_capture_the_design_names_is_the_sample(root: Path) -> None:
    assert (root / "samples" / "shop" / "shop.scap").read_bytes() == (SHARED / "captures" / "shop.scap").read_bytes()
