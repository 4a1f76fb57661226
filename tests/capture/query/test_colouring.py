"""Rows take the colour of the first rule that matches: the user's rules before the source's own."""

from __future__ import annotations

import pytest

from tests.builders.fake_store import FakeStore, event
from thresher.capture.case.case import Case
from thresher.capture.filter.surroundings import Surroundings
from thresher.capture.model import ColourRule

BOB, ALL = ColourRule("Bob", "toy.who == bob", "#000000 on #ffffff"), ColourRule("All", "evt.num > 0", "on #010203")


def case(*rules: ColourRule) -> Case:
    made = Case([FakeStore([event(who="bob", value=100), event()])])  # type: ignore[list-item]
    made.colours = rules
    return made


def test_the_users_rules_come_before_the_sources() -> None:
    with case() as plain, case(ALL) as own:
        assert (plain.styles([0, 1]), own.styles([0, 1])) == (["alarm", ""], ["on #010203"] * 2)


def test_of_the_users_rules_the_first_wins_and_they_may_be_exchanged() -> None:
    with case(BOB, ALL) as made:
        assert made.styles([0, 1]) == ["#000000 on #ffffff", "on #010203"]
        made.colours = (ALL, BOB)
        assert made.styles([0, 1]) == ["on #010203"] * 2


@pytest.mark.parametrize("text", ["nonsense (", "ct.name exists", "toy.who in @file"])
def test_a_rule_that_this_source_does_not_understand_colours_nothing(text: str) -> None:
    with case(ColourRule("x", text, "#000000")) as made:
        assert made.styles([0, 1]) == ["alarm", ""]


def test_a_rule_may_call_macros() -> None:
    with case(ColourRule("x", "$named(bob)", "#000000")) as made:
        made.around = Surroundings(macros={"named": "toy.who == $1"}, files=True)
        assert made.styles([0, 1]) == ["#000000", ""]
