"""Damages captures in ways that matter to a reader: lengths, counts, types, times, bytes, order, size."""

from __future__ import annotations

import random
import struct

Blocks = list[bytes]
EVENT_TYPES = frozenset({0x204, 0x208, 0x216, 0x217, 0x221, 0x222})
EXTREMES = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1, (1 << 62), 4294967295 << 32)


def blocks_of(data: bytes) -> Blocks:
    """The blocks of a sound capture."""
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        found.append(data[at : at + length])
        at += length
    return found


def shortened(data: bytes, events: int, start: int = 0) -> Blocks:
    """All metadata blocks and some of the event blocks."""
    kept, seen = [], 0
    for block in blocks_of(data):
        if int.from_bytes(block[:4], "little") in EVENT_TYPES:
            seen += 1
            if not start < seen <= start + events:
                continue
        kept.append(block)
    return kept


def mutated(blocks: Blocks, dice: random.Random) -> bytes:
    """A damaged copy: up to eight changes."""
    changed = list(blocks)
    for _ in range(dice.randint(1, 8)):
        dice.choice(CHANGES)(changed, dice)
    return b"".join(changed)


def _patch(block: bytes, at: int, value: bytes) -> bytes:
    return block[:at] + value + block[at + len(value) :] if 0 <= at <= len(block) - len(value) else block


def flip_byte(blocks: Blocks, dice: random.Random) -> None:
    index = dice.randrange(len(blocks))
    block = blocks[index]
    blocks[index] = _patch(block, dice.randrange(len(block)), bytes([dice.randrange(256)]))


def set_number(blocks: Blocks, dice: random.Random) -> None:
    """An extreme number somewhere: a length, count, id or time."""
    index = dice.randrange(len(blocks))
    size = dice.choice((1, 2, 4, 8))
    value = (dice.choice(EXTREMES) & ((1 << (8 * size)) - 1)).to_bytes(size, "little")
    blocks[index] = _patch(blocks[index], dice.randrange(len(blocks[index])), value)


def set_header(blocks: Blocks, dice: random.Random) -> None:
    """Time, thread, length, type or parameter count of an event."""
    index = dice.randrange(len(blocks))
    at, size = dice.choice(((10, 8), (18, 8), (26, 4), (30, 2), (32, 4)))
    value = dice.choice((*EXTREMES, dice.randrange(500), dice.randrange(1 << 16))) & ((1 << (8 * size)) - 1)
    blocks[index] = _patch(blocks[index], at, value.to_bytes(size, "little"))


def set_time_negative(blocks: Blocks, dice: random.Random) -> None:
    index = dice.randrange(len(blocks))
    blocks[index] = _patch(blocks[index], 10, (1 << 63).to_bytes(8, "little"))


def drop_block(blocks: Blocks, dice: random.Random) -> None:
    if len(blocks) > 2:
        del blocks[dice.randrange(1, len(blocks))]


def repeat_block(blocks: Blocks, dice: random.Random) -> None:
    blocks.insert(dice.randrange(1, len(blocks) + 1), dice.choice(blocks))


def swap_blocks(blocks: Blocks, dice: random.Random) -> None:
    first, second = dice.randrange(len(blocks)), dice.randrange(len(blocks))
    blocks[first], blocks[second] = blocks[second], blocks[first]


def cut_block(blocks: Blocks, dice: random.Random) -> None:
    index = dice.randrange(len(blocks))
    blocks[index] = blocks[index][: dice.randrange(len(blocks[index]) + 1)] or b"\0"


def insert_noise(blocks: Blocks, dice: random.Random) -> None:
    blocks.insert(dice.randrange(len(blocks) + 1), dice.randbytes(dice.randrange(1, 200)))


def cover_neighbours(blocks: Blocks, dice: random.Random) -> None:
    """A block whose length, rightly repeated behind it, takes in the blocks that follow."""
    start = dice.randrange(len(blocks))
    end = min(len(blocks), start + dice.randint(2, 4))
    body = b"".join(blocks[start:end])
    if len(body) >= 12:
        size = len(body).to_bytes(4, "little")
        blocks[start:end] = [_patch(_patch(body, 4, size), len(body) - 4, size)]


def nest_block(blocks: Blocks, dice: random.Random) -> None:
    """A whole block in the middle of another one that is as much longer."""
    inner = dice.choice(blocks)
    index = dice.randrange(len(blocks))
    outer = blocks[index]
    if len(outer) >= 12 and len(inner) + len(outer) < 1 << 20:
        at = dice.randrange(8, len(outer) - 3)
        size = (len(outer) + len(inner)).to_bytes(4, "little")
        whole = outer[:at] + inner + outer[at:]
        blocks[index] = _patch(_patch(whole, 4, size), len(whole) - 4, size)


def set_parameter_length(blocks: Blocks, dice: random.Random) -> None:
    """One of the lengths that stand in front of an event's parameters."""
    index = dice.randrange(len(blocks))
    value = dice.choice((*EXTREMES, dice.randrange(64))) & 0xFFFF
    blocks[index] = _patch(blocks[index], dice.choice((32, 36)) + 2 * dice.randrange(24), value.to_bytes(2, "little"))


CHANGES = (
    flip_byte, set_number, set_number, set_header, set_header, set_time_negative, set_parameter_length,
    set_parameter_length, cover_neighbours, nest_block, drop_block, repeat_block, swap_blocks, cut_block, insert_noise,
)  # fmt: skip
