"""The filter language is what the documents beside this file say: filter, then canonical form, or place and message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.errors import FilterError
from thresher.capture.filter import canonical, parse, render

FOLDER = Path(__file__).parent
BLOCK = re.compile(r"```filter\n(.*?)```\n", re.DOTALL)
RESULT = re.compile(r"\n(⇒ |(?P<caret> *\^~*)\n✗ )(?P<expected>.*)\Z", re.DOTALL)


def cases() -> list[object]:
    """Every filter in the documents with what is expected of it, named by document and line."""
    found = []
    for path in sorted(FOLDER.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            at = block.start(1)
            for case in block.group(1).rstrip("\n").split("\n\n"):
                line = text.count("\n", 0, at) + 1
                found.append(pytest.param(case, id=f"{path.stem}:{line}"))
                at += len(case) + 2
    return found


@pytest.mark.parametrize("case", cases())
def test_the_document_says_what_happens(case: str) -> None:
    result = RESULT.search(case)
    assert result is not None, "a case ends in '⇒ canonical form', or in a caret line and '✗ message'"
    text = case[: result.start()]
    if result["caret"] is None:
        assert canonical(text, CATALOGUE) == result["expected"]
        return
    with pytest.raises(FilterError) as caught:
        canonical(text, CATALOGUE)
    assert caught.value.snippet().split("\n")[1] == result["caret"]
    assert str(caught.value) == result["expected"]


@pytest.mark.parametrize("case", [case for case in cases() if "\n⇒ " in case.values[0]])
def test_the_canonical_form_is_its_own_canonical_form(case: str) -> None:
    form = case[case.rindex("\n⇒ ") + 3 :]
    assert render(parse(form, CATALOGUE)) == form


def test_the_documents_hold_many_cases() -> None:
    assert len(cases()) >= 300
