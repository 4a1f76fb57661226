"""Arguments made in bulk are those made event by event, whatever the blocks hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.syscall_store import Store
from tests.dissectors.syscall.test_lines import CALLS, block, old, rows
from thresher.capture.case import Case, open_case
from thresher.capture.contract import Events
from thresher.capture.model import FieldType
from thresher.capture.query.window import raw_events
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.argument_columns import column
from thresher.dissectors.syscall.computing import compute, computed_types
from thresher.dissectors.syscall.fields.arguments import argument_types

SAMPLES = Path(__file__).parents[3] / "samples"
SYSCALL = Syscall()
TEXTS = [("evt.arg", name) for name in sorted(argument_types()) if name] + [("evt.arg", "0"), ("evt.arg", "3")]
RAW = [
    (f"evt.rawarg.{name}", None) if type_ is not FieldType.STRING else ("evt.rawarg", name)
    for name, type_ in sorted(argument_types().items())
    if name and type_ is not FieldType.BYTES
]
FIELDS = [*TEXTS, *RAW, ("evt.rawarg", "1"), ("evt.buffer", None)]
SOME = [("evt.arg", "fd"), ("evt.arg", "res"), ("evt.arg", "name"), ("evt.arg", "flags"), ("evt.arg", "cmd"),
        ("evt.rawarg.res", None), ("evt.rawarg.size", None), ("evt.rawarg.fd", None), ("evt.rawarg", "data"),
        ("evt.rawarg", "0"), ("evt.buffer", None)]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.add("processes", proc_id=1, from_num=0, tid=7, pid=7, name="bash", cwd="/home/ann/", container_id="host")
    made.add("fd_types", type_id=3, name="ipv4", letter="4").add("fd_types", type_id=16, name="file", letter="f")
    made.add("fds", fd_id=1, fd=3, type_id=3, name="10.0.0.1:5->10.0.0.2:80", l4proto=1, role=1)
    made.add("fds", fd_id=2, fd=4, type_id=16, name="/etc/passwd", l4proto=0, role=0)
    made.add("events", num=0, type_id=1, proc_id=1, fd=4, fd_id=2)
    return made


@pytest.fixture(scope="module")
def shop() -> Iterator[Case]:
    with open_case([str(next((SAMPLES / "shop").glob("*.scap")))], cache=False, background=False) as case:
        yield case


def holdable(value: object, field: str) -> object:
    """The value if a column of its field's type can hold it: times and durations are signed there."""
    name = field.removeprefix("evt.rawarg.")
    is_signed = argument_types().get(name) in (FieldType.TIME, FieldType.DURATION)
    return None if is_signed and isinstance(value, int) and value >= 1 << 63 else value


def in_bulk(field: str, argument: str | None, events: Events, lookup: object) -> list[object]:
    found = column(field, argument, events, lookup)  # type: ignore[arg-type]
    assert isinstance(found, pa.Array)
    values: list[object] = found.to_pylist()
    return values


def test_numbers_have_the_type_of_their_field(store: Store) -> None:
    for name, kind, expected in (("vm_size", pa.uint64(), 1), ("prot", pa.uint64(), 3), ("fd", pa.int64(), 3)):
        found = column(f"evt.rawarg.{name}", None, rows([CALLS[8]]), store)
        assert found is not None
        assert (found.type, found.to_pylist()) == (kind, [expected])


def test_descriptors_are_what_they_stood_for(store: Store) -> None:
    events = rows([block("read", res=0, data=b"", fd=fd, size=1) for fd in (3, 4, 9, -9)])
    assert in_bulk("evt.arg", "fd", events, store) == ["<4t>10.0.0.1:5->10.0.0.2:80", "<f>/etc/passwd", "9", "EBADF"]


def test_the_whole_line_is_made_in_bulk_too(store: Store) -> None:
    (text,) = column("evt.args", None, rows([CALLS[0]]), store).to_pylist()
    assert text.startswith("res=")


@given(st.lists(st.sampled_from(CALLS), max_size=20), st.sampled_from(SOME))
def test_bulk_and_single_agree_whatever_stands_beside(
    store: Store, blocks: list[bytes], field: tuple[str, str | None]
) -> None:
    events = rows(blocks)
    assert in_bulk(*field, events, store) == compute(*field, list(events), store)


@given(st.sampled_from(CALLS[:-1]), st.integers(0, 255), st.sampled_from(SOME), st.data())
def test_bulk_and_single_agree_on_damaged_blocks(
    store: Store, whole: bytes, byte: int, field: tuple[str, str | None], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.integers(0, len(whole)))
    events = rows([whole[:place] + bytes([byte]) + whole[place + 1 :], whole[:cut], whole])
    assert in_bulk(*field, events, store) == compute(*field, list(events), store)


@pytest.mark.parametrize("field", SOME, ids=str)
def test_enter_events_complete_their_rows(store: Store, field: tuple[str, str | None]) -> None:
    enter, leave = old("read", ">", fd=3, size=9), old("read", "<", res=3, data=b"abc")
    events = rows([leave, leave], [enter, b""])
    assert in_bulk(*field, events, store) == compute(*field, list(events), store)


def test_every_argument_of_a_real_capture_is_the_same_both_ways(shop: Case) -> None:
    opened = shop.stores[0]
    lookup = opened.lookup()
    every = raw_events(opened, np.arange(0, opened.count(), 97, dtype=np.uint32))
    assert isinstance(every, Events)
    types = every.columns["type_id"]
    checked = 0
    for field, argument in FIELDS:
        known = computed_types(field, argument)
        places = np.flatnonzero(np.isin(types, list(known or ()))).tolist()[:200]
        events = every.take(places)
        values = in_bulk(field, argument, events, lookup)
        singles = compute(field, argument, list(events), lookup)
        assert values == [holdable(value, field) for value in singles], (field, argument)
        checked += sum(value is not None for value in values)
    assert checked > 1000
