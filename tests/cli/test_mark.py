"""``mark`` writes notes by number or filter, ``read`` and ``info`` show them, ``case`` prints them and the journal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from thresher.capture.cli.main import main


@pytest.fixture(scope="module")
def sample() -> str:
    return str(Path(__file__).resolve().parents[2] / "samples" / "alerts" / "falco.jsonl")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_notes_are_printed_as_fields(run, sample: str) -> None:
    code, _, said = run("mark", sample, "1", "3", "--comment", "look", "--tag", "c2", "--no-cache")
    assert (code, "noted on 2 events" in said) == (0, True)
    assert run("mark", sample, "3", "--no-cache")[0] == 0
    fields = ["-e", "evt.num", "-e", "frame.marked", "-e", "frame.comment", "-e", "tag"]
    _, out, _ = run("read", "-r", sample, "-T", "json", *fields, "--no-cache", "frame.comment")
    assert json.loads(out) == [
        {"evt.num": 1, "frame.marked": False, "frame.comment": "look", "tag": ["c2"]},
        {"evt.num": 3, "frame.marked": True, "frame.comment": "look", "tag": ["c2"]},
    ]


def test_what_is_removed_is_gone(run, sample: str) -> None:
    run("mark", sample, "1", "--comment", "x", "--tag", "a", "--tag", "b", "--no-cache")
    run("mark", sample, "1", "--remove", "--comment", "", "--tag", "a", "--no-cache")
    _, out, _ = run("case", "show", "-T", "json")
    assert [(each["number"], each["comment"], each["tags"]) for each in json.loads(out)[0]["notes"]] == [(1, "", ["b"])]


def test_ignored_events_are_left_out_and_counted(run, sample: str) -> None:
    _, whole, _ = run("read", "-r", sample, "-T", "fields", "-e", "evt.num", "--no-cache")
    run("mark", sample, "-Y", "evt.num in {1, 2}", "--ignore", "--no-cache")
    _, out, said = run("read", "-r", sample, "-T", "fields", "-e", "evt.num", "--no-cache")
    assert out.split() == whole.split()[2:]
    assert "2 ignored events are left out; the filter frame.ignored shows them" in said
    assert run("read", "-r", sample, "-T", "fields", "-e", "evt.num", "--no-cache", "frame.ignored")[1].split() == [
        "1",
        "2",
    ]


def test_info_counts_notes(run, sample: str) -> None:
    run("mark", sample, "1", "--no-cache")
    assert "Case file:" in run("info", sample, "--no-cache")[1]
    assert json.loads(run("info", sample, "-T", "json", "--no-cache")[1])[0]["noted"]["marked"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("999999",), 4, "there is no event 999999"),
        (("one",), 2, "'one' is no event number"),
        ((), 2, "name events by number"),
        (("-Y", "evt.num == 0"), 4, "0 events match"),
        (("1", "--tag", ""), 2, "a tag is printable text"),
        (("1", "--no-case"), 2, "--case FILE"),
        (("1", "--no-case", "--case", "x"), 2, "contradict"),
    ],
)
def test_rejects_what_cannot_be_noted(run, sample: str, arguments: tuple[str, ...], code: int, message: str) -> None:
    found, _, said = run("mark", sample, *arguments, "--no-cache")
    assert found == code
    assert message in said


def test_the_journal_tells_what_was_opened_filtered_and_written(run, sample: str, tmp_path: Path) -> None:
    file, target = str(tmp_path / "x.case"), tmp_path / "out.json"
    run("read", "-r", sample, "--case", file, "--no-cache", "evt.num < 3")
    run("read", "-r", sample, "--case", file, "--no-cache", "-w", str(target), "evt.num < 3")
    code, out, _ = run("case", "journal", "--case", file, "-T", "json")
    entries = [entry for entry in map(json.loads, out.splitlines()) if entry["what"] != "loaded"]
    assert code == 0
    assert [entry["what"] for entry in entries] == ["open", "filter", "open", "filter", "write"]
    assert (entries[1]["filter"], entries[1]["events"]) == ("evt.num < 3", 2)
    assert (entries[-1]["to"], entries[-1]["events"]) == (str(target), 2)


def test_with_no_case_nothing_is_written(run, sample: str, own_home: Path) -> None:
    assert run("read", "-r", sample, "--no-case", "--no-cache")[0] == 0
    assert not (own_home / "data").exists()


def test_without_an_option_the_users_own_case_file_is_used(run, sample: str, own_home: Path) -> None:
    run("read", "-r", sample, "--no-cache")
    _, out, _ = run("case", "path")
    assert Path(out.strip()).is_relative_to(own_home / "data")
    assert Path(out.strip()).exists()


def test_a_damaged_case_file_is_one_error(run, sample: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.case"
    path.write_bytes(b"no database at all" * 100)
    code, out, said = run("read", "-r", sample, "--case", str(path), "--no-cache")
    assert (code, out) == (3, "")
    assert said.count("thresher: error:") == 1
    assert "nothing was written to it" in said


def test_an_export_holds_everything(run, sample: str) -> None:
    run("mark", sample, "2", "--comment", "x", "--no-cache")
    found = json.loads(run("case", "export")[1])
    assert [note["number"] for capture in found["captures"] for note in capture["notes"]] == [2]
    assert [entry["what"] for entry in found["journal"] if entry["what"] != "loaded"] == ["open", "note"]


def test_notes_are_escaped_for_the_terminal(run, sample: str) -> None:
    run("mark", sample, "2", "--comment", "\x1b[31mred", "--no-cache")
    assert "\x1b" not in run("case", "show")[1]


def test_a_users_own_case_file_that_cannot_be_made_is_done_without_and_said(
    run, sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file, where a folder would be needed")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    code, out, said = run("read", "-r", sample, "-T", "fields", "-e", "evt.num", "-c", "1", "--no-cache")
    assert (code, out) == (0, "1\n")
    assert "nothing is noted or journalled" in said
