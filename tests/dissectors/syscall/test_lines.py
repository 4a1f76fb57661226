"""Arguments rendered in bulk read exactly as those rendered one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import scap as build
from tests.builders.syscall_store import Store
from thresher.capture.case import open_case
from thresher.capture.contract import Events, RawEvent
from thresher.capture.query.window import raw_events
from thresher.capture.store.raw import columns_of
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.line_columns import column
from thresher.dissectors.syscall.lines import lines
from thresher.dissectors.syscall.shapes import read_shapes

SAMPLES = Path(__file__).parents[3] / "samples"
SYSCALL = Syscall()


def block(call: str, direction: str = "<", **params: object) -> bytes:
    return build.Scap(section=False).event(call, params, direction, time_ns=1, tid=7).parts[0]


def old(call: str, direction: str, version: int = 2, **params: object) -> bytes:
    """A block that holds the first parameters only."""
    kind = build.newest(call, direction)
    values = [build.encode(param.type, params[param.name]) for param in kind.params[: len(params)]]
    body = build.event_body(kind, values, time_ns=1, tid=7, version=version)
    return build.Scap(section=False).block(0x216 if version == 2 else 0x204, body).parts[0]


CALLS = (
    block("read", res=3, data=b"a\0b", fd=3, size=4096),
    block("read", res=-11, data=b"", fd=9, size=4096),
    block("openat", fd=-2, dirfd=-100, name="notes", flags=4097),
    block("openat", fd=4, dirfd=-100, name="/etc/passwd", flags=4097),
    block("fcntl", res=3, fd=3, cmd=4),
    block("fcntl", res=4, fd=3, cmd=1),
    block("dup2", res=4, oldfd=3, newfd=4),
    block("pipe", res=0, fd1=3, fd2=4, ino=1),
    block("mmap", res=4096, vm_size=1, addr=4096, length=10, prot=3, flags=2, fd=3, offset=0),
    block("brk", res=2**63, addr=1),
    block("kill", res=0, pid=7, sig=9),
    block("close", res=-9, fd=-9),
    old("read", "<", 1, res=3, data=b"abc"),
    old("close", ">", 1, fd=3),
    b"",
)


@pytest.fixture(scope="module")
def store() -> Store:
    """Process 1 is bash, thread 7; descriptor version 1 is a connection, 2 a file that it used as 4 before."""
    made = Store()
    made.add("processes", proc_id=1, from_num=0, tid=7, pid=7, name="bash", cwd="/home/ann/", container_id="host")
    made.add("fd_types", type_id=3, name="ipv4", letter="4").add("fd_types", type_id=16, name="file", letter="f")
    made.add("fds", fd_id=1, fd=3, type_id=3, name="10.0.0.1:5->10.0.0.2:80", l4proto=1, role=1)
    made.add("fds", fd_id=2, fd=4, type_id=16, name="/etc/passwd", l4proto=0, role=0)
    made.add("events", num=0, type_id=1, proc_id=1, fd=4, fd_id=2)
    return made


def rows(blocks: list[bytes], enters: list[bytes] | None = None) -> Events:
    """Events 1 and following of process 1, about its descriptor 3."""
    made = [{"num": num, "proc_id": 1, "fd": 3, "fd_id": 1, "res": 0} for num in range(1, len(blocks) + 1)]
    return Events(columns_of(made), blocks, enters or [b""] * len(blocks))


def one_by_one(events: Events, store: Store) -> list[object]:
    return [SYSCALL.compute("evt.args", None, [event], store)[0] for event in events]


def test_a_shape_is_rendered_with_what_its_descriptors_stood_for(store: Store) -> None:
    (text,) = lines(rows([CALLS[0]]), store)
    assert text == "res=3 data=a.b fd=3(<4t>10.0.0.1:5->10.0.0.2:80) size=4096"


def test_other_descriptors_are_what_the_process_used_before(store: Store) -> None:
    (text,) = lines(rows([block("read", res=0, data=b"", fd=4, size=1)]), store)
    assert text == "res=0 data=NULL fd=4(<f>/etc/passwd) size=1"


@given(st.lists(st.sampled_from(CALLS), max_size=20))
def test_bulk_and_single_agree_whatever_stands_beside(store: Store, blocks: list[bytes]) -> None:
    events = rows(blocks)
    assert lines(events, store) == one_by_one(events, store)
    assert column(events, store).to_pylist() == one_by_one(events, store)


@given(st.sampled_from(CALLS[:-1]), st.integers(0, 255), st.data())
def test_bulk_and_single_agree_on_damaged_blocks(store: Store, whole: bytes, byte: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.integers(0, len(whole)))
    damaged = whole[:place] + bytes([byte]) + whole[place + 1 :]
    events = rows([damaged, whole[:cut], whole])
    assert lines(events, store) == one_by_one(events, store)
    assert column(events, store).to_pylist() == one_by_one(events, store)


def test_an_enter_event_completes_the_rows_of_its_shape(store: Store) -> None:
    enter, leave = old("read", ">", fd=3, size=9), old("read", "<", res=3, data=b"abc")
    events = rows([leave, leave], [enter, b""])
    assert str(lines(events, store)[0]).endswith("fd=3(<4t>10.0.0.1:5->10.0.0.2:80) size=9")
    assert lines(events, store) == one_by_one(events, store)
    assert column(events, store).to_pylist() == one_by_one(events, store)


def test_ordinary_calls_are_read_in_bulk() -> None:
    calls = [CALLS[0], CALLS[1], CALLS[8], *CALLS[-3:-1]]
    found = sorted(row for shape in read_shapes(calls, [b""] * len(calls)) for row in shape.rows.tolist())
    assert found == list(range(len(calls)))


def test_blocks_that_do_not_add_up_are_left_out() -> None:
    assert list(read_shapes([CALLS[0][:20], b"", b"abcdefghij" * 9], [b""] * 3)) == []


@pytest.mark.parametrize("name", ["shop"])
def test_a_real_capture_reads_the_same_both_ways(name: str) -> None:
    with open_case([str(next((SAMPLES / name).glob("*.scap")))], cache=False) as case:
        case.wait()
        store = case.stores[0]
        events = raw_events(store, np.arange(38_000, 40_500, dtype=np.uint32))
        assert isinstance(events, Events)
        singles = SYSCALL.compute("evt.args", None, list(events), store.lookup())
        assert lines(events, store.lookup()) == singles
        assert column(events, store.lookup()).to_pylist() == singles


def test_events_are_a_sequence_of_raw_events() -> None:
    events = Events(columns_of([{"num": 1, "fd": None}, {"num": 2, "fd": 5}]), [b"a", b"b"], [b"", b"c"])
    assert list(events) == [RawEvent({"num": 1, "fd": None}, b"a"), RawEvent({"num": 2, "fd": 5}, b"b", b"c")]
    assert events[1] == events[-1] == list(events)[1]
    assert events[:1] == list(events)[:1]
    assert list(events.take([1, 0])) == list(events)[::-1]
    assert list(events.take([])) == []
