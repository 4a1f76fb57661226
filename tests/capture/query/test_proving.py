"""Each value of an event is traced to what proves it."""

from __future__ import annotations

from pathlib import Path

import pytest

import thresher
from tests.builders.web_story import story
from thresher.capture.cli.main import main


@pytest.mark.parametrize(
    ("number", "field", "kind", "source"),
    [
        (12, "evt.rawres", "event", 12),
        (12, "http.response.code", "event", 12),
        (12, "http.content_type", "event", 11),
        (12, "fd.rip.name", "event", 4),
        (12, "fd.name", "event", 6),
        (12, "fd.num", "event", 12),
        (12, "proc.name", "process list", None),
        (12, "proc.pname", "process list", None),
        (12, "evt.gap", "event", 8),
        (12, "evt.arg.data", "event", 12),
        (12, "dns.id", "absent", None),
    ],
)
def test_a_value_is_proven_by(number: int, field: str, kind: str, source: int | None, tmp_path: Path) -> None:
    with thresher.open(story(tmp_path)) as capture:
        (event,) = capture.filter(f"evt.num == {number}")
        (answer,) = event.why(field)
        assert (answer.kind, answer.evt_num) == (kind, source)


def test_a_field_made_of_others_is_proven_by_those(tmp_path: Path) -> None:
    with thresher.open(story(tmp_path)) as capture:
        (event,) = capture.filter("evt.num == 12")
        assert [answer.field for answer in event.why("any.ip")] == ["fd.cip", "fd.sip"]


def test_the_command_says_the_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(story(tmp_path))
    assert main(["why", "-q", "-r", path, "12", "http.content_type", "proc.name"]) == 0
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert (first, third) == ("http.content_type = a/b", "proc.name = bash")
    assert second.startswith("  write at event 11, block at byte ")
    assert fourth.startswith("  process list at byte ")


def test_the_command_refuses_events_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "-q", "-r", str(story(tmp_path)), "99", "proc.name"]) == 4
    assert "there is no event 99" in capsys.readouterr().err
