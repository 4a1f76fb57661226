"""A filter reads macros, the selected event, files and a forced dialect only as its surroundings allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.errors import FilterError
from thresher.capture.filter import check, parse, render
from thresher.capture.filter.compile import compile_filter
from thresher.capture.filter.dialects import Dialect

if TYPE_CHECKING:
    from pathlib import Path

    from thresher.capture.model import FieldRef, Value

MACROS = {
    "shell": "proc.name in (bash, sh)",
    "from": "evt.addr == $1",
    "both": "($from($1) and $from($2))",
    "loop": "$loop()",
    "wrong": "proc.nmae == cat",
    "typo": "evt.res == abc",
}


def of(text: str, **more: object) -> str:
    return render(parse(text, CATALOGUE, **more))  # type: ignore[arg-type]


# --- macros ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$shell()", "proc.name in (bash, sh)"),
        ("${shell}", "proc.name in (bash, sh)"),
        ("$from(10.0.0.1)", "evt.addr == 10.0.0.1"),
        ("${from:10.0.0.1}", "evt.addr == 10.0.0.1"),
        ("${from;10.0.0.1}", "evt.addr == 10.0.0.1"),
        ("$both(10.0.0.1, ::1) or fd.name", "evt.addr == 10.0.0.1 and evt.addr == ::1 or fd.name"),
        ("${both:10.0.0.1;::1}", "evt.addr == 10.0.0.1 and evt.addr == ::1"),
        ('fd.name == "$shell()"', 'fd.name == "$shell()"'),
    ],
)
def test_a_macro_is_its_text(text: str, expected: str) -> None:
    assert of(text, macros=MACROS) == expected


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("fd.name or $from()", "takes 1 argument, not 0", "$from()"),
        ("fd.name or $loop()", "nested deeper", "$loop()"),
        ("fd.name or $nope(1)", "there is no macro 'nope'", "$nope("),
        ("fd.name or $from(1", r"has no closing '\)'", "$from("),
        ("fd.name or $wrong() and x", "in macro 'wrong': unknown field 'proc.nmae'", "$wrong()"),
        ("fd.name or $typo()", "'abc' is not a whole number", "$typo()"),
        ("$shell() and proc.nmae", "unknown field 'proc.nmae'", "proc.nmae"),
    ],
)
def test_an_error_with_macros_is_placed_in_the_text_as_typed(text: str, message: str, place: str) -> None:
    with pytest.raises(FilterError, match=message) as caught:
        check(parse(text, CATALOGUE, macros=MACROS), CATALOGUE, text=text)
    assert text[caught.value.start : caught.value.end] == place


def test_macros_that_double_are_bounded() -> None:
    macros = {f"m{level}": f"$m{level + 1}()$m{level + 1}()" for level in range(15)} | {"m15": ""}
    with pytest.raises(FilterError, match="more than 1000 macros"):
        parse("$m0()", CATALOGUE, macros=macros)
    with pytest.raises(FilterError, match="expand to more than"):
        parse("$big()", CATALOGUE, macros={"big": "fd.name or " * 9000})


# --- the selected event ---


def chosen(ref: FieldRef) -> Value:
    return {"proc.name": "it's", "evt.res": 5, "evt.addr": "10.0.0.1", "evt.tags": ["a", "b"]}.get(ref.key)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("proc.exe == $proc.name", "proc.exe == $proc.name"),
        ("proc.exe == ${proc.name}", "proc.exe == $proc.name"),
        ("evt.num > $evt.res + 1", "evt.num > $evt.res + 1"),
        ("proc.exe == $proc.name[0:2]", "proc.exe == $proc.name[0:2]"),
        ("evt.peer == $evt.addr", "evt.peer == $evt.addr"),
        ("proc.exe == $evt.tags", "proc.exe == $evt.tags"),
        ("proc.exe == ${proc.aname[2]}", "proc.exe == ${proc.aname[2]}"),
    ],
)
def test_a_field_of_the_selected_event_is_read_and_printed(text: str, canonical: str) -> None:
    tree = parse(text, CATALOGUE, selected=chosen)
    assert render(tree) == canonical
    assert parse(canonical, CATALOGUE, selected=chosen) == tree


def condition(text: str) -> str:
    checked = check(parse(text, CATALOGUE, selected=chosen), CATALOGUE, text=text)
    return compile_filter(checked, {"evt.peer": "lazy_peer"})


def test_the_value_of_the_selected_event_reaches_sql_as_a_literal() -> None:
    assert condition("evt.text == $proc.name") == condition('evt.text == "it\'s"')
    assert condition("evt.text == $evt.tags") == condition("evt.text in {a b}")
    assert condition("evt.peer == $evt.addr") == condition("evt.peer == 10.0.0.1")


def test_a_field_that_the_selected_event_lacks_matches_nothing() -> None:
    assert condition("evt.text == $fd.name") == "FALSE"
    assert condition("evt.text != $fd.name") == "FALSE"


# --- sets from files ---


def test_a_set_is_read_from_a_file_that_the_user_named(tmp_path: Path) -> None:
    file = tmp_path / "iocs.txt"
    file.write_text("# known bad\n10.0.0.1\n\n  192.168.0.0/16  \n", encoding="utf-8")
    tree = parse(f"evt.addr in @{file}", CATALOGUE, files=True)
    assert render(tree) == f'evt.addr in @"{file}"'
    assert parse(render(tree), CATALOGUE, files=True) == tree
    in_line = compile_filter(check(parse("evt.addr in {10.0.0.1 192.168.0.0/16}", CATALOGUE), CATALOGUE))
    assert compile_filter(check(tree, CATALOGUE)) == in_line


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"10.0.0.1\nnonsense\n", "line 2: 'nonsense' is not an IP address"), (b"\xff\xfe\n", "line 1: .* not UTF-8"),
     (b"a" * 5000, "line 1: 5000 characters"), (b"a\n" * 100_001, "line 100001: more than")],
)  # fmt: skip
def test_a_file_that_is_no_set_is_refused_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "list"
    file.write_bytes(content)
    text = f"evt.addr in @{file}"
    with pytest.raises(FilterError, match=message):
        check(parse(text, CATALOGUE, files=True), CATALOGUE, text=text)


def test_no_file_is_read_without_leave_nor_from_a_macro(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("a\n", encoding="utf-8")
    text = f"fd.name in @{file}"
    with pytest.raises(FilterError, match="type yourself"):
        parse(text, CATALOGUE)
    with pytest.raises(FilterError, match="type yourself"):
        parse("$m()", CATALOGUE, files=True, macros={"m": text})
    with pytest.raises(FilterError, match="cannot be read"):
        parse(f"fd.name in @{tmp_path}/none", CATALOGUE, files=True)
    with pytest.raises(FilterError, match="is not a file"):
        parse(f'fd.name in @"{tmp_path}"', CATALOGUE, files=True)


# --- a forced dialect, and warnings ---


@pytest.mark.parametrize(
    ("text", "dialect", "message"),
    [
        ("proc.name = cat", Dialect.WS, "'=' belongs to Falco's language, not to Wireshark's language; write =="),
        ("fd.name startswith /etc", Dialect.WS, "'startswith' belongs to Falco"),
        ("fd.name exists", Dialect.WS, "'exists' belongs to Falco"),
        ("tolower(fd.name) == x", Dialect.WS, "'tolower' belongs to Falco"),
        ("fd.name && proc.name", Dialect.FALCO, "'&&' belongs to Wireshark's language"),
        ("!fd.name", Dialect.FALCO, "'!' belongs to Wireshark"),
        ("fd.name matches x", Dialect.FALCO, "'matches' belongs to Wireshark"),
        ("evt.res in {1 2}", Dialect.FALCO, "'{' belongs to Wireshark"),
        ("fd.name[0:2] = x", Dialect.FALCO, r"'\[' belongs to Wireshark"),
        ("evt.res + 1 = 3", Dialect.FALCO, r"'\+' belongs to Wireshark"),
        ("1 <= evt.res <= 5", Dialect.FALCO, "a chain of comparisons belongs to Wireshark"),
    ],
)
def test_a_forced_dialect_refuses_the_other_by_name(text: str, dialect: Dialect, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        parse(text, CATALOGUE, dialect=dialect)
    parse(text, CATALOGUE)
