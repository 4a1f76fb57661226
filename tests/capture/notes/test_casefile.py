"""A case file keeps notes by hash, loses none to another process, and never writes over what it cannot read."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from thresher.capture.errors import ThresherError, UnreadableError, UsageError
from thresher.capture.notes import CaseFile, Change, Evidence, Note

A, B = "a" * 64, "b" * 64
EVIDENCE = {each: Evidence(each, f"/evidence/{each[:1]}.scap", "syscall") for each in (A, B)}

WRITER = """
import sys
from pathlib import Path
from thresher.capture.notes import CaseFile, Change, Evidence
file, name = CaseFile(Path(sys.argv[1])), sys.argv[2]
evidence = {"a" * 64: Evidence("a" * 64, "/a.scap", "syscall")}
for number in range(1, 21):
    file.change(evidence, [("a" * 64, number)], Change(add_tags=(name,)), {})
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "notes.case"


@pytest.fixture
def file(path: Path) -> CaseFile:
    return CaseFile(path)


def write(file: CaseFile, change: Change, *events: tuple[str, int]) -> None:
    file.change(EVIDENCE, events, change, {})


def test_it_is_made_for_the_user_alone(file: CaseFile, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_note_is_there_again_when_it_is_opened_anew(file: CaseFile, path: Path) -> None:
    write(file, Change(marked=True, comment="C2", add_tags=("b", "a"), is_reference=True, ignored=True), (A, 7))
    file.close()
    assert CaseFile(path).notes([A]) == {(A, 7): Note(True, "C2", ("a", "b"), True, True)}


def test_a_note_belongs_to_one_hash(file: CaseFile) -> None:
    write(file, Change(marked=True), (A, 7))
    assert file.notes([B]) == {}


def test_what_a_change_does_not_name_stays(file: CaseFile) -> None:
    write(file, Change(comment="first", add_tags=("x",)), (A, 1))
    write(file, Change(marked=True), (A, 1))
    assert file.notes([A])[A, 1] == Note(marked=True, comment="first", tags=("x",))


def test_what_is_taken_away_is_gone(file: CaseFile) -> None:
    write(file, Change(marked=True, comment="x", add_tags=("x", "y")), (A, 1))
    write(file, Change(marked=False, comment="", remove_tags=("x",)), (A, 1))
    assert file.notes([A])[A, 1] == Note(tags=("y",))


def test_a_comment_is_any_text(file: CaseFile) -> None:
    text = "it's \"quoted\"\n\x1b[31m\N{SNOWMAN}'); DROP TABLE notes; --"
    write(file, Change(comment=text), (A, 1))
    assert file.notes([A])[A, 1].comment == text


@pytest.mark.parametrize("tag", ["", " ", "a\nb", "\x1b[31m", "x" * 201])
def test_rejects_what_is_no_tag(file: CaseFile, tag: str) -> None:
    with pytest.raises(UsageError, match="a tag is"):
        write(file, Change(add_tags=(tag,)), (A, 1))
    assert file.notes([A]) == {}


def test_two_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("one", "two")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    file = CaseFile(path)
    assert file.notes([A]) == {(A, number): Note(tags=("one", "two")) for number in range(1, 21)}
    assert len(file.journal()) == 40
    assert file.first_broken() is None


def test_another_process_change_is_noticed(file: CaseFile, path: Path) -> None:
    before = file.revision()
    assert file.revision() == before
    write(CaseFile(path), Change(marked=True), (A, 1))
    assert file.revision() != before


def test_a_change_and_its_entry_in_the_journal_are_written_together(file: CaseFile) -> None:
    with pytest.raises(KeyError):
        write(file, Change(marked=True), (A, 1), ("c" * 64, 1))
    assert file.notes([A]) == {}
    assert file.journal() == []


@pytest.mark.parametrize(
    "content", [b"\x0a\x0d\x0d\x0a a capture", b"SQLite format 3\x00 and then nothing that fits" * 90]
)
def test_a_file_that_is_none_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.scap"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=r"shop\.scap: .*nothing was written to it.*--no-case"):
        CaseFile(path)
    assert path.read_bytes() == content


def test_a_damaged_file_is_refused_and_stays_as_it_is(file: CaseFile, path: Path) -> None:
    for number in range(300):
        write(file, Change(comment="x" * 40), (A, number))
    file.close()
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match="damaged"):
        CaseFile(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE urls (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(UnreadableError, match="is no case file"):
        CaseFile(path)
    assert path.read_bytes() == before


def test_a_later_versions_file_is_refused(file: CaseFile, path: Path) -> None:
    file.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(UnreadableError, match="later Thresher"):
        CaseFile(path)


def test_the_journal_cannot_be_changed(file: CaseFile, path: Path) -> None:
    file.log("open", {"capture": "a.scap"})
    with sqlite3.connect(path) as other:
        for statement in ("UPDATE journal SET what = 'x'", "DELETE FROM journal"):
            with pytest.raises(sqlite3.IntegrityError, match="the journal stays"):
                other.execute(statement)


@pytest.mark.parametrize(
    ("tampering", "entry"),
    [
        ("UPDATE journal SET said = replace(said, 'curl', 'wget') WHERE entry = 2", 2),
        ("DELETE FROM journal WHERE entry = 1", 1),
        ("UPDATE journal SET entry = 9 WHERE entry = 3", 3),
    ],
)
def test_an_entry_that_was_changed_all_the_same_shows(file: CaseFile, path: Path, tampering: str, entry: int) -> None:
    for text in ("open", "curl", "last"):
        file.log("filter", {"filter": text})
    assert file.first_broken() is None
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER journal_stays")
        other.execute("DROP TRIGGER journal_keeps")
        other.execute(tampering)
    assert file.first_broken() == entry


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ThresherError, match=r"file/notes\.case: cannot be written"):
        CaseFile(tmp_path / "file" / "notes.case")
