"""Structs that Athena prints without quotes are read as far as they can be told apart (stage ①)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.log_forms import struct
from thresher.dissectors.cloudtrail.tables.struct_text import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{type=Root, arn=null}", {"type": "Root", "arn": None}),
        ("{a={b=1, c={d=x y}}, e=2}", {"a": {"b": "1", "c": {"d": "x y"}}, "e": "2"}),
        ("[{arn=a:b/c, type=T}, {arn=null}]", [{"arn": "a:b/c", "type": "T"}, {"arn": None}]),
        ("{a=one, two, b=3}", {"a": "one, two", "b": "3"}),
        ("{policy={\"x\":[1]}, b=3}", "{policy={\"x\":[1]}, b=3}"),
        ("no struct", "no struct"),
        ("{open=1", "{open=1"),
        ("[]", []),
        ("{}", {}),
    ],
)  # fmt: skip
def test_a_struct_is_read(text: str, value: object):
    assert parse(text) == value


KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
SCALARS = st.from_regex(r"[A-Za-z0-9:/. -]{0,6}[a-z0-9]", fullmatch=True).map(str.strip).filter(lambda t: t != "null")
STRUCTS = st.recursive(
    st.dictionaries(KEYS, SCALARS, min_size=1, max_size=3),
    lambda inner: st.dictionaries(KEYS, inner | SCALARS, min_size=1, max_size=3),
)


@given(STRUCTS)
def test_what_was_printed_is_read_back(value: dict[str, object]):
    assert parse(struct(value)) == value


@given(st.text(alphabet='{}[]=, ab"', max_size=60))
def test_any_text_is_read_or_kept(text: str):
    parse(text)


def test_depth_is_bounded():
    assert parse("{a=" * 5000 + "1" + "}" * 5000) is not None
