"""A repeated capture is the original several times over: every row of a copy has the values of its original."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import thresher
from benchmarks import repeat

FIELDS = (
    "proc.name",
    "proc.pname",
    "proc.exepath",
    "proc.cwd",
    "evt.type",
    "evt.failed",
    "fd.name",
    "fd.type",
    "user.uid",
)
COPIES = 3


def rows(path: Path) -> Counter[tuple[object, ...]]:
    """How often each combination of values occurs."""
    with thresher.open(path, cache=False) as capture:
        table = capture.select(*FIELDS).arrow()
    return Counter(zip(*(column.to_pylist() for column in table.columns), strict=True))


def repeated(source: Path, folder: Path) -> Path:
    target = folder / "big.scap"
    capture = repeat.read(source, {})
    events = capture.once.count + COPIES * capture.repeated.count
    assert repeat.main([str(source), str(target), "--events", str(events)]) == 0
    return target


def test_shop_three_times_has_every_row_three_times(root: Path, tmp_path: Path) -> None:
    source = root / "samples" / "shop" / "shop.scap"
    once, thrice = rows(source), rows(repeated(source, tmp_path))
    assert len(once) > 20
    different = {row: (once[row], thrice[row]) for row in once | thrice if thrice[row] != COPIES * once[row]}
    assert not different


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["502Error", "curl_google", "test_ipv6_client"])
def test_an_old_capture_three_times_has_every_row_three_times(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "captures" / f"{name}.scap"
    once, thrice = rows(source), rows(repeated(source, tmp_path))
    assert len(once) > 20
    different = {row: (once[row], thrice[row]) for row in once | thrice if thrice[row] != COPIES * once[row]}
    assert not different
