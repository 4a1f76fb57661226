"""Calls that scap knows by name only have the arguments and results that their text prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from thresher.capture.case import Case, open_case

STRACE = r"""
100 1700000000.000100 statx(AT_FDCWD</srv>, "a,b", AT_STATX_SYNC_AS_STAT, 0, {stx_size=3, ...}) = 0 <0.000200>
100 1700000000.001000 getxattr("/srv/a", "user.x", <unfinished ...>
101 1700000000.001500 statx(AT_FDCWD</srv>, "none", 0, 0, 0x7ffd) = -1 ENOENT (No such file or directory) <0.000020>
100 1700000000.002000 <... getxattr resumed>0x7ffd, 16) = -1 EPERM (Operation not permitted) <0.001000>
100 1700000000.003000 getpid() = 100 <0.000020>
100 1700000000.004000 exit_group(0) = ?
"""
AUDIT = """\
type=SYSCALL msg=audit(1700000000.000:7): arch=c000003e syscall=191 success=no exit=-1 a0=7f a1=0 a2=1 a3=2 items=1 \
ppid=1 pid=50 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 ses=1 comm="x" exe="/x" key=(null)
type=PATH msg=audit(1700000000.000:7): item=0 name="/srv/a" inode=1 dev=08:01 mode=0100644 ouid=0 ogid=0 nametype=NORMAL
type=EOE msg=audit(1700000000.000:7):
"""


def lines(case: Case) -> list[tuple[object, ...]]:
    return [row for batch in case.iterate(case.select(""), ["evt.type", "evt.args"]) for row in batch]


def story(folder: Path, text: str) -> Case:
    path = folder / "text"
    path.write_text(text)
    case = open_case([str(path)], cache=False)
    case.wait()
    return case


@pytest.fixture
def strace(tmp_path: Path):
    with story(tmp_path, STRACE) as case:
        yield case


def test_they_are_shown_with_results(strace: Case) -> None:
    shown = [
        ("statx", 'AT_FDCWD</srv>, "a,b", AT_STATX_SYNC_AS_STAT, 0, {stx_size=3, ...} = 0'),
        ("statx", 'AT_FDCWD</srv>, "none", 0, 0, 0x7ffd = -2(ENOENT)'),
        ("getxattr", '"/srv/a", "user.x", 0x7ffd, 16 = -1(EPERM)'),
        ("getpid", "= 100"),
        ("exit_group", "0 = ?"),
    ]
    assert sorted(lines(strace), key=str) == sorted(shown, key=str)


@pytest.mark.parametrize(
    ("text", "count"), [('evt.args contains "/srv/a"', 1), ('evt.type == statx and evt.args contains "ENOENT"', 1)]
)
def test_filters_find_them(strace: Case, text: str, count: int) -> None:
    assert len(strace.select(text)) == count


def test_the_audit_log_tells_registers_and_paths(tmp_path: Path) -> None:
    with story(tmp_path, AUDIT) as case:
        assert lines(case) == [("getxattr", "a0=7f a1=0 a2=1 a3=2 exit=-1 name=/srv/a")]
