"""Compiled or interpreted, fed whole or in pieces: the same bytes give the same rows, reports and counts."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from tests.builders.kernel_laws import broken_law, checked, difference, joined
from tests.builders.kernel_runs import content, run
from tests.builders.old_capture import old_capture
from tests.builders.scap_mutation import Blocks, blocks_of, mutated, shortened
from tests.builders.scap_random import random_capture
from thresher.dissectors.syscall import kernel_choice

ROOT = Path(__file__).resolve().parents[4]
SHOP = ROOT / "samples" / "shop" / "shop.scap"
COMPILED = pytest.mark.skipif(bool(kernel_choice.unusable()), reason="the compiled kernel is not built here")
BOTH = ("interpreted",) if kernel_choice.unusable() else ("compiled", "interpreted")
"""Without a compiled kernel the laws are still checked of the interpreted one."""
CHUNKS, EACH = 24, 90
PLACES = (0, 1_000, 20_000, 60_000, 100_000, 143_000)
CAPTURES = (
    "502Error", "cat_write", "curl_google", "curl_google_comments", "empty", "open-multiple-files", "ping_sendto",
    "run_as_user_0_container", "shop", "test_ipv6_client",
)  # fmt: skip


@cache
def sound_captures() -> list[Blocks]:
    """Short captures that nothing is wrong with."""
    shop = content(SHOP)
    return [*(shortened(shop, 60, place) for place in PLACES), blocks_of(bytes(old_capture()))]


@COMPILED
def test_both_kernels_give_the_same_on_the_shop() -> None:
    shop = content(SHOP)
    compiled = run(shop, "compiled")
    assert broken_law(shop, compiled) == ""
    assert difference(compiled, run(shop, "interpreted")) == ""


def test_both_kernels_give_the_same_on_a_capture_of_enters_and_exits() -> None:
    outcome = checked(bytes(old_capture()), BOTH)
    assert outcome.tables["events"].num_rows == 19
    assert not outcome.damage


@pytest.mark.parametrize("step", [1, 7, 64, 333, 4097])
def test_pieces_give_what_the_whole_gives(step: int) -> None:
    for data in (bytes(old_capture()), b"".join(shortened(content(SHOP), 60, 20_000))):
        whole = checked(data, BOTH)
        assert difference(checked(data, BOTH, step), whole) == ""


@COMPILED
@pytest.mark.parametrize("step", [65_537, 1_000_003])
def test_the_shop_in_pieces_is_the_shop(step: int) -> None:
    shop = content(SHOP)
    assert difference(joined(run(shop, "compiled", step)), joined(run(shop, "compiled"))) == ""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_damaged_capture_breaks_no_law_in_either_kernel(chunk: int) -> None:
    dice = random.Random(chunk)
    for number in range(EACH):
        data = mutated(sound_captures()[number % len(sound_captures())], dice)
        checked(data, BOTH, dice.choice((0, 0, 101)))


@pytest.mark.parametrize("chunk", range(4))
def test_random_events_break_no_law_in_either_kernel(chunk: int) -> None:
    dice = random.Random(1000 + chunk)
    for _ in range(50):
        checked(b"".join(random_capture(dice, 60)), BOTH)


@pytest.mark.oracle
@COMPILED
@pytest.mark.parametrize("name", CAPTURES)
def test_both_kernels_give_the_same_on_recordings(name: str, shared: Path) -> None:
    data = content(shared / "captures" / f"{name}.scap")
    compiled = run(data, "compiled")
    assert broken_law(data, compiled) == ""
    assert difference(compiled, run(data, "interpreted")) == ""


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "fuzz" / "crashes").glob("*.scap")), ids=lambda path: path.stem
)
def test_what_once_broke_a_law_does_not_any_more(path: Path) -> None:
    checked(path.read_bytes(), BOTH)
