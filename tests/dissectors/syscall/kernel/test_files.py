"""What open, close, dup, pipe and their kin do to descriptors, and what paths are relative to."""

from __future__ import annotations

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import INIT, SHELL, Story
from thresher.dissectors.syscall.kernel import columns as c

HERE = c.AT_FDCWD


def opened(story: Story, fd: int = 3, name: str = "/tmp/x", flags: int = 1, dirfd: int = HERE) -> int:
    return story.did("openat", fd=fd, dirfd=dirfd, name=name, flags=flags, dev=8, ino=42)


def test_an_open_names_the_descriptor_and_says_where_it_lies() -> None:
    story = Story()
    done = opened(story)
    fd = story.told().fd(done)
    assert (fd["name"], fd["fd"], fd["dev"], fd["ino"], fd["open_flags"]) == ("/tmp/x", 3, 8, 42, 1)
    assert fd["origin"] == c.ORIGIN_EVENT


@pytest.mark.parametrize(("name", "path"), [
    ("notes", "/home/notes"), ("./a", "/home/a"), ("../etc/passwd", "/etc/passwd"), ("/a//b/", "/a/b"),
    ("../../..", "/"), (".", "/home"),
])  # fmt: skip
def test_a_relative_path_is_relative_to_the_current_folder(name: str, path: str) -> None:
    story = Story()
    done = opened(story, name=name)
    told = story.told()
    assert told.fd(done)["name"] == path
    assert told.fd(done)["name_raw"] == name


def test_a_path_may_be_relative_to_an_open_folder() -> None:
    story = Story()
    opened(story, 3, "/srv", c.O_DIRECTORY)
    done = opened(story, 4, "a/b", dirfd=3)
    told = story.told()
    assert told.fd(done)["name"] == "/srv/a/b"


def test_a_path_relative_to_an_unknown_folder_says_so() -> None:
    story = Story()
    done = opened(story, 4, "a", dirfd=9)
    assert story.told().fd(done)["name"] == "<UNKNOWN>a"


def test_an_open_folder_is_a_folder() -> None:
    story = Story()
    done = opened(story, flags=c.O_DIRECTORY)
    assert story.told().fd_type(done) == "directory"


def test_a_failed_open_names_the_path_and_opens_nothing() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    failed = opened(story, -2, "missing")
    after = story.touched(3)
    told = story.told()
    assert (told.fd(failed)["name"], told[failed]["fd"], told.fd_type(failed)) == ("/home/missing", -1, None)
    assert told.fd(after)["name"] == "/etc/hosts"


@pytest.mark.parametrize("call", ["open", "openat2", "creat"])
def test_every_call_that_opens_a_path_names_the_descriptor(call: str) -> None:
    story = Story()
    params = {"dirfd": HERE} if call == "openat2" else {}
    done = story.did(call, fd=3, name="x", **params)
    assert story.told().fd(done)["name"] == "/home/x"


def test_a_handle_is_opened_by_the_path_the_recorder_found() -> None:
    story = Story()
    done = story.did("open_by_handle_at", fd=3, mountfd=5, flags=1, path="/mnt/x")
    assert story.told().fd(done)["name"] == "/mnt/x"


def test_what_the_enter_event_read_counts_more_than_what_the_exit_reads_later() -> None:
    story = Story()
    story.did("openat", way=">", dirfd=HERE, name="/tmp/asked", flags=1)
    done = opened(story, name="/tmp/swapped")
    told = story.told()
    assert told.fd(done)["name"] == "/tmp/asked"
    assert told[done]["latency_ns"] == 1000


def test_chdir_moves_relative_paths() -> None:
    story = Story()
    moved = story.did("chdir", res=0, path="../var/log")
    story.did("chdir", res=-2, path="/nowhere")
    done = opened(story, name="x")
    told = story.told()
    assert told.process(moved)["cwd"] == "/var/log/"
    assert told.fd(done)["name"] == "/var/log/x"


def test_fchdir_moves_to_an_open_folder() -> None:
    story = Story()
    opened(story, 3, "/srv/www", c.O_DIRECTORY)
    moved = story.did("fchdir", res=0, fd=3)
    assert story.told().process(moved)["cwd"] == "/srv/www/"


def test_chroot_is_remembered() -> None:
    story = Story()
    moved = story.did("chroot", res=0, path="jail")
    assert story.told().process(moved)["root"] == "/home/jail"


def test_a_descriptor_is_closed_after_the_row_that_closes_it() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    closed = story.did("close", res=0, fd=3)
    after = story.touched(3)
    told = story.told()
    assert told.fd(closed)["name"] == "/etc/hosts"
    assert told.fd(after) == {}


def test_a_failed_close_closes_nothing() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    story.did("close", res=-5, fd=3)
    after = story.touched(3)
    assert story.told().fd(after)["name"] == "/etc/hosts"


@pytest.mark.parametrize(("call", "params"), [
    ("dup", {"oldfd": 3}),
    ("dup2", {"oldfd": 3, "newfd": 7}),
    ("dup3", {"oldfd": 3, "newfd": 7, "flags": 0}),
    ("fcntl", {"fd": 3, "cmd": c.F_DUPFD, "arg": 7}),
    ("fcntl", {"fd": 3, "cmd": c.F_DUPFD_CLOEXEC, "arg": 7}),
])  # fmt: skip
def test_a_copy_stands_for_the_same_file(call: str, params: dict[str, int]) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    done = story.did(call, res=7, **params)
    story.did("close", res=0, fd=3)
    after = story.touched(7)
    told = story.told()
    assert told[done]["fd"] == 7
    assert told.fd(done)["name"] == told.fd(after)["name"] == "/etc/hosts"


@pytest.mark.parametrize(("call", "params", "kept"), [
    ("dup", {"oldfd": 3}, True),
    ("dup3", {"oldfd": 3, "newfd": 7, "flags": c.O_CLOEXEC}, False),
    ("fcntl", {"fd": 3, "cmd": c.F_DUPFD, "arg": 7}, True),
    ("fcntl", {"fd": 3, "cmd": c.F_DUPFD_CLOEXEC, "arg": 7}, False),
])  # fmt: skip
def test_a_copy_survives_an_exec_unless_it_is_marked(call: str, params: dict[str, int], kept: bool) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    story.did(call, res=7, **params)
    story.ran("/bin/ls")
    after = story.touched(7)
    assert bool(story.told().fd(after)) is kept


def test_fcntl_marks_and_unmarks_a_descriptor_for_exec() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/a"), file(SHELL, 4, b"/b")])
    story.did("fcntl", res=0, fd=3, cmd=c.F_SETFD, arg=1)
    story.did("fcntl", res=0, fd=4, cmd=c.F_SETFD, arg=1)
    story.did("fcntl", res=0, fd=4, cmd=c.F_SETFD, arg=0)
    story.ran("/bin/ls")
    marked, unmarked = story.touched(3), story.touched(4)
    told = story.told()
    assert told.fd(marked) == {}
    assert told.fd(unmarked)["name"] == "/b"


def test_a_pipe_has_two_ends_of_one_number() -> None:
    story = Story()
    done = story.did("pipe2", res=0, fd1=3, fd2=4, ino=99, flags=0)
    ends = [story.touched(3), story.touched(4)]
    told = story.told()
    assert told[done]["fd"] == 4
    assert [told.fd(end)["ino"] for end in ends] == [99, 99]
    assert {told.fd_type(end) for end in ends} == {"pipe"}


def test_a_socket_pair_has_two_unix_ends() -> None:
    story = Story()
    story.did("socketpair", res=0, fd1=3, fd2=4, source=1, peer=2, domain=1, type=1, proto=0)
    ends = [story.touched(3), story.touched(4)]
    told = story.told()
    assert {told.fd_type(end) for end in ends} == {"unix"}


def test_a_memory_file_has_the_name_it_was_given() -> None:
    story = Story()
    done = story.did("memfd_create", fd=3, name="payload", flags=0)
    told = story.told()
    assert (told.fd(done)["name"], told.fd_type(done)) == ("payload", "memfd")


def test_a_descriptor_can_be_fetched_from_another_process() -> None:
    story = Story(descriptors=[file(INIT, 5, b"/etc/shadow")])
    held = story.did("pidfd_open", fd=3, pid=INIT, flags=0)
    done = story.did("pidfd_getfd", fd=4, pid_fd=3, target_fd=5, flags=0)
    told = story.told()
    assert told.fd(held)["name"] == "/proc/1"
    assert (told[done]["fd"], told.fd(done)["name"]) == (4, "/etc/shadow")


def test_close_range_closes_what_lies_in_it() -> None:
    story = Story(descriptors=[file(SHELL, fd, b"/%d" % fd) for fd in (3, 4, 5, 6)])
    story.did("close_range", res=0, first=4, last=5, flags=0)
    after = [story.touched(fd) for fd in (3, 4, 5, 6)]
    told = story.told()
    assert [told.fd(number).get("name") for number in after] == ["/3", None, None, "/6"]


def test_close_range_may_only_mark() -> None:
    story = Story(descriptors=[file(SHELL, fd, b"/%d" % fd) for fd in (3, 4)])
    story.did("close_range", res=0, first=4, last=0xFFFFFFFF, flags=4)
    before = story.touched(4)
    story.ran("/bin/ls")
    after = [story.touched(fd) for fd in (3, 4)]
    told = story.told()
    assert told.fd(before)["name"] == "/4"
    assert [told.fd(number).get("name") for number in after] == ["/3", None]


@pytest.mark.parametrize(("call", "word", "result"), [
    ("eventfd2", "event", "res"), ("signalfd4", "signalfd", "res"), ("epoll_create1", "eventpoll", "res"),
    ("timerfd_create", "timerfd", "res"), ("inotify_init1", "inotify", "res"), ("bpf", "bpf", "fd"),
    ("userfaultfd", "userfaultfd", "res"), ("io_uring_setup", "io_uring", "res"),
])  # fmt: skip
def test_other_descriptors_are_of_a_kind_of_their_own(call: str, word: str, result: str) -> None:
    story = Story()
    done = story.did(call, **{result: 3})
    after = story.touched(3)
    told = story.told()
    assert told.fd_type(done) == told.fd_type(after) == word


def test_the_list_of_descriptors_is_known_from_the_first_event_on() -> None:
    story = Story(descriptors=[file(SHELL, 0, b"/dev/pts/0"), file(99, 1, b"/nobody")])
    seen = story.touched(0)
    told = story.told()
    assert told.fd(seen)["name"] == "/dev/pts/0"
    assert told.fd(seen)["origin"] == c.ORIGIN_FDLIST
    assert told.outcome.accounting.facts["descriptors_without_process"] == "1"


def test_a_folder_of_the_process_list_ends_in_a_slash() -> None:
    story = Story([process(INIT, 0, b"init", cwd=b"/"), process(SHELL, cwd=b"/a/../b/.")])
    first, second = story.touched(0, INIT), story.touched(0)
    told = story.told()
    assert (told.process(first)["cwd"], told.process(second)["cwd"]) == ("/", "/b/")


def test_paths_stay_whole_while_what_is_kept_outgrows_its_room() -> None:
    story = Story()
    names = [f"{number:04}/{chr(97 + number % 26) * 900}" for number in range(400)]
    done = [opened(story, 3, name) for name in names]
    told = story.told()
    assert [told.fd(number)["name"] for number in done] == [f"/home/{name}" for name in names]
