"""Filters printed for Falco and for Wireshark; what has no counterpart is refused with its place."""

from __future__ import annotations

import json

import pytest

from thresher.capture.discovery import dissector
from thresher.capture.errors import FilterError
from thresher.capture.filter.falco import condition
from thresher.capture.filter.falco_rule import Heading, rule
from thresher.capture.filter.wireshark import display_filter
from thresher.capture.registry import Catalogue

CALLS = Catalogue(dissector("syscall"))
CLOUD = Catalogue(dissector("aws_cloudtrail"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('proc.name == "curl" && fd.l4proto eq tcp', 'proc.name = "curl" and fd.l4proto = tcp'),
        ("fd.rip in {10.0.0.0/8 1.2.3.4}", "(fd.rip in (1.2.3.4) or fd.rnet in (10.0.0.0/8))"),
        ("fd.ip != 10.0.0.1", "(fd.ip exists and not fd.ip = 10.0.0.1)"),
        ("proc.name not in (a, b)", "(proc.name exists and not proc.name in (a, b))"),
        ("fd.sport in {1..1023}", "(fd.sport >= 1 and fd.sport <= 1023)"),
        ("evt.failed and not fd.name", "evt.failed = true and not fd.name exists"),
        ("evt.failed xor proc.name = a", "(evt.failed = true and not proc.name = a) or "
         "(not evt.failed = true and proc.name = a)"),
        ("proc.name matches CURL", 'proc.name icontains "CURL"'),
        ('evt.buffer contains "GET"', "evt.buffer bcontains 474554"),
        ("lower(proc.name) == x and proc.name == proc.pname", "tolower(proc.name) = x and proc.name = val(proc.pname)"),
        ('proc.cmdline contains "a\\tb"', 'proc.cmdline contains "a\\x09b"'),
        ("proc.aname[2] = sh or proc.aname in (a, b)", "proc.aname[2] = sh or proc.aname in (a, b)"),
    ],
)  # fmt: skip
def test_a_filter_is_a_condition_of_falco(text: str, expected: str) -> None:
    assert condition(text, CALLS) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("evt.failed and around(evt.failed, 2s)", "around(evt.failed, 2s)"),
        ("evt.gap > 5ms or evt.failed", "evt.gap"),
        ("frame contains x", "frame"),
        ("fd.name[0:4] == /etc", "fd.name[0:4]"),
        ("evt.failed and evt.rawres + 1 > 5", "evt.rawres + 1"),
        ('fd.name matches "^/etc"', '"^/etc"'),
        ('fd.name regex "/tmp/[a-z]+?"', '"/tmp/[a-z]+?"'),
        ('evt.time > "2026-11-23"', '"2026-11-23"'),
        ("proc.name > b", "b"),
        ("actor = root", "actor"),
    ],
)
def test_what_falco_cannot_express_is_refused_with_the_part(text: str, part: str) -> None:
    with pytest.raises(FilterError, match="has no counterpart in Falco's language") as caught:
        condition(text, CALLS)
    assert text[caught.value.start : caught.value.end] == part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proc.name=curl and fd.name exists", "proc.name == curl and fd.name"),
        ("fd.name startswith /etc", 'fd.name matches "(?-i)\\\\A/etc"'),
        ("proc.name icontains CURL", 'lower(proc.name) contains "curl"'),
        ("proc.name startswith anyof (a, b)", 'proc.name matches "(?-i)\\\\Aa" or proc.name matches "(?-i)\\\\Ab"'),
        ("proc.name in (val(proc.pname), x)", "proc.name == proc.pname or proc.name == x"),
        ("evt.buffer bstartswith cafe", "evt.buffer[0:2] == ca:fe"),
        ("evt.failed exists", "evt.failed in {true false}"),
    ],
)
def test_a_filter_is_one_of_wireshark(text: str, expected: str) -> None:
    assert display_filter(text, CALLS) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("evt.failed and basename(proc.exepath) = sh", "basename(proc.exepath)"),
        ("first(evt.failed by proc.name)", "first(evt.failed by proc.name)"),
        ("proc.name = oneof (a, b)", "proc.name = oneof (a, b)"),
        ("proc.name in ()", "proc.name in ()"),
    ],
)
def test_what_wireshark_cannot_express_is_refused_with_the_part(text: str, part: str) -> None:
    with pytest.raises(FilterError, match="has no counterpart in Wireshark's language") as caught:
        display_filter(text, CALLS)
    assert text[caught.value.start : caught.value.end] == part


def test_a_rule_holds_the_condition_and_what_identifies_the_event() -> None:
    made = rule('proc.name == "a b"', Heading('Say "x"', "Why.", "ERROR", ("t",)), dissector("syscall"), CALLS)
    lines = dict(line[2:].split(": ", 1) for line in made.splitlines())
    assert json.loads(lines["rule"]) == 'Say "x"'
    assert json.loads(lines["condition"]) == 'proc.name = "a b"'
    assert json.loads(lines["output"]).startswith('Say "x" (evt_type=%evt.type user_name=%user.name ')
    assert (lines["priority"], lines["tags"]) == ("ERROR", '["t"]')
    assert "source" not in lines


def test_a_rule_for_another_source_names_it() -> None:
    made = rule("ct.name = ConsoleLogin", Heading("Sign-in", "Why."), dissector("aws_cloudtrail"), CLOUD)
    assert "  source: aws_cloudtrail\n" in made
    assert "%ct.user" in made
