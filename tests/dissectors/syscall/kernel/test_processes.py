"""What clone, exec and exit do to processes and threads."""

from __future__ import annotations

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import INIT, SHELL, Story
from thresher.dissectors.syscall.kernel import columns as c

THREAD = c.CL_THREAD | c.CL_FILES
CHILD = 20


def test_a_child_has_its_parents_folder_and_descriptors() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    story.forked(CHILD)
    seen = story.touched(3, CHILD)
    told = story.told()
    assert told.process(seen)["cwd"] == "/home/"
    assert told.fd(seen)["name"] == "/etc/hosts"
    assert told.process(seen)["ppid"] == SHELL
    assert told.parent(seen)["tid"] == SHELL


def test_a_clone_seen_from_both_sides_makes_one_child() -> None:
    story = Story()
    story.forked(CHILD)
    began = story.began(CHILD)
    told = story.told()
    assert [row["tid"] for row in told.tables["processes"]].count(CHILD) == 1
    assert told.process(began)["ppid"] == SHELL


def test_the_child_may_be_seen_first() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    began = story.began(CHILD)
    story.forked(CHILD)
    seen = story.touched(3, CHILD)
    told = story.told()
    assert told.process(began)["ppid"] == SHELL
    assert told[began]["proc_id"] == told[seen]["proc_id"]
    assert told.fd(seen)["name"] == "/etc/hosts"


def test_a_child_closing_a_descriptor_leaves_its_parents_open() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    story.forked(CHILD)
    story.did("close", CHILD, res=0, fd=3)
    child, parent = story.touched(3, CHILD), story.touched(3)
    told = story.told()
    assert told.fd(child) == {}
    assert told.fd(parent)["name"] == "/etc/hosts"


def test_a_failed_clone_makes_nobody() -> None:
    story = Story()
    story.forked(-11)
    assert {row["tid"] for row in story.told().tables["processes"]} == {INIT, SHELL}


def test_vfork_makes_its_child_in_the_child() -> None:
    story = Story()
    story.did("vfork", CHILD, res=0, exe="/bin/bash", comm="bash", pid=CHILD, ptid=SHELL, vtid=CHILD, vpid=CHILD)
    ran = story.ran("/bin/ls", CHILD)
    story.forked(CHILD, name="vfork")
    after = story.touched(0, CHILD)
    told = story.told()
    assert told.process(ran)["name"] == "ls"
    assert told.process(after)["name"] == "ls"
    assert told.process(after)["ppid"] == SHELL


def test_threads_share_folder_and_descriptors() -> None:
    story = Story()
    story.forked(11, flags=THREAD)
    story.did("openat", 11, fd=3, dirfd=-100, name="/tmp/x", flags=1)
    story.did("chdir", 11, res=0, path="/var")
    seen = story.touched(3)
    thread = story.touched(3, 11)
    told = story.told()
    assert told.fd(seen)["name"] == "/tmp/x"
    assert told.process(seen)["cwd"] == told.process(thread)["cwd"] == "/var/"
    assert told.process(thread)["pid"] == SHELL
    assert not told.process(thread)["is_main"]


def test_exec_gives_the_program_and_keeps_the_parent() -> None:
    story = Story()
    before = story.touched(0)
    ran = story.ran("/usr/bin/curl", args=b"-s\0http://x\0", uid=5, gid=6, loginuid=7, tty=34816, pgid=SHELL)
    told = story.told()
    new = told.process(ran)
    assert (new["name"], new["exepath"], new["args"]) == ("curl", "/usr/bin/curl", "-s http://x")
    assert (new["uid"], new["gid"], new["loginuid"], new["tty"]) == (5, 6, 7, 34816)
    assert told.parent(ran)["tid"] == INIT
    assert told.process(before)["name"] == "bash"


def test_a_failed_exec_changes_nothing() -> None:
    story = Story()
    failed = story.ran("/bin/none", res=-2)
    assert story.told().process(failed)["name"] == "bash"


def test_exec_closes_what_is_marked_and_keeps_the_rest() -> None:
    story = Story()
    story.did("openat", fd=3, dirfd=-100, name="/a", flags=c.O_CLOEXEC)
    story.did("openat", fd=4, dirfd=-100, name="/b", flags=0)
    story.ran("/bin/ls")
    closed, kept = story.touched(3), story.touched(4)
    told = story.told()
    assert told.fd(closed) == {}
    assert told.fd(kept)["name"] == "/b"


def test_exec_leaves_one_thread() -> None:
    story = Story()
    story.forked(11, flags=THREAD)
    lived = story.touched(0, 11)
    ran = story.ran("/bin/ls")
    told = story.told()
    assert told.end(lived)["to_num"] == told[ran]["num"]
    assert told.end(lived)["reason"] == c.END_EXIT


def test_the_path_of_a_deleted_program_is_its_path() -> None:
    story = Story()
    ran = story.ran("/tmp/x", trusted_exepath="/tmp/x (deleted)")
    assert story.told().process(ran)["exepath"] == "/tmp/x"


def test_an_exit_is_seen_on_its_own_row_and_gone_after() -> None:
    story = Story()
    exited = story.ended(SHELL)
    after = story.touched(0)
    told = story.told()
    assert told.process(exited)["name"] == "bash"
    assert told.end(exited) == {
        "proc_id": told[exited]["proc_id"], "to_num": told[exited]["num"] + 1, "reason": c.END_EXIT,
    }  # fmt: skip
    assert told.process(after).get("name") is None


def test_an_exit_that_ends_the_capture_is_an_exit() -> None:
    story = Story()
    exited = story.ended(SHELL)
    assert story.told().end(exited)["reason"] == c.END_EXIT


def test_orphans_go_to_the_reaper_that_the_kernel_names() -> None:
    story = Story([process(INIT, 0, b"init"), process(5, 1, b"systemd"), process(SHELL, 5), process(CHILD, SHELL)])
    before = story.touched(0, CHILD)
    story.ended(SHELL, reaper_tid=5)
    after = story.touched(0, CHILD)
    told = story.told()
    assert told.parent(before)["tid"] == SHELL
    assert (told.parent(after)["tid"], told.process(after)["ppid"]) == (5, 5)


def test_orphans_go_to_the_nearest_sub_reaper() -> None:
    story = Story([process(INIT, 0, b"init"), process(5, 1, b"tmux"), process(SHELL, 5), process(CHILD, SHELL)])
    story.did("prctl", 5, res=0, option=36, arg2_int=1)
    story.ended(SHELL)
    after = story.touched(0, CHILD)
    assert story.told().parent(after)["name"] == "tmux"


def test_orphans_of_an_old_capture_go_to_init() -> None:
    story = Story([process(INIT, 0, b"init"), process(5, 1, b"tmux"), process(SHELL, 5), process(CHILD, SHELL)])
    story.ended(SHELL)
    after = story.touched(0, CHILD)
    assert story.told().parent(after)["tid"] == INIT


def test_an_id_used_again_is_another_process() -> None:
    story = Story()
    story.forked(CHILD)
    first = story.ran("/bin/ls", CHILD)
    story.ended(CHILD)
    story.did("read", SHELL, res=0, fd=0, wait=5 * 10**9)
    story.forked(CHILD, exe="/bin/bash", comm="again")
    second = story.touched(0, CHILD)
    told = story.told()
    assert told.process(first)["name"] == "ls"
    assert told.process(second)["name"] == "again"


def test_a_thread_that_nothing_announced_says_nothing_until_it_runs_something() -> None:
    story = Story()
    strange = story.touched(0, 77)
    ran = story.ran("/bin/ls", 77)
    told = story.told()
    unknown = told.process(strange)
    assert (unknown["tid"], unknown["pid"], unknown["name"], unknown["uid"]) == (77, None, None, None)
    assert unknown["origin"] == c.ORIGIN_GUESS
    assert told.process(ran)["pid"] == 77


def test_parents_are_what_they_were_at_the_event() -> None:
    story = Story()
    story.forked(CHILD)
    before = story.touched(0, CHILD)
    story.ran("/bin/vim")
    after = story.touched(0, CHILD)
    told = story.told()
    assert told[before]["proc_id"] == told[after]["proc_id"]
    assert told.parent(before)["name"] == "bash"
    assert told.parent(after)["name"] == "vim"


@pytest.mark.parametrize(("call", "params", "shown"), [
    ("setuid", {"uid": 33}, {"uid": 33}),
    ("setresuid", {"ruid": 1, "euid": 44, "suid": 1}, {"uid": 44}),
    ("setgid", {"gid": 33}, {"gid": 33}),
])  # fmt: skip
def test_ids_are_the_effective_ones_once_they_are_set(call: str, params: dict[str, int], shown: dict[str, int]) -> None:
    story = Story()
    failed = story.did(call, res=-1, **params)
    worked = story.did(call, res=0, **params)
    told = story.told()
    assert told.process(failed)["uid"] == told.process(failed)["gid"] == 1000
    assert {name: told.process(worked)[name] for name in shown} == shown


def test_setsid_begins_a_session() -> None:
    story = Story()
    done = story.did("setsid", res=SHELL)
    assert story.told().process(done)["sid"] == SHELL


def test_capabilities_are_what_was_set() -> None:
    story = Story()
    done = story.did("capset", res=0, cap_inheritable=0, cap_permitted=3, cap_effective=1)
    new = story.told().process(done)
    assert (new["cap_permitted"], new["cap_effective"]) == (3, 1)


def test_a_limit_on_descriptors_is_kept() -> None:
    story = Story()
    done = story.did("setrlimit", res=0, cur=4096, max=8192, resource=c.RLIMIT_NOFILE)
    other = story.did("prlimit", INIT, res=0, newcur=99, pid=SHELL, resource=c.RLIMIT_NOFILE)
    after = story.touched(0)
    told = story.told()
    assert told.process(done)["fdlimit"] == 4096
    assert told.process(after)["fdlimit"] == 99
    assert told.process(other)["fdlimit"] != 99


@pytest.mark.parametrize("path", ["/docker/{}", "/system.slice/docker-{}.scope"])
def test_a_container_is_known_by_the_cgroups_of_its_processes(path: str) -> None:
    cgroups = b"cpu=" + path.format("ab12" * 16).encode() + b"\0memory=/\0"
    story = Story([process(INIT, 0, b"init"), process(SHELL, cgroups=cgroups)])
    inside, outside = story.touched(0), story.touched(0, INIT)
    story.forked(CHILD, INIT, cgroups=cgroups)
    child = story.touched(0, CHILD)
    told = story.told()
    assert told.process(inside)["container_id"] == told.process(child)["container_id"] == "ab12ab12ab12"
    assert told.process(outside)["container_id"] == "host"


def test_where_a_version_comes_from_is_said() -> None:
    story = Story()
    listed = story.touched(0)
    story.forked(CHILD)
    cloned = story.touched(0, CHILD)
    ran = story.ran("/bin/ls", CHILD)
    told = story.told()
    origins = [told.process(number)["origin"] for number in (listed, cloned, ran)]
    assert origins == [c.ORIGIN_PROCLIST, c.ORIGIN_CLONE, c.ORIGIN_EVENT]
    assert told.process(ran)["origin_offset"] == told[ran]["offset_bytes"]
    assert told.end(cloned)["reason"] == c.END_CHANGE
