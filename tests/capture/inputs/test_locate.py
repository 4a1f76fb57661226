"""What the user names becomes one input set a store, decided by content, and nothing is passed over silently."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.builders.fake_dissectors import capture, record
from thresher.capture.errors import UnreadableError
from thresher.capture.inputs.locate import InputSet, locate

pytestmark = pytest.mark.usefixtures("fake_plugins")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.json").write_bytes(record(1))
    (tmp_path / "deep" / "a.log").write_bytes(gzip.compress(record(2)))
    (tmp_path / "deep" / "er" / "capture.txt").write_bytes(capture(3))
    (tmp_path / "notes.md").write_bytes(b"# notes")
    (tmp_path / "empty").touch()
    return tmp_path


def names(inputs: InputSet) -> list[str]:
    return [Path(file.path).name for file in inputs.files]


def test_a_file_is_one_set(folder: Path) -> None:
    (found,) = locate([str(folder / "b.json")])
    assert (found.spec, names(found), found.size) == (str(folder / "b.json"), ["b.json"], len(record(1)))


def test_the_captures_of_a_folder_are_sets_of_their_own_and_its_logs_are_one(folder: Path) -> None:
    found = locate([str(folder)])
    assert [names(each) for each in found] == [["capture.txt"], ["b.json", "a.log"]]


def test_files_in_no_known_format_are_named_with_the_reason(folder: Path) -> None:
    found = locate([str(folder)])
    skipped = {Path(each.path).name: each.why for inputs in found for each in inputs.skipped}
    assert skipped == {"notes.md": "is in no known format", "empty": "is empty"}


def test_links_are_not_followed(folder: Path) -> None:
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    skipped = {Path(each.path).name: each.why for inputs in locate([str(folder)]) for each in inputs.skipped}
    assert (skipped["link"], skipped["loop"]) == ("is a symbolic link", "is a symbolic link")


def test_a_pipe_in_a_folder_does_not_block(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    skipped = {Path(each.path).name: each.why for inputs in locate([str(folder)]) for each in inputs.skipped}
    assert skipped["pipe"] == "is not a regular file"


def test_a_pattern_finds_files_and_folders_once_each(folder: Path) -> None:
    (found,) = locate([str(folder / "**" / "*.*og")])
    assert names(found) == ["a.log"]
    captures, logs = locate([str(folder / "*")])
    assert (names(captures), sorted(names(logs))) == (["capture.txt"], ["a.log", "b.json"])


def test_each_specification_is_located_by_itself(folder: Path) -> None:
    found = locate([str(folder / "b.json"), str(folder / "deep" / "a.log"), "-"])
    assert [names(each) for each in found] == [["b.json"], ["a.log"], ["-"]]
    assert found[2].files[0].is_pipe


def test_a_path_without_a_file_is_a_missing_file(folder: Path) -> None:
    (found,) = locate([str(folder / "gone.json")])
    assert found.files[0].is_missing


def test_a_name_with_pattern_characters_is_taken_literally_where_it_exists(folder: Path) -> None:
    (folder / "a[1].json").write_bytes(record(1))
    (found,) = locate([str(folder / "a[1].json")])
    assert names(found) == ["a[1].json"]


@pytest.mark.parametrize(
    ("spec", "why"), [("*.nothing", "no file matches"), ("deep/empty", "no files"), ("unknown", "in no known format")]
)
def test_nothing_readable_is_an_error_that_says_why(folder: Path, spec: str, why: str) -> None:
    (folder / "deep" / "empty").mkdir()
    (folder / "unknown").mkdir()
    (folder / "unknown" / "x").write_bytes(b"?")
    with pytest.raises(UnreadableError, match=why):
        locate([str(folder / spec)])
