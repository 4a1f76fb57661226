"""Notes follow the evidence: by its bytes, under any name, alone or in a folder; fields and lists stay right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from thresher.capture.case import open_case
from thresher.capture.errors import UsageError
from thresher.capture.notes import CaseFile, Change, Note
from thresher.capture.query.counting import ValueCounts

if TYPE_CHECKING:
    from thresher.capture.case import Case


@pytest.fixture
def notes_path(tmp_path: Path) -> Path:
    return tmp_path / "notes.case"


def records(*names: str) -> str:
    return "".join(
        json.dumps(
            {
                "eventVersion": "1.08",
                "eventTime": f"2026-11-23T07:00:{second:02}Z",
                "eventSource": "s3.amazonaws.com",
                "eventName": name,
                "awsRegion": "eu-central-1",
                "eventID": f"{name}-{second}",
                "eventType": "AwsApiCall",
                "userIdentity": {"type": "IAMUser"},
            }
        )
        + "\n"
        for second, name in enumerate(names)
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "logs" / "b.json"
    path.parent.mkdir()
    path.write_text(records("GetObject", "PutObject", "DeleteObject", "ListBuckets"))
    return path


def opened(path: Path, notes_path: Path | None) -> Case:
    file = CaseFile(notes_path) if notes_path else None
    return open_case([str(path)], cache=False, background=False, case_file=file)


def names(case: Case, text: str) -> list[str]:
    return [str(name) for (name,) in case.rows(case.select(text), ["evt.type"])]


def test_a_note_is_found_under_another_name(log: Path, notes_path: Path, tmp_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([1], Change(comment="exfiltration"))
    copy = tmp_path / "renamed.json"
    shutil.copy(log, copy)
    with opened(copy, notes_path) as case:
        assert names(case, 'frame.comment == "exfiltration"') == ["PutObject"]


def test_a_note_never_comes_to_another_file_of_the_same_name(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([1], Change(marked=True))
    log.write_text(records("GetObject", "PutObject", "DeleteObject", "CreateUser"))
    with opened(log, notes_path) as case:
        assert names(case, "frame.marked") == []


def test_a_note_stays_on_its_record_when_files_join_the_folder(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([2], Change(marked=True))
    (log.parent / "a.json").write_text(records("CreateUser", "DeleteUser"))
    with opened(log.parent, notes_path) as case:
        assert case.count() == 6
        assert names(case, "frame.marked") == ["DeleteObject"]


def test_a_note_on_a_record_is_found_at_its_copy(log: Path, notes_path: Path) -> None:
    (log.parent / "c.json").write_text(log.read_text())
    with opened(log.parent / "c.json", notes_path) as case:
        case.notes.change([0], Change(add_tags=("seen twice",)))
    with opened(log.parent, notes_path) as case:
        assert case.count() == 4
        assert names(case, 'tag == "seen twice"') == ["GetObject"]


def test_fields_of_notes_have_values_and_absence_like_any_other(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([0, 1], Change(marked=True, add_tags=("x", "y")))
        case.notes.change([1], Change(comment="it's", is_reference=True))
        fields = ["frame.marked", "frame.ref_time", "frame.ignored", "frame.comment", "tag"]
        assert case.rows([0, 1, 2], fields) == [
            (True, False, False, None, ["x", "y"]),
            (True, True, False, "it's", ["x", "y"]),
            (False, False, False, None, None),
        ]
        assert len(case.select("frame.marked == false")) == 2
        assert len(case.select("not frame.comment")) == 3
        assert names(case, 'frame.ref_time and tag in {"y"}') == ["PutObject"]
        assert names(case, 'frame.comment contains "t\'s" or evt.type == "ListBuckets"') == ["PutObject", "ListBuckets"]
        assert case.top("tag") == [("x, y", 2)]


def test_a_filter_sees_notes_as_they_are_when_it_runs(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case, opened(log, notes_path) as other:
        assert names(case, "frame.marked") == []
        case.notes.change([0], Change(marked=True))
        assert names(case, "frame.marked") == ["GetObject"]
        other.notes.change([3], Change(marked=True))
        assert names(case, "frame.marked") == ["GetObject", "ListBuckets"]
        case.notes.change([0], Change(marked=False))
        assert names(case, "frame.marked") == ["ListBuckets"]


def test_two_case_files_over_one_capture_keep_apart(log: Path, notes_path: Path, tmp_path: Path) -> None:
    with opened(log, notes_path) as case, opened(log, tmp_path / "other.case") as other:
        case.notes.change([0], Change(marked=True))
        assert names(other, "frame.marked") == []


def test_ignored_events_are_left_out_of_lists_and_counts_unless_named(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([1, 2], Change(ignored=True))
        assert names(case, "") == ["GetObject", "ListBuckets"]
        assert (case.count(), case.notes.ignored()) == (2, 2)
        assert case.top("evt.type") == [("GetObject", 1), ("ListBuckets", 1)]
        assert sum(case.timeline(4).counts) == 2
        assert names(case, 'evt.type != "x"') == ["GetObject", "ListBuckets"]
        assert names(case, "frame.ignored") == ["PutObject", "DeleteObject"]
        assert len(case.select("frame.ignored or not frame.ignored")) == 4
        case.notes.change([1], Change(ignored=False))
        assert (case.count(), case.notes.ignored()) == (3, 1)


def test_values_are_counted_without_ignored_events(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        counts = ValueCounts(case.stores[0], case.stores[0].catalogue)
        names = case.stores[0].catalogue.resolve("evt.type")
        assert "PutObject" in dict(counts.of(names, "", budget_s=60).values)
        case.notes.change([1], Change(ignored=True))
        assert "PutObject" not in dict(counts.of(names, "", budget_s=60).values)
        case.notes.change([0], Change(add_tags=("t1",)))
        found = counts.of(case.stores[0].catalogue.resolve("tag"), 'evt.type == "GetObject"', budget_s=60)
        assert (dict(found.values), found.exact) == ({"t1": 1}, True)


def test_details_begin_with_the_note(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        assert case.details(0)[0].label != "Notes"
        case.notes.change([0], Change(comment="beacon", add_tags=("c2",)))
        node = case.details(0)[0]
        assert (node.label, [(line.field, line.value) for line in node.children]) == (
            "Notes",
            [("tag", "c2"), ("frame.comment", "beacon")],
        )


def test_why_says_that_a_note_is_no_evidence(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([0], Change(comment="beacon"))
        (answer,) = case.why(0, "frame.comment")
        assert (answer.kind, answer.evt_num) == ("note", None)


def test_positions_and_notes_are_given_in_the_shown_order(log: Path, notes_path: Path) -> None:
    with opened(log, notes_path) as case:
        case.notes.change([3, 0], Change(is_reference=True))
        assert case.notes.all() == [(0, Note(is_reference=True)), (3, Note(is_reference=True))]
        assert case.notes.references() == [(0, case.times([0])[0]), (3, case.times([3])[0])]


def test_the_journal_tells_what_was_opened_with_its_hash(log: Path, notes_path: Path) -> None:
    import hashlib

    with opened(log, notes_path):
        pass
    (entry,) = CaseFile(notes_path).journal()
    sha256 = hashlib.sha256(log.read_bytes()).hexdigest()
    assert (entry.what, entry.said["files"]) == ("open", [{"path": str(log), "sha256": sha256}])


def test_the_hash_follows_in_the_journal_where_a_capture_is_opened_while_it_is_read(
    root: Path, notes_path: Path
) -> None:
    sample = root / "samples" / "shop" / "shop.scap"
    with open_case([str(sample)], cache=False, case_file=CaseFile(notes_path)) as case:
        case.wait()
        case.notes.refresh()
        case.notes.change([0], Change(marked=True))
    found = [
        (entry.what, [each["sha256"] for each in entry.said.get("files", ())])
        for entry in CaseFile(notes_path).journal()
    ]
    assert found[0][0] == "open"
    assert found[-2:] == [("loaded", [case.stores[0].facts().files[0].sha256]), ("note", [])] or found[0][1] != [""]


def test_without_a_case_file_nothing_is_noted(log: Path, own_home: Path) -> None:
    with opened(log, None) as case:
        assert case.rows([0], ["frame.marked", "frame.comment"]) == [(False, None)]
        with pytest.raises(UsageError, match="--case FILE"):
            case.notes.change([0], Change(marked=True))
    assert not (own_home / "data").exists()
