"""What can stand at the cursor of an unfinished filter, and which rest of it is in force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.filter.situation import Expects, rest, situation

PLACES = (
    ("|", Expects.TEST, ""),
    ("proc.na|", Expects.TEST, "proc.na"),
    ("not proc.na|", Expects.TEST, "proc.na"),
    ("(proc|", Expects.TEST, "proc"),
    ("len(evt.te|", Expects.TEST, "evt.te"),
    ("proc.name |", Expects.OPERATOR, ""),
    ("proc.name con|", Expects.OPERATOR, "con"),
    ("lower(proc.name) con|", Expects.OPERATOR, "con"),
    ("proc.name not i|", Expects.OPERATOR, "i"),
    ("proc.name == |", Expects.VALUE, ""),
    ("proc.name=cu|", Expects.VALUE, "cu"),
    ('proc.name == "cu r|', Expects.VALUE, "cu r"),
    ("proc.name in (a, b|", Expects.VALUE, "b"),
    ("proc.name in {a b |", Expects.VALUE, ""),
    ("proc.name not in (|", Expects.VALUE, ""),
    ("proc.name == curl |", Expects.CONNECTIVE, ""),
    ("proc.name == curl an|", Expects.CONNECTIVE, "an"),
    ("(proc.name == curl) |", Expects.CONNECTIVE, ""),
    ("proc.name in (a, b) |", Expects.CONNECTIVE, ""),
    ("proc.name == curl and |", Expects.TEST, ""),
    ("evt.failed and fd|", Expects.TEST, "fd"),
    ("fd.name exists |", Expects.CONNECTIVE, ""),
    ("around(proc|", Expects.TEST, "proc"),
    ("around(proc.name = cat, 1|", Expects.LENGTH, "1"),
    ("around(fd.name, 2s, pro|", Expects.SCOPE, "pro"),
    ("around(proc.name in (a, b), 2s, process) |", Expects.CONNECTIVE, ""),
    ("first(evt.failed by |", Expects.KEY, ""),
    ("first(around(evt.failed, 1s) by proc.n|", Expects.KEY, "proc.n"),
    ("first(evt.failed by proc.name) and fd|", Expects.TEST, "fd"),
)


@pytest.mark.parametrize(("marked", "expects", "prefix"), PLACES)
def test_the_place_of_the_cursor_tells_what_is_expected(marked: str, expects: Expects, prefix: str) -> None:
    cursor = marked.index("|")
    found = situation(marked.replace("|", ""), cursor, CATALOGUE)
    assert (found.expects, found.prefix) == (expects, prefix)


def test_a_word_under_the_cursor_is_replaced_to_its_end() -> None:
    found = situation("proc.name == curl and evt.failed", 15, CATALOGUE)
    assert (found.prefix, found.start, found.end) == ("cu", 13, 17)


def test_a_quoted_word_is_replaced_with_its_quotes() -> None:
    found = situation('proc.name == "curl" and evt.failed', 16, CATALOGUE)
    assert (found.prefix, found.start, found.end, found.quoted) == ("cu", 13, 19, True)


RESTS = (
    ("proc.name == |", ""),
    ("evt.failed and proc.name == |", "evt.failed"),
    ("evt.failed and (evt.res < 0 and proc.name == |", "evt.failed and evt.res < 0"),
    ("evt.failed and (evt.res < 0 or proc.name == |", "evt.failed"),
    ("evt.failed or proc.name == |", ""),
    ("evt.failed and around(evt.res < 0 and proc.name == |", "evt.res < 0"),
    ("evt.failed and around(evt.res < 0 and (fd.name or proc.name == |", "evt.res < 0"),
    ("around(evt.failed, 2s) and proc.name == |", "around(evt.failed, 2s)"),
    ("evt.failed and not proc.name == |", "evt.failed"),
    ("proc.name == c| and evt.failed", "evt.failed"),
    ("proc.name in {a b| and evt.failed", "evt.failed"),
    ("evt.failed and not (evt.res < 0 and proc.name == |", "evt.failed"),
    ("evt.res < 0 and evt.failed and proc.name in (a, |", "evt.res < 0 and evt.failed"),
)


@pytest.mark.parametrize(("marked", "expected"), RESTS)
def test_the_rest_is_what_every_match_has_to_meet(marked: str, expected: str) -> None:
    text = marked.replace("|", "")
    place = situation(text, marked.index("|"), CATALOGUE)
    assert rest(text, place, CATALOGUE) == expected


WORDS = st.sampled_from(
    [
        "proc.name",
        "evt.res",
        "==",
        "in",
        "(",
        ")",
        "{",
        "}",
        "and",
        "or",
        "not",
        '"',
        "'",
        "a b",
        ",",
        "..",
        " ",
        "[",
        "\\",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40), st.integers(0, 60))
def test_no_text_is_beyond_it(text: str, cursor: int) -> None:
    found = situation(text, cursor, CATALOGUE)
    assert 0 <= found.start <= found.end <= len(text)
    rest(text, found, CATALOGUE)
