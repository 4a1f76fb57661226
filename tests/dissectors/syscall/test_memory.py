"""Memory and page faults of a thread are what was said of it last, by an event or the process list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.entries import process
from tests.builders.kernel_story import INIT, SHELL, Story
from tests.conftest import SHARED
from thresher.capture.case import open_case
from thresher.capture.model import Value
from thresher.dissectors.syscall import memory_told

TOLD = {"vm_size": 500, "vm_rss": 50, "vm_swap": 5}
NAMES = ("proc.vmsize", "proc.vmrss", "proc.vmswap", "thread.vmsize", "thread.vmrss.b")


def values(story: Story, folder: Path, names: tuple[str, ...]) -> dict[int, tuple[Value, ...]]:
    """By the number of an event."""
    path = folder / "story.scap"
    path.write_bytes(bytes(story))
    case = open_case([str(path)], cache=False)
    try:
        case.wait()
        rows = case.rows(list(range(story.events)), ["evt.num", *names])
        return {int(str(num)): tuple(rest) for num, *rest in rows}
    finally:
        case.close()


def test_the_process_list_tells_until_an_event_does(tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(SHELL, vm_size=400, vm_rss=40, vm_swap=4, pfmajor=7, pfminor=70)])
    first = story.touched(0)
    second = story.did("brk", res=1, **TOLD)
    third = story.touched(0)
    found = values(story, tmp_path, (*NAMES, "thread.pfmajor", "thread.pfminor"))
    assert found[first] == (400, 40, 4, 400, 40 * 1024, 7, 70)
    assert found[second] == found[third] == (500, 50, 5, 500, 50 * 1024, 7, 70)


def test_other_threads_have_their_processs_memory_and_none_of_their_own(tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(SHELL, vm_size=400), process(11, pid=SHELL, vm_size=400)])
    seen = story.touched(0, 11)
    assert values(story, tmp_path, ("proc.vmsize", "thread.vmsize"))[seen] == (400, 0)


def test_a_thread_that_nothing_is_known_of_has_none(tmp_path: Path) -> None:
    story = Story()
    seen = story.touched(0, 77)
    assert values(story, tmp_path, NAMES)[seen] == (None,) * len(NAMES)


def test_a_number_that_is_used_again_does_not_have_the_memory_of_who_had_it(tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(SHELL), process(30, vm_size=900)])
    before = story.touched(0, 30)
    story.ended(30)
    story.touched(0)
    story.touched(0, 30)
    again = story.touched(0, 30)
    found = values(story, tmp_path, ("proc.vmsize", "thread.vmsize"))
    assert (found[before], found[again]) == ((900, 900), (None, None))


def test_a_row_that_is_stored_late_is_told_nothing_that_came_after_it(tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(SHELL, vm_size=400)])
    begun = story.did("read", way=">", fd=0, size=1)
    story.did("brk", res=1, **TOLD)
    later = story.touched(0)
    found = values(story, tmp_path, ("proc.vmsize", "evt.dir"))
    assert (found[begun], found[later]) == ((400, ">"), (500, "<"))


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("name", "called"), [("vm_size", "proc.vmsize"), ("vm_rss", "proc.vmrss"), ("vm_swap", "proc.vmswap")]
)
def test_an_event_that_tells_has_what_it_tells(name: str, called: str) -> None:
    case = open_case([str(SHARED / "captures" / "502Error.scap")], cache=False)
    try:
        case.wait()
        chosen = case.select(f"evt.type in (brk, mmap, munmap) and evt.rawarg.{name} exists and thread.ismain == true")
        rows = [row for batch in case.iterate(chosen, [f"evt.rawarg.{name}", called]) for row in batch]
    finally:
        case.close()
    assert rows
    assert [row for row in rows if row[0] != row[1]] == []


def test_it_is_made_stretch_by_stretch_with_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_told, "ROWS_AT_ONCE", 2)
    story = Story([process(INIT, 0), process(SHELL, vm_size=400)])
    for size in (500, 600, 700, 800):
        story.did("brk", res=1, vm_size=size)
    path = tmp_path / "story.scap"
    path.write_bytes(bytes(story))
    told: list[float] = []
    case = open_case([str(path)], cache=False)
    try:
        case.wait()
        (store,) = case.stores
        store.ensure(store.catalogue.resolve("proc.vmsize"), told.append)
        rows = case.rows(list(range(story.events)), ["proc.vmsize"])
    finally:
        case.close()
    assert [row[0] for row in rows][-4:] == [500, 600, 700, 800]
    assert (told == sorted(told), len(told) > 2, told[-1]) == (True, True, 1.0)
