"""Reads scap files: claims them by content and decodes every block that is no event; stage ①."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from thresher.capture.contract import BlockReader
from thresher.capture.readers.scap.blocks import BLOCK_TYPES, BYTE_ORDER_MAGIC, SECTION_HEADER, Kind
from thresher.capture.readers.scap.cursor import Cursor, MalformedBlock
from thresher.capture.readers.scap.fdtable import read_descriptors
from thresher.capture.readers.scap.machine import read_interfaces, read_machine, read_section, read_users
from thresher.capture.readers.scap.proctable import read_processes
from thresher.capture.readers.scap.thinning import marked, thin

if TYPE_CHECKING:
    from thresher.capture.evidence import Wanted
    from thresher.capture.model import Metadata

_SECTION = struct.Struct("<IIIHH")
_MAJOR, _MINOR = 1, 2

_LISTS: dict[Kind, Callable[[Cursor, int, list[Metadata]], None]] = {
    Kind.INTERFACES: read_interfaces,
    Kind.USERS: read_users,
    Kind.PROCESSES: read_processes,
    Kind.DESCRIPTORS: read_descriptors,
}


class ScapReader(BlockReader):
    """Captures written by sysdig, Falco, Stratoshark and libscap."""

    name = "scap"
    title = "System call capture (scap)"
    source = "syscall"

    def claims(self, head: bytes, path: str) -> float:
        """Certain where the block behind the section header is scap's own; pcapng shares the header."""
        if len(head) < _SECTION.size:
            return 0.0
        block_type, length, magic, major, minor = _SECTION.unpack_from(head)
        if block_type != SECTION_HEADER or magic != BYTE_ORDER_MAGIC:
            return 0.0
        if length % 4 == 0 and length >= 28 and len(head) >= length + 4:
            second = int.from_bytes(head[length : length + 4], "little")
            return 1.0 if second in BLOCK_TYPES and second != SECTION_HEADER else 0.1
        return 0.9 if (major, minor) == (_MAJOR, _MINOR) else 0.1

    def decode(self, block_type: int, body: bytes) -> list[Metadata]:
        """The records of one metadata block, none for blocks that are no metadata of scap.

        Raises:
            MalformedBlock: a ``ValueError`` that keeps the records before the fault.
        """
        known = BLOCK_TYPES.get(block_type)
        if known is None:
            return []
        cursor = Cursor(body)
        records: list[Metadata] = []
        try:
            if known.kind is Kind.MACHINE:
                records.append(read_machine(cursor))
            elif known.kind is Kind.SECTION:
                records += read_section(cursor)
            elif known.kind in _LISTS:
                _LISTS[known.kind](cursor, known.version, records)
        except MalformedBlock as error:
            error.records = records
            error.args = (f"{known.kind.value}: {error}",)
            raise
        return records

    def thin(self, block_type: int, body: bytes, wanted: Wanted) -> bytes | None:
        """See ``BlockReader.thin``."""
        return thin(block_type, body, wanted)

    def marked(self, block: bytes) -> bytes:
        """See ``BlockReader.marked``."""
        return marked(block)
