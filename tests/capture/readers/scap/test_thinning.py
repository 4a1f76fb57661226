"""Lists lose what is not wanted, in every version; marked events are the same events."""

from __future__ import annotations

import struct

import pytest

from tests.builders.entries import file, process
from tests.builders.scap import DESCRIPTORS, EVENTS, LARGE_EVENTS, PROCESSES, Scap, event_body, newest
from thresher.capture.evidence import Wanted
from thresher.capture.model import ProcessEntry
from thresher.capture.readers.scap import ScapReader
from thresher.dissectors.syscall.params import read_block

READER = ScapReader()
WANTED = Wanted(frozenset((10,)), frozenset((1,)))


def body(block: bytes) -> bytes:
    return block[8:-4]


@pytest.mark.parametrize("version", PROCESSES)
def test_wanted_processes_stay_whole_ancestors_keep_their_name(version: int) -> None:
    entries = [process(1, 0, b"init"), process(10), process(20)]
    block = Scap(section=False).processes(entries, version).parts[0]
    whole = READER.decode(PROCESSES[version], body(block))
    thin = READER.thin(PROCESSES[version], body(block), WANTED)
    assert thin is not None
    found = READER.decode(PROCESSES[version], thin)
    assert [entry.tid for entry in found if isinstance(entry, ProcessEntry)] == [1, 10]
    first, second = found
    assert second == whole[1]
    assert isinstance(first, ProcessEntry)
    assert (first.comm, first.ptid, first.args, first.cwd, first.env) == (b"init", 0, b"", b"", b"")


@pytest.mark.parametrize("version", DESCRIPTORS)
def test_descriptors_of_others_are_left_out(version: int) -> None:
    for tid, kept in ((10, 1), (1, 0), (20, None)):
        block = Scap(section=False).descriptors(tid, [file(tid, 3, b"/x")], version).parts[0]
        thin = READER.thin(DESCRIPTORS[version], body(block), WANTED)
        assert (None if thin is None else len(READER.decode(DESCRIPTORS[version], thin))) == kept


@pytest.mark.parametrize("code", [*EVENTS.values(), *LARGE_EVENTS.values(), 0x8010ABCD])
def test_a_marked_event_is_the_same_event(code: int) -> None:
    version = 1 if code in (0x204, 0x208, 0x8010ABCD) else 2
    flags = 4 if code in (0x208, 0x217, 0x222) else None
    values = [struct.pack("<q", 3), b"data", struct.pack("<q", 5), b"\1\0\0\0"]
    event = event_body(newest("read", "<"), values, time_ns=5, tid=7, cpu=2, version=version, flags=flags)
    block = Scap(section=False).block(code, event).parts[0]
    marked = READER.marked(block)
    one, other = read_block(block), read_block(marked)
    assert (other.flags, one.flags) == ((flags or 0) | 1, flags or 0)
    assert [one.data[start:end] for start, end in one.spans] == [marked[start:end] for start, end in other.spans]
    assert (one.time_ns, one.tid, one.cpu, one.type_id) == (other.time_ns, other.tid, other.cpu, other.type_id)
    assert int.from_bytes(marked[4:8], "little") == int.from_bytes(marked[-4:], "little") == len(marked)
