"""The files of Wireshark and Stratoshark that filters are imported from, each format read as its programs write it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresher.capture.errors import UnreadableError
from thresher.capture.filter.foreign_files import BUTTON, COLOUR, FILTER, MACRO, Foreign, read

FILES = Path(__file__).parent / "foreign"


def entries(name: str) -> list[tuple[str, str, str]]:
    return [(each.name, each.text, each.comment) for each in read(FILES / name) if each.is_on and not each.problem]


def test_buttons_are_cells_with_bytes_in_hexadecimal() -> None:
    assert entries("dfilter_buttons")[:2] == [
        ("Cmd // Shells", 'evt.type == "execve" and proc.name in {bash zsh}', 'Who "typed"'),
        ("Backslash", r'fd.name matches "\.so$"', ""),
    ]
    assert [each.name for each in read(FILES / "dfilter_buttons") if not each.is_on] == ["Opens"]
    assert {each.kind for each in read(FILES / "dfilter_buttons")} == {BUTTON}


def test_filters_have_names_with_backslashes_before_quotes() -> None:
    assert entries("dfilters") == [
        ("Failed calls", "evt.failed == True", ""),
        ('with "quotes" \\', 'proc.name == "a b"', ""),
        ("Trail errors", "ct.error", ""),
    ]


def test_a_line_that_cannot_be_read_is_kept_with_its_number() -> None:
    assert read(FILES / "dfilters")[-1] == Foreign(
        FILTER, "", "not quoted", line=5, problem="line 5 is not written as a filter is"
    )


def test_macros_are_told_from_filters_by_the_name_of_the_file() -> None:
    assert [(each.kind, each.name) for each in read(FILES / "dmacros")] == [
        (MACRO, "named"), (MACRO, "between"), (MACRO, "packets")
    ]  # fmt: skip
    assert read(FILES / "dfilter_macros") == [Foreign(MACRO, "old", "fd.sport == $1", line=1)]


def test_colour_rules_have_colours_and_may_hold_the_sign_between_parts() -> None:
    assert entries("colorfilters") == [
        ("Failed Syscall", '(evt.failed == True) && !(evt.res == "EAGAIN")', "#000000 on #dd6e5e"),
        ("Mail", 'proc.args contains "a@b"', "#ffffff on #000000"),
    ]


def test_json_may_have_comments_and_commas_too_many_but_texts_stay() -> None:
    assert entries("coloring_rules.jsonc") == [
        ("Execs", 'evt.type == "execve" and fd.name != "/*x*/,]"', "#000000 on #97e046"),
        ("URL", 'fd.name contains "http://x"', "#000 on #fff"),
    ]
    assert {each.kind for each in read(FILES / "coloring_rules.jsonc")} == {COLOUR}


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"hello\n", "neither dfilters"), (b"[1,", "no JSON with comments"), (b"[" * 100_000, "no JSON with comments")],
)  # fmt: skip
def test_other_files_are_refused_with_what_to_do(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(UnreadableError, match=said):
        read(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read(tmp_path / "none")


@given(st.binary(max_size=200), st.sampled_from([b"", b'"', b'"TRUE","', b"@", b"[", b"// x\n["]))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes, begun: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "anything"
    file.write_bytes(begun + data)
    with suppress(UnreadableError):
        assert all(isinstance(each, Foreign) for each in read(file))
