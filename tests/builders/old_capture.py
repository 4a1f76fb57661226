"""A capture as old recorders wrote it: enter and exit events in blocks that do not count their parameters."""

from __future__ import annotations

from tests.builders.entries import file, process
from tests.builders.scap import Scap, address_of, event_body, tuple_of, unix_tuple
from thresher.capture.model import DescriptorEntry, Interface, User
from thresher.dissectors.syscall.event_table import EventType, event_types

START_NS = 1_500_000_000_000_000_000


def typed(name: str, direction: str, params: int | None = None) -> EventType:
    """The first event type of a name and direction, with this many parameters if given."""
    for kind in event_types():
        if (kind.name, kind.direction) == (name, direction) and params in (None, len(kind.params)):
            return kind
    raise LookupError(f"no {name} {direction} with {params} parameters")


class OldCapture(Scap):
    """Writes calls as two V1 blocks; ``call`` and ``enter`` count the time up by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.time_ns = START_NS

    def half(self, kind: EventType, values: list[bytes], tid: int) -> OldCapture:
        """One event block of the first version."""
        self.time_ns += 1000
        body = event_body(kind, values, time_ns=self.time_ns, tid=tid, version=1)
        self.block(0x204, body)
        return self

    def enter(self, name: str, tid: int, *values: bytes) -> OldCapture:
        """An enter event."""
        return self.half(typed(name, ">"), list(values), tid)

    def call(self, name: str, tid: int, entered: list[bytes], *values: bytes) -> OldCapture:
        """An enter event and its exit."""
        self.enter(name, tid, *entered)
        return self.half(typed(name, "<"), list(values), tid)


def number(value: int, size: int = 8) -> bytes:
    """A parameter that is an integer."""
    return value.to_bytes(size, "little", signed=value < 0)


def old_capture() -> OldCapture:
    """Processes, forks, opens, sockets and calls that do not end."""
    scap = OldCapture()
    scap.machine(historic=True)
    scap.users([User(0, 0, "root", "/root", "/bin/sh"), User(33, 33, "www", "/var/www", "/bin/false")], version=1)
    scap.interfaces([Interface("eth0", b"\n\0\0\1", b"\xff\xff\xff\0", b"\n\0\0\xff", 0)], version=1)
    scap.processes([process(1, 0, b"init"), process(10, 1, b"bash"), process(20, 1, b"nginx")], version=5)
    scap.descriptors(10, [file(10, 0, b"/dev/pts/0")], version=1)
    scap.descriptors(20, [_listening()], version=1)
    _files(scap)
    _sockets(scap)
    scap.enter("read", 10, number(0), number(100, 4))
    scap.enter("read", 20, number(5), number(100, 4))
    scap.enter("write", 20, number(5), number(1, 4))
    return scap


def _listening() -> DescriptorEntry:
    return DescriptorEntry(
        tid=20, fd=5, ino=2, kind=5,
        source_address=bytes(4), source_port=80, target_address=b"", target_port=0, l4proto=2
    )  # fmt: skip


def _files(scap: OldCapture) -> None:
    scap.call("open", 10, [], number(3), b"notes.txt\0", number(1, 4), number(0, 4))
    scap.call("read", 10, [number(3), number(100, 4)], number(5), b"hello")
    scap.call("dup", 10, [number(3)], number(4))
    scap.call("open", 10, [], number(-2), b"/etc/missing\0", number(1, 4), number(0, 4))
    scap.call("close", 10, [number(3)], number(0))
    scap.call("chdir", 10, [], number(0), b"../srv\0")
    scap.call("pipe", 10, [], number(0), number(6), number(7), number(99))
    scap.call("fcntl", 10, [number(4), number(26, 1)], number(8))


def _sockets(scap: OldCapture) -> None:
    scap.call("socket", 10, [number(2, 4), number(1, 4), number(0, 4)], number(9))
    scap.call("connect", 10, [number(9)], number(0), tuple_of("10.0.0.1", 4000, "10.0.0.2", 443))
    scap.call("socket", 10, [number(1, 4), number(1, 4), number(0, 4)], number(10))
    scap.call("connect", 10, [number(10)], number(-111), unix_tuple(1, 2, b"/run/x"))
    scap.call("accept", 20, [], number(11), tuple_of("10.0.0.9", 5000, "10.0.0.1", 80), number(0, 1))
    scap.call("sendto", 20, [number(12), number(4, 4), tuple_of("0.0.0.0", 53, "10.0.0.3", 53)], number(4), b"data")
    scap.call("bind", 20, [number(12)], number(0), address_of("0.0.0.0", 53))
    scap.call("recvfrom", 20, [number(12), number(4, 4)], number(4), b"data", tuple_of("10.0.0.3", 53, "0.0.0.0", 53))
