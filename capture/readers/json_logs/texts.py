"""Streams whose text must be prepared before it can be split: UTF-16, and lines that begin with a time (stage ①)."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.contract import ByteStream

_TIME = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?[ \t]+"
STAMP = _TIME + rb'(?:[^\s{}"]{1,100}[ \t]+){0,2}(?=\{)'
"""What CloudWatch Logs writes before each message that it exports: the time, ``aws logs tail`` also the stream.

Container runtimes write the time, ``stdout`` or ``stderr``, and whether the line is whole.
"""
STAMPED = re.compile(rb"\s*" + STAMP)
_OF_CONTAINER = re.compile(rb"\s*" + _TIME + rb"std(?:out|err) [FP] ")
_STAMPS = re.compile(rb"^" + STAMP, re.MULTILINE)
_LONGEST_STAMP = 256

WIDE = "UTF-16 text, places count in its UTF-8 form"
EXPORTED = "CloudWatch Logs export"
CONTAINER = "container log"


def wide_encoding(head: bytes) -> str:
    """``utf-16-le`` or ``utf-16-be`` for text that is one of them, else ''."""
    if head.startswith(codecs.BOM_UTF16_LE) or re.match(rb"[\s\[{]\0", head):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE) or re.match(rb"\0[\s\[{]", head):
        return "utf-16-be"
    return ""


def stamp_of(head: bytes) -> str:
    """Whose the times are that stand before the records."""
    return CONTAINER if _OF_CONTAINER.match(head) else EXPORTED


class Peeked:
    """A stream whose first bytes can be looked at before it is read."""

    def __init__(self, stream: ByteStream) -> None:
        self.path = stream.path
        self._chunks = iter(stream.chunks())
        self.head = b""
        while len(self.head) < _LONGEST_STAMP and (chunk := next(self._chunks, b"")):
            self.head += chunk

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``."""
        yield self.head
        yield from self._chunks


class Recoded:
    """A stream of UTF-16 as UTF-8; what is no text becomes U+FFFD."""

    def __init__(self, stream: Peeked, encoding: str) -> None:
        self.path = stream.path
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``."""
        first = True
        for chunk in self._stream.chunks():
            text = self._decoder.decode(chunk)
            yield (text.removeprefix("\ufeff") if first else text).encode()
            first = False
        if rest := self._decoder.decode(b"", final=True):
            yield rest.encode()


class Unstamped:
    """A stream of lines whose times are blanked, so that every record keeps its place."""

    def __init__(self, stream: Peeked) -> None:
        self.path = stream.path
        self._stream = stream

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``; the beginning of a line is never parted."""
        held, at_line_start = b"", True
        for chunk in self._stream.chunks():
            data = held + chunk
            last_line = data.rfind(b"\n") + 1
            cut = len(data) if len(data) - last_line > _LONGEST_STAMP else last_line
            if cut:
                yield _without_stamps(data[:cut], at_line_start)
                at_line_start = data[cut - 1 : cut] == b"\n"
            held = data[cut:]
        if held:
            yield _without_stamps(held, at_line_start)


def _without_stamps(data: bytes, at_line_start: bool) -> bytes:
    start = 0 if at_line_start else data.find(b"\n") + 1 or len(data)
    return data[:start] + _STAMPS.sub(lambda match: b" " * len(match[0]), data[start:])
