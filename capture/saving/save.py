"""Saves events of a case to a file, in the form that their source and the file's name ask for (stage ⑤)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from thresher.capture.contract import BlockDissector
from thresher.capture.errors import UsageError
from thresher.capture.evidence import EXTRAS
from thresher.capture.saving.part import Counts, Part
from thresher.capture.saving.target import check_target, write_sidecar, written_all

if TYPE_CHECKING:
    from collections.abc import Collection

    from thresher.capture.store.store import Store

TABLES = {".parquet": "parquet", ".arrow": "arrow"}
RAW_SUFFIXES = (".json", ".json.gz", ".json.zst")
PART_SUFFIXES = (".scap", ".scap.gz", ".scap.zst")
_AT_ONCE = 4096


def save(
    stores: list[Store],
    selected: list[tuple[int, np.ndarray]],
    path: Path,
    filter_text: str,
    *,
    extra: Collection[str] = (),
    force: bool = False,
) -> Counts:
    """Write events as a capture or log of their own.

    Args:
        stores: of the case.
        selected: index of a store and rows of it, in order.
        path: where to; its name says the form: .scap, .json, behind it .gz or .zst.
        filter_text: how the events were found, for the note beside the file.
        extra: words of ``contract.EXTRAS``.
        force: replace a file that is there.

    Raises:
        UsageError: the file must not be written, or its form does not fit the source.
    """
    unknown = set(extra) - EXTRAS.keys()
    if unknown:
        raise UsageError(f"'{min(unknown)}' is nothing that can go along; there is {', '.join(EXTRAS)}")
    check_target(path, stores, force)
    used = [(index, nums) for index, nums in selected if len(nums)] or selected[:1]
    if not used:
        raise UsageError("there is nothing to write")
    is_part = isinstance(stores[used[0][0]].dissector, BlockDissector)
    suffixes = PART_SUFFIXES if is_part else RAW_SUFFIXES
    if not path.name.endswith(suffixes):
        raise UsageError(f"events of {stores[used[0][0]].spec} are written as {' or '.join(suffixes)}, not {path.name}")
    if is_part and len(used) > 1:
        raise UsageError("a .scap holds events of one capture; name the one that is meant with -r")
    if is_part:
        part = Part(stores[used[0][0]], used[0][1].astype(np.uint32), frozenset(extra))
        written_all(path, part.blocks())
        counts = part.counts
    else:
        written_all(path, _records(stores, used))
        counts = Counts(sum(len(nums) for _, nums in used), 0)
    facts = {"filter": filter_text, "events": counts.events, "state_events": counts.state, "with": sorted(extra)}
    write_sidecar(path, stores, facts)
    return counts


def _records(stores: list[Store], used: list[tuple[int, np.ndarray]]) -> Iterator[bytes]:
    """The records as they were, wrapped as CloudTrail wraps its own."""
    separator = b'{"Records":[\n'
    for index, nums in used:
        for start in range(0, len(nums), _AT_ONCE):
            for event in stores[index].raw(nums[start : start + _AT_ONCE].tolist()):
                yield separator + event.block
                separator = b",\n"
    yield b"\n]}\n" if separator == b",\n" else b'{"Records":[]}\n'
