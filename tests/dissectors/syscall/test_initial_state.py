"""What the lists at the head of a capture say about the machine, its accounts, interfaces and open descriptors."""

from __future__ import annotations

from ipaddress import ip_address

from tests.builders.entries import process
from tests.builders.kernel_story import SHELL, Story
from thresher.capture.model import DescriptorEntry, Group, Interface, User

V6 = ip_address("fe80::1").packed


def test_the_machine_is_described() -> None:
    facts = Story().told().outcome.accounting.facts
    assert (facts["hostname"], facts["cpus"]) == ("host", "2")


def test_interfaces_are_listed_as_people_write_them() -> None:
    interfaces = [
        Interface("lo", b"\x7f\0\0\1", b"\xff\0\0\0", bytes(4), 0),
        Interface("eth0", V6, ip_address("ffff:ffff:ffff:ffff::").packed, bytes(16), 0),
    ]
    rows = Story(others=interfaces).told().tables["interfaces"]
    assert [row["address"] for row in rows] == ["127.0.0.1", "fe80::1"]
    assert [row["netmask"] for row in rows] == ["255.0.0.0", "ffff:ffff:ffff:ffff::"]


def test_accounts_are_listed_from_the_first_row_on() -> None:
    told = Story(others=[User(5, 6, "ada", "/home/ada", "/bin/sh"), Group(6, "staff")]).told()
    assert [(row["uid"], row["name"], row["from_num"]) for row in told.tables["users"]] == [(5, "ada", 0)]
    assert [(row["gid"], row["name"]) for row in told.tables["groups"]] == [(6, "staff")]


def test_a_listed_connection_between_mapped_addresses_is_ipv4() -> None:
    mapped = bytes(10) + b"\xff\xff"
    entry = DescriptorEntry(
        tid=SHELL, fd=3, ino=1, kind=4, source_address=mapped + b"\1\2\3\4", source_port=1000,
        target_address=mapped + b"\5\6\7\x08", target_port=80, l4proto=2,
    )  # fmt: skip
    story = Story(descriptors=[entry])
    seen = story.touched(3)
    told = story.told()
    assert told.fd_type(seen) == "ipv4"
    assert told.fd(seen)["name"] == "1.2.3.4:1000->5.6.7.8:80"


def test_a_listed_unix_socket_with_a_path_serves_it() -> None:
    named = DescriptorEntry(tid=SHELL, fd=3, ino=1, kind=8, name=b"/run/x.sock")
    nameless = DescriptorEntry(tid=SHELL, fd=4, ino=2, kind=8)
    story = Story(descriptors=[named, nameless])
    server, client = story.touched(3), story.touched(4)
    told = story.told()
    assert (told.fd(server)["role"], told.fd(client)["role"]) == (2, 1)


def test_threads_of_the_list_use_the_folder_and_descriptors_of_their_process() -> None:
    thread = process(11, SHELL, pid=SHELL, flags=1, cwd=b"/elsewhere")
    entry = DescriptorEntry(tid=SHELL, fd=3, ino=1, kind=1, name=b"/etc/hosts")
    story = Story([process(SHELL), thread], [entry])
    seen = story.touched(3, 11)
    told = story.told()
    assert told.fd(seen)["name"] == "/etc/hosts"
    assert told.process(seen)["cwd"] == "/home/"


def test_a_process_listed_twice_is_what_was_said_last() -> None:
    story = Story([process(SHELL, comm=b"first"), process(SHELL, comm=b"second")])
    seen = story.touched(0)
    assert story.told().process(seen)["name"] == "second"
