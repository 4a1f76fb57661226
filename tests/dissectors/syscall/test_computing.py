"""Argument fields are typed by their name, computed in bulk, and only for event types that have the argument."""

from __future__ import annotations

import pytest

from tests.builders import scap as build
from tests.builders.syscall_store import Store
from thresher.capture.contract import RawEvent
from thresher.capture.errors import QueryError
from thresher.capture.model import FieldType
from thresher.capture.registry import Catalogue
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.computing import computed_types
from thresher.dissectors.syscall.event_table import GENERIC_BASE

SYSCALL = Syscall()
CATALOGUE = Catalogue(SYSCALL)
STORE = Store()


def event(call: str, **params: object) -> RawEvent:
    return RawEvent({"num": 0}, build.Scap(section=False).event(call, params, time_ns=1, tid=7).parts[0])


READ = event("read", res=3, data=b"a\0b", fd=5, size=4096)
OPEN = event("openat", fd=-2, dirfd=-100, name="notes", flags=4097)
BROKEN = RawEvent({"num": 0}, READ.block[:20])


def computed(name: str, *events: RawEvent) -> list[object]:
    """Values of a field as asked for by name."""
    ref = CATALOGUE.resolve(name)
    return list(SYSCALL.compute(ref.field.name, ref.argument, events, STORE))


def test_raw_arguments_are_typed() -> None:
    assert computed("evt.rawarg.size", READ, OPEN) == [4096, None]
    assert computed("evt.rawarg.fd", READ, OPEN) == [5, -2]
    assert computed("evt.rawarg.res", READ) == [3]


def test_a_raw_argument_whose_type_differs_between_events_is_text() -> None:
    field = CATALOGUE.resolve("evt.rawarg.name").field
    assert (field.name, field.type) == ("evt.rawarg", FieldType.STRING)
    assert computed("evt.rawarg.name", OPEN) == ["notes"]
    assert computed("evt.rawarg.addr", event("munmap", res=0, addr=255)) == ["FF"]


def test_numbers_of_both_signs_under_one_name_wrap_like_the_calls_own_result() -> None:
    assert CATALOGUE.resolve("evt.rawarg.res").field.type is FieldType.INT
    assert computed("evt.rawarg.res", event("brk", res=2**64 - 12)) == [-12]


def test_an_argument_as_text_is_what_it_stands_for() -> None:
    assert computed("evt.arg.fd", OPEN) == ["ENOENT"]
    assert computed("evt.arg.flags", OPEN) == ["O_RDONLY|O_CLOEXEC"]
    assert computed("evt.arg.name", OPEN) == ["notes"]
    assert computed("evt.arg.res", READ) == ["3"]


def test_arguments_can_be_asked_for_by_position() -> None:
    assert computed("evt.arg[3]", READ) == computed("evt.arg.3", READ) == ["4096"]
    assert computed("evt.arg[9]", READ) == [None]


def test_the_buffer_is_bytes() -> None:
    assert CATALOGUE.resolve("evt.buffer").field.type is FieldType.BYTES
    assert computed("evt.buffer", READ, OPEN) == [b"a\0b", None]


def test_evt_info_is_the_same_field_as_evt_args() -> None:
    assert CATALOGUE.resolve("evt.info").key == "evt.args"


@pytest.mark.parametrize("name", ["evt.args", "evt.arg.fd", "evt.rawarg.fd", "evt.buffer"])
def test_an_event_that_cannot_be_decoded_costs_only_itself(name: str) -> None:
    first, broken, last = computed(name, READ, BROKEN, READ)
    assert broken is None
    assert first == last is not None


def test_absent_arguments_have_no_value() -> None:
    assert computed("evt.arg.mode", OPEN) == [None]
    assert computed("evt.rawarg.mode", OPEN) == [None]


def test_types_that_can_have_an_argument_are_named_old_layouts_included() -> None:
    sizes = SYSCALL.computed_types("evt.rawarg.size", None)
    assert sizes is not None
    assert {6, 7} <= sizes
    assert build.newest("close", "<").id not in sizes
    old_dup = SYSCALL.computed_types("evt.arg", "oldfd")
    assert old_dup is not None
    assert 125 in old_dup
    assert SYSCALL.computed_types("evt.args", None) is None


def test_every_type_that_has_an_argument_is_among_those_named() -> None:
    for kind in (READ, OPEN):
        type_id = int.from_bytes(kind.block[8 + 2 + 20 : 8 + 2 + 22], "little")
        for name in ("fd", "data", "flags"):
            types = SYSCALL.computed_types("evt.arg", name)
            assert types is not None
            assert (type_id in types) == (computed(f"evt.arg.{name}", kind) != [None])


def test_an_argument_that_no_event_has_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(QueryError, match="no event has an argument 'flgas'; did you mean 'flags'"):
        SYSCALL.computed_types("evt.arg", "flgas")


def test_generic_calls_have_their_arguments() -> None:
    types = computed_types("evt.arg", "nativeID")
    assert types is not None
    assert {1, GENERIC_BASE, GENERIC_BASE + 139, GENERIC_BASE + 0xFFFF} <= types
    assert GENERIC_BASE + 139 not in (computed_types("evt.arg", "flags") or ())
