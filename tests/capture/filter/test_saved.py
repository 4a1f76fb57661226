"""Filters, macros and buttons of the configuration file: read with what is wrong told, added to without loss."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture import toml_text
from thresher.capture.errors import UsageError
from thresher.capture.filter import saved
from thresher.capture.model import ColourRule

GOOD = """\
# mine
[filters]
"failed opens" = "evt.type in (open, openat) and evt.failed"  # of all

[macros]
of = "proc.name == $1"

[[buttons]]
label = "Network // Connects"
filter = "evt.type == connect"
comment = "Who called whom"
"""


def read(folder: Path, text: str) -> saved.Saved:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return saved.read(file)


def test_no_file_has_nothing_and_no_problem(tmp_path: Path) -> None:
    found = saved.read(tmp_path / "config.toml")
    assert (found.filters, found.macros, found.buttons, found.problems) == ({}, {}, (), ())


def test_filters_macros_and_buttons_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert found.filters == {"failed opens": "evt.type in (open, openat) and evt.failed"}
    assert found.macros == {"of": "proc.name == $1"}
    assert found.buttons == (saved.Button("Network // Connects", "evt.type == connect", "Who called whom"),)
    assert found.problems == ()


def test_colour_rules_are_read_in_their_order(tmp_path: Path) -> None:
    text = '[[colours]]\nname = "b"\nfilter = "x"\nbackground = "#F00"\n'
    found = read(tmp_path, text + '[[colours]]\nname = "a"\nfilter = "y"\nforeground = "#010203"\n')
    assert found.colours == (ColourRule("b", "x", "on #ff0000"), ColourRule("a", "y", "#010203"))


def test_a_filter_is_called_by_the_word_for_its_name_and_stands_in_parentheses(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).expansions()["failed_opens"] == "(evt.type in (open, openat) and evt.failed)"


def test_completion_is_offered_macros_as_they_are_called(tmp_path: Path) -> None:
    assert set(read(tmp_path, GOOD).offered()) == {"$of(", "failed opens"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[filters]\na = 3\n", ":2: filters.a is a text"),
        ('[filters]\nb = "x"\na = " "\n', ":3: filters.a is empty"),
        ('[filters]\n"a b" = "x"\na_b = "y"\n', r":3: filters.a_b is called \$\{a_b\} like the filter 'a b'; rename"),
        ('[macros]\nm = "x"\n[filters]\nm = "x"\n', r":4: filters.m is called \$\{m\} like the macro 'm'; rename one"),
        ('[filters]\n"a\\u0007" = "x"\n', ":2: filters.a\x07 has a name with characters that cannot be shown"),
        ('[macros]\n"a-b" = "x"\n', ":2: macros.a-b: the name of a macro is made of"),
        ('[macros]\na = ["x"]\n', ":2: macros.a is a text"),
        ('[buttons]\nlabel = "x"\n', r":1: each button is written \[\[buttons\]\]"),
        ('[[buttons]]\nlabel = "x"\nfilter = "y"\n\n[[buttons]]\nlabel = "x"\n', ":5: buttons: the filter of 'x' is"),
        ('[[buttons]]\nfilter = "y"\n', ":1: buttons: the label is a text"),
        ('[[buttons]]\nlabel = "x"\nfilter = "y"\ncolour = "z"\n', ":4: buttons: 'colour' is not known"),
        ('[colours]\nname = "x"\n', r":1: each colour rule is written \[\[colours\]\]"),
        ('[[colours]]\nname = "x"\nfilter = "y"\n', r":2: colours: 'x' needs a foreground or background"),
        ('[[colours]]\nname = "x"\nfilter = "y"\nforeground = "red"\n', ":2: colours: 'x' needs a foreground or"),
        ('[[colours]]\nfilter = "y"\nforeground = "#000"\n', ":1: colours: the name is a text"),
        ('[[colours]]\nname = "x"\nforeground = "#000"\n', ":1: colours: the filter of 'x' is a text"),
        ('[[colours]]\nname = "x"\nbold = true\n', ":3: colours: 'bold' is not known"),
        ("[filtres]\n", r":1: \[filtres\] is not known; there are \[networks\]"),
        ('[filters]\na = "x\n', r": is no TOML: .*line 2.*; its filters and macros are left out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_left_out(tmp_path: Path, text: str, said: str) -> None:
    found = read(tmp_path, text)
    assert len(found.problems) == 1
    assert re.search("config.toml" + said, found.problems[0])


def test_what_is_right_beside_it_is_kept(tmp_path: Path) -> None:
    found = read(tmp_path, '[filters]\na = 3\nb = "evt.failed"\n[macros]\n"-" = "x"\n')
    assert found.filters == {"b": "evt.failed"}
    assert len(found.problems) == 2


# --- saving ---


def test_saving_keeps_every_other_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD, encoding="utf-8")
    saved.save(file, "curls", 'proc.name == "curl"')
    added = "curls = 'proc.name == \"curl\"'\n"
    assert file.read_text(encoding="utf-8") == GOOD.replace("# of all\n", f"# of all\n{added}")


def test_saving_under_a_name_that_is_there_replaces_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD, encoding="utf-8")
    saved.save(file, "failed opens", "evt.failed")
    assert saved.read(file).filters == {"failed opens": "evt.failed"}
    assert "# mine\n" in file.read_text(encoding="utf-8")


def test_saving_makes_the_file_and_its_folder_for_its_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "thresher" / "config.toml"
    saved.save(file, "a", "evt.failed")
    assert saved.read(file).filters == {"a": "evt.failed"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_saving_keeps_a_link_to_the_file_and_who_may_read_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text("# mine\n")
    real.chmod(0o644)
    link.symlink_to(real)
    saved.save(link, "a", "evt.failed")
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o644
    assert saved.read(real).filters == {"a": "evt.failed"}


@pytest.mark.parametrize(
    ("before", "name", "said"),
    [
        ("", " ", "needs a name"),
        ('[macros]\nm = "x"\n', "m", r"'m' is called \$\{m\} too; take another name"),
        ('[filters]\n"a b" = "x"\n', "a_b", r"'a b' is called \$\{a_b\} too"),
        ('filters = {a = "x"}\n', "b", r"\[filters\] is not written line by line; add this line to it yourself: b = "),
        ('[filters]\na = """\nx"""\n', "a", r"\[filters\] is not written line by line"),
        ("[filters\n", "a", "is no TOML"),
    ],
)
def test_what_cannot_be_saved_is_refused_and_the_file_left_alone(
    tmp_path: Path, before: str, name: str, said: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    with pytest.raises(UsageError, match=said):
        saved.save(file, name, "evt.failed")
    assert file.read_text() == before


@given(
    st.text(st.characters(codec="utf-8"), max_size=40), st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
)
def test_texts_and_keys_survive_being_written(text: str, name: str) -> None:
    assert tomllib.loads(f"{toml_text.key(name)} = {toml_text.string(text)}\n") == {name: text}
