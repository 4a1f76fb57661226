"""Connections in texts: the end that a line names is there, the one it does not is absent, and local is not remote."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.case import open_case

PEER = '{sa_family=AF_INET, sin_port=htons(%d), sin_addr=inet_addr("%s")}, 16'
STRACE = [
    '100 1700000000.1 execve("/usr/bin/curl", ["curl"], 0x7ffd /* 10 vars */) = 0 <0.0003>',
    "100 1700000000.2 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[111]> <0.00002>",
    f"100 1700000000.3 connect(3<TCP:[111]>, {PEER % (80, '1.2.3.4')}) = 0 <0.01>",
    '100 1700000000.4 write(3<TCP:[10.0.0.5:40000->1.2.3.4:80]>, "GET /", 5) = 5 <0.00003>',
    "100 1700000000.5 accept4(7<TCP:[0.0.0.0:80]>, NULL, NULL, 0) = 8<TCP:[10.0.0.5:80->9.9.9.9:5555]> <0.00003>",
    f"100 1700000000.6 accept(7, {PEER.replace('16', '[16]') % (5556, '9.9.9.8')}) = 9 <0.00003>",
    "100 1700000000.7 socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) = 5<UDP:[113]> <0.00002>",
    f'100 1700000000.8 sendto(5<UDP:[113]>, "x", 1, 0, {PEER % (53, "8.8.8.8")}) = 1 <0.00003>',
]
WHO = 'ppid=1 pid=700 auid=1001 uid=0 euid=0 gid=0 egid=0 comm="nc" exe="/usr/bin/nc"'
AUDIT = [
    f"type=SYSCALL msg=audit(1700000001.100:1): arch=c000003e syscall=42 success=yes exit=0 a0=6 a1=1 a2=10 {WHO}",
    "type=SOCKADDR msg=audit(1700000001.100:1): saddr=0200115C060606060000000000000000",
    f"type=SYSCALL msg=audit(1700000002.100:2): arch=c000003e syscall=43 success=yes exit=5 a0=3 a1=1 a2=2 {WHO}",
    "type=SOCKADDR msg=audit(1700000002.100:2): saddr=0200E31C4853E6640000000000000000",
    f"type=SYSCALL msg=audit(1700000003.100:3): arch=c000003e syscall=1 success=yes exit=9 a0=6 a1=1 a2=9 {WHO}",
]
FIELDS = ("evt.type", "fd.name", "fd.rip", "fd.rport", "fd.lip", "fd.lport", "fd.cip", "fd.l4proto")


def rows(tmp_path: Path, lines: list[str], *types: str) -> list[tuple[object, ...]]:
    path = tmp_path / "text"
    path.write_text("\n".join(lines) + "\n")
    with open_case([str(path)], cache=False) as case:
        case.wait()
        wanted = case.select(f"evt.type in ({', '.join(types)}) and fd.rip exists")
        return [tuple(row) for batch in case.iterate(wanted, FIELDS) for row in batch]


@pytest.mark.parametrize(
    ("call", "row"),
    [
        ("connect", ("0.0.0.0:0->1.2.3.4:80", "1.2.3.4", 80, None, None, None, "tcp")),
        ("write", ("10.0.0.5:40000->1.2.3.4:80", "1.2.3.4", 80, "10.0.0.5", 40000, "10.0.0.5", "tcp")),
        ("accept4", ("9.9.9.9:5555->10.0.0.5:80", "9.9.9.9", 5555, "10.0.0.5", 80, "9.9.9.9", "tcp")),
        ("accept", ("9.9.9.8:5556->0.0.0.0:0", "9.9.9.8", 5556, None, None, "9.9.9.8", "tcp")),
        ("sendto", ("0.0.0.0:0->8.8.8.8:53", "8.8.8.8", 53, None, None, None, "udp")),
    ],
)
def test_strace_tells_the_remote_end_from_the_own_one(tmp_path: Path, call: str, row: tuple[object, ...]) -> None:
    assert rows(tmp_path, STRACE, call) == [(call, *row)]


def test_an_audit_log_names_whom_a_connect_went_to_and_whom_an_accept_was_from(tmp_path: Path) -> None:
    assert rows(tmp_path, AUDIT, "connect", "accept") == [
        ("connect", "0.0.0.0:0->6.6.6.6:4444", "6.6.6.6", 4444, None, None, None, None),
        ("accept", "72.83.230.100:58140->0.0.0.0:0", "72.83.230.100", 58140, None, None, "72.83.230.100", "tcp"),
    ]


def test_later_calls_on_a_descriptor_of_an_audit_log_have_the_ends_of_its_connect(tmp_path: Path) -> None:
    assert [row[2:4] for row in rows(tmp_path, AUDIT, "write")] == [("6.6.6.6", 4444)]
