"""The tables by which the scanner of stage ③ knows the members that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from thresher.capture.store.members.scanner import SLOTS, slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]


def tables(paths: Sequence[tuple[str, ...]]) -> tuple[bytes, Numbers, Numbers]:
    """Keys, entries and slots for paths of which none leads through another; see ``Scanner``."""
    keys = bytearray()
    entries: list[list[int]] = []
    slots = [[-1] * SLOTS]
    nodes: dict[tuple[str, ...], int] = {(): 0}
    for column, path in enumerate(paths):
        for depth in range(1, len(path) + 1):
            inner = path[:depth]
            if inner in nodes:
                continue
            is_leaf = depth == len(path)
            key = path[depth - 1].encode()
            if not is_leaf:
                nodes[inner] = len(slots)
                slots.append([-1] * SLOTS)
            place = slots[nodes[inner[:-1]]]
            at = slot(len(key), key[0], key[-1])
            leads_to = (column, -1) if is_leaf else (-1, nodes[inner])
            entries.append([len(keys), len(key), *leads_to, place[at]])
            place[at] = len(entries) - 1
            keys += key
    return bytes(keys), np.array(entries, np.int64).reshape(-1, 5), np.array(slots, np.int64)
