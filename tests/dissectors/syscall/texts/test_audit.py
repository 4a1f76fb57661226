"""Linux audit records become system calls of processes whose identity every event tells; the rest is absent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.opened import opened
from thresher.capture.errors import UnreadableError
from thresher.dissectors.syscall.texts.audit import Audit
from thresher.dissectors.syscall.texts.audit_records import NoRecord, arguments, read_record

WHO = "auid=1001 uid=1001 gid=1001 euid={euid} suid=0 fsuid=0 egid=1001 sgid=1001 fsgid=1001 tty=pts0 ses=3"
SUDO = WHO.format(euid=0) + ' comm="sudo" exe="/usr/bin/sudo" key=(null)'
CAT = WHO.format(euid=0) + ' comm="cat" exe="/usr/bin/cat" key="net"'


def syscall(
    serial: int, number: int, rest: str, who: str, arch: str = "c000003e", pid: int = 1000, ppid: int = 900
) -> str:
    head = f"type=SYSCALL msg=audit(170000000{serial % 10}.100:{serial}): arch={arch} syscall={number} {rest}"
    return f"{head} items=0 ppid={ppid} pid={pid} {who}\n"


def of(kind: str, serial: int, rest: str) -> str:
    return f"type={kind} msg=audit(170000000{serial % 10}.100:{serial}): {rest}\n"


STORY = (
    syscall(1, 59, "success=yes exit=0 a0=1 a1=2 a2=3 a3=8", SUDO)
    + of("EXECVE", 1, 'argc=3 a0="sudo" a1="cat" a2=2F6574632F736861646F77')
    + of("CWD", 1, 'cwd="/home/bob"')
    + of("PATH", 1, 'item=0 name="/usr/bin/sudo" inode=77 dev=fd:01 nametype=NORMAL')
    + syscall(2, 257, "success=yes exit=4 a0=ffffff9c a1=1 a2=80241 a3=1b6", SUDO)
    + syscall(3, 56, "success=yes exit=1002 a0=1200011 a1=0 a2=0 a3=0", SUDO)
    + of("CWD", 2, 'cwd="/home/bob"')
    + of("PATH", 2, 'item=0 name="/home/bob/" inode=1 dev=fd:01 nametype=PARENT')
    + of("PATH", 2, "item=1 name=6E6577206F6E65 inode=2 dev=fd:01 nametype=CREATE")
    + syscall(4, 42, "success=yes exit=0 a0=3 a1=7f a2=10 a3=0", CAT, pid=1002, ppid=1000)
    + of("SOCKADDR", 4, "saddr=02000050010203040000000000000000")
    + syscall(5, 56, "success=no exit=-2 a0=ffffff9c a1=7f a2=0 a3=99", CAT, arch="c00000b7", pid=1002, ppid=1000)
    + of("PATH", 5, 'item=0 name="gone" nametype=UNKNOWN')
    + syscall(6, 5, "success=yes exit=3 a0=1 a1=2 a2=3 a3=0", CAT, arch="14", pid=1002, ppid=1000)
    + of("USER_LOGIN", 7, "pid=700 uid=0 auid=1001 ses=4 msg='op=login acct=\"bob\" res=success'")
)
SHOWN = (
    "FROM events e JOIN event_types t USING (type_id) LEFT JOIN processes p USING (proc_id) "
    "LEFT JOIN fds f USING (fd_id)"
)


def store_of(tmp_path: Path, text: str):
    path = tmp_path / "audit.log"
    path.write_text(text)
    return opened(path, cache=False)


def ask(store, sql: str):
    return store.cursor().execute(sql).fetchall()


@pytest.fixture
def story(tmp_path):
    made = store_of(tmp_path, STORY)
    yield made
    made.close()


def test_an_exec_has_its_arguments_folder_users_and_executable(story):
    (row,) = ask(
        story,
        f"SELECT p.args, p.cwd, p.uid, p.gid, p.loginuid, p.exepath, p.ppid {SHOWN} "
        "WHERE t.name = 'execve' AND (e.flags & 1) = 0",
    )
    assert row == ("cat /etc/shadow", "/home/bob/", 0, 1001, 1001, "/usr/bin/sudo", 900)


def test_records_of_interleaved_events_are_put_together_by_serial(story):
    (row,) = ask(story, f"SELECT f.name, f.fd, e.res {SHOWN} WHERE t.name = 'openat' AND e.res >= 0")
    assert row == ("/home/bob/new one", 4, 4)


def test_a_child_is_its_parents_and_runs_what_its_own_event_says(story):
    (row,) = ask(story, f"SELECT p.pid, p.ppid, p.name, p.exepath, p.cwd {SHOWN} WHERE t.name = 'connect'")
    assert row == (1002, 1000, "cat", "/usr/bin/cat", "/home/bob/")


def test_calls_of_another_architecture_are_named_by_its_numbers(story):
    assert ask(story, f"SELECT e.res {SHOWN} WHERE t.name = 'openat' AND e.res < 0") == [(-2,)]


def test_calls_of_an_unknown_architecture_are_counted_and_not_named(story):
    assert ask(story, f"SELECT count(*) {SHOWN} WHERE t.name = 'unknown'") == [(1,)]
    assert any("architecture 14" in note for note in story.facts().notes)


def test_other_events_are_rows_with_their_text(story):
    (row,) = ask(story, f"SELECT e.num {SHOWN} WHERE t.name = 'notification'")
    (event,) = story.raw([row[0]])
    assert story.dissector.sources(event)[-1].data.decode() + "\n" == STORY.splitlines(keepends=True)[-1]


def test_what_the_log_does_not_hold_is_absent(story):
    for column in ["tty", "sid", "vpid", "container_id", "cap_effective", "exe_flags", "exe_ino", "fdlimit"]:
        assert ask(story, f"SELECT count({column}) FROM processes") == [(0,)], column
    assert ask(story, "SELECT count(*) FROM processes WHERE exec_ns > 0 AND name = 'cat'") == [(0,)]
    assert ask(story, "SELECT count(cpu) FROM events") == [(0,)]
    assert ask(story, "SELECT count(latency_ns) FROM events") == [(0,)]


def test_bytes_add_up_and_lines_that_are_no_records_are_shown(tmp_path):
    store = store_of(tmp_path, STORY + "garbage\nnode=other " + STORY.splitlines()[-1] + "\n")
    facts = store.facts()
    assert [found.what.split(":")[0] for found in facts.damage] == ["line 16", "line 17"]
    sums = facts.accounting
    assert sums.event_bytes + sums.state_bytes + sums.damaged_bytes == facts.inflated_bytes
    store.close()


def test_a_parent_that_changed_is_the_new_one(tmp_path):
    text = "".join(syscall(n, 62, f"success=yes exit=0 a0={n} a1=9", SUDO, ppid=ppid) for n, ppid in ((1, 900), (2, 1)))
    store = store_of(tmp_path, text)
    assert ask(store, f"SELECT p.ppid {SHOWN} WHERE t.name = 'kill' ORDER BY e.evt_num") == [(900,), (1,)]
    store.close()


def test_interpreted_output_is_refused_with_what_to_do(tmp_path):
    line = "type=SYSCALL msg=audit(01/02/26 10:00:00.123:45) : arch=x86_64 syscall=openat success=yes\n"
    with pytest.raises(UnreadableError, match="--raw"):
        store_of(tmp_path, line * 3)


def test_arguments_in_pieces_join_and_missing_ones_are_not_made_up():
    def execve(rest: str):
        return read_record(f"type=EXECVE msg=audit(1.000:1): {rest}".encode())

    assert arguments([execve('argc=2 a0="x" a1_len=6 a1[0]=6162 a1[1]=63')]) == [b"x", b"abc"]
    assert arguments([execve('argc=3 a0="x"'), execve('a1="y" a2="z"')]) == [b"x", b"y", b"z"]
    assert arguments([execve('argc=3 a0="x" a2="z"')]) is None


def test_enriched_words_are_apart_from_the_kernels_fields():
    record = read_record(b'type=SYSCALL msg=audit(1.000:1): arch=c000003e uid=0\x1dARCH=x86_64 UID="root"')
    assert (record.number("uid"), record.words[b"UID"]) == (0, b'"root"')


@pytest.mark.parametrize("line", [b"", b"type=SYSCALL", b"type=SYSCALL msg=audit(1.0:1): x=1", b"\xff" * 40])
def test_read_record_rejects(line):
    with pytest.raises(NoRecord):
        read_record(line)


class Given:
    path = "given"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def chunks(self):
        for start in range(0, len(self._data), 97):
            yield self._data[start : start + 97]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**32))
def test_any_text_becomes_whole_blocks_and_every_byte_is_accounted_for(noise, seed):
    chosen = random.Random(seed)
    data = bytearray(STORY.encode())
    for _ in range(chosen.randrange(12)):
        at = chosen.randrange(len(data))
        data[at : at + chosen.randrange(30)] = noise[: chosen.randrange(40)]
    for text in (bytes(data), noise):
        try:
            translation = Audit().translate(Given(text))
        except UnreadableError:
            continue
        made, at = b"".join(translation.chunks()), 0
        while at < len(made):
            length = int.from_bytes(made[at + 4 : at + 8], "little")
            assert made[at + length - 4 : at + length] == made[at + 4 : at + 8]
            at += length
        sums = translation.accounting
        assert sums.event_bytes + sums.state_bytes + sums.damaged_bytes == len(text)
