"""What a plugin implements for a text that tells what a block format records: a TranslatingReader (stage ①)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from thresher.capture.contract import Accounting, ByteStream, Reader

if TYPE_CHECKING:
    from thresher.capture.model import Damage


class Translation(ABC):
    """One text on its way into blocks, which the store keeps in its place.

    Attributes:
        damage: what could not be read, by its place in the text.
        accounting: where the bytes of the text went: ``event_bytes`` into events, ``state_bytes`` into nothing that
            is shown, ``damaged_bytes`` nowhere. Events are counted by who walks the blocks.
        notes: what a reader of the result should know of how it was made.
    """

    damage: list[Damage]
    accounting: Accounting
    notes: list[str]

    @abstractmethod
    def chunks(self) -> Iterator[bytes]:
        """Whole blocks, several together; empty where the text's own stream says that nothing has come."""


class TranslatingReader(Reader):
    """A text format whose events are turned into blocks of another one.

    Attributes:
        blocks: name of the ``BlockReader`` that knows the blocks.
    """

    blocks: ClassVar[str]

    @abstractmethod
    def translate(self, stream: ByteStream) -> Translation:
        """Start on a text; its first chunk may be read at once.

        Raises:
            UnreadableError: the text lacks what every event needs, and how to record it so.
        """
