"""Splits one JSON file of any of the plain forms into records, passing over damage and reporting it (stage ①)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, Records
from thresher.capture.readers.json_logs import bulk
from thresher.capture.readers.json_logs.damage import DamageReport
from thresher.capture.readers.json_logs.scan import (
    MAX_RECORD_BYTES,
    BrokenError,
    Extent,
    closing_brace,
    fault,
    object_extent,
)
from thresher.capture.readers.json_logs.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Damage

BOM = b"\xef\xbb\xbf"
MAX_LISTS = 8
"""Lists inside lists; real files have one."""

_SPACE = re.compile(rb"[\s,]*")
_SCALAR = rb'(?:"(?:[^"\\]|\\.){0,4096}"|[-+.\w]{1,64})'
WRAPPER = re.compile(rb'\{(?:\s*"\w{1,64}"\s*:\s*' + _SCALAR + rb'\s*,){0,8}\s*"Records"\s*:\s*\[')
"""The head of a delivered file, ``{"Records":[``; an exported one may have a few members before."""
_FIRST_KEY = re.compile(rb'\{\s*("(?:[^"\\]|\\.){0,200}")\s*:')
_LINE_START = rb"(?<=\n)\{"


class Splitter:
    """One file being split; ``run`` yields batches of records in file order.

    Lists that are open are on ``_closers``, the bytes that will close them; at its bottom lies the file itself, where
    objects follow one another.
    """

    def __init__(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> None:
        self._window = Window(iter(stream.chunks()))
        self._file_id = file_id
        self._report = DamageReport(stream.path, damage)
        self._closers = bytearray()
        self._signature = b""
        self._one_by_one_until = 0
        self._is_resynced = False
        self._wasted_bytes = 0
        self._texts: list[bytes] = []
        self._offsets: list[int] = []

    def run(self) -> Iterator[Records]:
        """The records; afterwards all damage has been reported."""
        window = self._window
        window.refill()
        if window.data.startswith(BOM):
            window.position = len(BOM)
        while self._skip_space():
            if not self._step():
                break
            if self._texts and len(self._texts) >= 4096:
                yield self._batch()
        self._end()
        if self._texts:
            yield self._batch()

    def _batch(self) -> Records:
        batch = Records(self._file_id, self._texts, self._offsets)
        self._texts, self._offsets = [], []
        return batch

    def _skip_space(self) -> bool:
        """Go to the next byte that means something; False at the end of the file."""
        window = self._window
        while True:
            match = _SPACE.match(window.data, window.position)
            window.position = match.end() if match else window.position
            if window.left():
                return True
            if not window.refill():
                return False

    def _step(self) -> bool:
        """Take what stands at the position; False where the rest of the file is given up."""
        window = self._window
        if window.left() < 65536 and not window.is_last:
            window.refill()
        byte = window.data[window.position : window.position + 1]
        if self._closers[-1:] == b"}" and byte != b"}":
            return self._skip_members()
        if byte in (b"]", b"}") and (self._closers[-1:] == byte or self._is_resynced):
            del self._closers[-1:]
            window.position += 1
            return True
        if byte == b"[" and len(self._closers) < MAX_LISTS:
            self._closers += b"]"
            window.position += 1
            return True
        if byte != b"{":
            return self._resync(self._window.offset, "not a JSON object")
        wrapper = WRAPPER.match(window.data, window.position)
        if wrapper and len(self._closers) < MAX_LISTS:
            self._closers += b"}]"
            window.position = wrapper.end()
            return True
        return self._take_records()

    def _skip_members(self) -> bool:
        """Pass over what follows the list inside its wrapper."""
        window = self._window
        while (end := closing_brace(window.data, window.position)) < 0:
            if window.left() > MAX_RECORD_BYTES or not window.refill():
                return self._resync(window.offset, "no end of the object around the list of records")
        window.position = end
        return True

    def _take_records(self) -> bool:
        window = self._window
        if key := _FIRST_KEY.match(window.data, window.position):
            self._signature = window.data[window.position : key.end(1)]
        if self._signature and window.offset >= self._one_by_one_until:
            split = bulk.split_array if self._closers else bulk.split_lines
            found = split(window.data, window.position, self._signature, window.is_last)
            if found:
                (texts, places), window.position = found
                self._texts += texts
                self._offsets += [window.base + place for place in places]
                return True
            self._one_by_one_until = window.base + len(window.data)
        return self._take_record()

    def _take_record(self) -> bool:
        window = self._window
        offset = window.offset
        try:
            extent = self._extent()
        except BrokenError as error:
            return self._resync(offset, error.what)
        if extent.end < 0:
            what = "a record without an end" if window.is_last else f"a record of more than {MAX_RECORD_BYTES:,} bytes"
            return self._resync(offset, what)
        text = window.data[window.position : extent.end]
        what = fault(text, extent.depth)
        if what:
            self._report.add(offset, len(text), what)
        else:
            self._texts.append(text)
            self._offsets.append(offset)
        window.position = extent.end
        return True

    def _extent(self) -> Extent:
        """The object at the position, with as much of the file read as that takes, within bounds."""
        window = self._window
        while True:
            extent = object_extent(window.data, window.position)
            if extent.end >= 0 or window.left() > MAX_RECORD_BYTES or not window.refill():
                return extent

    def _resync(self, offset: int, what: str) -> bool:
        """Look for the next whole record behind damage that starts at ``offset``; False where there is none."""
        window = self._window
        self._is_resynced = True
        window.position += 1
        while True:
            found = self._next_candidate()
            if found < 0:
                keep = min(window.left(), 512)
                window.position = len(window.data) - keep
                if not window.refill():
                    self._report.add(offset, window.base + len(window.data) - offset, what)
                    return False
                continue
            window.position = found
            if self._is_whole_record():
                self._report.add(offset, window.offset - offset, what)
                self._one_by_one_until = 0
                return True
            window.position += 1
            if self._wasted_bytes > 4 * MAX_RECORD_BYTES + 8 * window.offset:
                self._give_up(offset, what)
                return False

    def _next_candidate(self) -> int:
        window = self._window
        patterns = [_LINE_START] if not self._closers else []
        if self._signature:
            patterns.append(rb"\{\s*" + re.escape(self._signature[1:].strip()) + rb"\s*:")
        else:
            patterns.append(_FIRST_KEY.pattern)
        match = re.compile(b"|".join(patterns)).search(window.data, window.position)
        return match.start() if match else -1

    def _is_whole_record(self) -> bool:
        window = self._window
        if WRAPPER.match(window.data, window.position):
            return True
        try:
            extent = self._extent()
        except BrokenError as error:
            self._wasted_bytes += error.at - window.position
            return False
        if extent.end < 0:
            self._wasted_bytes += window.left()
            return False
        self._wasted_bytes += extent.end - window.position
        return not fault(window.data[window.position : extent.end], extent.depth)

    def _give_up(self, offset: int, what: str) -> None:
        window = self._window
        while True:
            window.position = len(window.data)
            if not window.refill():
                break
        self._report.add(offset, window.offset - offset, what + "; too much damage to look for more records")

    def _end(self) -> None:
        if self._closers and not self._is_resynced:
            self._report.add(self._window.offset, 0, "the file ends inside its list of records")
