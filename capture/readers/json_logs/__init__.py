"""JSON logs: delivered ``{"Records":[…]}`` files, arrays, and objects one after the other, as records (stage ①)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, RecordReader, Records
from thresher.capture.readers.json_logs.split import BOM, WRAPPER, Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Damage

_LIST = re.compile(rb"\s*\[\s*(?:[{\]\[]|\Z)")
_OBJECT = re.compile(rb'\s*\{\s*(?:["}]|\Z)')


class JsonLogs(RecordReader):
    """Records are the exact bytes of the file; forms are told by content, never by name."""

    name = "json"
    title = "JSON logs: Records files, arrays, one object a line"

    def claims(self, head: bytes, path: str) -> float:
        """Sure of a delivered file, fairly sure of a list, open to other claims on a single object."""
        text = head.removeprefix(BOM)
        if WRAPPER.match(text.lstrip()):
            return 0.95
        if _LIST.match(text):
            return 0.7
        return 0.6 if _OBJECT.match(text) else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """The records of one file, a few MiB at a time."""
        return Splitter(stream, file_id, damage).run()
