"""A capture cut at any byte: every whole block before the cut is there, and only the cut block is damaged."""

from __future__ import annotations

from itertools import accumulate

import pytest

from tests.builders.kernel_laws import checked
from tests.builders.old_capture import old_capture
from tests.builders.scap_mutation import EVENT_TYPES, blocks_of
from thresher.dissectors.syscall import kernel_choice

BLOCKS = blocks_of(bytes(old_capture()))[:14]
DATA = b"".join(BLOCKS)
STARTS = [0, *accumulate(map(len, BLOCKS))]
KERNEL = "interpreted" if kernel_choice.unusable() else "compiled"
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_cut_costs_the_cut_block_and_nothing_else(part: int) -> None:
    for cut in range(1 + part, len(DATA) + 1, PARTS):
        outcome = checked(DATA[:cut], (KERNEL,))
        whole = [block for block, end in zip(BLOCKS, STARTS[1:], strict=True) if end <= cut]
        start = STARTS[len(whole)]
        assert outcome.accounting.event_blocks == sum(
            int.from_bytes(each[:4], "little") in EVENT_TYPES for each in whole
        )
        assert [(each.offset, each.length) for each in outcome.damage] == (
            [(start, cut - start)] if cut > start else []
        )
