"""What can be misread is read, and a note says how."""

from __future__ import annotations

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.errors import FilterError
from thresher.capture.filter import prepare
from thresher.capture.filter.surroundings import Surroundings


def notes(text: str) -> list[str]:
    return [each.message for each in prepare(text, CATALOGUE).warnings]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("evt.data contains cafe", "'cafe' is read as bytes in hexadecimal; quote it for text"),
        ("evt.data[0] == 5", "'5' is read as a character; a byte is written 0x05"),
        ("evt.tags[0] == a", "a slice of 'evt.tags' cuts each of its values, not the list"),
        ("proc.name = ba*", "'==' takes '*' as it stands; glob takes it as a pattern"),
    ],
)
def test_a_value_that_can_be_misread_is_noted(text: str, said: str) -> None:
    assert notes(text) == [said]


@pytest.mark.parametrize("text", ['evt.data contains "cafe"', "evt.data contains ca:fe", 'proc.name = "ba*"'])
def test_a_value_that_says_what_it_is_is_not_noted(text: str) -> None:
    assert notes(text) == []


def test_a_macro_that_is_named_like_a_field_is_told_how_it_is_called() -> None:
    with pytest.raises(FilterError) as caught:
        prepare("container and fd.name", CATALOGUE, around=Surroundings(macros={"container": "evt.res > 0"}))
    assert caught.value.hint == "there is a macro of this name; write $container()"
