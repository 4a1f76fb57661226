"""``around`` and ``first`` find in a real capture what a walk over its rows finds."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from thresher.capture.case import Case, open_case
from thresher.capture.errors import Cancelled
from thresher.capture.store.cancel import Cancel

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP = Path(__file__).resolve().parents[3] / "samples" / "shop" / "shop.scap"
MATCH = "evt.type == execve and proc.name == curl"
WITHIN_NS = 3_000_000


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    with open_case([str(SHOP)], cache=False, background=False) as opened:
        yield opened


def found(case: Case, text: str) -> list[int]:
    return [int(position) for position in case.select(text)]


def nearby(case: Case, match: str, field: str | None) -> list[int]:
    """The answer, by looking at every event."""
    everything = found(case, "")
    names = ["evt.rawtime", field or "evt.rawtime"]
    rows: dict[int, Any] = dict(zip(everything, case.rows(everything, names), strict=True))
    times: dict[Any, list[int]] = {}
    for position in found(case, match):
        time, key = rows[position]
        times.setdefault(key if field else None, []).append(time)
    near = []
    for position, (time, key) in rows.items():
        own = sorted(times.get(key if field else None, []))
        at = bisect_left(own, time - WITHIN_NS)
        if at < len(own) and own[at] <= time + WITHIN_NS:
            near.append(position)
    return near


def test_around_finds_what_is_near_a_match(case: Case) -> None:
    expected = nearby(case, MATCH, None)
    assert len(found(case, MATCH)) < len(expected) < case.count()
    assert found(case, f"around({MATCH}, 3ms)") == expected


@pytest.mark.parametrize(
    ("scope", "field"), [("thread", "thread.tid"), ("process", "proc.pid"), ("proc.name", "proc.name")]
)
def test_a_scope_keeps_to_what_the_match_belongs_to(case: Case, scope: str, field: str) -> None:
    expected = nearby(case, MATCH, field)
    assert expected
    assert found(case, f"around({MATCH}, 3ms, {scope})") == expected


def test_first_finds_one_event_a_value(case: Case) -> None:
    matching = found(case, "evt.failed")
    earliest: dict[Any, int] = {}
    for position, (name,) in zip(matching, case.rows(matching, ["proc.name"]), strict=True):
        if name is not None:
            earliest.setdefault(name, position)
    assert found(case, "first(evt.failed by proc.name)") == sorted(earliest.values())


def test_a_field_that_is_computed_can_group(case: Case) -> None:
    flags = case.rows(found(case, "first(evt.type == openat by evt.arg.flags)"), ["evt.arg.flags"])
    everything = case.rows(found(case, "evt.type == openat"), ["evt.arg.flags"])
    assert sorted(flags, key=str) == sorted({row for row in everything if row[0] is not None}, key=str)


def test_they_stand_inside_of_each_other_and_of_not(case: Case) -> None:
    inner = found(case, "first(evt.failed by proc.name)")
    outer = found(case, "around(first(evt.failed by proc.name), 0)")
    assert set(inner) <= set(outer)
    rest = found(case, "not around(first(evt.failed by proc.name), 0)")
    assert sorted(outer + rest) == found(case, "")


def test_the_select_that_is_printed_finds_the_same(case: Case) -> None:
    text = f"around({MATCH}, 3ms, thread) and not first(fd.name by proc.name)"
    (statement,) = case.sql(text)
    numbers = [row[0] for row in case.stores[0].cursor().execute(statement).fetchall()]
    assert sorted(numbers) == sorted(int(num) for _, nums in case.parts(case.select(text)) for num in nums)


def test_they_can_be_stopped(case: Case) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        case.select("around(fd.name, 7ms)", cancel=cancel)
    assert found(case, "around(fd.name, 7ms)")


def test_values_of_an_ancestor_are_counted(case: Case) -> None:
    counted = dict(case.top("proc.aname[1]"))
    assert counted["bash"] == len(found(case, "proc.aname[1] == bash"))
