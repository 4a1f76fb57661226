"""An old enter and exit pair reads like the single event of today, and each argument says where its bytes are."""

from __future__ import annotations

import pytest

from tests.builders import scap as build
from thresher.capture.contract import RawEvent
from thresher.dissectors.syscall.arguments import current_type, read_arguments
from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types


def block(kind: EventType, **params: object) -> bytes:
    """A V1 block of an event that holds just these parameters, from the first on."""
    values = [build.encode(param.type, params.get(param.name)) for param in kind.params[: len(params)]]
    assert set(params) == {param.name for param in kind.params[: len(params)]}
    body = build.event_body(kind, values, time_ns=1, tid=1, version=1)
    return build.Scap(section=False).block(0x204, body).parts[0]


def of(type_id: int) -> EventType:
    return event_types()[type_id]


READ_ENTER, READ_EXIT = build.newest("read", ">"), build.newest("read", "<")


def test_arguments_of_the_enter_event_follow_those_of_the_exit_event() -> None:
    event = RawEvent({}, block(READ_EXIT, res=3, data=b"abc"), block(READ_ENTER, fd=5, size=4096))
    found = read_arguments(event)
    assert [item.param.name for item in found.items] == ["res", "data", "fd", "size"]
    assert [item.source for item in found.items] == [0, 0, 1, 1]
    for item in found.items:
        bytes_of_source = (event.block, event.enter)[item.source]
        assert bytes_of_source[item.start : item.end] == item.data != b""


def test_without_its_enter_event_an_exit_lacks_those_arguments_and_invents_none() -> None:
    found = read_arguments(RawEvent({}, block(READ_EXIT, res=3, data=b"abc")))
    assert [(item.param.name, item.data) for item in found.items[2:]] == [("fd", b""), ("size", b"")]


def test_calls_whose_exit_was_not_recorded_have_no_arguments() -> None:
    empty = build.Scap(section=False).block(0x204, build.event_body(READ_EXIT, [], time_ns=1, tid=1, version=1))
    assert read_arguments(RawEvent({}, empty.parts[0])).items == ()


def test_an_unfinished_enter_shows_its_own_arguments() -> None:
    found = read_arguments(RawEvent({}, block(READ_ENTER, fd=5, size=4096)))
    assert [item.param.name for item in found.items] == ["fd", "size"]


def test_dup_calls_its_argument_by_todays_name() -> None:
    event = RawEvent({}, block(of(125), res=4), block(of(124), fd=3))
    found = read_arguments(event).find("oldfd")
    assert found is not None
    assert found.data == build.encode("FD", 3)


@pytest.mark.parametrize("old", [57, 249])
def test_accept4_was_once_called_accept(old: int) -> None:
    kind = current_type(old)
    assert kind is not None
    assert kind.name == "accept4"


def test_bpf_once_said_in_front_of_its_result_what_it_is() -> None:
    old = next(kind for kind in event_types() if kind.index("res_or_fd") == 0)
    found = read_arguments(RawEvent({}, block(old, res_or_fd=b"\1" + build.encode("FD", 6)))).items[0]
    assert (found.param.name, found.data) == ("fd", build.encode("FD", 6))


def test_every_old_exit_has_a_successor_that_keeps_its_result() -> None:
    for kind in event_types():
        successor = current_type(kind.id)
        assert successor is not None
        if kind.direction == "<" and kind.flags & TypeFlag.OLD_VERSION:
            assert not successor.flags & TypeFlag.OLD_VERSION
            assert successor.params[0].name == kind.params[0].name or kind.name == "bpf"


def test_arguments_are_found_by_name_and_by_position() -> None:
    found = read_arguments(RawEvent({}, block(READ_EXIT, res=3, data=b"abc"), block(READ_ENTER, fd=5, size=9)))
    assert found.find("size") is found.find("3") is found.items[3]
    assert found.find("4") is None
    assert found.find("nothing") is None


def test_unknown_types_have_no_arguments_but_keep_their_bytes() -> None:
    unknown = EventType(9_999, "", "<", 0, 0, ())
    body = build.event_body(unknown, [b"abc"], time_ns=1, tid=1)
    found = read_arguments(RawEvent({}, build.Scap(section=False).block(0x216, body).parts[0]))
    assert (found.kind, found.items) == (None, ())
    assert [found.block.data[start:end] for start, end in found.block.spans] == [b"abc"]
