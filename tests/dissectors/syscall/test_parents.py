"""The number of a parent is told also where the capture knows nothing else of it, and only while it is true."""

from __future__ import annotations

from pathlib import Path

from tests.builders.entries import process
from tests.builders.kernel_story import SHELL, Story
from thresher.capture.case import open_case
from thresher.capture.model import Value

NAMES = ("proc.ppid", "proc.pname")


def parents(story: Story, folder: Path) -> dict[int, tuple[Value, ...]]:
    """Number and name of the parent by the number of an event."""
    path = folder / "story.scap"
    path.write_bytes(bytes(story))
    case = open_case([str(path)], cache=False)
    try:
        case.wait()
        rows = case.rows(list(range(story.events)), ["evt.num", *NAMES])
        return {int(str(num)): tuple(rest) for num, *rest in rows}
    finally:
        case.close()


def test_a_parent_outside_of_the_capture_is_told_by_its_number(tmp_path: Path) -> None:
    story = Story([process(SHELL, 4163)])
    seen = story.touched(0)
    assert parents(story, tmp_path)[seen] == (4163, None)


def test_who_lost_the_parent_to_nobody_known_has_none_in_no_thread(tmp_path: Path) -> None:
    story = Story([process(5, 2, b"parent"), process(SHELL, 5), process(11, 5, pid=SHELL)])
    before = [story.touched(0), story.touched(0, 11)]
    story.ended(5)
    after = [story.touched(0), story.touched(0, 11)]
    found = parents(story, tmp_path)
    assert [found[num] for num in before + after] == [(5, "parent")] * 2 + [(None, None)] * 2
