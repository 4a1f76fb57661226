"""What clone flags, pid namespaces, user namespaces and ids used again mean for threads."""

from __future__ import annotations

import pytest

from tests.builders.entries import process
from tests.builders.kernel_story import INIT, SHELL, Story
from thresher.dissectors.syscall.kernel import columns as c

CHILD = 30
ALL = 2**41 - 1


@pytest.mark.parametrize("flags", [c.CL_NEWPID, c.CL_CHILD_IN_PIDNS, c.CL_PARENT, c.CL_VFORK])
def test_a_child_whose_id_the_parent_cannot_know_tells_it_itself(flags: int) -> None:
    story = Story()
    story.forked(2, flags=flags)
    began = story.began(CHILD, flags=flags, vtid=2, vpid=2)
    told = story.told()
    assert {row["tid"] for row in told.tables["processes"]} == {INIT, SHELL, CHILD}
    assert [told.process(began)[name] for name in ("vtid", "vpid", "ppid")] == [2, 2, SHELL]


def test_a_caller_in_a_namespace_knows_only_the_ids_of_its_namespace() -> None:
    story = Story([process(INIT, 0), process(SHELL, vtid=5, vpid=5)])
    story.forked(6)
    assert {row["tid"] for row in story.told().tables["processes"]} == {INIT, SHELL}


def test_a_child_that_ended_before_its_clone_returned_is_not_made_again() -> None:
    story = Story()
    story.began(CHILD)
    story.ended(CHILD)
    story.forked(CHILD)
    seen = story.touched(0)
    told = story.told()
    assert told.process(seen)["tid"] == SHELL
    assert [row["tid"] for row in told.tables["processes"]].count(CHILD) == 1


def test_an_id_that_ended_two_seconds_ago_may_be_another_child() -> None:
    story = Story()
    story.began(CHILD)
    story.ended(CHILD)
    story.touched(0)
    story.time_ns += c.STALE_NS
    story.forked(CHILD)
    seen = story.touched(0, CHILD)
    told = story.told()
    assert [row["tid"] for row in told.tables["processes"]].count(CHILD) == 2
    assert told.process(seen)["ppid"] == SHELL


def test_a_thread_has_the_process_and_the_parent_of_its_maker() -> None:
    story = Story()
    story.forked(CHILD, flags=c.CL_THREAD)
    seen = story.touched(0, CHILD)
    row = story.told().process(seen)
    assert [row[name] for name in ("tid", "pid", "ppid", "is_main")] == [CHILD, SHELL, INIT, False]


def test_an_exec_by_a_thread_after_its_leader_ended_goes_on_as_the_leader() -> None:
    story = Story()
    story.forked(CHILD, flags=c.CL_THREAD)
    story.ended(SHELL)
    ran = story.ran("/bin/ls")
    after = story.touched(0)
    told = story.told()
    assert [told.process(ran)[name] for name in ("tid", "pid", "name")] == [SHELL, SHELL, "ls"]
    assert told.process(after)["name"] == "ls"


def test_orphans_go_to_a_living_thread_of_the_same_process_first() -> None:
    story = Story()
    story.forked(CHILD, flags=c.CL_THREAD)
    story.forked(40, CHILD, pid=SHELL)
    story.ended(CHILD)
    seen = story.touched(0, 40)
    told = story.told()
    assert told.process(seen)["ppid"] == SHELL


@pytest.mark.parametrize(
    ("call", "params"), [("unshare", {"flags": c.CL_NEWUSER}), ("setns", {"nstype": c.CL_NEWUSER})]
)
def test_a_new_user_namespace_gives_all_capabilities(call: str, params: dict[str, int]) -> None:
    story = Story()
    done = story.did(call, res=0, **params)
    row = story.told().process(done)
    assert [row[f"cap_{name}"] for name in ("inheritable", "permitted", "effective")] == [ALL, ALL, ALL]


@pytest.mark.parametrize(("res", "flags"), [(-1, c.CL_NEWUSER), (0, c.CL_NEWPID)])
def test_other_namespaces_and_failures_give_none(res: int, flags: int) -> None:
    story = Story()
    done = story.did("unshare", res=res, flags=flags)
    assert story.told().process(done)["cap_effective"] == 0


def test_a_namespaces_first_process_reaps_in_it() -> None:
    story = Story()
    story.began(CHILD, flags=c.CL_NEWPID, vtid=1, vpid=1)
    story.began(41, CHILD, flags=c.CL_CHILD_IN_PIDNS, vtid=2, vpid=2)
    story.began(42, 41, flags=c.CL_CHILD_IN_PIDNS, vtid=3, vpid=3)
    story.ended(41)
    seen = story.touched(0, 42)
    assert story.told().process(seen)["ppid"] == CHILD
