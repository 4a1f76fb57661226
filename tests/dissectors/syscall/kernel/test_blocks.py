"""Blocks of every version and flag, events of every kind of type, and sections one behind the other."""

from __future__ import annotations

import struct

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import INIT, SHELL, Story, Told
from tests.builders.scap import Scap, event_body, newest
from thresher.capture.model import Group, User
from thresher.capture.readers.scap import ScapReader
from thresher.dissectors.syscall.event_table import GENERIC_BASE, event_types, syscall_names
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.replaying import Replaying


@pytest.mark.parametrize(("version", "flags", "large"), [
    (1, None, False), (1, 0, False), (2, None, False), (2, 0, False), (2, None, True), (2, 0, True),
])  # fmt: skip
def test_every_version_of_event_block_says_the_same(version: int, flags: int | None, large: bool) -> None:
    scap = Scap().processes([process(SHELL)])
    params = {"fd": 3, "dirfd": -100, "name": "x", "flags": 1, "mode": 0, "dev": 1, "ino": 2}
    scap.event("openat", params, time_ns=5, tid=SHELL, cpu=7, version=version, flags=flags, large=large)
    told = Told(bytes(scap))
    assert (told[1]["cpu"], told[1]["tid"], told[1]["fd"]) == (7, SHELL, 3)
    assert told.fd(1)["name"] == "/home/x"


def test_wide_lengths_belong_to_the_type_and_not_to_the_block() -> None:
    scap = Scap().processes([process(SHELL)])
    for large in (False, True):
        scap.event("container", {"json": "{}"}, ">", time_ns=5, tid=SHELL, large=large)
    told = Told(bytes(scap))
    assert not told.outcome.damage
    assert all(told[number]["flags"] & c.FLAG_INTERNAL for number in (1, 2))


def test_a_block_that_only_carries_state_changes_it_and_is_marked() -> None:
    scap = Scap().processes([process(SHELL)])
    scap.event("openat", {"fd": 3, "dirfd": -100, "name": "/x"}, time_ns=5, tid=SHELL, flags=1)
    scap.event("read", {"res": 0, "fd": 3}, time_ns=6, tid=SHELL)
    told = Told(bytes(scap))
    assert told[1]["flags"] & c.FLAG_STATE_ONLY
    assert told[1]["flags"] & c.FLAG_INTERNAL
    assert told.fd(2)["name"] == "/x"


@pytest.mark.parametrize("call", ["useradded", "groupadded", "userdeleted", "procinfo", "container"])
def test_events_of_the_recorder_are_internal(call: str) -> None:
    story = Story()
    done = story.did(call, way=">")
    assert story.told()[done]["flags"] & c.FLAG_INTERNAL


def test_calls_without_a_type_of_their_own_are_named_after_their_code() -> None:
    story = Story()
    code = next(code for code, name in enumerate(syscall_names()) if name == "exit")
    done = story.did("syscall", ID=code, nativeID=60)
    told = story.told()
    assert told.called(done) == "exit"
    assert told[done]["type_id"] == GENERIC_BASE + code


def test_unknown_types_are_kept_as_rows() -> None:
    story = Story()
    kind = newest("close", "<")
    body = bytearray(event_body(kind, [bytes(8), bytes(8)], time_ns=5, tid=SHELL))
    struct.pack_into("<H", body, 2 + 20, 9999)
    story.block(0x216, bytes(body))
    told = story.told()
    assert told.called(1) == "unknown(9999)"
    assert told[1]["tid"] == SHELL
    assert len(event_types()) < 9999


def test_blocks_of_unknown_types_are_passed_over_and_counted() -> None:
    scap = Scap().processes([process(SHELL)])
    scap.block(0x999, b"what newer recorders write")
    scap.event("close", {"res": 0, "fd": 3}, time_ns=5, tid=SHELL)
    told = Told(bytes(scap))
    assert told.outcome.accounting.unknown_bytes == 12 + 28
    assert told.outcome.accounting.event_blocks == 1
    assert not told.outcome.damage


def test_marks_of_lost_events_are_counted() -> None:
    story = Story()
    story.did("drop", way=">", ratio=2)
    story.did("drop", ratio=2)
    assert story.told().outcome.accounting.drops >= 1


def test_a_new_section_knows_nothing_of_the_one_before() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/etc/hosts")])
    before = story.touched(3)
    story.section()
    story.begin([process(SHELL, comm=b"other")])
    after = story.touched(3)
    told = story.told()
    assert told.fd(before)["name"] == "/etc/hosts"
    assert told.fd(after) == {}
    assert told.process(after)["name"] == "other"
    assert told.end(before) == {
        "proc_id": told[before]["proc_id"], "to_num": told[after]["num"], "reason": c.END_CAPTURE,
    }  # fmt: skip


def test_parents_of_a_section_that_ended_are_still_known() -> None:
    story = Story()
    before = story.touched(0)
    story.section()
    story.begin([process(SHELL)])
    after = story.touched(0)
    told = story.told()
    assert told.parent(before)["tid"] == INIT
    assert told.parent(after) == {}


def test_a_version_that_nothing_ends_ends_with_the_capture() -> None:
    story = Story()
    seen = story.touched(0)
    told = story.told()
    assert told.end(seen) == {"proc_id": told[seen]["proc_id"], "to_num": 1, "reason": c.END_CAPTURE}


def test_names_of_users_and_groups_come_with_the_ids() -> None:
    story = Story(others=[User(1000, 1000, "ada", "/home/ada", "/bin/sh"), Group(1000, "staff")])
    seen = story.touched(0)
    row = story.told().process(seen)
    assert (row["user_name"], row["group_name"], row["loginuser_name"]) == ("ada", "staff", "ada")


def test_a_user_added_while_recording_is_one_from_there_on() -> None:
    story = Story()
    story.touched(0)
    added = story.did("useradded", way=">", uid=2000, gid=2000, name="eve", home="/tmp", shell="/bin/sh")
    changed = story.did("setuid", res=0, uid=2000)
    told = story.told()
    (user,) = told.tables["users"]
    assert (user["uid"], user["name"], user["from_num"]) == (2000, "eve", told[added]["num"] + 1)
    assert told.process(changed)["user_name"] == "eve"


def test_a_user_that_is_removed_keeps_its_name_for_what_came_before() -> None:
    story = Story(others=[User(2000, 2000, "eve", "/tmp", "/bin/sh"), Group(2000, "staff")])
    before = story.did("setuid", res=0, uid=2000)
    story.did("userdeleted", way=">", uid=2000, gid=2000, name="eve")
    story.did("groupdeleted", way=">", gid=2000, name="staff")
    after = story.did("setgid", res=0, gid=2000)
    again = story.did("useradded", way=">", uid=2000, gid=2000, name="mallory")
    last = story.did("chdir", res=0, path="/tmp")
    told = story.told()
    assert [told.process(event)["user_name"] for event in (before, after, last)] == ["eve", None, "mallory"]
    assert told.process(after)["group_name"] is None
    assert [(row["name"], row["from_num"]) for row in told.tables["users"]] == [
        ("eve", 0), (None, told[before]["num"] + 2), ("mallory", told[again]["num"] + 1),
    ]  # fmt: skip


def test_an_account_of_a_container_names_nobody_elsewhere() -> None:
    docker = "697956520d891b5cb0e21509390f2d1a2cf8e7a1a4f5f3e6c4f0f1c2d3e4f5a6"
    inside = f"cpu=/docker/{docker}".encode()
    story = Story(
        [process(SHELL), process(20, cgroups=inside), process(21, uid=7, loginuid=7, cgroups=inside)],
        others=[User(1000, 1000, "ada", "/home/ada", "/bin/sh"), User(7, 7, "lp", "/", "")],
    )
    story.did("useradded", way=">", uid=1000, gid=1000, name="eve", container_id=docker[:12])
    events = [story.touched(0, tid) for tid in (SHELL, 20, 21)]
    story.did("userdeleted", way=">", uid=1000, gid=1000, name="eve", container_id=docker)
    gone = story.did("chdir", 20, res=0, path="/tmp")
    told = story.told()
    assert [told.process(event)["user_name"] for event in (*events, gone)] == ["ada", "eve", "lp", None]


def test_what_the_recorder_tells_ahead_of_all_calls_holds_for_the_process_list() -> None:
    story = Story()
    story.did("useradded", way=">", uid=1000, gid=1000, name="ada")
    story.did("groupadded", way=">", gid=1000, name="staff")
    seen = story.touched(0)
    row = story.told().process(seen)
    assert (row["user_name"], row["group_name"], row["loginuser_name"]) == ("ada", "staff", "ada")


def test_names_do_not_depend_on_when_rows_are_taken() -> None:
    story = Story()
    for uid in range(2000, 2020):
        story.did("setuid", res=0, uid=uid)
        story.did("useradded", way=">", uid=uid, gid=uid, name=f"u{uid}")
        story.did("setuid", res=0, uid=1)
        story.did("setuid", res=0, uid=uid)
    whole = [row["user_name"] for row in story.told().tables["processes"]]
    dissection, data, used, pieces = Replaying(ScapReader(), "capture", "interpreted"), bytes(story), 0, []
    while used < len(data):
        used += dissection.feed(memoryview(data)[used:], used, 3, True)
        pieces += dissection.take(3)
    pieces += dissection.finish()
    told = [name for table, batch in pieces if table == "processes" for name in batch["user_name"].to_pylist()]
    assert told == whole
    assert whole.count("u2003") == 1


def test_a_user_id_that_is_none_is_not_a_user() -> None:
    story = Story([process(SHELL, uid=0xFFFFFFFF, gid=0xFFFFFFFF, loginuid=0xFFFFFFFF)])
    seen = story.touched(0)
    row = story.told().process(seen)
    assert (row["uid"], row["gid"], row["user_name"], row["loginuid"]) == (None, None, None, -1)


def test_a_user_that_comes_after_rows_were_taken_is_one_from_there_on() -> None:
    story = Story()
    for _ in range(60):
        story.touched(0)
    story.did("useradded", way=">", uid=2000, gid=2000, name="eve", home="/tmp", shell="/bin/sh")
    dissection = Replaying(ScapReader(), "capture", "interpreted")
    data = bytes(story)
    used = dissection.feed(memoryview(data), 0, 50, True)
    dissection.take(50)
    dissection.feed(memoryview(data)[used:], used, 50, True)
    users = dict(dissection.finish())["users"]
    assert users["from_num"].to_pylist() == [61]
