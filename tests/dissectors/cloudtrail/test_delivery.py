"""What is delivered twice is one event with all its places; what shares an identity and differs is two and is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from thresher.capture.case import Case, open_case

FIELDS = ["evt.num", "ct.id", "ct.copies", "ct.places", "ct.sameid"]


def record(number: int, **members: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.08",
        "eventTime": f"2026-11-23T07:00:{number:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventID": f"id-{number}",
        **members,
    }


def text(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def opened(folder: Path, files: dict[str, bytes]) -> Case:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return open_case([str(folder)], cache=False, background=False)


def rows(case: Case) -> list[tuple[Any, ...]]:
    return case.rows(case.select(), FIELDS)


@pytest.fixture
def twice(tmp_path: Path) -> Case:
    """Records 0 to 3 in one file, 2 to 5 in another, as when two trails deliver to one bucket."""
    return opened(
        tmp_path,
        {
            "a.json": text({"Records": [record(number) for number in range(4)]}),
            "b.json.gz": gzip.compress(text({"Records": [record(number) for number in range(2, 6)]})),
        },
    )


def test_a_record_in_two_files_is_one_event_with_both_places(twice: Case, tmp_path: Path):
    found = rows(twice)
    assert [(row[0], row[1], row[2]) for row in found] == [
        (1, "id-0", 1), (2, "id-1", 1), (3, "id-2", 2), (4, "id-3", 2), (7, "id-4", 1), (8, "id-5", 1)
    ]  # fmt: skip
    length = len(text(record(0)))
    places = [f"{tmp_path}/a.json:{12 + 2 * (length + 1)}", f"{tmp_path}/b.json.gz:12"]
    assert found[2][3] == places


def test_a_file_counts_all_of_its_records(twice: Case):
    facts = twice.stores[0].facts()
    assert [file.records for file in facts.files] == [4, 4]
    assert [file.last_ns - (file.first_ns or 0) for file in facts.files if file.last_ns] == [3_000_000_000] * 2
    assert facts.accounting.event_blocks == 8


def test_copies_are_told_by_info(twice: Case):
    (note,) = twice.stores[0].facts().notes
    assert note.startswith("2 records are copies of others, byte for byte")


def test_a_copied_event_does_not_share_its_second_with_itself(twice: Case):
    assert twice.select("ct.unordered == true").tolist() == []


def test_events_of_one_second_are_marked_unordered(tmp_path: Path):
    same = record(2, eventTime=record(1)["eventTime"])
    case = opened(tmp_path, {"a.json": text([record(0), record(1)]), "b.json": text([same, record(3)])})
    assert case.select("ct.unordered == true").tolist() == [1, 2]
    assert case.select("ct.unordered == false").tolist() == [0, 3]


def test_copies_can_be_filtered(twice: Case):
    assert twice.select("ct.copies > 1").tolist() == [2, 3]
    assert twice.select('ct.places contains "b.json"').tolist() == [2, 3, 4, 5]
    assert twice.select('ct.file contains "b.json"').tolist() == [4, 5]


def test_three_copies_in_one_file_are_one_event(tmp_path: Path):
    case = opened(tmp_path, {"a.json": text([record(1)] * 3 + [record(2)])})
    assert [row[:3] for row in rows(case)] == [(1, "id-1", 3), (4, "id-2", 1)]


def test_equal_identities_with_different_content_stay_apart_and_are_told(tmp_path: Path):
    changed = record(1, eventName="DeleteObject")
    case = opened(tmp_path, {"a.json": text([record(1), record(2)]), "b.json": text([changed, changed])})
    assert [(row[1], row[2], row[4]) for row in rows(case)] == [
        ("id-1", 1, "content"), ("id-1", 2, "content"), ("id-2", 1, None)
    ]  # fmt: skip
    notes = case.stores[0].facts().notes
    assert any(note.startswith("1 identity stands on records with different content, as id-1") for note in notes)


def test_equal_content_in_another_spelling_stays_apart_and_is_told_as_such(tmp_path: Path):
    pretty = json.dumps(dict(reversed(record(1).items())), indent=2).encode()
    case = opened(tmp_path, {"a.json": text([record(1)]), "b.json": b"[" + pretty + b"]"})
    assert [(row[2], row[4]) for row in rows(case)] == [(1, "spelling"), (1, "spelling")]
    assert "that say the same in another spelling" in case.stores[0].facts().notes[0]


def test_records_without_an_identity_are_never_copies(tmp_path: Path):
    nameless = {key: value for key, value in record(1).items() if key != "eventID"}
    case = opened(tmp_path, {"a.json": text([nameless, nameless])})
    assert [row[2] for row in rows(case)] == [1, 1]


def test_copies_are_found_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("thresher.capture.ingest.sources.FIRST_RECORDS", 3)
    monkeypatch.setattr("thresher.capture.ingest.sources.ROW_GROUP", 5)
    numbers = [0, 1, 2, 3, 1, 4, 5, 0, 0, 6, 7, 8, 9, 3]
    case = opened(tmp_path, {"a.json": text([record(number) for number in numbers])})
    assert [row[2] for row in rows(case)] == [3, 2, 1, 2, 1, 1, 1, 1, 1, 1]
    nums = case.stores[0].cursor().execute("SELECT num FROM events ORDER BY num").fetchall()
    assert nums == [(number,) for number in range(10)]


def test_the_details_of_a_copied_event_show_every_place(twice: Case):
    def lines(position: int) -> list[str]:
        (branch,) = (node for node in twice.details(position) if node.label == "Stored in")
        return [node.label for node in branch.children]

    assert lines(0) == ["file", "offset", "length"]
    assert lines(2) == ["file", "offset", "length", "ct.copies", "ct.places"]
