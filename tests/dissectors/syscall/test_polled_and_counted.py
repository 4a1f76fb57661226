"""Fields of poll lists, of messages to the system log and of what the state says after each event."""

from __future__ import annotations

import struct

import pytest

from tests.builders.scap import Scap
from thresher.capture.case import open_case
from thresher.capture.model import DescriptorEntry, ProcessEntry
from thresher.dissectors.syscall.syslog_text import value

SHELL = ProcessEntry(100, 100, 1, b"sh", b"sh", b"/bin/sh", b"", b"/", b"", b"", b"", fdlimit=10, vtid=100, vpid=100)
CONNECTION = DescriptorEntry(
    100,
    4,
    0,
    3,
    source_address=bytes([10, 0, 0, 1]),
    target_address=bytes([1, 2, 3, 4]),
    source_port=5,
    target_port=80,
    l4proto=2,
)


def polled(*entries: tuple[int, int]) -> bytes:
    return struct.pack("<H", len(entries)) + b"".join(struct.pack("<qh", fd, mask) for fd, mask in entries)


@pytest.fixture
def case(tmp_path):
    capture = Scap().machine().processes([SHELL])
    capture.descriptors(100, [DescriptorEntry(100, 0, 0, 1, b"/dev/null"), CONNECTION])
    capture.event("read", {"res": 1, "data": b"x", "fd": 4, "size": 1}, time_ns=500, tid=100)
    capture.event("read", {"res": 1, "data": b"x", "fd": 0, "size": 1}, time_ns=600, tid=100)
    capture.event("poll", {"res": 1, "fds": polled((4, 1), (0, 1))}, time_ns=1000, tid=100)
    capture.event("openat", {"fd": 5, "dirfd": -100, "name": "/etc/hosts", "flags": 1}, time_ns=2000, tid=100)
    capture.event("close", {"res": 0, "fd": 5}, time_ns=3000, tid=100)
    capture.event("close", {"res": 0, "fd": 0}, time_ns=4000, tid=100)
    path = tmp_path / "small.scap"
    path.write_bytes(bytes(capture))
    with open_case([str(path)], cache=False, background=False) as opened:
        yield opened


def values(case, *names: str) -> list[tuple[object, ...]]:
    return [row for rows in case.iterate(case.select(""), names) for row in rows]


def test_a_poll_lists_what_it_waits_for(case):
    rows = values(case, "fdlist.nums", "fdlist.names", "fdlist.sips", "fdlist.cports")
    assert rows[2] == ("4,0", "10.0.0.1:5->1.2.3.4:80,/dev/null", "1.2.3.4", "5")
    assert [row for row in rows if row != rows[2]] == [(None,) * 4] * 5


def test_descriptors_are_counted_after_each_event(case):
    assert [row[0] for row in values(case, "proc.fdopencount")] == [2, 2, 2, 3, 3, 2]
    assert [row[0] for row in values(case, "proc.fdusage")] == [20, 20, 20, 30, 30, 20]


def test_threads_are_counted(case):
    assert values(case, "proc.nthreads", "proc.nchilds") == [(1, 0)] * 6


@pytest.mark.parametrize(
    ("data", "facility", "severity", "message"),
    [
        (b"<38>sshd[1]: Accepted\n", "auth", "info", "sshd[1]: Accepted"),
        (b"<0>x\0", "kern", "emerg", "x"),
        (b"<191>", "local7", "debug", ""),
    ],
)
def test_a_message_to_the_system_log_is_read(data, facility, severity, message):
    assert value("syslog.facility.str", data) == facility
    assert value("syslog.severity.str", data) == severity
    assert value("syslog.message", data) == message


@pytest.mark.parametrize("data", [b"", b"<192>x", b"<>x", b"x<1>", b"<1"])
def test_other_bytes_are_no_message(data):
    assert value("syslog.message", data) is None
