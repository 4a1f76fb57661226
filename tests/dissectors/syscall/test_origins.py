"""Each version says what proves it, and ancestors are those of the moment."""

from __future__ import annotations

import pytest

from tests.builders.syscall_store import Store
from thresher.dissectors.syscall.origins import ancestors, origin_of


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
    assert origin_of(store, "fds", "fd_id", {"num": 5, "fd_id": 1}) == text


def test_an_event_without_a_version_has_no_origin() -> None:
    assert origin_of(Store(), "fds", "fd_id", {"num": 5, "fd_id": None}) == ""
    assert origin_of(Store(), "fds", "fd_id", {"num": 5, "fd_id": 9}) == ""


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
