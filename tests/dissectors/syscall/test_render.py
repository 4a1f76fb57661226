"""Arguments read as sysdig prints them, with what each number stood for at the event."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.builders import scap as build
from tests.builders.syscall_store import Store
from thresher.capture.contract import RawEvent
from thresher.dissectors.syscall import Syscall
from thresher.dissectors.syscall.event_table import Param
from thresher.dissectors.syscall.paths import joined
from thresher.dissectors.syscall.render import based, flag_names, mode_names, tuple_text

if TYPE_CHECKING:
    from thresher.capture.model import Value

SYSCALL = Syscall()


def line(store: Store, call: str, row: dict[str, Value] | None, /, **params: object) -> Value:
    """``evt.args`` of one event."""
    direction = ">" if call == "signaldeliver" else "<"
    block = build.Scap(section=False).event(call, params, direction, time_ns=1, tid=7).parts[0]
    event = RawEvent({"num": 10, "proc_id": 1, **(row or {})}, block)
    return SYSCALL.compute("evt.args", None, [event], store)[0]


@pytest.fixture
def store() -> Store:
    """Process 1 is bash, thread 7, in /home/ann; descriptor version 1 is a connection, 2 a file, 3 a directory."""
    made = Store()
    made.add("processes", proc_id=1, from_num=0, tid=7, pid=7, name="bash", cwd="/home/ann/", container_id="host")
    made.add("fd_types", type_id=3, name="ipv4", letter="4").add("fd_types", type_id=16, name="file", letter="f")
    made.add("fd_types", type_id=2, name="directory", letter="d")
    made.add("fds", fd_id=1, fd=3, type_id=3, name="10.0.0.1:5->10.0.0.2:80", l4proto=1, role=1)
    made.add("fds", fd_id=2, fd=4, type_id=16, name="/etc/passwd", l4proto=0, role=0)
    made.add("fds", fd_id=3, fd=5, type_id=2, name="/srv", l4proto=0, role=0)
    return made


def test_the_events_own_descriptor_shows_kind_protocol_and_name(store: Store) -> None:
    shown = line(store, "close", {"fd": 3, "fd_id": 1}, res=0, fd=3)
    assert shown == "res=0 fd=3(<4t>10.0.0.1:5->10.0.0.2:80)"


def test_a_connection_shows_no_protocol_until_its_role_is_known(store: Store) -> None:
    store.add("fds", fd_id=9, fd=8, type_id=3, name="", l4proto=1, role=0)
    assert line(store, "close", {"fd": 8, "fd_id": 9}, res=0, fd=8) == "res=0 fd=8(<4>)"


def test_failures_and_invalid_descriptors_are_named_as_errors(store: Store) -> None:
    assert line(store, "close", {"fd": -9}, res=-9, fd=-9) == "res=-9(EBADF) fd=-9(EBADF)"


def test_another_descriptor_is_what_the_process_last_used_under_that_number(store: Store) -> None:
    store.add("events", num=4, proc_id=1, fd=4, fd_id=2, type_id=7, res=0)
    store.add("events", num=20, proc_id=1, fd=4, fd_id=1, type_id=7, res=0)
    assert line(store, "dup2", {"fd": 9}, res=9, oldfd=4, newfd=9) == "res=9 oldfd=4(<f>/etc/passwd) newfd=9"


def test_the_second_descriptor_of_a_pipe_is_known_from_then_on(store: Store) -> None:
    store.add("fd_types", type_id=7, name="pipe", letter="p")
    store.add("events", num=4, proc_id=1, fd=20, fd_id=7, type_id=61, res=0)
    for fd_id, fd in ((7, 20), (8, 21)):
        store.add("fds", fd_id=fd_id, fd=fd, type_id=7, name="", l4proto=0, role=0, origin=0, from_num=4)
    assert line(store, "dup2", {"fd": 9}, res=9, oldfd=21, newfd=9) == "res=9 oldfd=21(<p>) newfd=9"


def test_a_descriptor_that_was_closed_stands_for_nothing(store: Store) -> None:
    store.add("events", num=4, proc_id=1, fd=4, fd_id=2, type_id=5, res=0)
    assert line(store, "dup2", {"fd": 9}, res=9, oldfd=4, newfd=9) == "res=9 oldfd=4 newfd=9"


def test_the_result_of_fcntl_is_a_descriptor_only_where_it_duplicates(store: Store) -> None:
    store.add("events", num=4, proc_id=1, fd=4, fd_id=2, type_id=7, res=0)
    assert line(store, "fcntl", {"fd": 9}, res=4, fd=9, cmd=4, arg=0) == "res=4 fd=9 cmd=4(F_GETFL) arg=0"
    assert (
        line(store, "fcntl", {"fd": 9}, res=4, fd=9, cmd=1, arg=0) == "res=4(<f>/etc/passwd) fd=9 cmd=1(F_DUPFD) arg=0"
    )


def test_polled_descriptors_show_number_kind_and_events(store: Store) -> None:
    store.add("events", num=4, proc_id=1, fd=4, fd_id=2, type_id=7, res=0)
    fds = struct.pack("<Hqhqh", 2, 4, 0x41, 8, 1)
    assert line(store, "poll", None, res=1, fds=fds, timeout=5) == "res=1 fds=4:f41 8:?1 timeout=5"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/etc/hosts", "/etc/hosts"),
        ("notes", "notes(/home/ann/notes)"),
        ("../bob/./x", "../bob/./x(/home/bob/x)"),
        ("../../../..", "../../../..(/)"),
        ("", ""),
    ],
)
def test_relative_paths_show_what_they_mean_in_the_folder_of_the_process(store: Store, path: str, shown: str) -> None:
    assert line(store, "unlink", None, res=0, path=path) == f"res=0 path={shown}"


def test_paths_are_relative_to_the_descriptor_that_the_call_names(store: Store) -> None:
    shown = line(store, "unlinkat", {"fd": 5, "fd_id": 3}, res=0, dirfd=5, name="www", flags=0)
    assert shown == "res=0 dirfd=5(<d>/srv) name=www(/srv/www) flags=0"


def test_paths_relative_to_an_unknown_descriptor_are_left_as_they_are(store: Store) -> None:
    assert "name=www flags" in str(line(store, "unlinkat", None, res=0, dirfd=6, name="www", flags=0))


def test_threads_are_named_as_they_were_at_the_event(store: Store) -> None:
    store.add("processes", proc_id=2, from_num=5, tid=9, pid=9, name="cat")
    store.add("processes", proc_id=3, from_num=15, tid=9, pid=9, name="later")
    store.add("processes", proc_id=4, from_num=2, tid=8, pid=8, name="gone").add("process_ends", proc_id=4, to_num=6)
    shown = line(store, "signaldeliver", None, spid=9, dpid=8, sig=9)
    assert shown == "spid=9(cat) dpid=8 sig=9(SIGKILL)"


def test_users_are_named_as_in_the_container_of_the_process(store: Store) -> None:
    store.add("users", uid=1001, name="ann", container_id="host", from_num=0)
    store.add("users", uid=1000, name="inside", container_id="abc", from_num=0)
    assert line(store, "setuid", None, res=0, uid=1001) == "res=0 uid=1001(ann)"
    assert line(store, "setuid", None, res=0, uid=0) == "res=0 uid=0(root)"
    assert line(store, "setuid", None, res=0, uid=1000) == "res=0 uid=1000(<NA>)"
    assert line(store, "setuid", None, res=0, uid=0xFFFFFFFF) == "res=0 uid=-1(<NONE>)"


def test_flags_show_number_and_names(store: Store) -> None:
    shown = line(store, "openat", {"fd": -2}, fd=-2, dirfd=-100, name="/x", flags=4097, mode=0o644, dev=0xFE00, ino=7)
    assert shown == (
        "fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=/x flags=4097(O_RDONLY|O_CLOEXEC) mode=0644 dev=FE00 ino=7"
    )


def test_data_shows_dots_for_what_cannot_be_printed(store: Store) -> None:
    assert line(store, "write", {"fd": 1}, res=4, data=b"a\r\xe9\0", fd=1, size=4) == "res=4 data=a... fd=1 size=4"


def test_absent_arguments_are_marked(store: Store) -> None:
    assert line(store, "connect", {"fd": 3}, res=0, fd=None) == "res=0 tuple=NULL fd=<NA> addr=<NA>"


def test_socket_options_are_rendered_by_their_own_type(store: Store) -> None:
    shown = line(
        store, "setsockopt", None, res=0, fd=8, level=1, optname=9, val=b"\x02" + struct.pack("<q", 1), optlen=4
    )
    assert shown == "res=0 fd=8 level=1(SOL_SOCKET) optname=9(SO_KEEPALIVE) val=1 optlen=4"


def test_a_number_of_an_impossible_size_is_called_invalid(store: Store) -> None:
    assert line(store, "close", None, res=b"\1\2\3", fd=3) == "res=<INVALID> fd=3"


def test_generic_calls_show_no_arguments(store: Store) -> None:
    assert line(store, "syscall", None, ID=5, nativeID=0) == ""


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (build.tuple_of("10.0.0.1", 5, "10.0.0.2", 80), "10.0.0.1:5->10.0.0.2:80"),
        (build.tuple_of("2001:db8::1", 5, "::1", 80), "2001:db8::1:5->::1:80"),
        (build.tuple_of("::ffff:10.0.0.1", 5, "::ffff:10.0.0.2", 80), "10.0.0.1:5->10.0.0.2:80"),
        (build.unix_tuple(0xFFFF8880, 1, b"/run/x.sock"), "ffff8880->1 /run/x.sock"),
        (b"\x02\x01", "<INVALID>"),
        (b"\x10", "family 16"),
    ],
)
def test_tuples_show_both_ends(data: bytes, shown: str) -> None:
    assert tuple_text(data) == shown


@pytest.mark.parametrize(
    ("number", "base", "size", "shown"),
    [
        (255, 1, 8, "255"),
        (2**64 - 1, 1, 8, "-1"),
        (2**32 - 1, 1, 4, "-1"),
        (255, 1, 1, "255"),
        (-1, 2, 4, "FFFFFFFF"),
        (0, 6, 4, "0"),
        (0o755, 6, 4, "0755"),
        (5, 3, 4, "000000005"),
    ],
)
def test_numbers_print_in_their_base(number: int, base: int, size: int, shown: str) -> None:
    assert based(number, base, size) == shown


def test_a_name_for_no_flags_is_used_only_where_none_is_set() -> None:
    param = Param("flags", "FLAGS32", 2, (("A", 1), ("B", 2), ("NONE", 0)))
    assert [flag_names(param, number) for number in (0, 1, 3, 4)] == ["NONE", "A", "A|B", ""]


def test_permission_bits_are_named() -> None:
    param = Param("mode", "MODE", 6, (("S_IXOTH", 1), ("S_IWOTH", 2), ("S_IROTH", 4)))
    assert mode_names(param, 0o5) == "S_IXOTH|S_IROTH"


@pytest.mark.parametrize(
    ("base", "path", "whole"),
    [("/a/", "b", "/a/b"), ("/a", "b", "/a/b"), ("/", "../..", "/"), ("/a/b", "../c//d/", "/a/c/d"), ("", "x", "/x")],
)
def test_paths_join_without_leaving_the_root(base: str, path: str, whole: str) -> None:
    assert joined(base, path) == whole
