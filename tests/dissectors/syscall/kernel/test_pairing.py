"""Enter and exit events become one row; what has no other half is a row of its own."""

from __future__ import annotations

from tests.builders.entries import process
from tests.builders.kernel_laws import checked
from tests.builders.kernel_story import KINDS, SHELL, Story, Told
from tests.builders.old_capture import OldCapture, number, old_capture, typed
from tests.builders.scap import event_body, newest
from thresher.dissectors.syscall.event_table import event_types, syscall_names
from thresher.dissectors.syscall.kernel import columns as c


def begun() -> OldCapture:
    scap = OldCapture()
    scap.processes([process(1, 0, b"init"), process(SHELL)], version=5)
    return scap


def test_an_enter_and_its_exit_are_one_row_with_the_exits_number_and_time() -> None:
    scap = begun()
    scap.call("open", SHELL, [], number(3), b"notes\0", number(1, 4), number(0, 4))
    told = Told(bytes(scap))
    assert list(told.events) == [2]
    row = told[2]
    assert (row["latency_ns"], row["time_ns"]) == (1000, scap.time_ns)
    assert row["enter_offset"] + row["enter_length"] == row["offset_bytes"]
    assert row["flags"] & c.FLAG_MERGED


def test_what_only_the_enter_says_counts_for_the_row() -> None:
    scap = begun()
    scap.call("open", SHELL, [], number(3), b"notes\0", number(1, 4), number(0, 4))
    scap.call("read", SHELL, [number(3), number(100, 4)], number(5), b"hello")
    told = Told(bytes(scap))
    assert (told[4]["fd"], told[4]["size"]) == (3, 5)
    assert told.fd(4)["name"] == "/home/notes"


def test_an_exit_without_an_enter_has_no_latency() -> None:
    story = Story()
    done = story.touched(3)
    assert story.told()[done]["latency_ns"] is None


def test_an_exit_before_its_enter_has_no_latency() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(100, 4))
    scap.time_ns -= 5000
    scap.half(typed("read", "<"), [number(5), b"hello"], SHELL)
    told = Told(bytes(scap))
    assert told[2]["latency_ns"] is None
    assert told[2]["flags"] & c.FLAG_MERGED


def test_calls_of_two_threads_do_not_mix() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.enter("read", 1, number(4), number(9, 4))
    scap.half(typed("read", "<"), [number(1), b"a"], SHELL)
    scap.half(typed("read", "<"), [number(2), b"bb"], 1)
    told = Told(bytes(scap))
    assert [(told[n]["fd"], told[n]["latency_ns"]) for n in (3, 4)] == [(3, 2000), (4, 2000)]


def test_an_enter_that_another_enter_follows_is_unfinished() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.call("close", SHELL, [number(3)], number(0))
    told = Told(bytes(scap))
    assert told[1]["flags"] & c.FLAG_UNFINISHED
    assert (told[1]["fd"], told[1]["res"], told[1]["latency_ns"]) == (3, None, None)
    assert told[3]["latency_ns"] == 1000


def test_an_enter_without_a_thread_to_keep_it_in_is_still_a_row() -> None:
    scap = OldCapture()
    scap.enter("read", 77, number(3), number(9, 4))
    assert Told(bytes(scap))[1]["flags"] & c.FLAG_UNFINISHED


def test_rows_that_come_too_late_say_where_they_belong() -> None:
    told = Told(bytes(old_capture()))
    late = [row for row in told.events.values() if row["flags"] & c.FLAG_LATE]
    places = {row["num"]: row["before_num"] for row in told.tables["late"]}
    assert {row["num"] for row in late} == set(places)
    shown = sorted(told.events.values(), key=lambda row: (places.get(row["num"], row["num"]), row["num"] not in places))
    numbers = [row["evt_num"] for row in shown]
    assert numbers == sorted(numbers)
    assert all(row["flags"] & c.FLAG_UNFINISHED for row in late)


def test_an_event_of_the_recorder_does_not_part_a_call() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.half(typed("procinfo", ">"), [number(1), number(1)], SHELL)
    scap.half(typed("switch", ">"), [], SHELL)
    scap.half(typed("read", "<"), [number(1), b"a"], SHELL)
    assert Told(bytes(scap))[4]["latency_ns"] == 3000


def test_a_section_that_ends_leaves_its_calls_unfinished() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.section()
    scap.processes([process(SHELL)], version=5)
    scap.half(typed("read", "<"), [number(1), b"a"], SHELL)
    told = Told(bytes(scap))
    assert told[1]["flags"] & c.FLAG_UNFINISHED
    assert told[2]["latency_ns"] is None


def test_kept_parameters_survive_until_the_exit_comes_in_another_piece() -> None:
    scap = begun()
    kind = newest("openat", ">")
    body = event_body(kind, [number(-100), b"asked\0", number(1, 4), number(0, 4)], time_ns=scap.time_ns, tid=SHELL)
    scap.block(0x216, body)
    scap.half(newest("openat", "<"), [number(3), number(-100), b"read later\0", number(1, 4)], SHELL)
    for step in (1, 50):
        fds = checked(bytes(scap), KINDS, step).tables["fds"]
        assert fds["name"].to_pylist() == ["/home/asked"]


def test_both_halves_of_a_call_that_only_carries_state_change_it() -> None:
    scap = begun()
    for kind, values in (
        (typed("open", ">"), []),
        (typed("open", "<"), [number(3), b"notes\0", number(1, 4), number(0, 4)]),
    ):
        scap.time_ns += 1000
        scap.block(0x208, event_body(kind, values, time_ns=scap.time_ns, tid=SHELL, version=1, flags=1))
    scap.call("read", SHELL, [number(3), number(100, 4)], number(5), b"hello")
    told = Told(bytes(scap))
    assert list(told.events) == [2, 4]
    assert told[2]["flags"] == c.FLAG_MERGED | c.FLAG_STATE_ONLY | c.FLAG_INTERNAL
    assert told.fd(4)["name"] == "/home/notes"


def test_half_a_call_that_only_carries_state_stays_unseen() -> None:
    scap = begun()
    body = event_body(
        typed("read", ">"), [number(3), number(9, 4)], time_ns=scap.time_ns, tid=SHELL, cpu=7, version=1, flags=1
    )
    scap.block(0x208, body)
    row = Told(bytes(scap))[1]
    assert row["flags"] == c.FLAG_UNFINISHED | c.FLAG_STATE_ONLY | c.FLAG_INTERNAL
    assert row["cpu"] == 7


def test_a_generic_call_that_does_not_return_has_its_name() -> None:
    scap = begun()
    code = syscall_names().index("exit_group")
    scap.half(event_types()[0], [number(code, 2), number(231, 2)], SHELL)
    scap.half(event_types()[0], [number(code, 2), number(231, 2)], 77)
    told = Told(bytes(scap))
    assert [told.called(at) for at in (1, 2)] == ["exit_group", "exit_group"]
    assert told[1]["flags"] & c.FLAG_UNFINISHED


def test_a_row_that_is_stored_after_its_process_has_ended_keeps_its_parent() -> None:
    scap = begun()
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.half(typed("procexit", ">"), [number(0)], SHELL)
    scap.call("close", 1, [number(3)], number(0))
    told = Told(bytes(scap))
    assert told[1]["flags"] & c.FLAG_LATE
    assert told.parent(1)["name"] == "init"


def test_a_row_that_is_stored_late_has_the_parent_of_its_time() -> None:
    scap = OldCapture()
    scap.processes([process(1, 0, b"init"), process(5, 1, b"sshd"), process(SHELL, 5)], version=5)
    scap.enter("read", SHELL, number(3), number(9, 4))
    scap.half(typed("procexit", ">"), [number(0)], 5)
    scap.call("close", 1, [number(3)], number(0))
    told = Told(bytes(scap))
    assert told[1]["flags"] & c.FLAG_LATE
    assert told.parent(1)["name"] == "sshd"
