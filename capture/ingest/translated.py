"""Lets a text that is turned into blocks take a block capture's way through an ingest (stage ①)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.contract import BlockReader
from thresher.capture.discovery import readers
from thresher.capture.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.ingest.sources import Outcome
    from thresher.capture.inputs.streams import InputStream
    from thresher.capture.translation import Translation


class Arrivals:
    """A stream as translating readers see it: with an empty chunk whenever nothing has come for a moment."""

    def __init__(self, stream: InputStream) -> None:
        self.path = stream.path
        self._stream = stream

    def chunks(self) -> Iterator[bytes]:
        """See ``ByteStream.chunks``."""
        return self._stream.arrivals()


def block_reader(name: str) -> BlockReader:
    """The block reader of this name.

    Raises:
        PluginError: there is none.
    """
    for found in readers():
        if isinstance(found, BlockReader) and found.name == name:
            return found
    raise PluginError(f"{name}: no block reader of this name is installed")


def account_for_text(translation: Translation, outcome: Outcome) -> None:
    """Bytes are those of the text, which the analyst has, and not of the blocks made from it."""
    accounting = outcome.accounting
    accounting.event_bytes = translation.accounting.event_bytes
    accounting.state_bytes = translation.accounting.state_bytes
    accounting.damaged_bytes = translation.accounting.damaged_bytes
    outcome.damage += translation.damage
    outcome.notes += translation.notes
