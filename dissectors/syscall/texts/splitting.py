"""Splits a text into lines with their places, bounded; stage ①."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.escape import escape
from thresher.capture.model import Damage
from thresher.dissectors.syscall.texts.blocks import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.contract import ByteStream

LONGEST_LINE = 4 << 20
BATCH = 256 << 10
"""Bytes of text that are turned into blocks at a time."""
_SHOWN = 80


class Lines:
    """The lines of a stream in order; None where nothing has come for a moment.

    Attributes:
        taken_bytes: of the lines handed out; who takes them may set it back.
    """

    def __init__(self, stream: ByteStream) -> None:
        self.taken_bytes = 0
        self._chunks = iter(stream.chunks())
        self._ready: list[Text] = []
        self._rest = b""
        self._offset = 0
        self._line = 1
        self._is_over = False

    def first(self, count: int) -> list[Text]:
        """The first lines, which come again."""
        while len(self._ready) < count and not self._is_over:
            if not self._more():
                break
        return self._ready[:count]

    def __iter__(self) -> Iterator[Text | None]:
        while self._ready or not self._is_over:
            if not self._ready and not self._more():
                yield None
            ready, self._ready = self._ready, []
            for text in ready:
                self.taken_bytes += text.size
                yield text

    def _more(self) -> bool:
        """Take the next chunk; False where it is empty."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self._is_over = True
            if self._rest:
                self._add(self._rest, len(self._rest))
                self._rest = b""
            return True
        whole, newline, rest = (self._rest + chunk).rpartition(b"\n")
        self._rest = rest
        if newline:
            for data in whole.split(b"\n"):
                self._add(data, len(data) + 1)
        if len(self._rest) > LONGEST_LINE:
            self._add(self._rest, len(self._rest))
            self._rest = b""
        return bool(chunk)

    def _add(self, data: bytes, size: int) -> None:
        text = Text(self._offset, self._line, data.rstrip(b"\r"), size)
        self._offset += size
        self._line += 1
        self._ready.append(text)


def unreadable(path: str, text: Text, why: str) -> Damage:
    """A line that does not parse, with its number, the reason and how it begins."""
    shown = escape(text.data[:_SHOWN].decode("utf-8", "backslashreplace"))
    if len(text.data) > _SHOWN:
        shown += "…"
    return Damage(path, text.offset, len(text.data), f"line {text.line}: {why}: {shown}")
