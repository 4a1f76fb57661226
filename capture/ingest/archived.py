"""Reads log files that are members of an archive, each as if it lay beside the others (stage ①)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from thresher.capture.contract import ByteStream, Reader, RecordReader, Records
from thresher.capture.dissection import claimant
from thresher.capture.errors import UnreadableError
from thresher.capture.inputs import archive
from thresher.capture.inputs.locate import Skipped
from thresher.capture.model import Damage
from thresher.capture.readers.detect import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from thresher.capture.contract import Dissector, RecordDissector

MAX_NESTING = 3
"""An archive in an archive in an archive; real ones have two."""
NOISE = ("README", ".DS_Store", "__MACOSX", "LICENSE")
"""What lies in archives beside logs and is nobody's evidence."""


def reader_of(head: bytes, path: str) -> Reader:
    """The reader of a file by its first bytes, that of its members where it is an archive.

    Raises:
        UnreadableError: no reader knows the format.
    """
    kind = archive.kind_of(head)
    return ArchivedLogs(kind) if kind else detect(head, path)


class ArchivedLogs(RecordReader):
    """The log files in a zip or tar archive; their records name the member as their wrapping."""

    name = "archive"
    title = "archives of log files"

    def __init__(self, kind: str, depth: int = 1) -> None:
        self._kind = kind
        self._depth = depth

    def claims(self, head: bytes, path: str) -> float:
        """Certain by the archive's own mark."""
        return 1.0 if archive.kind_of(head) else 0.0

    def records(self, stream: ByteStream, file_id: int, damage: list[Damage]) -> Iterator[Records]:
        """The records of all members in the order of the archive; offsets count in the inflated member."""
        for member in archive.members(stream, self._kind, damage):
            head = member.head()
            if not head:
                continue
            try:
                reader = self._reader(head, member.path)
            except UnreadableError as error:
                if not any(noise in member.name for noise in NOISE):
                    damage.append(Damage(member.path, 0, 0, f"left out: {error.why}"))
                continue
            for batch in reader.records(member, file_id, damage):
                wrapping = " › ".join(filter(None, (self._around(member.name), batch.wrapping)))
                yield dataclasses.replace(batch, wrapping=wrapping)

    def _around(self, name: str) -> str:
        if self._kind in ("zip", "tar"):
            return f"{self._kind} member {name}"
        return "" if self._depth > 1 else f"{self._kind} twice"

    def _reader(self, head: bytes, path: str) -> RecordReader:
        kind = archive.kind_of(head)
        if not kind:
            reader = detect(head, path)
        elif self._depth < MAX_NESTING:
            reader = ArchivedLogs(kind, self._depth + 1)
        else:
            raise UnreadableError(path, f"archives are read {MAX_NESTING} deep; unpack this one")
        if not isinstance(reader, RecordReader):
            raise UnreadableError(path, f"is no log but {reader.title}; unpack it and open it on its own")
        return reader


class Parts:
    """Tells member by member whose records an archive holds.

    Attributes:
        skipped: members whose records are left out, with the reason.
    """

    def __init__(self, path: str, candidates: Sequence[RecordDissector]) -> None:
        self.skipped: list[Skipped] = []
        self._path = path
        self._candidates = candidates
        self._part = ""
        self._is_known = False

    def is_known(self, records: Records, dissector: Dissector | None = None) -> bool:
        """Whether these are records of this dissector, or where it is None of any."""
        part = records.wrapping
        if part == self._part:
            return self._is_known
        found = claimant(records.texts, self._candidates)
        self._part, self._is_known = part, found is not None and dissector in (None, found)
        if not self._is_known:
            why = (
                f"holds {found.name} records; unpack it and open it on its own"
                if found
                else "no dissector knows its records"
            )
            self.skipped.append(Skipped(f"{self._path} ({part})", why))
        return self._is_known
