"""Which descriptors are one open file, and which open files are the two ends of one stream."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from tests.builders.entries import file, process
from tests.builders.kernel_story import SHELL, Story, Told
from tests.builders.scap import tuple_of, unix_tuple
from thresher.capture.model import DescriptorEntry
from thresher.dissectors.syscall.kernel import columns as c

SERVER = 20
HERE = tuple_of("127.0.0.1", 40000, "127.0.0.1", 80)
CLIENT_IP = SERVER_IP = bytes([127, 0, 0, 1])


def two_processes(**more: Any) -> Story:
    return Story([process(1, 0, b"init"), process(SHELL), process(SERVER, 1, b"httpd")], **more)


def stream(told: Told, number: int) -> int:
    """The stream of the event's descriptor."""
    open_id: int = told.fd(number)["open_id"]
    joined = {row["open_id"]: row["stream"] for row in told.tables.get("streams", [])}
    return joined.get(open_id, open_id)


def connected(story: Story, fd: int = 3, ends: bytes = HERE, res: int = 0, tid: int = SHELL) -> int:
    story.did("socket", tid, fd=fd, domain=2, type=1, proto=0)
    return story.did("connect", tid, res=res, tuple=ends, fd=fd)


def accepted(story: Story, fd: int = 5, ends: bytes = HERE, tid: int = SERVER) -> int:
    return story.did("accept4", tid, fd=fd, tuple=ends)


def test_two_opens_of_one_path_are_two_open_files() -> None:
    story = Story()
    first = story.did("open", fd=3, name="/tmp/x")
    second = story.did("open", fd=4, name="/tmp/x")
    told = story.told()
    assert told.fd(first)["open_id"] != told.fd(second)["open_id"]


def test_a_path_that_was_not_opened_is_no_open_file() -> None:
    story = Story()
    failed = story.did("open", fd=-2, name="/tmp/x")
    assert story.told().fd(failed)["open_id"] is None


@pytest.mark.parametrize(("call", "params"), [
    ("dup", {"res": 7, "oldfd": 3}), ("dup2", {"res": 7, "oldfd": 3, "newfd": 7}),
    ("fcntl", {"res": 7, "fd": 3, "cmd": c.F_DUPFD}), ("fcntl", {"res": 7, "fd": 3, "cmd": c.F_DUPFD_CLOEXEC}),
])  # fmt: skip
def test_a_copy_of_a_descriptor_is_the_same_open_file(call: str, params: dict[str, object]) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/tmp/x")])
    before = story.touched(3)
    story.did(call, **params)
    after = story.touched(7)
    told = story.told()
    assert told.fd(after)["open_id"] == told.fd(before)["open_id"]


def test_a_child_and_the_program_it_runs_have_the_same_open_file() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/tmp/x")])
    before = story.touched(3)
    story.forked(30)
    story.ran("/bin/cat", 30)
    after = story.touched(3, 30)
    told = story.told()
    assert told.fd(after)["open_id"] == told.fd(before)["open_id"]


def test_connecting_a_socket_leaves_it_the_same_open_file() -> None:
    story = two_processes()
    made = story.did("socket", fd=3, domain=2, type=1, proto=0)
    done = story.did("connect", res=0, tuple=HERE, fd=3)
    told = story.told()
    assert told.fd(done)["open_id"] == told.fd(made)["open_id"]
    assert told.fd(done)["name"] != told.fd(made)["name"]


@pytest.mark.parametrize("pending", [0, -115])
def test_both_ends_of_a_local_tcp_connection_are_one_stream(pending: int) -> None:
    story = two_processes()
    client = connected(story, res=pending)
    server = accepted(story)
    told = story.told()
    assert told.fd(client)["open_id"] != told.fd(server)["open_id"]
    assert stream(told, client) == stream(told, server)


def test_a_server_may_accept_before_the_client_hears_of_it() -> None:
    story = two_processes()
    server = accepted(story)
    client = connected(story)
    told = story.told()
    assert stream(told, client) == stream(told, server)


def test_addresses_that_are_used_again_are_another_stream() -> None:
    story = two_processes()
    first, second = (connected(story), accepted(story)), (connected(story), accepted(story))
    told = story.told()
    assert stream(told, first[0]) == stream(told, first[1])
    assert stream(told, second[0]) == stream(told, second[1])
    assert stream(told, first[0]) != stream(told, second[0])


def test_other_addresses_are_another_stream() -> None:
    story = two_processes()
    client = connected(story)
    server = accepted(story, ends=tuple_of("127.0.0.1", 40001, "127.0.0.1", 80))
    told = story.told()
    assert stream(told, client) != stream(told, server)


def test_a_udp_server_is_no_end_of_its_clients_streams() -> None:
    story = two_processes()
    story.did("socket", fd=3, domain=2, type=2, proto=0)
    client = story.did("connect", res=0, tuple=HERE, fd=3)
    story.did("socket", SERVER, fd=5, domain=2, type=2, proto=0)
    server = story.did("recvfrom", SERVER, res=1, fd=5, data=b"x", tuple=HERE)
    told = story.told()
    assert stream(told, client) != stream(told, server)


def test_both_ends_of_a_unix_connection_are_one_stream() -> None:
    story = two_processes()
    story.did("socket", fd=3, domain=1, type=1, proto=0)
    client = story.did("connect", res=0, tuple=unix_tuple(0xAA, 0xBB, b"/run/x"), fd=3)
    server = accepted(story, ends=unix_tuple(0xBB, 0xAA, b"/run/x"))
    told = story.told()
    assert stream(told, client) == stream(told, server)


@pytest.mark.parametrize(("call", "params"), [
    ("pipe2", {"ino": 99}), ("pipe", {"ino": 99}), ("socketpair", {"source": 1, "peer": 2}),
])  # fmt: skip
def test_the_ends_of_a_pipe_or_pair_are_one_stream(call: str, params: dict[str, object]) -> None:
    story = Story()
    story.did(call, res=0, fd1=3, fd2=4, **params)
    first, second = story.touched(3), story.touched(4)
    told = story.told()
    assert told.fd(first)["open_id"] != told.fd(second)["open_id"]
    assert stream(told, first) == stream(told, second)


def listed_connection(tid: int, fd: int, ino: int, source: int, target: int) -> DescriptorEntry:
    return DescriptorEntry(
        tid, fd, ino, 3, source_address=CLIENT_IP, target_address=SERVER_IP, source_port=source, target_port=target,
        l4proto=2,
    )  # fmt: skip


def test_a_connection_older_than_the_capture_has_one_stream_at_both_ends() -> None:
    listening = DescriptorEntry(SERVER, 3, 900, 5, source_address=SERVER_IP, source_port=80, l4proto=2)
    ends = [listed_connection(SHELL, 4, 901, 40000, 80), listed_connection(SERVER, 5, 902, 80, 40000)]
    story = two_processes(descriptors=[listening, *ends])
    client, server = story.touched(4), story.touched(5, SERVER)
    told = story.told()
    assert stream(told, client) == stream(told, server)
    assert told.fd(client)["open_id"] != told.fd(server)["open_id"]


def test_one_socket_in_the_lists_of_two_processes_is_one_open_file() -> None:
    ends = [listed_connection(SHELL, 4, 901, 40000, 8080), listed_connection(SERVER, 5, 901, 40000, 8080)]
    story = two_processes(descriptors=ends)
    one, other = story.touched(4), story.touched(5, SERVER)
    told = story.told()
    assert told.fd(one)["open_id"] == told.fd(other)["open_id"]


def test_the_ends_of_a_pipe_older_than_the_capture_are_one_stream() -> None:
    ends = [DescriptorEntry(tid, fd, 77, c.D_PIPE, b"pipe:[77]") for tid, fd in ((SHELL, 4), (SERVER, 0))]
    story = two_processes(descriptors=ends)
    one, other = story.touched(4), story.touched(0, SERVER)
    told = story.told()
    assert stream(told, one) == stream(told, other)


def test_a_descriptor_taken_from_another_process_is_its_open_file() -> None:
    story = two_processes(descriptors=[file(SERVER, 8, b"/srv/db")])
    theirs = story.touched(8, SERVER)
    story.did("pidfd_open", fd=5, pid=SERVER)
    story.did("pidfd_getfd", fd=6, pid_fd=5, target_fd=8)
    mine = story.touched(6)
    told = story.told()
    assert told.fd(mine)["open_id"] == told.fd(theirs)["open_id"]


def rights(*numbers: int, level: int = 1) -> bytes:
    """A control message that brings descriptors."""
    body = struct.pack(f"<{len(numbers)}i", *numbers)
    return struct.pack("<Qii", 16 + len(body), level, 1) + body + b"\0" * (-len(body) % 8)


def test_a_descriptor_that_was_sent_is_not_what_had_its_number_before() -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/tmp/x")])
    before = story.touched(3)
    story.did("recvmsg", res=1, fd=9, data=b"x", msgcontrol=rights(3, 4))
    after, other = story.touched(3), story.touched(4)
    told = story.told()
    assert told.fd(after)["name"] is None
    assert len({told.fd(number)["open_id"] for number in (before, after, other)}) == 3


@pytest.mark.parametrize("control", [
    rights(3, level=41), b"\x01", struct.pack("<Qii", 2**40, 1, 1), struct.pack("<Qii", 15, 1, 1) + b"\3\0\0\0",
    rights(-1),
])  # fmt: skip
def test_other_or_broken_control_messages_bring_no_descriptors(control: bytes) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/tmp/x")])
    story.did("recvmsg", res=1, fd=9, data=b"x", msgcontrol=control)
    after = story.touched(3)
    assert story.told().fd(after)["name"] == "/tmp/x"


def test_nobody_of_a_new_recording_is_the_other_end() -> None:
    story = two_processes()
    client = connected(story)
    story.section()
    story.machine()
    story.begin([process(SERVER, 1, b"httpd")])
    server = accepted(story)
    told = story.told()
    assert stream(told, client) != stream(told, server)


@pytest.mark.parametrize("call", ["splice", "sendfile"])
def test_bytes_that_never_pass_the_program_count_for_the_descriptor_that_receives_them(call: str) -> None:
    story = Story(descriptors=[file(SHELL, 3, b"/a"), file(SHELL, 4, b"/b")])
    into, out_of = ("fd_out", "fd_in") if call == "splice" else ("out_fd", "in_fd")
    done = story.did(call, res=500, **{into: 4, out_of: 3})
    told = story.told()
    assert (told.fd(done)["name"], told[done]["size"]) == ("/b", 500)
