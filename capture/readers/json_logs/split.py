"""Splits one JSON file of any of the plain forms into records, passing over damage and reporting it (stage ①)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, Records
from thresher.capture.pieces import Pieces
from thresher.capture.readers.json_logs import bulk
from thresher.capture.readers.json_logs.damage import DamageReport
from thresher.capture.readers.json_logs.lists import WRAPPER, closers
from thresher.capture.readers.json_logs.scan import (
    FIRST_KEY,
    MAX_RECORD_BYTES,
    BrokenError,
    Extent,
    closing_brace,
    is_record,
    likely_first_keys,
    object_extent,
    syntax_error,
    too_deep,
    too_long,
)
from thresher.capture.readers.json_logs.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thresher.capture.model import Damage

BOM = b"\xef\xbb\xbf"
MAX_LISTS = 8
"""Lists inside lists; real files have one."""
MAX_FIRST_KEYS = 16
FREE_TOKENS = 400_000
"""Strings and brackets that may be looked at in vain; beyond, one for every four bytes of the file."""
AHEAD_BYTES = 128 << 10
"""What is in memory at least when something is taken, and how far a search for the next record looks at once."""
KEPT_BYTES = 1024
"""How much of such a stretch is looked at again with the next one: a record may begin there."""

_SPACE = re.compile(rb"[\s,]*")
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
        self._first_keys: dict[bytes, None] = {}
        self._one_by_one_until = 0
        self._is_resynced = False
        self._wasted_tokens = 0
        self._ready: list[Records] = []
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
            yield from self._ready
            self._ready.clear()
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
        self._look_ahead()
        byte = window.data[window.position : window.position + 1]
        if self._closers[-1:] == b"}" and byte == b'"':
            return self._skip_members()
        if byte in (b"]", b"}") and (self._closers[-1:] == byte or self._is_resynced):
            del self._closers[-1:]
            window.position += 1
            return True
        if self._closers[-1:] == b"}":
            return self._resync(window.offset, "neither a member nor the end of the object around the list of records")
        if byte == b"[" and len(self._closers) < MAX_LISTS:
            self._closers += b"]"
            window.position += 1
            return True
        if byte != b"{":
            return self._resync(window.offset, "not a JSON object")
        wrapper = WRAPPER.match(window.data, window.position)
        if wrapper and len(self._closers) < MAX_LISTS:
            self._closers += closers(wrapper)
            window.position = wrapper.end()
            return True
        return self._take_records()

    def _skip_members(self) -> bool:
        """Pass over what follows the list inside its wrapper."""
        window = self._window
        try:
            while (end := closing_brace(window.data, window.position)) < 0:
                if window.left() > MAX_RECORD_BYTES or not window.refill():
                    return self._resync(window.offset, "no end of the object around the list of records")
        except BrokenError as error:
            return self._resync(window.offset, error.what)
        window.position = end
        return True

    def _take_records(self) -> bool:
        """Take as many records as can be split at once, or one."""
        window = self._window
        key = FIRST_KEY.match(window.data, window.position)
        if key and window.offset >= self._one_by_one_until:
            signature = window.data[window.position : key.end(1)]
            split = bulk.split_array if self._closers else bulk.split_lines
            found = split(window.data, window.position, signature, window.is_last)
            if found:
                (texts, places), window.position = found
                self._remember(texts[0])
                offsets = [window.base + place for place in places]
                if isinstance(texts, Pieces):
                    self._ready += [self._batch()] if self._texts else []
                    self._ready.append(Records(self._file_id, texts, offsets))
                else:
                    self._texts += texts
                    self._offsets += offsets
                return True
            self._one_by_one_until = window.base + len(window.data)
        return self._take_record()

    def _remember(self, text: bytes) -> None:
        """Keep how records begin: after damage the next one is known by it."""
        key = FIRST_KEY.match(text)
        if key and len(self._first_keys) < MAX_FIRST_KEYS:
            self._first_keys[key[1]] = None

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
        what = too_deep(extent.depth)
        if not what and (what := syntax_error(text)):
            return self._resync(offset, what)
        what = what or too_long(text)
        if what:
            self._report.add(offset, len(text), what)
        else:
            self._texts.append(text)
            self._offsets.append(offset)
            self._remember(text)
        window.position = extent.end
        return True

    def _extent(self) -> Extent:
        """The object at the position, with as much of the file read as that takes, within bounds.

        Raises:
            BrokenError: it is none.
        """
        window = self._window
        try:
            while True:
                extent = object_extent(window.data, window.position)
                if extent.end >= 0:
                    return extent
                self._wasted_tokens += extent.tokens
                if window.left() > MAX_RECORD_BYTES or not window.refill():
                    return extent
        except BrokenError as error:
            self._wasted_tokens += error.tokens
            raise

    def _resync(self, offset: int, what: str) -> bool:
        """Look for the next whole record behind damage that starts at ``offset``; False where there is none."""
        window = self._window
        self._is_resynced = True
        if self._closers[-1:] == b"}":
            del self._closers[-1:]
        key = FIRST_KEY.match(window.data, window.position)
        window.position += 1
        while self._wasted_tokens <= FREE_TOKENS + window.offset // 4:
            if not self._go_to_candidate(key):
                self._report.add(offset, window.offset - offset, what)
                return False
            if self._is_whole_record():
                self._report.add(offset, window.offset - offset, what)
                return True
            window.position += 1
        self._give_up(offset, what)
        return False

    def _go_to_candidate(self, broken: re.Match[bytes] | None) -> bool:
        """Go to where the next record may begin, going by how others began; False at the end of the file.

        Where none has been read yet the broken one's own beginning tells; what is inside it must not pass for records.
        The file is searched in stretches of a fixed length: how it came into memory must not matter.
        """
        window = self._window
        while True:
            self._look_ahead()
            end = min(window.position + AHEAD_BYTES, len(window.data))
            keys = list(self._first_keys) or ([broken[1]] if broken else [])
            keys = keys or likely_first_keys(window.data, window.position, end)
            match = _beginnings(keys, at_line_starts=not self._closers).search(window.data, window.position, end)
            if match:
                window.position = match.start()
                return True
            if end == len(window.data) and window.is_last:
                window.position = end
                return False
            window.position = max(window.position, end - KEPT_BYTES)

    def _look_ahead(self) -> None:
        while self._window.left() < AHEAD_BYTES and self._window.refill():
            pass

    def _is_whole_record(self) -> bool:
        """Whether reading can go on here; a new list of records ends all those that were open."""
        window = self._window
        if WRAPPER.match(window.data, window.position):
            self._closers.clear()
            return True
        try:
            extent = self._extent()
        except BrokenError:
            return False
        return extent.end >= 0 and is_record(window.data[window.position : extent.end], extent.depth)

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


def _beginnings(keys: list[bytes], *, at_line_starts: bool) -> re.Pattern[bytes]:
    """What records, or lists of them, begin with."""
    patterns = [rb"\{\s*" + re.escape(key) + rb"\s*:" for key in keys]
    if at_line_starts:
        patterns.append(_LINE_START)
    return re.compile(b"|".join([*patterns, WRAPPER.pattern]))
