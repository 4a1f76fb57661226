"""A host's capture and its account's log opened together: one clock, and common fields that mean the same in both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from thresher.capture.case import Case, open_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Value

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
HOST, CLOUD = 0, 1
SECRETS = "/srv/shop/secrets.env"
KEY = "AKIAIOSFODNN7EXAMPLE"
INTRUDER = "203.0.113.66"


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    specs = [str(SAMPLES / "shop" / "shop.scap"), str(SAMPLES / "cloud" / "AWSLogs")]
    with open_case(specs, cache=False, background=False) as opened:
        yield opened


def rows(case: Case, text: str, *fields: str) -> list[tuple[Value, ...]]:
    return case.rows([int(position) for position in case.select(text)], fields)


def stores(case: Case, text: str) -> set[int]:
    return set(case.store_of(case.select(text)))


def test_the_rows_of_both_stand_on_one_clock(case: Case) -> None:
    times = [row[0] for row in rows(case, "", "evt.rawtime")]
    assert times == sorted(times, key=lambda time: time if isinstance(time, int) else 0)
    assert stores(case, "") == {HOST, CLOUD}


def test_what_went_well_is_ok_in_both(case: Case) -> None:
    assert stores(case, 'outcome == "ok"') == {HOST, CLOUD}
    assert {row[0] for row in rows(case, 'outcome == "ok"', "outcome")} == {"ok"}
    assert not rows(case, 'outcome == "SUCCESS"', "outcome")


def test_what_failed_goes_by_its_errors_name_in_both(case: Case) -> None:
    failed = rows(case, 'outcome != "ok"', "evt.failed", "evt.res", "ct.error", "outcome")
    assert {(row[0], row[1] == row[3]) for row in failed if row[0] is not None} == {(True, True)}
    assert {row[2] == row[3] for row in failed if row[2] is not None} == {True}
    assert {"EACCES", "ENOENT", "AccessDenied"} <= {row[3] for row in failed}


def test_the_intruders_address_is_found_where_it_called_from(case: Case) -> None:
    found = rows(case, f"any.ip == {INTRUDER}", "any.ip", "peer")
    assert len(found) > 100
    assert {tuple(row[0]) for row in found if isinstance(row[0], list)} == {(INTRUDER,)}
    assert {row[1] for row in found} == {INTRUDER}


def test_the_key_is_found_whoever_used_or_named_it(case: Case) -> None:
    found = rows(case, f'any.key == "{KEY}"', "any.key", "ct.user.accesskeyid", "ct.request.accesskeyid")
    assert all(isinstance(row[0], list) and KEY in row[0] for row in found)
    assert all(KEY in row[1:] for row in found)
    assert {row[1] == KEY for row in found} == {True, False}


def test_the_file_that_held_the_key_is_an_object_on_the_host(case: Case) -> None:
    found = rows(case, 'object contains "secrets"', "object", "actor", "where")
    assert stores(case, 'object contains "secrets"') == {HOST}
    assert {row[0] for row in found} == {SECRETS}
    assert {"cat", "tar", "python3"} == {row[1] for row in found}
    assert "host" in {row[2] for row in found}


def test_the_file_is_read_before_the_intruder_calls(case: Case) -> None:
    read = rows(case, f'object == "{SECRETS}" and action == "read" and outcome == "ok"', "evt.rawtime")
    called = rows(case, f'any.ip == {INTRUDER} and any.key == "{KEY}"', "evt.rawtime")
    first_read, first_call = read[0][0], called[0][0]
    assert isinstance(first_read, int)
    assert isinstance(first_call, int)
    assert 60 * 10**9 < first_call - first_read < 180 * 10**9


def test_around_reaches_into_the_other_source(case: Case) -> None:
    match = "evt.type == execve and proc.name == curl"
    near = f"around({match}, 30s)"
    times = [row[0] for row in rows(case, match, "evt.rawtime")]
    cloud = [row[0] for row in rows(case, "ct.name", "evt.rawtime")]
    expected = [time for time in cloud if any(abs(int(time) - int(each)) <= 30 * 10**9 for each in times)]  # type: ignore[arg-type]
    assert [row[0] for row in rows(case, f"{near} and ct.name", "evt.rawtime")] == expected
    assert 0 < len(expected) < len(cloud)
    assert stores(case, f"around({match}, 30s, proc.name)") == {HOST}
