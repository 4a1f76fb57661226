"""What an exec says of its program: path, arguments, environment, terminal, memory; and what a child has of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import SHELL, Story, Told
from thresher.capture.model import Machine
from thresher.dissectors.syscall.kernel import columns as c

CHILD = 30
AT_EMPTY_PATH = 1


def environment(told: Told, number: int) -> list[str] | None:
    place = told.process(number)["environment_id"]
    return None if place is None else told.tables["environments"][place]["variables"]


def test_arguments_with_spaces_or_nothing_in_them_are_kept_apart() -> None:
    story = Story()
    plain = story.ran("/bin/ls", args=b"-l\0/tmp\0")
    odd = story.ran("/bin/sh", args=b"-c\0echo a b\0\0")
    none = story.ran("/bin/true", args=b"")
    told = story.told()
    shown = [[told.process(each)[name] for name in ("args", "arg_count", "arguments")] for each in (plain, odd, none)]
    assert shown == [["-l /tmp", 2, None], ["-c echo a b ", 3, ["-c", "echo a b", ""]], ["", 0, None]]


def test_arguments_of_the_process_list_are_kept_apart_too() -> None:
    story = Story([process(SHELL, args=b"-c\0a b\0")])
    seen = story.touched(0)
    row = story.told().process(seen)
    assert (row["args"], row["arg_count"], row["arguments"]) == ("-c a b", 2, ["-c", "a b"])


def test_the_environment_is_that_of_the_exec_and_children_have_their_parents() -> None:
    story = Story([process(SHELL, env=b"HOME=/home\0A=b c\0")])
    before = story.touched(0)
    story.forked(CHILD)
    child = story.touched(0, CHILD)
    ran = story.ran("/bin/ls", CHILD, env=b"LANG=C\0LD_PRELOAD=/tmp/x.so\0")
    told = story.told()
    assert environment(told, before) == environment(told, child) == ["HOME=/home", "A=b c"]
    assert environment(told, ran) == ["LANG=C", "LD_PRELOAD=/tmp/x.so"]


def test_threads_have_the_environment_of_their_process() -> None:
    story = Story([process(SHELL, env=b"A=1\0")])
    story.forked(CHILD, flags=c.CL_THREAD)
    story.ran("/bin/ls", env=b"A=2\0")
    story.forked(CHILD + 1, flags=c.CL_THREAD)
    seen = story.touched(0, CHILD + 1)
    assert environment(story.told(), seen) == ["A=2"]


def test_what_was_not_recorded_is_not_known() -> None:
    story = Story()
    seen = story.touched(0)
    assert environment(story.told(), seen) is None


def old_exec(story: Story, name: str, enter: dict[str, Any]) -> int:
    """An exec whose path only its enter event tells."""
    story.did(name, way=">", **enter)
    return story.ran("/bin/ls", trusted_exepath=None)


@pytest.mark.parametrize(("name", "enter", "path"), [
    ("execve", {"filename": "/bin/ls"}, "/bin/ls"),
    ("execve", {"filename": "ls"}, "/home/ls"),
    ("execve", {"filename": "<NA>"}, None),
    ("execveat", {"dirfd": 3, "pathname": "ls", "flags": 0}, "/srv/bin/ls"),
    ("execveat", {"dirfd": 3, "pathname": "<NA>", "flags": AT_EMPTY_PATH}, "/srv/bin"),
    ("execveat", {"dirfd": 3, "pathname": "", "flags": AT_EMPTY_PATH}, "/srv/bin"),
    ("execveat", {"dirfd": 9, "pathname": "ls", "flags": 0}, None),
    ("execveat", {"dirfd": 9, "pathname": "/bin/ls", "flags": 0}, "/bin/ls"),
    ("execveat", {"dirfd": 9, "pathname": "", "flags": AT_EMPTY_PATH}, None),
])  # fmt: skip
def test_an_old_exec_has_the_path_of_its_enter_event(name: str, enter: dict[str, Any], path: str | None) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/srv/bin")])
    ran = old_exec(story, name, enter)
    assert story.told().process(ran)["exepath"] == path


def test_a_program_whose_path_nothing_tells_does_not_keep_that_of_the_one_before() -> None:
    story = Story()
    ran = story.ran("/bin/ls", trusted_exepath=None)
    assert story.told().process(ran)["exepath"] is None


def test_an_exec_says_terminal_group_and_login_and_its_children_have_them() -> None:
    story = Story()
    ran = story.ran("/bin/sh", tty=34816, vpgid=77, pgid=78, loginuid=1001)
    story.forked(CHILD)
    child = story.touched(0, CHILD)
    told = story.told()
    for number in (ran, child):
        row = told.process(number)
        assert [row[name] for name in ("tty", "vpgid", "pgid", "loginuid")] == [34816, 77, 78, 1001]


def test_setpgid_is_told_by_the_next_exec_only() -> None:
    story = Story()
    before = story.touched(0)
    after = story.did("setpgid", res=0, pid=0, pgid=99)
    told = story.told()
    assert told.process(after)["vpgid"] == told.process(before)["vpgid"]


@pytest.mark.parametrize("call", ["mmap", "brk", "munmap"])
def test_memory_is_told_where_it_changes(call: str) -> None:
    story = Story([process(SHELL, vm_size=10, vm_rss=5)])
    story.did(call, res=0, vm_size=20, vm_rss=6, vm_swap=0)
    story.did(call, res=0, vm_size=20, vm_rss=6, vm_swap=0)
    told = story.told()
    rows = [(row["from_num"], row["tid"], row["vm_size"], row["vm_rss"]) for row in told.tables["memory"]]
    assert rows == [(0, SHELL, 10, 5), (0, SHELL, 20, 6)]


def test_switch_tells_the_faults_of_a_thread_and_the_memory_of_its_process() -> None:
    story = Story([process(SHELL), process(31, pid=SHELL)])
    story.did("switch", 31, way=">", next=0, pgft_maj=3, pgft_min=4, vm_size=50, vm_rss=40, vm_swap=1)
    told = story.told()
    last = {row["tid"]: row for row in told.tables["memory"]}
    assert [last[31][name] for name in ("pf_major", "pf_minor")] == [3, 4]
    assert [last[SHELL][name] for name in ("vm_size", "vm_rss", "vm_swap", "pf_major")] == [50, 40, 1, 0]


def test_a_pid_namespace_begins_with_the_machine_or_as_the_child_says() -> None:
    boot = 1_600_000_000_000_000_000
    story = Story()
    story.machine(Machine(2, 2**32, 4194304, "host", boot))
    story.forked(CHILD)
    outside = story.touched(0, CHILD)
    inside = story.began(40, flags=c.CL_NEWPID, vtid=1, vpid=1, pidns_init_start_ts=5_000)
    told = story.told()
    assert told.process(outside)["pidns_start_ns"] == boot
    assert told.process(inside)["pidns_start_ns"] == boot + 5_000


@pytest.mark.parametrize("since_boot", [2**63 - 1, -1])
def test_an_impossible_start_of_a_namespace_is_not_known(since_boot: int) -> None:
    story = Story()
    inside = story.began(40, flags=c.CL_NEWPID, vtid=1, vpid=1, pidns_init_start_ts=since_boot % 2**64)
    assert story.told().process(inside)["pidns_start_ns"] is None
