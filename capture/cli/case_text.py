"""What ``case`` prints of a case file (stage ⑤), as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from thresher.capture.escape import escape
from thresher.capture.timetext import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from thresher.capture.notes import CaseFile, Entry, Evidence, Note

DIGITS = 12
"""Digits of a hash that text shows; JSON has all."""
LISTED = 5
"""Events and files of an entry that text names."""


def notes_text(file: CaseFile) -> Iterator[str]:
    """The notes for people: a heading a capture, a line an event."""
    for evidence, notes in file.everything():
        yield f"{escape(evidence.path)} ({evidence.source}, sha256 {evidence.sha256[:DIGITS]}…)"
        for first, last, note in runs(notes):
            numbers = str(first) if first == last else f"{first}–{last}"
            yield f"  {numbers:>17}  {escape(note.in_words())}"


def runs(notes: Mapping[int, Note]) -> Iterator[tuple[int, int, Note]]:
    """First and last number of events behind each other that have the same note."""
    numbers = sorted(notes)
    start = 0
    for at, number in enumerate(numbers):
        follows = numbers[at + 1 : at + 2] == [number + 1] and notes[number + 1] == notes[number]
        if not follows:
            yield numbers[start], number, notes[number]
            start = at + 1


def notes_json(file: CaseFile) -> Iterator[str]:
    """The notes as one JSON array, an object a capture."""
    yield json.dumps([_capture(*each) for each in file.everything()], indent=2, ensure_ascii=False)


def _capture(evidence: Evidence, notes: dict[int, Note]) -> dict[str, Any]:
    return {
        "path": evidence.path,
        "sha256": evidence.sha256,
        "source": evidence.source,
        "notes": [
            {
                "number": number,
                "marked": note.marked,
                "comment": note.comment,
                "tags": list(note.tags),
                "ref_time": note.is_reference,
                "ignored": note.ignored,
            }
            for number, note in notes.items()
        ],
    }


def journal_text(file: CaseFile, zone: tzinfo) -> Iterator[str]:
    """The journal for people, a line an entry."""
    for entry in file.journal():
        by = f"{entry.person}  {entry.program}"
        yield escape(f"{entry.entry:>6}  {iso(entry.at_ns, zone)}  {by}  {entry.what:<6}  {_told(entry)}")


def _told(entry: Entry) -> str:
    return "  ".join(f"{name}={_value(value)}" for name, value in entry.said.items() if value not in ("", [], None))


def _value(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    more = f" and {len(value) - LISTED:,} more" if len(value) > LISTED else ""
    return ", ".join(map(_item, value[:LISTED])) + more


def _item(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    return f"{value.get('path', '')} ({str(value.get('sha256', ''))[:DIGITS] or 'not hashed yet'})"


def journal_json(file: CaseFile, zone: tzinfo) -> Iterator[str]:
    """The journal as JSON, an object a line."""
    for entry in file.journal():
        yield json.dumps(_entry(entry, zone), ensure_ascii=False)


def _entry(entry: Entry, zone: tzinfo) -> dict[str, Any]:
    return {
        "entry": entry.entry,
        "at": iso(entry.at_ns, zone),
        "program": entry.program,
        "person": entry.person,
        "what": entry.what,
        **entry.said,
        "seal": entry.seal,
    }


def everything_json(file: CaseFile, zone: tzinfo) -> Iterator[str]:
    """Notes and journal as one JSON document."""
    captures = [_capture(*each) for each in file.everything()]
    journal = [_entry(entry, zone) for entry in file.journal()]
    yield json.dumps({"captures": captures, "journal": journal}, indent=2, ensure_ascii=False)
