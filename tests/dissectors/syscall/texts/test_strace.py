"""strace's text becomes system calls: halves join, children follow their clone, and what it does not tell is absent."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.opened import opened
from thresher.capture.case import open_case
from thresher.capture.errors import UnreadableError
from thresher.capture.model import Damage, EventFlag
from thresher.dissectors.syscall.texts import strace_values as values
from thresher.dissectors.syscall.texts.blocks import text_of
from thresher.dissectors.syscall.texts.strace import Strace

STORY = r"""
100 1700000000.000100 execve("/usr/bin/sh", ["sh", "-c", "nc\x20a\n"], 0x7ffd /* 20 vars */) = 0 <0.000200>
100 1700000000.001000 openat(AT_FDCWD</srv/app>, "conf", O_RDONLY|O_CLOEXEC) = 3</srv/app/conf> <0.000010>
100 1700000000.002000 read(3</srv/app/conf>, "a=1\nb\33"..., 4096) = 6 <0.000005>
100 1700000000.003000 read(7</etc/passwd>, "root", 4) = 4 <0.000005>
100 1700000000.004000 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>
101 1700000000.004500 close(3</srv/app/conf>) = 0 <0.000002>
100 1700000000.005000 <... clone resumed>, child_tidptr=0x7f) = 101 <0.000900>
101 1700000000.006000 execve("/usr/bin/nc", ["nc", "a"], 0x7ffd /* 20 vars */) = 0 <0.000100>
101 1700000000.007000 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 4<TCP:[77]> <0.000010>
101 1700000000.0080 connect(4<TCP:[77]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = 0
101 1700000000.020000 sendto(4<TCP:[10.0.0.1:5->1.2.3.4:80]>, "GET /", 5, 0, NULL, 0) = 5 <0.000010>
101 1700000000.021000 access("/nope", R_OK) = -1 ENOENT (No such file or directory) <0.000003>
101 1700000000.022000 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=100, si_uid=0} ---
101 1700000000.023000 +++ killed by SIGTERM +++
100 1700000000.024000 exit_group(0) = ?
100 1700000000.025000 +++ exited with 0 +++
"""


def store_of(tmp_path: Path, text: str | bytes):
    path = tmp_path / "trace"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return opened(path, cache=False)


def ask(store, sql: str):
    return store.cursor().execute(sql).fetchall()


SHOWN = (
    "FROM events e JOIN event_types t USING (type_id) LEFT JOIN processes p USING (proc_id) "
    "LEFT JOIN fds f USING (fd_id)"
)
VISIBLE = f"(e.flags & {int(EventFlag.INTERNAL)}) = 0"


@pytest.fixture
def story(tmp_path):
    with_store = store_of(tmp_path, STORY)
    yield with_store
    with_store.close()


def test_every_line_is_one_event_of_its_call(story):
    others = "('procexit', 'signaldeliver')"
    told = ask(story, f"SELECT t.name {SHOWN} WHERE {VISIBLE} AND t.name NOT IN {others}")
    walked = [
        re.split(r"[( ]", line.split(" ", 2)[2].removeprefix("<... "))[0]
        for line in STORY.strip().split("\n")
        if "unfinished" not in line and " --- " not in line and "+++" not in line
    ]
    assert sorted(name for (name,) in told) == sorted(walked)


def test_duration_is_latency_and_exit_is_enter_plus_it(story):
    (row,) = ask(story, f"SELECT e.time_ns, e.latency_ns {SHOWN} WHERE t.name = 'openat'")
    assert row == (1700000000_001010000, 10_000)


def test_halves_of_a_call_join(story):
    (row,) = ask(story, f"SELECT e.res, e.latency_ns {SHOWN} WHERE t.name = 'clone' AND e.tid = 100")
    assert row == (101, 900_000)


def test_a_child_that_runs_before_its_clone_returns_has_its_parent_and_what_it_inherits(story):
    (row,) = ask(story, f"SELECT p.pid, p.ppid, p.name, f.name {SHOWN} WHERE t.name = 'close' AND e.tid = 101")
    assert row == (101, 100, "sh", "/srv/app/conf")


def test_decorations_tell_descriptors_and_folder_from_before(story):
    rows = ask(story, f"SELECT f.name, p.cwd {SHOWN} WHERE t.name = 'read' ORDER BY e.evt_num")
    assert rows == [("/srv/app/conf", "/srv/app/"), ("/etc/passwd", "/srv/app/")]


def test_one_socket_is_one_open_file_before_and_after_it_has_ends(story):
    calls = "('socket', 'sendto')"
    rows = ask(story, f"SELECT t.name, f.name, f.open_id {SHOWN} WHERE t.name IN {calls} ORDER BY e.evt_num")
    assert rows[1][1] == "10.0.0.1:5->1.2.3.4:80"
    assert rows[0][2] == rows[1][2]


def test_what_strace_does_not_tell_is_absent(story):
    absent = "uid gid loginuid sid vpgid pgid tty vpid exepath container_id cap_effective exe_flags user_name fdlimit"
    for column in absent.split():
        assert ask(story, f"SELECT count({column}) FROM processes") == [(0,)], column
    assert ask(story, "SELECT count(cpu) FROM events") == [(0,)]
    assert ask(story, "SELECT ppid FROM processes WHERE pid = 100 AND ppid IS NOT NULL") == []
    assert ask(story, "SELECT count(*) FROM containers") == [(0,)]


def test_numbers_of_all_threads_and_descriptors_are_absent(tmp_path):
    path = tmp_path / "trace"
    path.write_text(STORY)
    with open_case([str(path)], cache=False, background=False) as case:
        names = ["proc.fdopencount", "proc.nthreads", "proc.nchilds", "proc.is_exe_writable", "thread.cap_effective"]
        assert {row for rows in case.iterate(case.select(""), names) for row in rows} == {(None,) * len(names)}


def test_errors_signals_and_ends_are_told(story):
    assert ask(story, f"SELECT e.res {SHOWN} WHERE t.name = 'access'") == [(-2,)]
    assert ask(story, f"SELECT count(*) {SHOWN} WHERE t.name IN ('signaldeliver', 'procexit')") == [(3,)]
    assert ask(story, "SELECT count(*) FROM process_ends WHERE reason = 1") != [(0,)]


def test_the_line_is_among_the_bytes_of_its_event(story):
    (row,) = ask(story, f"SELECT e.num {SHOWN} WHERE t.name = 'access'")
    (event,) = story.raw([row[0]])
    title, data = story.dissector.sources(event)[-1].title, story.dissector.sources(event)[-1].data
    line = next(number for number, line in enumerate(STORY.split("\n"), 1) if "access" in line)
    assert (title, data.decode()) == (f"Line {line}", STORY.split("\n")[line - 1])


def test_lines_that_do_not_parse_are_counted_with_number_and_reason(tmp_path):
    store = store_of(tmp_path, STORY + "100 1700000001.0 open(\nnonsense\n100 1700000001.0 <... read resumed>) = 0\n")
    damage = store.facts().damage
    assert [found.what.split(":")[0] for found in damage] == ["line 18", "line 19", "line 20"]
    accounting = store.facts().accounting
    assert accounting.damaged_bytes == sum(found.length + 1 for found in damage)
    assert accounting.event_bytes + accounting.state_bytes + accounting.damaged_bytes == store.facts().inflated_bytes
    store.close()


def test_lines_without_a_thread_are_whose_own_calls_say(tmp_path):
    text = (
        '1700000000.1 execve("/bin/x", ["x"], 0x1 /* 1 var */) = 0\n'
        "1700000000.2 set_tid_address(0x7f) = 55\n"
        "1700000000.3 fork(strace: Process 56 attached\n"
        ") = 56\n"
        "[pid    56] 1700000000.4 getpid() = 56\n"
        "[pid    55] 1700000000.5 getppid() = 1\n"
        "[pid    56] 1700000000.6 +++ exited with 0 +++\n"
        "1700000000.7 getpid() = 55\n"
    )
    store = store_of(tmp_path, text)
    assert ask(store, "SELECT DISTINCT tid FROM events ORDER BY 1") == [(55,), (56,)]
    assert store.facts().damage == ()
    store.close()


def test_times_of_a_day_are_refused_with_what_to_do(tmp_path):
    with pytest.raises(UnreadableError, match="-ttt"):
        store_of(tmp_path, "100 12:00:00.5 getpid() = 100\n" * 3)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (rb'"a\n\t\"\\"', b'a\n\t"\\'),
        (rb'"\x41\101\0"', b"AA\0"),
        (rb'"\33[0m"...', b"\x1b[0m"),
        (b"0x7ffd", None),
        (b'"open', None),
    ],
)
def test_string_parses_to(printed, meant):
    assert values.string(printed) == meant


def test_commas_in_strings_structures_and_decorations_do_not_split():
    text = rb'3<TCP:[[::1]:5->[::1]:80]>, "a,b)", {x=1, y={z=2}}, [1, 2], 4</a,b<char 1:3>>, 1<<12, F /* a, b */) = 0'
    parts = values.split(text)
    assert len(parts.items) == 7
    assert text[parts.end :] == b") = 0"


class Given:
    """A stream of bytes in pieces."""

    path = "given"

    def __init__(self, data: bytes, pieces: int = 1) -> None:
        self._data, self._size = data, max(1, len(data) // pieces)

    def chunks(self):
        for start in range(0, len(self._data), self._size):
            yield self._data[start : start + self._size]


def translated(data: bytes, pieces: int = 1) -> tuple[bytes, list[Damage]]:
    try:
        translation = Strace().translate(Given(data, pieces))
    except UnreadableError:
        return b"", []
    made = b"".join(translation.chunks())
    accounted = translation.accounting
    total = accounted.event_bytes + accounted.state_bytes + accounted.damaged_bytes
    assert total == len(data)
    return made, translation.damage


def blocks_of(made: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(made):
        length = int.from_bytes(made[at + 4 : at + 8], "little")
        assert made[at + length - 4 : at + length] == made[at + 4 : at + 8]
        found.append(made[at : at + length])
        at += length
    return found


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2**32))
def test_any_text_becomes_whole_blocks_and_every_byte_is_accounted_for(noise, seed):
    chosen = random.Random(seed)
    data = bytearray(STORY.encode())
    for _ in range(chosen.randrange(12)):
        at = chosen.randrange(len(data))
        data[at : at + chosen.randrange(30)] = noise[: chosen.randrange(40)]
    blocks_of(translated(bytes(data))[0])
    blocks_of(translated(noise)[0])


def test_blocks_do_not_depend_on_the_pieces_the_text_comes_in():
    whole = translated(STORY.encode())[0]
    assert all(translated(STORY.encode(), pieces)[0] == whole for pieces in (2, 7, 100))


def test_every_event_block_says_which_line_it_is_from():
    lines = [text.line for block in blocks_of(translated(STORY.encode())[0]) if (text := text_of(block))]
    assert all(first <= second or second == 6 for first, second in pairwise(lines))
