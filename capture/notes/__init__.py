"""What people write about evidence, and what was done with it, in a case file beside it (the ground under ③–⑤)."""

from __future__ import annotations

from thresher.capture.notes.casefile import CaseFile, Evidence
from thresher.capture.notes.journal import Entry
from thresher.capture.notes.location import default_path, unwritable
from thresher.capture.notes.note import NOTHING, Change, Note, checked_tag, reference_before

__all__ = [
    "NOTHING",
    "CaseFile",
    "Change",
    "Entry",
    "Evidence",
    "Note",
    "checked_tag",
    "default_path",
    "reference_before",
    "unwritable",
]
