"""What calls on sockets say about their ends, their roles and their names."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from tests.builders.entries import process
from tests.builders.kernel_story import INIT, SHELL, Story, Told
from tests.builders.scap import address_of, tuple_of, unix_tuple
from thresher.capture.model import DescriptorEntry, Interface

TCP, UDP, INET, INET6, UNIX, NETLINK = 1, 2, 2, 10, 1, 16
CLIENT, SERVER = 1, 2
ETH0 = Interface("eth0", b"\n\0\0\1", b"\xff\xff\xff\0", b"\n\0\0\xff", 0)


def made(story: Story, fd: int = 3, domain: int = INET, kind: int = TCP) -> int:
    return story.did("socket", fd=fd, domain=domain, type=kind, proto=0, flags=0)


def ends(told: Told, number: int) -> tuple[str, int, str, int]:
    """Client address and port, server address and port."""
    row = told.fd(number)
    client, server = ((row[f"{end}ip_hi"] << 64) | row[f"{end}ip_lo"] for end in "cs")
    return plain(client), row["cport"], plain(server), row["sport"]


def plain(value: int) -> str:
    address = ip_address(value.to_bytes(16, "big"))
    return str(address.ipv4_mapped or address)


def test_a_connect_makes_the_caller_the_client() -> None:
    story = Story()
    new = made(story)
    done = story.did("connect", res=0, fd=3, tuple=tuple_of("10.0.0.1", 4000, "1.2.3.4", 443))
    told = story.told()
    assert told.fd(new)["name"] is None
    assert told.fd(done)["name"] == "10.0.0.1:4000->1.2.3.4:443"
    assert told.fd(done)["role"] == CLIENT
    assert ends(told, done) == ("10.0.0.1", 4000, "1.2.3.4", 443)


def test_a_connect_that_is_under_way_names_the_socket() -> None:
    story = Story()
    made(story)
    done = story.did("connect", res=-115, fd=3, tuple=tuple_of("10.0.0.1", 4000, "1.2.3.4", 443))
    assert story.told().fd(done)["name"] == "10.0.0.1:4000->1.2.3.4:443"


def test_a_connect_that_failed_does_not() -> None:
    story = Story()
    made(story)
    story.did("connect", res=-111, fd=3, tuple=tuple_of("10.0.0.1", 4000, "1.2.3.4", 443))
    after = story.touched(3)
    assert story.told().fd(after)["name"] is None


def test_a_connect_without_a_tuple_goes_where_its_enter_event_said() -> None:
    story = Story()
    made(story)
    story.did("connect", way=">", fd=3, addr=address_of("1.2.3.4", 443))
    done = story.did("connect", res=0, fd=3)
    row = story.told().fd(done)
    assert (row["sip_lo"] & 0xFFFFFFFF, row["sport"]) == (0x01020304, 443)


def test_the_versions_before_a_connect_stay_as_they_were() -> None:
    story = Story()
    made(story)
    before = story.touched(3)
    story.did("connect", res=0, fd=3, tuple=tuple_of("10.0.0.1", 4000, "1.2.3.4", 443))
    assert story.told().fd(before)["name"] is None


def test_an_accepted_connection_serves() -> None:
    story = Story()
    made(story)
    bound = story.did("bind", res=0, fd=3, addr=address_of("0.0.0.0", 80))
    done = story.did("accept4", fd=4, tuple=tuple_of("10.0.0.9", 5000, "10.0.0.1", 80), flags=0)
    after = story.touched(4)
    told = story.told()
    assert (told.fd(bound)["name"], told.fd(bound)["role"], told.fd(bound)["cport"]) == ("0.0.0.0:80", SERVER, None)
    assert told.fd(done) == told.fd(after)
    assert (told.fd(done)["name"], told.fd(done)["role"]) == ("10.0.0.9:5000->10.0.0.1:80", SERVER)


def test_a_failed_accept_has_no_connection() -> None:
    story = Story()
    done = story.did("accept4", fd=-11, flags=0)
    told = story.told()
    assert (told[done]["fd"], told.fd(done)) == (-1, {})


def test_who_sends_first_is_the_client() -> None:
    story = Story()
    made(story, kind=UDP)
    done = story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.1", 5353, "10.0.0.2", 53))
    back = story.did("recvfrom", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.2", 53, "10.0.0.1", 5353))
    told = story.told()
    for number in (done, back):
        assert told.fd(number)["name"] == "10.0.0.1:5353->10.0.0.2:53"
        assert told.fd(number)["role"] == CLIENT


def test_who_receives_first_is_the_server() -> None:
    story = Story()
    made(story, kind=UDP)
    done = story.did("recvfrom", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.2", 6000, "10.0.0.1", 53))
    back = story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.1", 53, "10.0.0.2", 6000))
    told = story.told()
    for number in (done, back):
        assert told.fd(number)["name"] == "10.0.0.2:6000->10.0.0.1:53"
        assert told.fd(number)["role"] == SERVER


def test_an_answer_of_a_server_names_the_client_first() -> None:
    story = Story()
    made(story, kind=UDP)
    story.did("bind", res=0, fd=3, addr=address_of("10.0.0.1", 53))
    done = story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.1", 53, "10.0.0.7", 7000))
    assert story.told().fd(done)["name"] == "10.0.0.7:7000->10.0.0.1:53"


def test_each_peer_of_an_unconnected_socket_is_a_version() -> None:
    story = Story()
    made(story, kind=UDP)
    sent = [
        story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("10.0.0.1", 5353, f"10.0.0.{peer}", 53))
        for peer in (2, 3)
    ]
    told = story.told()
    assert [told.fd(one)["name"] for one in sent] == ["10.0.0.1:5353->10.0.0.2:53", "10.0.0.1:5353->10.0.0.3:53"]


def test_a_send_on_an_unknown_descriptor_must_be_by_udp() -> None:
    story = Story()
    done = story.did("sendto", res=4, fd=9, size=4, tuple=tuple_of("10.0.0.1", 5353, "10.0.0.2", 53))
    row = story.told().fd(done)
    assert (row["name"], row["l4proto"], row["origin"]) == ("10.0.0.1:5353->10.0.0.2:53", 2, 4)


def test_a_send_from_any_address_came_from_the_interface_that_reaches_the_peer() -> None:
    story = Story(others=[ETH0])
    made(story, kind=UDP)
    done = story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("0.0.0.0", 5353, "10.0.0.2", 53))
    told = story.told()
    assert told.fd(done)["name"] == "10.0.0.1:5353->10.0.0.2:53"
    assert told.fd(done)["client_is_local"] is True


def test_a_tcp_connection_keeps_its_name_whatever_is_sent() -> None:
    story = Story()
    made(story)
    story.did("connect", res=0, fd=3, tuple=tuple_of("10.0.0.1", 4000, "1.2.3.4", 443))
    done = story.did("sendto", res=4, fd=3, size=4, tuple=tuple_of("9.9.9.9", 9, "8.8.8.8", 8))
    assert story.told().fd(done)["name"] == "10.0.0.1:4000->1.2.3.4:443"


def test_mapped_addresses_are_ipv4() -> None:
    story = Story()
    made(story, domain=INET6)
    tuple_ = tuple_of("::ffff:10.0.0.1", 4000, "::ffff:1.2.3.4", 443)
    done = story.did("connect", res=0, fd=3, tuple=tuple_)
    told = story.told()
    assert told.fd_type(done) == "ipv4"
    assert told.fd(done)["name"] == "10.0.0.1:4000->1.2.3.4:443"


@pytest.mark.parametrize("address", ["::1", "2001:db8::1", "fe80::1:0:0:1", "::", "1:2:3:4:5:6:7:8", "::1.2.3.4"])
def test_ipv6_addresses_are_written_as_everybody_writes_them(address: str) -> None:
    story = Story()
    made(story, domain=INET6)
    done = story.did("connect", res=0, fd=3, tuple=tuple_of("2001:db8::9", 1, address, 2))
    told = story.told()
    assert told.fd_type(done) == "ipv6"
    assert told.fd(done)["name"] == f"2001:db8::9:1->{address}:2"


def test_a_unix_connection_is_named_by_its_ends_and_its_path() -> None:
    story = Story()
    made(story, domain=UNIX)
    done = story.did("connect", res=0, fd=3, tuple=unix_tuple(0xFFFF888812345678, 0, b"/run/docker.sock"))
    told = story.told()
    assert told.fd_type(done) == "unix"
    assert told.fd(done)["name"] == "ffff888812345678->0 /run/docker.sock"
    assert told.fd(done)["role"] == CLIENT


def test_a_netlink_socket_is_one() -> None:
    story = Story()
    done = made(story, domain=NETLINK, kind=3)
    assert story.told().fd_type(done) == "netlink"


def test_a_failed_socket_is_none() -> None:
    story = Story()
    done = made(story, fd=-13)
    assert story.told().fd(done) == {}


def listed(fd: int, kind: int, **ends: object) -> DescriptorEntry:
    return DescriptorEntry(tid=SHELL, fd=fd, ino=fd, kind=kind, l4proto=2, **ends)  # type: ignore[arg-type]


def test_of_listed_connections_those_on_a_listening_port_serve() -> None:
    story = Story(
        [process(INIT, 0, b"init"), process(SHELL)],
        [
            listed(3, 5, source_address=bytes(4), source_port=80),
            listed(4, 3, source_address=b"\n\0\0\1", source_port=80, target_address=b"\n\0\0\2", target_port=9000),
            listed(5, 3, source_address=b"\n\0\0\1", source_port=8000, target_address=b"\n\0\0\3", target_port=443),
        ],
    )
    listening, serving, asking = (story.touched(fd) for fd in (3, 4, 5))
    told = story.told()
    assert (told.fd(listening)["name"], told.fd(listening)["role"]) == ("0.0.0.0:80", SERVER)
    assert (told.fd(serving)["name"], told.fd(serving)["role"]) == ("10.0.0.2:9000->10.0.0.1:80", SERVER)
    assert (told.fd(asking)["name"], told.fd(asking)["role"]) == ("10.0.0.1:8000->10.0.0.3:443", CLIENT)
