"""Filters of other programs as entries of the configuration file: checked, told apart, written without loss."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.errors import UsageError
from thresher.capture.filter import adopting, saved, validate
from thresher.capture.filter.foreign_files import BUTTON, COLOUR, FILTER, MACRO, Foreign
from thresher.capture.filter.surroundings import Surroundings
from thresher.capture.model import ColourRule

EMPTY = saved.Saved(Path("config.toml"), {}, {})
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


def check(text: str, macros: Mapping[str, str]) -> str | None:
    error = validate(text, CATALOGUE, around=Surroundings(macros=macros))
    return None if error is None else str(error)


def adopted(*foreign: Foreign, there: saved.Saved = EMPTY) -> list[adopting.Entry]:
    return adopting.adopted(foreign, there, check)


def test_what_checks_becomes_an_entry_and_the_rest_a_comment_with_the_reason() -> None:
    text = adopting.written(
        adopted(Foreign(FILTER, "good one", "evt.res < 0"), Foreign(FILTER, "bad", "tcp.nothing == 1"))
    )
    assert text == (
        '[filters]\n"good one" = "evt.res < 0"\n'
        "# bad = \"tcp.nothing == 1\"\n#   not taken over: unknown field 'tcp.nothing'; events have no packets; "
        "fd.ip, fd.port and fd.l4proto say what is known of a connection\n"
    )


def test_filters_may_call_macros_of_the_same_import() -> None:
    found = adopted(Foreign(FILTER, "a", "$named(cat)"), Foreign(MACRO, "named", "proc.name == $1"))
    assert [entry.problem for entry in found] == ["", ""]


def test_macros_are_tried_with_arguments_of_several_types() -> None:
    found = adopted(Foreign(MACRO, "at", "evt.addr == $1"), Foreign(MACRO, "no", "tcp.nothing == $1"))
    assert [bool(entry.problem) for entry in found] == [False, True]


def test_what_was_off_stays_off() -> None:
    (entry,) = adopted(Foreign(COLOUR, "x", "evt.res < 0", is_on=False))
    assert entry.problem == "it was switched off there"


def test_names_that_are_called_alike_are_told_apart_and_doubles_left_out() -> None:
    found = adopted(
        Foreign(FILTER, "a b", "evt.res < 0"),
        Foreign(FILTER, "a b", "evt.res > 0"),
        Foreign(FILTER, "a b", "evt.res < 0"),
        there=saved.Saved(Path("config.toml"), {"a-b": "evt.num > 1"}, {}),
    )
    assert [entry.name for entry in found] == ["a b 2", "a b 3"]


def test_importing_again_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    foreign = (
        Foreign(FILTER, "a", "evt.res < 0"), Foreign(MACRO, "m", "proc.name == $1"),
        Foreign(BUTTON, "b", "evt.res > 0"), Foreign(COLOUR, "c", "evt.res > 1", "#000 on #dd6e5e"),
    )  # fmt: skip
    adopting.add(file, adopted(*foreign))
    assert adopted(*foreign, there=saved.read(file)) == []


def test_what_is_left_out_is_a_comment_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    foreign = [Foreign(kind, "a", "nothing.x == 1", "#000 on #fff") for kind in (FILTER, BUTTON, COLOUR)]
    adopting.add(file, adopted(*foreign))
    once = file.read_text()
    adopting.add(file, adopted(*foreign, there=saved.read(file)))
    assert file.read_text() == once


def test_colour_rules_keep_their_colours_and_their_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    rules = [Foreign(COLOUR, name, "evt.res < 0", colours) for name, colours in (("b", "#000 on #DD6E5E"), ("a", "x"))]
    adopting.add(file, adopted(*rules, Foreign(COLOUR, "b", "evt.res > 0", "#ffffff on #000000")))
    assert saved.read(file).colours == (
        ColourRule("b", "evt.res < 0", "#000000 on #dd6e5e"), ColourRule("b", "evt.res > 0", "#ffffff on #000000")
    )  # fmt: skip
    assert "#   not taken over: its colours cannot be read" in file.read_text()


def test_writing_keeps_what_the_file_has(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    before = '# mine\n[filters]\nx = "evt.res > 0"  # why\n\n[networks]\noffice = ["10.0.0.0/8"]\n'
    file.write_text(before)
    adopting.add(file, adopted(Foreign(FILTER, "a", "evt.res < 0"), Foreign(BUTTON, "b", "evt.num > 0", "said")))
    found = saved.read(file)
    assert found.filters == {"x": "evt.res > 0", "a": "evt.res < 0"}
    assert found.buttons == (saved.Button("b", "evt.num > 0", "said"),)
    assert found.problems == ()
    assert [line for line in before.splitlines() if line not in file.read_text().splitlines()] == []


@pytest.mark.parametrize("before", ['filters = {x = "evt.res > 0"}\n', "filters = 3\n", "buttons = []\n"])
def test_a_file_written_in_another_way_is_left_alone(tmp_path: Path, before: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    with pytest.raises(UsageError, match="not written line by line"):
        adopting.add(file, adopted(Foreign(FILTER, "a", "evt.res < 0"), Foreign(BUTTON, "b", "evt.num > 0")))
    assert file.read_text() == before


@given(st.lists(st.builds(Foreign, st.sampled_from((FILTER, MACRO, BUTTON, COLOUR)), TEXTS, TEXTS, TEXTS), max_size=4))
def test_whatever_was_in_the_files_the_result_is_toml(foreign: list[Foreign]) -> None:
    always_right = adopting.adopted(foreign, EMPTY, lambda text, macros: None)
    never = adopting.adopted(foreign, EMPTY, lambda text, macros: "no\n[x]")
    tomllib.loads(adopting.written(always_right))
    assert tomllib.loads(adopting.written(never)) in (
        {},
        {"filters": {}},
        {"macros": {}},
        {"filters": {}, "macros": {}},
    )
