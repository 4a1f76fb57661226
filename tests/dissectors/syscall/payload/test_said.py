"""What was said, as fields of a whole capture: both ends, names of addresses, details, and real recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.kernel_story import Story
from tests.builders.web_story import RESPONSE, story
from thresher.capture.case import Case, open_case
from thresher.capture.model import Node, Value


def told(case: Case, text: str, *fields: str) -> list[tuple[Value, ...]]:
    return case.rows(case.select(text), ["evt.num", *fields])


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return open_case([str(story(tmp_path))], background=False)


def test_both_ends_have_what_either_recorded(case: Case) -> None:
    found = told(case, "http.response", "http.content_type", "http.truncated")
    assert found == [(10, "a/b", None), (12, "a/b", None)]


def test_what_is_wrong_stands_where_it_was_written_and_where_its_message_begins(case: Case) -> None:
    assert [num for num, _ in told(case, 'http.malformed contains "text/plain"', "http.malformed")] == [10, 11, 12]


def test_an_address_has_the_name_it_was_answered_with_from_then_on(case: Case) -> None:
    found = told(case, "fd.rip.name", "fd.sip.name")
    assert found == [(number, "web.example") for number in range(6, 13)]


def test_another_process_has_the_name_too_where_it_asked_for_none(case: Case) -> None:
    assert [num for num, _ in told(case, "fd.sip.name and proc.pid == 20", "fd.sip.name")] == [7, 9, 10, 11]


def test_details_lead_to_the_bytes(case: Case) -> None:
    (position,) = case.select("evt.num == 11")
    (group,) = (node for node in case.details(int(position)) if node.label == "HTTP")
    line = next(node for node in group.children if node.field == "http.content_type")
    assert case.sources(int(position))[0].data[line.start : line.end] == b"a/b"


def test_details_lead_to_the_event_that_holds_what_this_one_lacks(case: Case) -> None:
    (position,) = case.select("evt.num == 12")
    line = _line(case.details(int(position)), "http.content_type")
    assert (line.value, line.start, line.end) == ("a/b", 0, 0)
    assert line.origin == "write at event 11"


def _line(tree: list[Node], field: str) -> Node:
    return next(node for group in tree for node in group.children if node.field == field)


def test_files_have_nothing_to_say(tmp_path: Path) -> None:
    told_by = Story()
    told_by.did("openat", fd=3, dirfd=-100, name="/tmp/x", flags=1)
    told_by.did("read", res=len(RESPONSE), data=RESPONSE, fd=3, size=4096)
    path = tmp_path / "files.scap"
    path.write_bytes(bytes(told_by))
    assert len(open_case([str(path)], background=False).select("http.response")) == 0


@pytest.mark.oracle
def test_the_cause_of_the_502_is_found(shared: Path) -> None:
    case = open_case([str(shared / "captures/502Error.scap")], background=False)
    assert [num for num, _ in told(case, "http.response.code == 502", "evt.num")] == [13485]
    assert [num for num, _ in told(case, "http.malformed and evt.num < 13485", "evt.num")] == [13451, 13457, 13476]


@pytest.mark.oracle
def test_a_real_resolver_names_a_real_server(shared: Path) -> None:
    case = open_case([str(shared / "captures/curl_google.scap")], background=False)
    assert told(case, "evt.num in {1240, 1312}", "dns.aaaa", "fd.rip.name", "http.host") == [
        (1240, ["2607:f8b0:4004:802::2004"], None, None),
        (1312, None, "www.google.com", "www.google.com"),
    ]
