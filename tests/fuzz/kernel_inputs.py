"""The inputs of the kernel's fuzzer: each is made from a seed and a number alone, so that it can be made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.builders.kernel_runs import content
from tests.builders.old_capture import old_capture
from tests.builders.scap_mutation import EVENT_TYPES, Blocks, blocks_of, mutated
from tests.builders.scap_random import random_capture

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT.parent / "shared" / "captures"
"""More real captures, where the folder beside the repository is there."""
SIBLINGS = 32
"""Inputs made of one capture: making one costs more than damaging it."""
MOST_EVENTS = 200
SHORT_LIST = 2048
"""Longer lists cost most of the time, and are left in place in a few families only."""


@cache
def recordings() -> tuple[Blocks, ...]:
    """The blocks of every real capture there is."""
    paths = [ROOT / "samples" / "shop" / "shop.scap", *sorted(RECORDED.glob("*.scap"))]
    return (*(blocks_of(content(path)) for path in paths), blocks_of(bytes(old_capture())))


def piece(dice: random.Random) -> Blocks:
    """Neighbouring events of a recording, behind all or a few of its lists."""
    blocks = dice.choice(recordings())
    is_event = [int.from_bytes(block[:4], "little") in EVENT_TYPES for block in blocks]
    first = is_event.index(True)
    lists, events = blocks[:first], blocks[first:]
    if dice.randrange(40):
        lists = [lists[0], *(block for block in lists[1:] if len(block) < SHORT_LIST and dice.randrange(24) == 0)]
    start = dice.randrange(len(events))
    return lists + events[start : start + length(dice)]


def length(dice: random.Random) -> int:
    """How many events: mostly few, at times as many as an input may have."""
    return dice.randrange(1, MOST_EVENTS if dice.randrange(16) == 0 else 16)


def family(seed: str, number: int) -> Blocks:
    """The sound capture that ``SIBLINGS`` neighbouring inputs are made of."""
    dice = random.Random(f"{seed}/family/{number}")
    return piece(dice) if dice.randrange(2) else random_capture(dice, length(dice))


def maker(seed: str) -> Callable[[int], bytes]:
    """A function that makes the input of a number."""
    kept: list[tuple[int, Blocks]] = []

    def made(number: int) -> bytes:
        if not kept or kept[0][0] != number // SIBLINGS:
            kept[:] = [(number // SIBLINGS, family(seed, number // SIBLINGS))]
        blocks = kept[0][1]
        return b"".join(blocks) if number % SIBLINGS == 0 else mutated(blocks, random.Random(f"{seed}/{number}"))

    return made


def step(seed: str, number: int) -> int:
    """How many bytes are fed at once, 0 for all."""
    dice = random.Random(f"{seed}/step/{number}")
    return dice.choice((37, 101, 1001)) if dice.randrange(16) == 0 else 0
