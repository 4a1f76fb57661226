"""Every member of a JSON record is found with exactly its bytes, whatever the text is (stage ②)."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from thresher.dissectors import json_spans
from thresher.dissectors.json_spans import spans

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_each_span_is_its_member_and_nothing_else(record: dict[str, object], indent: int | None, is_ascii: bool):
    text = json.dumps(record, indent=indent, ensure_ascii=is_ascii).encode(errors="replace")
    expected = json.loads(text)

    def check(span: json_spans.Span, value: object, is_member: bool) -> None:
        piece = text[span.start : span.end]
        assert json.loads(b"{" + piece + b"}" if is_member else piece) == ({span.key: value} if is_member else value)
        if isinstance(value, dict):
            assert [child.key for child in span.children] == list(value)
            for child in span.children:
                check(child, value[child.key], True)
        elif isinstance(value, list):
            assert [child.key for child in span.children] == [str(index) for index in range(len(value))]
            for child, element in zip(span.children, value, strict=True):
                check(child, element, False)
        elif isinstance(value, str):
            assert span.value == value
        else:
            assert json.loads(span.value) == value

    check(spans(text), expected, False)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,a\\ ', max_size=60).map(str.encode))
def test_no_text_is_refused(text: bytes):
    for span in spans(text).walk():
        assert 0 <= span.start <= span.end <= len(text)


def test_a_path_finds_the_first_of_a_repeated_name():
    assert spans(b'{"a":{"b":1},"a":2}').at("a.b") is not None
    found = spans(b'{"x":[{"b":1},{"b":2}]}').at("x[1].b")
    assert found is not None
    assert found.value == "2"
    assert spans(b'{"a":1}').at("a.b") is None


def test_very_many_members_end_in_one_last_span(monkeypatch):
    monkeypatch.setattr(json_spans, "MAX_SPANS", 10)
    text = json.dumps({"a": list(range(100))}).encode()
    last = spans(text).children[0].children[-1]
    assert last.key == "…"
    assert last.end == len(text)


def test_depth_does_not_matter():
    text = b'{"a":' * 5000 + b"1" + b"}" * 5000
    span = spans(text)
    while span.children:
        span = span.children[0]
    assert span.value == "1"
