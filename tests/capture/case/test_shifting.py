"""Sources whose clocks were off are put on one clock: order, filters, what is around, timeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case
from thresher.capture.case.shifting import told
from thresher.capture.errors import UsageError
from thresher.capture.notes import CaseFile

ROOT = Path(__file__).parents[3]
SHOP, CLOUD = str(ROOT / "samples" / "shop" / "shop.scap"), str(ROOT / "samples" / "cloud" / "AWSLogs")
HOUR = 3_600 * 10**9
FIELDS = ("evt.time", "evt.rawtime", "evt.reltime")
SECONDS = ("evt.rawtime.s", "evt.datetime.s", "evt.time.iso8601")


def opened(*shifts: str) -> Case:
    return open_case([SHOP, CLOUD], background=False, shifts=shifts)


@pytest.fixture(scope="module")
def plain() -> Iterator[Case]:
    with opened() as case:
        yield case


@pytest.fixture(scope="module")
def later() -> Iterator[Case]:
    """The cloud's clock was two hours slow."""
    with opened("AWSLogs=+2h") as case:
        yield case


def cited(case: Case, positions: object) -> list[tuple[int, int]]:
    return [(store, nums) for store, found in case.parts(positions) for nums in found.tolist()]  # type: ignore[arg-type]


def test_shifting_all_by_the_same_changes_no_order_and_every_time(plain: Case) -> None:
    with opened("shop=-1h", "AWSLogs=-1h") as moved:
        for text in ("", "around(ct.error exists, 5s)", "first(outcome exists by actor)"):
            assert (moved.select(text) == plain.select(text)).all()
        some = plain.select("")[::5000]
        assert [time - HOUR for time in plain.times(some.tolist())] == moved.times(some.tolist())  # type: ignore[operator]
        before, after = plain.rows(some, FIELDS), moved.rows(some, FIELDS)
        assert [(time - HOUR, raw - HOUR, since) for time, raw, since in before] == after  # type: ignore[operator]
        assert (moved.start_ns(), moved.end_ns()) == (plain.start_ns() - HOUR, plain.end_ns() - HOUR)  # type: ignore[operator]


def test_all_fields_that_say_when_agree() -> None:
    with open_case([SHOP], background=False, shifts=("shop=+1m",)) as case:
        ((seconds, date, text, time),) = case.rows(case.select("proc.name = curl")[:1], (*SECONDS, "evt.time"))
        assert (seconds, date) == (time // 10**9, "2026-11-23 07:11:34")  # type: ignore[operator]
        assert str(text).startswith("2026-11-23T07:11:34.")


def test_one_source_moves_against_the_others(plain: Case, later: Case) -> None:
    times = later.times(later.select("").tolist())
    assert times == sorted(times)  # type: ignore[type-var]
    own = [time for time, store in zip(times, later.store_of(later.select("")), strict=True) if store == 1]
    assert own == [time + 2 * HOUR for time in plain.times(plain.select("ct.name").tolist())]  # type: ignore[operator]


def test_filters_by_time_mean_the_common_clock(plain: Case, later: Case) -> None:
    found = plain.select("ct.name")
    first = plain.times([int(found[0])])[0]
    assert first is not None
    assert len(later.select(f"ct.name and evt.rawtime < {first + 2 * HOUR}")) == 0
    assert len(later.select(f"ct.name and evt.time == {first + 2 * HOUR}")) == len(
        plain.select(f"ct.name and evt.time == {first}")
    )
    assert later.number(later.position_at(first + 2 * HOUR))[0] == later.store_of(later.select("ct.name")[:1])[0]


def test_what_is_around_a_match_in_another_source_is_so_by_the_common_clock(later: Case) -> None:
    found = later.select("around(evt.type = execve and proc.name exists, 1s)")
    near = [time for time, store in zip(later.times(found.tolist()), later.store_of(found), strict=True) if store == 1]
    matches = later.times(later.select("evt.type = execve and proc.name exists").tolist())
    cloud = later.times(later.select("ct.name").tolist())
    assert near == [time for time in cloud if any(abs(time - match) <= 10**9 for match in matches)]  # type: ignore[operator]


def test_the_timeline_counts_where_events_stand(later: Case) -> None:
    whole = later.timeline(200)
    assert sum(whole.counts) == later.count()
    assert sum(later.timeline(200, positions=later.select("ct.name")).counts) == len(later.select("ct.name"))


def test_the_log_of_the_case_says_what_was_shifted(tmp_path: Path) -> None:
    file = tmp_path / "case.db"
    with open_case([SHOP], background=False, shifts=("-1.5s",), case_file=CaseFile(file)) as case:
        assert told(case.stores[0], "shop") == "shop: times are shifted by -1.5 s"
    noted = CaseFile(file)
    entry = next(each for each in noted.journal() if each.what == "shift")
    noted.close()
    assert entry.said["shift_ns"] == -1_500_000_000


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("nothing=+1s", "there is no source 'nothing', there are shop, AWSLogs"),
        ("+1s", "there is no source ''"),
        ("shop=1s", "no sign"),
        ("shop=+5", "no unit"),
        ("shop=+1x", "'x' is not a unit of time"),
        ("shop=+--1s", "is not a duration"),
        ("shop=+99999d", "more than a century"),
    ],
)
def test_a_shift_that_means_nothing_is_refused(wish: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        opened(wish)
