"""What the samples' READMEs tell is in the samples: each filter runs and finds the event beside it (stages ①–④)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from thresher.capture.case import open_case

if TYPE_CHECKING:
    from thresher.capture.case import Case

SAMPLES = Path(__file__).parents[2] / "samples"
ROW = re.compile(r"^\| (?P<event>\d+) \| .* \| `(?P<filter>[^`]+)` \|$", re.MULTILINE)
FILTER = re.compile(r"^\| [^|]+ \| `(?P<filter>[^`]+)` \|$", re.MULTILINE)
READS = re.compile(r"^    thresher read -r samples/(\S+) '([^']+)'$", re.MULTILINE)
NUMBER = re.compile(r"\b\d{3,6}\b")


def readme(name: str) -> str:
    return (SAMPLES / name / "README.md").read_text("utf-8").replace("\\|", "¦")


@cache
def case(path: str) -> Case:
    return open_case([str(SAMPLES / path)], cache=False, background=False)


def numbers(opened: Case, text: str) -> list[int]:
    return [row[0] for row in opened.rows([int(each) for each in opened.select(text)], ["evt.num"])]


@pytest.mark.parametrize(("event", "text"), ROW.findall(readme("shop")))
def test_a_filter_of_the_shop_finds_the_event_beside_it(event: str, text: str):
    assert int(event) in numbers(case("shop/shop.scap"), text)


def test_the_shop_says_how_many_events_it_has():
    opened = case("shop/shop.scap")
    assert f"{opened.count() + opened.hidden():,} event blocks" in readme("shop")


@pytest.mark.parametrize("text", FILTER.findall(readme("cloud")))
def test_a_filter_of_the_cloud_finds_something(text: str):
    assert numbers(case("cloud/AWSLogs"), text)


def test_the_events_of_the_cloud_happen_when_the_story_says():
    opened = case("cloud/AWSLogs")
    rows = re.findall(r"^\| (\d\d:\d\d:\d\d) \| (\d+)", readme("cloud"), re.MULTILINE)
    assert len(rows) > 10
    for time, event in rows:
        position = opened.position_of(int(event))
        assert opened.rows([position], ["evt.num", "ct.time"]) == [(int(event), f"2026-11-23T{time}Z")]


def test_the_leaked_key_joins_both_samples():
    opened = open_case([str(SAMPLES / "shop/shop.scap"), str(SAMPLES / "cloud/AWSLogs")], cache=False, background=False)
    window = 'evt.time >= "2026-11-23 07:10:37.225" and evt.time <= "2026-11-23 07:12:37"'
    found = opened.select(f'{window} and (any.resource contains "secrets.env" or any.ip == 203.0.113.66)')
    rows = opened.rows([int(each) for each in found], ["evt.num", "actor", "action"])
    assert rows[0] == (143894, "cat", "openat")
    assert rows[-1] == (2293, "shop-backup", "GetCallerIdentity")
    opened.close()


@pytest.mark.parametrize(("path", "text"), READS.findall(readme("texts")))
def test_a_filter_of_the_texts_finds_something(path: str, text: str):
    assert numbers(case(path), text)
