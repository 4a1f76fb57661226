"""The surest reader gets the file; a guess gets nothing."""

from __future__ import annotations

import pytest

from tests.builders.fake_dissectors import FakeReader, LineReader, capture, record
from tests.builders.fake_plugins import fake_plugins
from thresher.capture.errors import UnreadableError
from thresher.capture.readers.detect import detect

__all__ = ["fake_plugins"]
pytestmark = pytest.mark.usefixtures("fake_plugins")


def test_content_decides_whatever_the_name_says() -> None:
    assert isinstance(detect(capture(1), "log.json"), FakeReader)
    assert isinstance(detect(record(1), "capture.scap"), LineReader)


@pytest.mark.parametrize(
    ("head", "looks"),
    [
        (b"", "it is empty"),
        (b"<html>", "HTML"),
        (b"plain words", "text"),
        (b"\xd4\xc3\xb2\xa1\0\0", "network capture"),
        (b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1", "a big-endian machine"),
        (b"\0\1\2", "00 01 02"),
    ],
)
def test_an_unknown_format_is_described(head: bytes, looks: str) -> None:
    with pytest.raises(UnreadableError, match=looks) as caught:
        detect(head, "x")
    assert "fake blocks, fake lines" in str(caught.value)
