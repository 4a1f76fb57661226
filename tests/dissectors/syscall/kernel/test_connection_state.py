"""How far the connection of a socket has come."""

from __future__ import annotations

import struct

import pytest

from tests.builders.entries import process
from tests.builders.kernel_story import SHELL, Story
from tests.builders.scap import tuple_of
from thresher.capture.model import DescriptorEntry
from thresher.dissectors.syscall.kernel import columns as c

ENDS = tuple_of("10.0.0.1", 4000, "1.2.3.4", 443)
SO_ERROR = 4


def connecting(res: int, kind: int = 1) -> tuple[Story, int]:
    story = Story()
    story.did("socket", fd=3, domain=2, type=kind, proto=0)
    return story, story.did("connect", res=res, fd=3, tuple=ENDS)


@pytest.mark.parametrize(("res", "state"), [
    (0, c.CONN_MADE), (-115, c.CONN_PENDING), (-111, c.CONN_FAILED), (-114, c.CONN_NONE), (-4, c.CONN_NONE),
])  # fmt: skip
def test_a_connect_says_how_far_it_has_come(res: int, state: int) -> None:
    story, done = connecting(res)
    assert story.told().fd(done)["connection"] == state


@pytest.mark.parametrize(("error", "state"), [(0, c.CONN_MADE), (-111, c.CONN_FAILED)])
def test_so_error_says_how_a_pending_connect_ended(error: int, state: int) -> None:
    story, _ = connecting(-115)
    done = story.did("getsockopt", res=0, fd=3, level=1, optname=SO_ERROR, val=struct.pack("<Bq", 1, error), optlen=4)
    row = story.told().fd(done)
    assert (row["connection"], row["name"]) == (state, "10.0.0.1:4000->1.2.3.4:443")


@pytest.mark.parametrize("params", [
    {"level": 2, "optname": SO_ERROR, "val": struct.pack("<Bq", 1, 0)},
    {"level": 1, "optname": 3, "val": struct.pack("<Bq", 1, 0)},
    {"level": 1, "optname": SO_ERROR, "val": b"\x01"},
    {"level": 1, "optname": SO_ERROR, "val": struct.pack("<Bq", 1, 0), "res": -9},
])  # fmt: skip
def test_other_options_say_nothing(params: dict[str, object]) -> None:
    story, _ = connecting(-115)
    done = story.did("getsockopt", **{"res": 0, "fd": 3, "optlen": 4, **params})
    assert story.told().fd(done)["connection"] == c.CONN_PENDING


@pytest.mark.parametrize("call", ["read", "write", "sendto", "recvfrom"])
def test_data_that_goes_through_a_pending_connection_makes_it(call: str) -> None:
    story, _ = connecting(-115)
    done = story.did(call, res=1, fd=3, data=b"x")
    assert story.told().fd(done)["connection"] == c.CONN_MADE


def test_a_failed_transfer_says_nothing_of_the_connection() -> None:
    story, _ = connecting(-115)
    done = story.did("read", res=-11, fd=3)
    assert story.told().fd(done)["connection"] == c.CONN_PENDING


def test_the_state_is_not_what_proves_the_name() -> None:
    story, done = connecting(-115)
    after = story.did("write", res=1, fd=3, data=b"x")
    told = story.told()
    assert told.fd(after)["origin_offset"] == told.fd(done)["origin_offset"]
    assert told.fd(after)["fd"] == told.fd(done)["fd"]


def test_listed_tcp_connections_are_made_and_others_not() -> None:
    both = [
        DescriptorEntry(
            SHELL, fd, 900 + fd, 3, source_address=b"\n\0\0\1", target_address=b"\1\2\3\4", source_port=4000,
            target_port=443, l4proto=protocol,
        )
        for fd, protocol in ((3, 2), (4, 3))
    ]  # fmt: skip
    story = Story([process(SHELL)], both)
    tcp, udp = story.touched(3), story.did("close", res=-9, fd=4)
    told = story.told()
    assert (told.fd(tcp)["connection"], told.fd(udp)["connection"]) == (c.CONN_MADE, c.CONN_NONE)


@pytest.mark.parametrize(("layer", "bits"), [(1, 32768), (2, 65536)])
def test_creat_says_the_layer_of_an_overlay_as_open_does(layer: int, bits: int) -> None:
    story = Story()
    made = story.did("creat", fd=3, name="/tmp/x", creat_flags=layer)
    opened = story.did("openat", fd=4, dirfd=c.AT_FDCWD, name="/tmp/y", flags=1 | bits)
    told = story.told()
    assert told.fd(made)["open_flags"] & 98304 == told.fd(opened)["open_flags"] & 98304 == bits
