"""What fields say of events that a capture holds early and the store late, and of samples and names beside them."""

from __future__ import annotations

from pathlib import Path

from tests.builders.entries import process
from tests.builders.kernel_story import SHELL
from tests.builders.old_capture import OldCapture, number, typed
from tests.builders.scap import Scap
from thresher.capture.case import open_case
from thresher.capture.model import DescriptorEntry, Machine, Value
from thresher.dissectors.syscall.event_table import event_types, syscall_names


def values(capture: Scap, folder: Path, *names: str) -> dict[int, tuple[Value, ...]]:
    """By the number of an event, internal ones too."""
    path = folder / "told.scap"
    path.write_bytes(bytes(capture))
    with open_case([str(path)], cache=False, background=False) as case:
        chosen = case.select("", internal=True)
        return {int(str(num)): tuple(rest) for rows in case.iterate(chosen, ["evt.num", *names]) for num, *rest in rows}


def begun() -> OldCapture:
    scap = OldCapture()
    scap.processes([process(1, 0, b"init"), process(SHELL)], version=5)
    scap.descriptors(SHELL, [DescriptorEntry(SHELL, 0, 0, 1, b"/dev/null")], version=1)
    return scap


def test_a_process_that_ends_itself_is_told_as_it_was_then(tmp_path: Path) -> None:
    scap = begun()
    code = syscall_names().index("exit_group")
    scap.half(event_types()[0], [number(code, 2), number(231, 2)], SHELL)
    scap.half(typed("procexit", ">"), [number(0)], SHELL)
    names = (
        "evt.type",
        "evt.dir",
        "proc.pname",
        "proc.aname[1]",
        "proc.fdopencount",
        "proc.nthreads",
        "proc.stdin.name",
    )
    told = values(scap, tmp_path, *names)
    assert told[1] == ("exit_group", ">", "init", "init", 1, 1, "/dev/null")


def test_a_sample_says_what_was_used_since_the_one_before(tmp_path: Path) -> None:
    scap = begun()
    for user, system in ((100, 10), (130, 15), (400, 15), (5, 1)):
        scap.half(typed("procinfo", ">"), [number(user), number(system)], SHELL)
    told = values(scap, tmp_path, "thread.cpu", "thread.cpu.user", "thread.cpu.system")
    assert [told[at] for at in (1, 2, 3, 4)] == [(None,) * 3, (35, 30, 5), (100, 100, 0), (None,) * 3]


def test_only_the_event_that_names_a_descriptor_changes_its_name(tmp_path: Path) -> None:
    scap = begun()
    scap.call("open", SHELL, [], number(3), b"notes\0", number(1, 4), number(0, 4))
    scap.call("read", SHELL, [number(3), number(9, 4)], number(1), b"a")
    scap.call("read", SHELL, [number(0), number(9, 4)], number(1), b"a")
    told = values(scap, tmp_path, "fd.name_changed", "fd.name")
    assert [told[at] for at in (2, 4, 6)] == [(True, "/home/notes"), (False, "/home/notes"), (False, "/dev/null")]


def test_what_a_plugin_recorded_is_no_system_call(tmp_path: Path) -> None:
    scap = Scap().machine()
    scap.event("pluginevent", {"plugin_id": 2, "event_data": b"{}"}, ">", time_ns=1, tid=-1)
    scap.event("read", {"res": 0, "fd": 3, "size": 1}, time_ns=2, tid=5)
    assert [row[0] for row in values(scap, tmp_path, "evt.source").values()] == [None, "syscall"]


def test_every_event_is_of_the_machine_of_its_part_of_the_capture(tmp_path: Path) -> None:
    scap = Scap()
    for name in ("alpha", "beta"):
        if name == "beta":
            scap.section()
        scap.machine(Machine(1, 1 << 30, 99, name)).processes([process(SHELL)])
        scap.event("read", {"res": 0, "fd": 3, "size": 1}, time_ns=2, tid=SHELL)
    assert [row[0] for row in values(scap, tmp_path, "evt.hostname").values()] == ["alpha", "beta"]
    assert values(Scap().event("read", {"res": 0}, time_ns=2, tid=5), tmp_path, "evt.hostname") == {1: (None,)}
