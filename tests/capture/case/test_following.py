"""The stream of an event on a real capture: every process that held it, both ends, what was not recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import thresher
from thresher.capture.case import open_case
from thresher.capture.case.following import follow, stream_of
from thresher.capture.follow import text_lines

SHOP = Path(__file__).parents[3] / "samples" / "shop" / "shop.scap"
ID = 143384
"""What ``id`` wrote into the reverse shell's socket."""


@pytest.fixture(scope="module")
def shop() -> Iterator[thresher.Capture]:
    with thresher.open(SHOP) as capture:
        yield capture


def test_the_reverse_shell_is_one_stream_of_all_its_programs_and_its_listener(shop: thresher.Capture) -> None:
    stream = shop.follow(ID)
    assert [end.actors for end in stream.ends] == [
        ["bash (4431)", "id (4432)", "uname (4433)", "cat (4434)", "ls (4435)"],
        ["python3 (4398)"],
    ]
    assert stream.name == "127.0.0.1:57422->127.0.0.1:4444"


def test_the_reverse_shell_says_what_was_typed_and_what_came_back(shop: thresher.Capture) -> None:
    stream = shop.follow(ID)
    assert stream.data(1).splitlines() == [
        b"id", b"uname -a", b"cat /srv/shop/secrets.env", b"ls -la /srv/shop",
        b"tar czf /srv/shop/loot.tgz -C /srv/shop secrets.env shop.db", b"exit",
    ]  # fmt: skip
    assert b"uid=0(root) gid=0(root) groups=0(root)\n" in stream.data(0)
    assert b"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n" in stream.data(0)


def test_both_ends_of_the_reverse_shell_moved_the_same_bytes(shop: thresher.Capture) -> None:
    for direction in shop.follow(ID).directions:
        assert direction.moved == direction.other_moved > 0


def test_what_the_recorder_cut_is_counted_and_marked(shop: thresher.Capture) -> None:
    stream = shop.follow(ID)
    assert (stream.directions[0].moved, stream.directions[0].captured) == (991, 572)
    marks = [line.text for line in text_lines(stream) if line.is_note]
    assert marks == ["[57 more bytes not captured]", "[362 more bytes not captured]"]


def test_any_event_of_the_stream_leads_to_it(shop: thresher.Capture) -> None:
    of_listener = shop.filter("proc.pid == 4398 and evt.moved > 0 and fd.sport == 4444")
    assert of_listener.follow().number == shop.follow(ID).number
    assert shop.follow(stream=of_listener.follow().number).pieces == shop.follow(ID).pieces


def test_a_stream_older_than_the_capture_says_so(shop: thresher.Capture) -> None:
    older = shop.filter("fd.before_capture == true and evt.moved > 0").follow()
    assert any("before the capture began" in note for note in older.notes)


@pytest.mark.parametrize(("event", "what"), [(1, "no open file"), (2**31, "no event")])
def test_an_event_without_a_stream_says_what_to_do(shop: thresher.Capture, event: int, what: str) -> None:
    with pytest.raises(thresher.QueryError, match=what):
        shop.follow(event)


def test_a_stream_nobody_has_is_an_error(shop: thresher.Capture) -> None:
    with pytest.raises(thresher.QueryError, match=r"no event has fd\.stream"):
        shop.follow(stream=2**31)


def test_every_local_connection_of_the_shop_has_both_ends_in_one_stream(shop: thresher.Capture) -> None:
    found = shop.sql("""
        SELECT count(*) FILTER (ends = 2), count(*) FROM (
            SELECT name, count(DISTINCT open_id) AS ends, count(DISTINCT coalesce(s.stream, f.open_id)) AS streams
            FROM fds f LEFT JOIN streams s USING (open_id)
            WHERE l4proto = 1 AND role <> 0 AND type_id IN (3, 4) AND connection IN (1, 2) GROUP BY name
        ) WHERE streams = 1
    """).to_pylist()[0]
    both, all_ = found.values()
    assert both > 150
    assert all_ - both <= 1


@pytest.mark.oracle
def test_the_answer_behind_a_502_is_whole_at_its_writers_end_in_another_container(shared: Path) -> None:
    with thresher.open(shared / "captures" / "502Error.scap", cache=False) as capture:
        stream = capture.follow(13457)
    assert [end.actors for end in stream.ends] == [["haproxy (13969)"], ["python (13700)"]]
    assert b"text/plain: Content-type\r\n\r\nfoo" in stream.data(1)
    assert stream.directions[1].missing == 0


def test_an_event_is_followed_beside_sources_that_have_no_streams() -> None:
    with open_case([str(SHOP), str(SHOP.parents[1] / "cloud")], cache=False, background=False) as case:
        store = next(index for index, each in enumerate(case.stores) if each.dissector.name == "syscall")
        position = case.position_of(ID, store)
        assert stream_of(case, position) == (store, 4351)
        assert len(follow(case, 4351, store).ends) == 2
        other = next(at for at in range(case.count()) if case.number(at)[0] != store)
        with pytest.raises(thresher.QueryError, match="no streams to follow"):
            stream_of(case, other)
