"""Suggestions while a filter is typed: which, in which order, and what they put into the text."""

from __future__ import annotations

import pytest

from tests.builders.filter_catalogue import CATALOGUE
from thresher.capture.filter import validate
from thresher.capture.filter.complete import Counted, Counts, Suggestion, complete
from thresher.capture.filter.surroundings import Surroundings
from thresher.capture.model import FieldRef

VALUES = [Counted("curl", 90), Counted("bash", 50), Counted("my curl", 2), Counted("cat", 1)]


def suggested(marked: str, counts: Counts | None = None, **more: object) -> list[Suggestion]:
    asked = counts or Counts(VALUES)
    return complete(marked.replace("|", ""), marked.index("|"), CATALOGUE, lambda ref, rest: asked, **more)  # type: ignore[arg-type]


def inserts(marked: str, **more: object) -> list[str]:
    return [each.insert for each in suggested(marked, **more)]


def test_fields_that_begin_so_come_before_those_that_contain_it() -> None:
    assert inserts("proc.n|")[0] == "proc.name"
    assert inserts("name|")[0] == "fd.name"


def test_words_of_a_name_find_it() -> None:
    assert "proc.cmdline" in inserts("pr_cmd|")
    assert inserts("prcmd|") == ["proc.cmdline"]


def test_fields_on_screen_come_first() -> None:
    assert inserts("proc.|", first=("proc.pid",))[0] == "proc.pid"


def test_an_alias_finds_its_field() -> None:
    assert inserts("frame.nu|")[0] == "evt.num"


def test_a_field_says_its_type_and_meaning() -> None:
    (found,) = suggested("evt.failed|")
    assert (found.kind, found.type, found.text) == ("field", "bool", "The field evt.failed")


def test_a_field_that_needs_an_argument_opens_its_bracket() -> None:
    assert inserts("evt.arg|") == ["evt.arg["]


def test_operators_are_those_of_the_type() -> None:
    assert "contains " in inserts("proc.name |")
    assert "contains " not in inserts("evt.res |")
    assert inserts("proc.name con|") == ["contains "]
    assert inserts("proc.name not i|") == ["in "]


def test_values_come_with_their_counts_most_frequent_first() -> None:
    found = suggested("proc.name == |")
    assert [(each.insert, each.count, each.at_least) for each in found][:2] == [
        ("curl", 90, False),
        ("bash", 50, False),
    ]


def test_counts_that_are_not_final_say_so() -> None:
    assert all(each.at_least for each in suggested("proc.name == |", Counts(VALUES, exact=False)))


def test_values_that_begin_so_come_before_those_that_contain_it() -> None:
    assert inserts("proc.name == cu|") == ["curl", '"my curl"']


def test_values_are_quoted_where_the_text_is() -> None:
    assert inserts('proc.name == "cu|') == ['"curl"', '"my curl"']


def test_a_list_begins_with_its_bracket_and_takes_values() -> None:
    assert inserts("proc.name in |") == ["{"]
    assert inserts("proc.name in {ba|") == ["bash"]


def test_booleans_are_true_or_false() -> None:
    assert inserts("evt.failed == |") == ["true", "false"]


def test_patterns_are_not_completed_with_values() -> None:
    assert inserts("proc.name matches cu|") == []


def test_values_are_asked_for_under_the_rest_of_the_filter() -> None:
    asked: list[tuple[str, str]] = []

    def values(ref: FieldRef, rest: str) -> Counts:
        asked.append((ref.key, rest))
        return Counts()

    complete("evt.failed and proc.name = ", 27, CATALOGUE, values)
    assert asked == [("proc.name", "evt.failed")]


def test_saved_filters_and_macros_stand_where_a_test_can() -> None:
    names = {"shells": "proc.name in (bash, sh)", "$port": "fd.cport == $1"}
    assert inserts("she|", names=names)[0] == "(proc.name in (bash, sh))"
    assert inserts("proc.name == curl and po|", names=names)[0] == "$port"


def test_words_join_a_complete_test() -> None:
    assert inserts("proc.name == curl |") == ["and ", "or ", "xor "]


@pytest.mark.parametrize(
    "value", ["curl", "a b", 'say "hi"', "tab\t", "back\\slash", "a.b", "and", "{", "ünï", "\x1b[31m"]
)
def test_every_suggested_value_makes_a_filter_that_is_right(value: str) -> None:
    (found,) = suggested("proc.name == |", Counts([Counted(value, 1)]))
    assert validate(f"proc.name == {found.insert}", CATALOGUE) is None


# --- macros and saved filters ---

NAMES = {"$of(": "proc.name == $1", "failed opens": "evt.failed"}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [("$|", ["$of(", "${failed_opens}"]), ("${fa|", ["${failed_opens}"]), ("not $O|", ["$of("])],
)
def test_behind_a_dollar_sign_stands_what_can_be_called(marked: str, expected: list[str]) -> None:
    assert inserts(marked, names=NAMES) == expected


def test_a_call_takes_the_place_of_all_that_was_typed_of_it() -> None:
    (found,) = suggested("evt.failed and ${fa|", names=NAMES)
    assert (found.start, found.end) == (15, 19)


def test_values_are_counted_under_what_macros_of_the_rest_stand_for() -> None:
    asked: list[str] = []

    def source(ref: FieldRef, text: str) -> Counts:
        asked.append(text)
        return Counts(VALUES)

    around = Surroundings(macros={"m": "evt.res < 0"})
    complete("$m() and proc.name == ", 22, CATALOGUE, source, around=around)
    assert asked == ["evt.res < 0"]


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("around(evt.failed, 1|", ["1s", "100ms", "10s", "1m", "1ms"]),
        ("first(evt.failed b|", ["by "]),
        ("first(evt.failed by proc.name|", ["proc.name", "proc.pname"]),
        ("first(evt.failed by evt.tag|", []),
        ("around(proc.name == curl |", ["and ", "or ", "xor ", ", "]),
    ],
)
def test_behind_the_filter_of_a_function_stands_what_it_takes(marked: str, wanted: list[str]) -> None:
    assert inserts(marked) == wanted


def test_values_that_are_not_counted_under_the_rest_have_no_count() -> None:
    found = suggested("proc.name == cu|", Counts(VALUES, narrowed=False))
    assert [(each.insert, each.count) for each in found] == [("curl", None), ('"my curl"', None)]
