"""Globs and path prefixes match what they say, component by component."""

from __future__ import annotations

import re

import pytest

from thresher.capture.filter.patterns import glob, literal, path_prefixes


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("/etc/*.conf", "/etc/a.conf", "/etc/x/a.conf"),
        ("*", "abc", "a/b"),
        ("a?c", "abc", "a/c"),
        ("[ab]x", "bx", "cx"),
        ("[!ab]x", "cx", "ax"),
        ("[!a]", "b", "/"),
        ("[a-c]", "b", "d"),
        ("[]]", "]", "["),
        ("[a", "[a", "a"),
        (r"\*", "*", "a"),
        ("a.b", "a.b", "axb"),
        ("a\\", "a\\", "a"),
        ("[a-]", "-", "b"),
        ("[\\d]", "d", "7"),
    ],
)
def test_a_glob_matches_the_whole_value(pattern: str, matching: str, other: str) -> None:
    assert re.fullmatch(glob(pattern), matching)
    assert not re.fullmatch(glob(pattern), other)


@pytest.mark.parametrize("path", ["/tmp", "/tmp/", "/tmp/a", "/tmp/a/b\nc", "/var/x/log", "/var/x/log/y"])
def test_a_path_prefix_matches_the_path_and_what_is_below(path: str) -> None:
    assert re.fullmatch(path_prefixes(["/tmp", "/var/*/log"]), path)


@pytest.mark.parametrize("path", ["/tmpx", "/tm", "x/tmp", "/var/log", "/var/a/b/log", ""])
def test_a_path_prefix_does_not_match_parts_of_components(path: str) -> None:
    assert not re.fullmatch(path_prefixes(["/tmp/", "/var/*/log"]), path)


def test_every_character_can_be_meant_literally() -> None:
    text = "".join(map(chr, range(1, 256)))
    assert re.fullmatch(literal(text), text)
