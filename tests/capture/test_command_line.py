"""The command for what is shown: a shell gives back exactly what was meant."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.command_line import event_command, read_command

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1)


@given(TEXT, TEXT, st.lists(TEXT, max_size=2))
def test_a_shell_reads_back_what_was_meant(capture: str, text: str, fields: list[str]) -> None:
    words = shlex.split(read_command([capture], text, fields=fields, kind="json"))
    expected = ["thresher", "read", "-r", capture, "-Y", text, "-T", "json"]
    assert words == expected + [word for field in fields for word in ("-e", field)]


def test_defaults_are_left_out() -> None:
    assert read_command(["shop.scap"]) == "thresher read -r shop.scap"


def test_what_is_set_is_said() -> None:
    line = read_command(["a", "b"], zone="local", time="ad", internal=True, cache=False)
    assert line == "thresher read -r a -r b -t ad --tz local -n --no-cache"


def test_text_with_fields_says_that_it_is_text() -> None:
    assert read_command(["a"], fields=["evt.num"]) == "thresher read -r a -T text -e evt.num"


def test_one_event_is_named_by_its_number() -> None:
    assert event_command(["a b"], 7, dump=True) == "thresher read -r 'a b' -n -V -x -Y 'evt.num == 7'"
