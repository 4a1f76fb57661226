"""JSON logs: lists of records, objects one after the other, and what services wrap around them (stage ①)."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, RecordReader, Records
from thresher.capture.readers.json_logs import texts
from thresher.capture.readers.json_logs.envelopes import JOIN, unwrapped
from thresher.capture.readers.json_logs.lists import WRAPPER
from thresher.capture.readers.json_logs.split import BOM, Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Damage

_LIST = re.compile(rb"\s*\[\s*(?:[{\]\[]|\Z)")
_BANNER = re.compile(rb'(?:[^\n{\[\0]{0,400}\n){1,3}\s*(?:\[\s*)?\{\s*"')
"""A program's words before the records that it printed."""
_OBJECT = re.compile(rb'\s*\{\s*(?:["}]|\Z)')


class JsonLogs(RecordReader):
    """Records are the exact bytes of the file; forms are told by content, never by name."""

    name = "json"
    title = "JSON logs: delivered files, arrays, one object a line, messages and search results that hold records"

    def claims(self, head: bytes, path: str) -> float:
        """Sure of a delivered file, fairly sure of a list, open to other claims on a single object."""
        if encoding := texts.wide_encoding(head):
            head = head.decode(encoding, "replace").encode()
        text = head.removeprefix(BOM)
        if WRAPPER.match(text.lstrip()) or texts.STAMPED.match(text):
            return 0.95
        if _LIST.match(text):
            return 0.7
        if _OBJECT.match(text):
            return 0.6
        return 0.5 if _BANNER.match(text) else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """The records of one file, a few MiB at a time."""
        peeked = texts.Peeked(stream)
        if encoding := texts.wide_encoding(peeked.head):
            return _marked(Splitter(texts.Recoded(peeked, encoding), file_id, damage).run(), texts.WIDE)
        if texts.STAMPED.match(peeked.head):
            return _marked(Splitter(texts.Unstamped(peeked), file_id, damage).run(), texts.stamp_of(peeked.head))
        return unwrapped(Splitter(peeked, file_id, damage).run())


def _marked(batches: Iterator[Records], wrapping: str) -> Iterator[Records]:
    """The records with what the whole file wraps around them before all else."""
    for batch in unwrapped(batches):
        yield dataclasses.replace(batch, wrapping=JOIN.join(filter(None, (wrapping, batch.wrapping))))
