"""The details tree has each value with its bytes, or with what else proves it."""

from __future__ import annotations

from tests.builders import scap as build
from tests.builders.syscall_store import Store
from thresher.capture.contract import RawEvent
from thresher.capture.model import FieldType, Node, Value
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.details import shown

SYSCALL = Syscall()
ENTER, EXIT = build.newest("read", ">"), build.newest("read", "<")


def old(kind: object, *values: bytes) -> bytes:
    body = build.event_body(kind, values, time_ns=5, tid=7, cpu=2, version=1)
    return build.Scap(section=False).block(0x204, body).parts[0]


READ = RawEvent(
    {"num": 3, "proc_id": 2, "fd_id": 1, "fd": 4, "res": 3},
    old(EXIT, build.encode("ERRNO", 3), b"abc"),
    old(ENTER, build.encode("FD", 4), build.encode("UINT32", 4096)),
)
VALUES: dict[str, Value] = {
    "evt.num": 4, "evt.time": 5, "evt.cpu": 2, "evt.type": "read", "evt.rawres": 3, "evt.latency": 1_500_000,
    "evt.args": "left out", "evt.failed": False, "proc.name": "cat", "proc.pname": "left out", "thread.tid": 7,
    "fd.name": "/etc/passwd", "user.uid": 0, "container.id": "host", "evt.res": None,
}  # fmt: skip


def store() -> Store:
    made = Store()
    made.add("events", num=0, evt_num=1, type_id=293).add("event_types", type_id=293, name="execve")
    made.add("processes", proc_id=1, tid=1, pid=1, name="sh", exepath="/bin/sh", args="-c x", from_num=0, origin=1)
    made.add("processes", proc_id=2, tid=7, pid=7, name="cat", from_num=0, origin=0, origin_offset=99)
    made.add("parentage", proc_id=2, from_num=0, to_num=9, parent_proc_id=1)
    made.add("fds", fd_id=1, fd=4, type_id=16, name="/etc/passwd", origin=2, origin_offset=512, from_num=0)
    return made.add("fd_types", type_id=16, name="file", letter="f")


def tree() -> dict[str, Node]:
    return {node.label: node for node in SYSCALL.details(READ, VALUES, store())}


def child(group: str, label: str) -> Node:
    return next(node for node in tree()[group].children if node.label == label)


def test_groups_stand_in_a_fixed_order_and_only_where_something_is_known() -> None:
    assert list(tree()) == [
        "Event", "Arguments", "Process", "Ancestors", "File descriptor", "User", "Container",
    ]  # fmt: skip
    bare = SYSCALL.details(RawEvent({"num": 3}, READ.block), {"evt.num": 4}, Store())
    assert [node.label for node in bare] == ["Event", "Arguments"]


def test_both_blocks_are_sources_where_the_call_was_two_events() -> None:
    assert [(source.title, source.data) for source in SYSCALL.sources(READ)] == [
        ("Exit event", READ.block),
        ("Enter event", READ.enter),
    ]
    assert [source.title for source in SYSCALL.sources(RawEvent({}, READ.block))] == ["Event"]


def test_each_argument_points_at_its_bytes_in_the_right_block() -> None:
    sources = SYSCALL.sources(READ)
    found = {
        node.label: (node.text, sources[node.source].data[node.start : node.end])
        for node in tree()["Arguments"].children
    }
    assert found == {
        "res": ("3", build.encode("ERRNO", 3)),
        "data": ("abc", b"abc"),
        "fd": ("4(<f>/etc/passwd)", build.encode("FD", 4)),
        "size": ("4096", build.encode("UINT32", 4096)),
    }


def test_arguments_can_be_filtered_on_typed_where_they_are_numbers() -> None:
    assert (child("Arguments", "size").field, child("Arguments", "size").value) == ("evt.rawarg.size", 4096)
    assert (child("Arguments", "fd").field, child("Arguments", "fd").value) == ("evt.arg.fd", "<f>/etc/passwd")


def test_fields_of_the_header_point_at_its_bytes() -> None:
    for label, data in (("evt.cpu", b"\2\0"), ("evt.time", build.encode("UINT64", 5)), ("evt.type", b"\7\0")):
        node = child("Event", label)
        assert READ.block[node.start : node.end] == data
    assert READ.block[child("Event", "evt.rawres").start :].startswith(build.encode("ERRNO", 3))
    assert child("Event", "evt.latency").start == child("Event", "evt.latency").end


def test_values_without_a_value_and_those_shown_elsewhere_are_left_out() -> None:
    labels = {node.label for group in tree().values() for node in group.children}
    assert not labels & {"evt.res", "evt.args", "proc.pname"}


def test_derived_values_say_what_proves_them() -> None:
    assert child("Process", "proc.name").origin == "execve at event 1"
    assert child("File descriptor", "fd.name").origin == "descriptor list at byte 512"
    assert child("Event", "evt.num").origin == ""


def test_ancestors_stand_nearest_first() -> None:
    (parent,) = tree()["Ancestors"].children
    assert (parent.text, parent.field, parent.value) == ("sh (1)", "proc.aname[1]", "sh")
    assert [node.text for node in parent.children] == ["sh", "1", "/bin/sh", "sh -c x"]


def test_a_malformed_block_is_said_to_be_one_and_costs_no_other_group() -> None:
    first, *rest = SYSCALL.details(RawEvent(READ.row, READ.block[:30]), VALUES, store())
    assert first.label == "Malformed block"
    assert first.text
    assert "Process" in [node.label for node in rest]


def test_arguments_newer_than_this_version_are_shown_by_position() -> None:
    values = [build.encode(param.type, 0) if param.type != "BYTEBUF" else b"x" for param in EXIT.params]
    event = RawEvent({"num": 3}, old(EXIT, *values, b"more"))
    (arguments,) = [node for node in SYSCALL.details(event, {}, Store()) if node.label == "Arguments"]
    last = arguments.children[-1]
    assert (last.label, event.block[last.start : last.end]) == (f"argument {len(EXIT.params)}", b"more")


def test_values_are_shown_in_units_people_read() -> None:
    assert shown(FieldType.DURATION, 1_500_000) == "1.5 ms"
    assert shown(FieldType.DURATION, -2_000_000_000) == "-2 s"
    assert shown(FieldType.DURATION, 12) == "12 ns"
    assert shown(FieldType.TIME, 1_000_000_005) == "1970-01-01 00:00:01.000000005 UTC"
    assert shown(FieldType.BOOL, False) == "false"
    assert shown(FieldType.BYTES, b"\0\xff") == "00 ff"
