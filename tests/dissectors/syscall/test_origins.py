"""Each version says what proves it, and ancestors are those of the moment."""

from __future__ import annotations

import pytest

from tests.builders.syscall_store import Store
from thresher.capture.evidence import Proof
from thresher.dissectors.syscall.origins import ancestors, descriptor_origins, process_origins


@pytest.mark.parametrize(
    ("origin", "offset", "start", "text"),
    [
        (0, 99, 5, ""),
        (0, 99, 2, "openat at event 3"),
        (0, 99, 77, "an event before the first one"),
        (1, 512, 0, "process list at byte 512"),
        (2, None, 0, "descriptor list"),
        (3, 99, 2, "inherited at openat at event 3"),
        (4, None, 2, "a guess: the capture has a gap here"),
        (5, 8, 0, "metadata at byte 8"),
    ],
)
def test_origins_are_put_in_words(origin: int, offset: int | None, start: int, text: str) -> None:
    store = Store().add("event_types", type_id=307, name="openat").add("events", num=2, evt_num=3, type_id=307)
    store.add("fds", fd_id=1, origin=origin, origin_offset=offset, from_num=start)
    assert descriptor_origins(store, {"num": 5, "fd_id": 1}, {"fd.name": ("name",)})["fd.name"].text == text


def test_an_event_without_a_version_has_no_origin() -> None:
    assert descriptor_origins(Store(), {"num": 5, "fd_id": None}, {"fd.name": ("name",)}) == {}
    assert descriptor_origins(Store(), {"num": 5, "fd_id": 9}, {"fd.name": ("name",)}) == {}


def test_a_descriptor_is_proven_by_what_opened_it_even_if_something_else_of_it_changed_since() -> None:
    store = Store()
    for num, name in ((1, "socket"), (2, "connect"), (3, "recvfrom")):
        store.add("event_types", type_id=num, name=name).add("events", num=num, evt_num=num + 1, type_id=num)
    for fd_id, (start, name, role) in enumerate(((1, "", 0), (2, "a->b", 0), (3, "a->b", 1))):
        store.add("fds", fd_id=fd_id, from_num=start, origin=0, open_id=4, name=name, role=role, type_id=3)
    found = descriptor_origins(
        store, {"num": 9, "fd_id": 2}, {"fd.type": ("type_id",), "fd.name": ("name",), "fd.role": ("role",)}
    )
    assert {name: proof.text for name, proof in found.items()} == {
        "fd.type": "socket at event 2", "fd.name": "connect at event 3", "fd.role": "recvfrom at event 4",
    }  # fmt: skip


def life() -> Store:
    """Thread 7: once somebody else's; cloned at event 3, cat by an exec at event 5, in /tmp by a chdir at event 9."""
    store = Store()
    for num, name in ((2, "clone"), (4, "execve"), (8, "chdir")):
        store.add("event_types", type_id=num, name=name).add("events", num=num, evt_num=num + 1, type_id=num)
    versions = [
        (0, 0, "cat", "-a", "/tmp"),
        (2, 3, "sh", "-a", "/"),
        (4, 0, "cat", "-a", "/"),
        (8, 0, "cat", "-a", "/tmp"),
    ]
    for proc_id, (start, origin, name, args, cwd) in enumerate(versions):
        store.add("processes", proc_id=proc_id, from_num=start, origin=origin, tid=7, name=name, args=args, cwd=cwd)
    return store


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (("name",), "execve at event 5"),
        (("cwd",), "chdir at event 9"),
        (("args",), "inherited at clone at event 3"),
        (("name", "args"), "execve at event 5"),
    ],
)
def test_a_value_is_proven_by_the_event_that_last_changed_it(columns: tuple[str, ...], text: str) -> None:
    assert process_origins(life(), {"num": 20, "proc_id": 3}, {"field": columns})["field"].text == text


def test_a_change_by_the_event_itself_needs_no_further_proof() -> None:
    assert process_origins(life(), {"num": 8, "proc_id": 3}, {"field": ("cwd",)})["field"] == Proof("event", "", 8)


def test_an_event_without_a_process_proves_nothing() -> None:
    assert process_origins(Store(), {"num": 8, "proc_id": 3}, {"field": ("cwd",)}) == {}
    assert process_origins(Store(), {"num": 8, "proc_id": None}, {"field": ("cwd",)}) == {}


def family() -> Store:
    """3 is a child of 2, which init (1) takes over at event 10 from its parent 4."""
    store = Store()
    for proc_id, name in enumerate(("init", "sh", "curl", "sshd"), start=1):
        store.add("processes", proc_id=proc_id, pid=proc_id * 10, tid=proc_id * 10, name=name, from_num=0)
    for child, start, end, parent in ((3, 0, 99, 2), (2, 0, 10, 4), (2, 10, 99, 1), (4, 0, 99, 1)):
        store.add("parentage", proc_id=child, from_num=start, to_num=end, parent_proc_id=parent)
    return store


@pytest.mark.parametrize(("num", "names"), [(9, ["sh (20)", "sshd (40)", "init (10)"]), (10, ["sh (20)", "init (10)"])])
def test_ancestors_are_those_at_the_event(num: int, names: list[str]) -> None:
    assert [node.text for node in ancestors(family(), {"num": num, "proc_id": 3})] == names


def test_a_circle_of_parents_ends() -> None:
    store = Store()
    for proc_id, parent in ((1, 2), (2, 1)):
        store.add("processes", proc_id=proc_id, pid=proc_id, tid=proc_id, name="x", from_num=0)
        store.add("parentage", proc_id=proc_id, from_num=0, to_num=9, parent_proc_id=parent)
    assert len(ancestors(store, {"num": 1, "proc_id": 1})) == 32
