"""Events of a growing capture: each is given once, soon after it was written, and a block half written is no damage."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.old_capture import old_capture
from tests.builders.scap_mutation import EVENT_TYPES, blocks_of
from thresher.capture.case import Case, arrivals, open_case, stop_following

DATA = bytes(old_capture())
BLOCKS = blocks_of(DATA)
FIRST_EVENT = next(i for i, block in enumerate(BLOCKS) if int.from_bytes(block[:4], "little") in EVENT_TYPES)
HALF = b"".join(BLOCKS[: FIRST_EVENT + 8]) + BLOCKS[FIRST_EVENT + 8][:13]
"""The lists, some events, and a piece of the next block."""


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[tuple[Case, Path]]:
    """A followed file with half a capture in it."""
    path = tmp_path / "growing.scap"
    path.write_bytes(HALF)
    with open_case([str(path)], follow=True) as case:
        yield case, path


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def numbers(case: Case, text: str = "", internal: bool = True) -> Iterator[list[object]]:
    for positions in arrivals(case, text, internal=internal):
        yield [number for (number,) in case.rows(positions, ["evt.num"])]


def whole(text: str = "") -> list[object]:
    """The numbers that the complete capture has."""
    with open_case([os.environ["THRESHER_TEST_WHOLE"]], cache=False, background=False) as case:
        return [number for (number,) in case.rows(case.select(text, internal=True), ["evt.num"])]


@pytest.fixture(autouse=True)
def _complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "whole.scap"
    path.write_bytes(DATA)
    monkeypatch.setenv("THRESHER_TEST_WHOLE", str(path))


def test_rows_come_before_the_file_is_complete_and_the_rest_follows(growing: tuple[Case, Path]) -> None:
    case, path = growing
    parts = numbers(case)
    first = next(parts)
    assert first
    append(path, DATA[len(HALF) :])
    threading.Timer(1.0, lambda: stop_following(case)).start()
    rest = [number for part in parts for number in part]
    assert sorted(first + rest) == sorted(whole())
    assert not case.stores[0].facts().damage


def test_a_filter_holds_for_rows_that_come_later(growing: tuple[Case, Path]) -> None:
    case, path = growing
    append(path, DATA[len(HALF) :])
    threading.Timer(1.0, lambda: stop_following(case)).start()
    found = [number for part in numbers(case, "evt.type == close") for number in part]
    assert found == whole("evt.type == close")


def test_a_half_written_block_is_no_damage_when_following_stops_before_its_end(growing: tuple[Case, Path]) -> None:
    case, _ = growing
    parts = numbers(case)
    next(parts)
    stop_following(case)
    list(parts)
    facts = case.stores[0].facts()
    assert not facts.damage
    assert any("13 bytes" in note for note in facts.notes)
    assert facts.accounting.unknown_bytes == 13


def test_a_pipe_that_ends_within_a_block_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(HALF))
    writer.start()
    with open_case([str(path)]) as case:
        assert [number for part in numbers(case) for number in part]
        writer.join()
        (damage,) = case.stores[0].facts().damage
        assert (damage.offset, damage.length) == (len(HALF) - 13, 13)


def test_the_bytes_of_a_growing_file_can_be_looked_at(growing: tuple[Case, Path]) -> None:
    case, path = growing
    next(numbers(case))
    append(path, DATA[len(HALF) :])
    assert [source.data in DATA for source in case.sources(0)] == [True, True]


def test_a_closed_case_ends_a_source_that_never_would(growing: tuple[Case, Path]) -> None:
    case, _ = growing
    case.close()
    assert case.stores[0].progress().complete
