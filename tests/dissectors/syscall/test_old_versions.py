"""Old event versions become modern rows: every argument of both halves under today's name, none made up."""

from __future__ import annotations

import pytest

from tests.builders.opened import opened
from tests.builders.scap import Scap, encode, event_body
from thresher.capture.contract import RawEvent
from thresher.dissectors.syscall.arguments import current_type, read_arguments
from thresher.dissectors.syscall.event_table import EventType, TypeFlag, event_types

SPECIAL = {"bpf", "dup"}
"""Calls with arguments of another name in old events; test_arguments.py has them."""
OLD_PAIRS = [
    (event_types()[kind.id - 1], kind)
    for kind in event_types()
    if kind.flags & TypeFlag.OLD_VERSION
    and kind.direction == "<"
    and kind.params
    and kind.name not in SPECIAL
    and event_types()[kind.id - 1].name == kind.name
]


def value_of(param_type: str, place: int) -> bytes:
    """Bytes that tell one parameter from another."""
    try:
        return encode(param_type, place + 1)
    except KeyError:
        return f"p{place}".encode() + b"\0"


def block(kind: EventType, first: int, version: int = 2) -> tuple[bytes, list[bytes]]:
    values = [value_of(param.type, first + place) for place, param in enumerate(kind.params)]
    body = event_body(kind, values, time_ns=1, tid=1, version=version)
    return bytes(Scap(section=False).block(0x216 if version == 2 else 0x204, body)), values


@pytest.mark.parametrize(("enter", "kind"), OLD_PAIRS, ids=[f"{kind.name}-{kind.id}" for _, kind in OLD_PAIRS])
def test_an_old_pair_is_laid_out_as_todays_event(enter, kind):
    own, own_values = block(kind, 0)
    entered, entered_values = block(enter, 40)
    found = read_arguments(RawEvent({}, own, entered))
    modern = current_type(kind.id)
    assert found.kind is modern
    assert not modern.flags & TypeFlag.OLD_VERSION
    told = dict(zip([param.name for param in enter.params], entered_values, strict=True))
    told |= dict(zip([param.name for param in kind.params], own_values, strict=True))
    assert {item.param.name: item.data for item in found.items} == {
        param.name: told.get(param.name, b"") for param in modern.params
    }


def oldest(name: str) -> EventType:
    return next(kind for kind in event_types() if kind.name == name and kind.direction == "<")


STARTED = {"exe": "sh", "args": b"-c\0ls\0", "tid": 100, "pid": 100, "ptid": 1, "cwd": "/srv"}


@pytest.fixture
def store(tmp_path):
    """One call of each in the oldest version there is, in blocks of version 1."""
    capture = Scap().machine()
    clone, execve, opened_file = oldest("clone"), oldest("execve"), oldest("open")

    def call(kind: EventType, tid: int, time_ns: int, entered: dict[str, object], left: dict[str, object]) -> None:
        half = event_types()[kind.id - 1]
        names = [{param.name for param in each.params} for each in (half, kind)]
        for each, given, at, known in ((half, entered, time_ns, names[0]), (kind, left, time_ns + 500, names[1])):
            values = {name: value for name, value in given.items() if name in known}
            capture.event(each, values, time_ns=at, tid=tid, version=1)

    call(execve, 100, 1000, {"filename": "/bin/sh"}, STARTED | {"res": 0})
    call(clone, 100, 2000, {}, STARTED | {"res": 101})
    call(clone, 101, 2100, {}, STARTED | {"res": 0, "tid": 101, "pid": 101, "ptid": 100})
    call(opened_file, 101, 3000, {}, {"fd": 3, "name": "/etc/passwd", "flags": 1, "mode": 0})
    path = tmp_path / "old.scap"
    path.write_bytes(bytes(capture))
    made = opened(path, cache=False)
    yield made
    made.close()


def ask(store, sql: str):
    return store.cursor().execute(sql).fetchall()


def test_one_row_a_call_with_its_latency(store):
    rows = ask(store, "SELECT t.name, e.latency_ns FROM events e JOIN event_types t USING (type_id) ORDER BY e.evt_num")
    assert rows == [("execve", 500), ("clone", 500), ("clone", 500), ("open", 500)]


def test_an_old_exec_tells_program_and_arguments(store):
    (row,) = ask(
        store, "SELECT DISTINCT exe, args, pid FROM processes WHERE tid = 100 AND exec_ns > 0 AND exe IS NOT NULL"
    )
    assert row == ("sh", "-c ls", 100)


def test_an_old_clone_makes_a_child_of_its_parent(store):
    assert ask(store, "SELECT DISTINCT pid, ppid FROM processes WHERE tid = 101 AND pid IS NOT NULL") == [(101, 100)]


def test_an_old_open_names_its_file(store):
    (row,) = ask(store, "SELECT f.name, e.fd, e.tid FROM events e JOIN fds f USING (fd_id) WHERE e.fd = 3")
    assert row == ("/etc/passwd", 3, 101)
