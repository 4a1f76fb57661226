"""The block types of scap files by code, with the list version each stands for; reader side of stage ①."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a block holds."""

    SECTION = "section header"
    MACHINE = "machine"
    INTERFACES = "interface list"
    USERS = "user list"
    PROCESSES = "process list"
    DESCRIPTORS = "descriptor list"
    EVENT = "event"
    FLAGGED_EVENT = "event with flags"


class BlockType(NamedTuple):
    """Kind and version of a block type."""

    kind: Kind
    version: int


SECTION_HEADER = 0x0A0D0D0A
BYTE_ORDER_MAGIC = 0x1A2B3C4D

BLOCK_TYPES: dict[int, BlockType] = {
    SECTION_HEADER: BlockType(Kind.SECTION, 1),
    0x201: BlockType(Kind.MACHINE, 1),
    0x8002ABCD: BlockType(Kind.MACHINE, 1),
    0x205: BlockType(Kind.INTERFACES, 1),
    0x8011ABCD: BlockType(Kind.INTERFACES, 1),
    0x219: BlockType(Kind.INTERFACES, 2),
    0x206: BlockType(Kind.USERS, 1),
    0x8012ABCD: BlockType(Kind.USERS, 1),
    0x220: BlockType(Kind.USERS, 2),
    0x202: BlockType(Kind.PROCESSES, 1),
    0x8000ABCD: BlockType(Kind.PROCESSES, 1),
    0x207: BlockType(Kind.PROCESSES, 2),
    0x8013ABCD: BlockType(Kind.PROCESSES, 2),
    0x209: BlockType(Kind.PROCESSES, 3),
    0x8014ABCD: BlockType(Kind.PROCESSES, 3),
    0x210: BlockType(Kind.PROCESSES, 4),
    0x211: BlockType(Kind.PROCESSES, 5),
    0x212: BlockType(Kind.PROCESSES, 6),
    0x213: BlockType(Kind.PROCESSES, 7),
    0x214: BlockType(Kind.PROCESSES, 8),
    0x215: BlockType(Kind.PROCESSES, 9),
    0x203: BlockType(Kind.DESCRIPTORS, 1),
    0x8001ABCD: BlockType(Kind.DESCRIPTORS, 1),
    0x218: BlockType(Kind.DESCRIPTORS, 2),
    0x204: BlockType(Kind.EVENT, 1),
    0x8010ABCD: BlockType(Kind.EVENT, 1),
    0x216: BlockType(Kind.EVENT, 2),
    0x221: BlockType(Kind.EVENT, 2),
    0x208: BlockType(Kind.FLAGGED_EVENT, 1),
    0x217: BlockType(Kind.FLAGGED_EVENT, 2),
    0x222: BlockType(Kind.FLAGGED_EVENT, 2),
}
"""Codes from scap_savefile.h of falcosecurity/libs; those like 0x8000ABCD are of files from before a renumbering."""
