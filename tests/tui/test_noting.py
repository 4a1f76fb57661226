"""Noting on screen: keys write into the case file, and what is noted is seen in list, details and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.test_samples import opened as opened_files
from thresher.capture.notes import CaseFile, Note, default_path
from thresher.tui.widgets.event_list import NOTED, glyph

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Opener


async def test_a_mark_is_a_sign_in_front_of_the_row_and_goes_again(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("j", "m", "j")
        assert screen.case.notes.notes == {1: Note(marked=True)}
        assert screen.line("●").split()[1] == "2"
        await screen.press("k", "m")
        assert not screen.has("●")


async def test_marks_are_gone_through_in_both_directions_and_around(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("j", "m", "j", "j", "m", "home")
        numbers = []
        for key in ("M", "M", "M", "B"):
            await screen.press(key)
            numbers.append(screen.cursor_number)
        assert numbers == [2, 4, 2, 4]


async def test_a_comment_is_typed_and_shown_again_to_be_changed(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("C")
        await screen.type("first look")
        assert screen.case.notes.notes[0].comment == "first look"
        assert screen.line('"').split()[1] == "1"
        await screen.press("C")
        assert screen.has("first look")
        await screen.press("escape")
        assert screen.case.notes.notes[0].comment == "first look"


async def test_tags_are_those_that_were_typed(opened: Opener) -> None:
    async with opened() as screen:
        screen.case.notes.notes[0] = Note(tags=("old",))
        await screen.press("T", *["backspace"] * 3)
        await screen.type("c2, persistence")
        assert screen.case.notes.notes[0].tags == ("c2", "persistence")


async def test_times_since_start_begin_anew_at_a_reference(opened: Opener) -> None:
    async with opened() as screen:
        while screen.events._columns.time_format.value != "since start":
            await screen.press("t")
        await screen.press("j", "j", "R", "home")
        assert screen.line("*REF*").split()[1] == "3"
        times = [screen.events._columns.cells(screen.events._list.windows.get(row))[1].strip() for row in (1, 2, 3)]  # type: ignore[union-attr,arg-type]
        assert times == ["0.001000003", "*REF*", "0.001000003"]


async def test_ignored_events_are_left_out_and_counted(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("j", "I")
        assert screen.has("without 1 ignored")
        assert screen.cursor_number == 3
        assert 1 not in screen.events._listing.positions


async def test_keys_that_come_fast_lose_no_note(opened: Opener) -> None:
    async with opened() as screen:
        await screen.pilot.press("m", "j", "m", "j", "m", "j", "R", "j", "C")
        await screen.settle()
        assert [position for position, note in screen.case.notes.known() if note != Note()] == [0, 1, 2, 3]


async def test_filters_are_written_into_the_journal(opened: Opener) -> None:
    async with opened() as screen:
        await screen.press("slash")
        await screen.type("proc.name == curl")
        assert screen.case.notes.logged == [("filter", {"filter": "proc.name == curl", "as": "screen"})]


@pytest.mark.parametrize(
    ("note", "sign"),
    [
        (Note(), ""),
        (Note(tags=("a",)), "#"),
        (Note(comment="x", tags=("a",)), '"'),
        (Note(marked=True, comment="x"), "●"),
        (Note(marked=True, is_reference=True), "○"),
        (Note(marked=True, ignored=True), "−"),
    ],
)
def test_the_weightiest_part_of_a_note_is_its_sign(note: Note, sign: str) -> None:
    assert glyph(note) == sign


def test_marked_and_ignored_rows_differ_by_more_than_colour() -> None:
    assert all(style.color is None and style.bgcolor is None for style in NOTED.values())


async def test_on_a_real_capture_a_note_is_in_the_details_and_in_the_file(root: Path) -> None:
    sample = root / "samples" / "alerts" / "falco.jsonl"
    async with opened_files([str(sample)], case_file=CaseFile(default_path())) as screen:
        await screen.press("C")
        await screen.type("seen by ann")
        await screen.press("m")
        assert screen.has("Notes")
        assert screen.has("seen by ann")
        await screen.press("slash")
        await screen.type("frame.marked")
        assert len(screen.events._listing.positions) == 1
        await screen.press("m")
        assert screen.has("no event matches")
    file = CaseFile(default_path())
    assert [note for _, notes in file.everything() for note in notes.values()] == [Note(comment="seen by ann")]


async def test_a_conversation_is_chosen_and_added_to_the_filter(root: Path) -> None:
    async with opened_files([str(root / "samples" / "alerts" / "falco.jsonl")]) as screen:
        await screen.press("s")
        assert screen.has("Show only the events of the same")
        await screen.press("enter")
        assert screen.events._listing.text.startswith("alert.")
        assert len(screen.events._listing.positions) >= 1
