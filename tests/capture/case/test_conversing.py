"""The filters for what belongs to an event select the event itself, and what its source says belongs to it."""

from __future__ import annotations

from pathlib import Path

import pytest

import thresher
from tests.builders.fake_store import FakeStore, event
from thresher.capture.case import Case, open_case
from thresher.capture.case.conversing import conversations

SHELL = 143138
"""A write of the reverse shell of the sample ``shop``."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Case:
    sample = Path(__file__).resolve().parents[3] / "samples" / "shop" / "shop.scap"
    with open_case([str(sample)], cache=False, background=False) as case:
        yield case


def test_every_conversation_holds_the_event_itself(shop: Case) -> None:
    position = shop.position_of(SHELL)
    offers = conversations(shop, position)
    assert {"thread", "process", "descendants", "stream", "socket", "identity"} <= {offer.name for offer in offers}
    for offer in offers:
        assert position in shop.select(offer.filter), offer.name


def test_descendants_are_the_process_and_all_below_it(shop: Case) -> None:
    offers = {offer.name: offer.filter for offer in conversations(shop, shop.position_of(SHELL))}
    process, all_below = set(shop.select(offers["process"])), set(shop.select(offers["descendants"]))
    assert process < all_below
    (pid,) = {row[0] for row in shop.rows(sorted(process), ["proc.pid"])}
    assert all_below - process == set(shop.select(f"proc.apid == {pid}")) - process


def test_what_an_event_does_not_have_is_not_offered(shop: Case) -> None:
    position = int(shop.select("not fd.name exists and proc.pid exists")[0])
    assert {"stream", "socket", "file"}.isdisjoint(offer.name for offer in conversations(shop, position))


def test_values_are_written_so_that_nothing_in_them_is_read_as_filter() -> None:
    from thresher.capture.conversations import of_fields
    from thresher.capture.filter.value_text import literal

    filled = of_fields(("toy.who",)).filled({"toy.who": literal('x" or "1" == "1', None) or ""})
    case = Case([FakeStore([event(who='x" or "1" == "1'), event(who="1")])])
    assert case.select(filled).tolist() == [0]


def test_in_python_they_are_filters_by_name(root: Path) -> None:
    with thresher.open(root / "samples" / "cloud" / "AWSLogs", cache=False, case=False) as capture:
        found = next(iter(capture.filter("ct.user.accesskeyid exists")))
        key = found["ct.user.accesskeyid"]
        assert found.conversations()["key"] == f'ct.user.accesskeyid == "{key}"'
        both = [capture.filter(found.conversations()[name]).count() for name in ("chain", "key")]
        assert both[0] >= both[1] > 0
