"""The way of a text into blocks, whoever wrote it: lines in batches, what is lost, calls without a code; stage ①."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from thresher.capture.contract import Accounting, ByteStream
from thresher.capture.translation import Translation
from thresher.dissectors.syscall.texts.splitting import BATCH, Lines, unreadable
from thresher.dissectors.syscall.texts.writing import BlockWriter

if TYPE_CHECKING:
    from thresher.capture.model import Damage
    from thresher.dissectors.syscall.texts.blocks import Text

MOST_NAMED = 10
"""Calls without a code that notes name."""


class TextTranslation(Translation):
    """One text on its way.

    Args:
        stream: the text.
        recorder: what wrote it, for the header of the blocks.
    """

    def __init__(self, stream: ByteStream, recorder: str) -> None:
        self.damage: list[Damage] = []
        self.accounting = Accounting()
        self.notes: list[str] = []
        self._path = stream.path
        self._writer = BlockWriter(recorder)
        self._lines = Lines(stream)

    def chunks(self) -> Iterator[bytes]:
        """See ``Translation.chunks``."""
        yield self._writer.taken()
        for text in self._lines:
            if text is None:
                self._pause()
                yield self._writer.taken()
                continue
            self._take(text)
            if self._lines.taken_bytes >= BATCH:
                self._lines.taken_bytes = 0
                yield self._writer.taken()
        self._finish()
        yield self._writer.taken()
        self._conclude()
        for name, count in self._writer.unnamed.most_common(MOST_NAMED):
            self._note(f"scap has no number for the call {name}, {count:,} times; it shows as unknown")

    @abstractmethod
    def _take(self, text: Text) -> None:
        """Tell of a line, or keep it until more is known."""

    @abstractmethod
    def _pause(self) -> None:
        """Nothing has come for a moment: tell of what is not worth waiting for."""

    @abstractmethod
    def _finish(self) -> None:
        """The text has ended: tell of all that was kept."""

    @abstractmethod
    def _conclude(self) -> None:
        """Note what a reader of the whole should know."""

    def _note(self, what: str) -> None:
        self.notes.append(f"{self._path}: {what}")

    def _lose(self, text: Text, why: str) -> None:
        """A line tells nothing."""
        self.accounting.damaged_bytes += text.size
        self.damage.append(unreadable(self._path, text, why))
