"""Which processes of a container are its first one, which the application made, and which came in from outside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import INIT, SHELL, Story
from tests.conftest import SHARED
from thresher.capture.case import Case, open_case
from thresher.capture.model import Value
from thresher.dissectors.syscall.arrivals import NEWNS

INSIDE = "cpu=/docker/697956520d891b5cb0e21509390f2d1a2cf8e7a1a4f5f3e6c4f0f1c2d3e4f5a6"
OTHER = "cpu=/docker/" + "0123456789abcdef" * 4
MAIN, WORKER, NEW, NEXT = 100, 101, 200, 201
RUNTIME = {"exe": "runc", "comm": "runc:[0:PARENT]"}


def contained(tid: int, ptid: int, vpid: int, **changes: Any) -> Any:
    return process(tid, ptid, **{"vpid": vpid, "vtid": vpid, "cgroups": INSIDE.encode(), **changes})


def running() -> Story:
    """A machine with a shell on the host, and a container with its first process and a worker."""
    return Story([process(INIT, 0), process(SHELL), contained(MAIN, SHELL, 1), contained(WORKER, MAIN, 7)])


def opened(story: Story, folder: Path) -> Case:
    path = folder / "story.scap"
    path.write_bytes(bytes(story))
    case = open_case([str(path)], cache=False)
    case.wait()
    return case


def origins(story: Story, folder: Path) -> dict[int, str | None]:
    """By the number of an event."""
    case = opened(story, folder)
    try:
        rows = case.rows(list(range(story.events)), ["evt.num", "proc.origin"])
        return {int(str(num)): None if word is None else str(word) for num, word in rows}
    finally:
        case.close()


def origin(story: Story, folder: Path, tid: int = SHELL) -> str | None:
    """Of a thread at the end of the story."""
    last = story.touched(0, tid)
    return origins(story, folder)[last]


@pytest.mark.parametrize(("tid", "word"), [(SHELL, "host"), (MAIN, "entrypoint"), (WORKER, "before"), (999, None)])
def test_a_process_of_the_list_is_known_as_far_as_its_place_tells(tid: int, word: str | None, tmp_path: Path) -> None:
    assert origin(running(), tmp_path, tid) == word


def test_a_listed_process_whose_parent_is_outside_its_pid_namespace_came_from_outside(tmp_path: Path) -> None:
    story = Story([process(INIT, 0), process(SHELL), contained(MAIN, SHELL, 1), contained(NEW, SHELL, 9)])
    assert origin(story, tmp_path, NEW) == "entered"


@pytest.mark.parametrize("maker", [MAIN, WORKER])
def test_what_the_application_makes_is_its_child(maker: int, tmp_path: Path) -> None:
    story = running()
    story.began(NEW, maker, vtid=8, vpid=8, cgroups=INSIDE)
    story.ran("/bin/sh", NEW, cgroups=INSIDE)
    story.began(NEXT, NEW, vtid=9, vpid=9, cgroups=INSIDE)
    assert origin(story, tmp_path, NEXT) == "child"


def test_the_first_process_of_a_new_pid_namespace_is_the_entrypoint(tmp_path: Path) -> None:
    story = running()
    story.began(NEW, SHELL, **RUNTIME, cgroups=OTHER)
    story.began(NEXT, SHELL, **{**RUNTIME, "comm": "runc:[2:INIT]"}, vtid=1, vpid=1, cgroups=OTHER)
    helper = story.touched(0, NEW)
    story.ran("/usr/sbin/nginx", NEXT, cgroups=OTHER)
    last = story.touched(0, NEXT)
    found = origins(story, tmp_path)
    assert (found[helper], found[last]) == (None, "entrypoint")


def test_a_container_on_the_machines_pids_begins_with_what_its_runtime_becomes(tmp_path: Path) -> None:
    story = running()
    story.began(NEW, SHELL, **RUNTIME, cgroups=OTHER)
    story.began(NEXT, NEW, **RUNTIME, cgroups=OTHER)
    story.ran("/usr/sbin/nginx", NEXT, cgroups=OTHER)
    first = story.touched(0, NEXT)
    story.forked(300, NEXT, exe="/bin/sh", comm="sh", cgroups=OTHER, ptid=NEW)
    second = story.touched(0, 300)
    found = origins(story, tmp_path)
    assert (found[first], found[second]) == ("entrypoint", "child")


def test_an_exec_into_a_container_comes_from_outside_with_all_that_it_makes(tmp_path: Path) -> None:
    story = running()
    story.began(NEW, SHELL, **RUNTIME)
    before = story.touched(0, NEW)
    story.did("setns", NEW, res=0, fd=5, nstype=NEWNS)
    story.began(NEXT, NEW, **{**RUNTIME, "comm": "runc:[2:INIT]"}, vtid=12, vpid=12, cgroups=INSIDE)
    story.ran("/bin/sh", NEXT, cgroups=INSIDE)
    entered = story.touched(0, NEXT)
    story.began(300, NEXT, vtid=13, vpid=13, cgroups=INSIDE)
    below = story.touched(0, 300)
    found = origins(story, tmp_path)
    assert (found[before], found[entered], found[below]) == ("host", "entered", "entered")


def test_a_process_put_into_a_running_container_without_setns_came_from_outside(tmp_path: Path) -> None:
    story = running()
    story.began(NEW, SHELL, vtid=12, vpid=12, cgroups=INSIDE)
    assert origin(story, tmp_path, NEW) == "entered"


@pytest.mark.parametrize(
    ("name", "told", "word"),
    [
        (b"/proc/100/ns/mnt", {"res": 0, "nstype": 0}, "entered"),
        (b"/proc/100/ns/net", {"res": 0, "nstype": 0}, "host"),
        (b"/proc/100/ns/net", {"res": 0, "nstype": 16}, "host"),
        (b"/proc/100/ns/mnt", {"res": -1, "nstype": NEWNS}, "host"),
        (b"mnt:[4026532]", {"res": 0}, "entered"),
    ],
)
def test_only_the_mount_namespace_makes_a_visitor(
    name: bytes, told: dict[str, object], word: str, tmp_path: Path
) -> None:
    story = Story(descriptors=[file(SHELL, 5, name)])
    story.did("setns", fd=5, **told)
    assert origin(story, tmp_path) == word


def test_a_thread_that_was_never_announced_has_no_origin(tmp_path: Path) -> None:
    story = running()
    story.did("setns", 77, res=0, fd=5, nstype=NEWNS)
    assert origin(story, tmp_path, 77) is None


def test_the_event_that_brought_a_process_in_proves_it(tmp_path: Path) -> None:
    story = running()
    joined = story.did("setns", res=0, fd=5, nstype=NEWNS)
    last = story.touched(0)
    case = opened(story, tmp_path)
    try:
        (answer,) = case.why(case.position_of(last), "proc.origin")
    finally:
        case.close()
    assert (answer.value, answer.kind, answer.evt_num) == ("entered", "event", joined)


def counted(name: str) -> Counter[tuple[Value, ...]]:
    """Events by container and origin; of those that have a process."""
    case = open_case([str(SHARED / "captures" / f"{name}.scap")], cache=False)
    try:
        case.wait()
        fields = ["container.id", "proc.origin"]
        return Counter(row for batch in case.iterate(case.select("proc.pid >= 0"), fields) for row in batch)
    finally:
        case.close()


@pytest.mark.oracle
def test_the_shell_in_the_shop_is_the_applications_child() -> None:
    assert counted("shop") == {
        ("host", "host"): 141_646, ("3f4e1c9ab27d", "entrypoint"): 4456, ("3f4e1c9ab27d", "child"): 4864,
    }  # fmt: skip


@pytest.mark.oracle
def test_a_command_typed_in_a_containers_first_shell_is_its_child() -> None:
    found = counted("run_as_user_0_container")
    assert {key: count for key, count in found.items() if key[0] != "host"} == {
        ("697956520d89", "entrypoint"): 105, ("697956520d89", "child"): 136,
    }  # fmt: skip
