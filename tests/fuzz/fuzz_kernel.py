"""Looks for captures that break a law of the kernel: damaged real ones, random ones, and both at once.

Run ``python tests/fuzz/fuzz_kernel.py --seconds 60``; what breaks a law is written to ``tests/fuzz/crashes/`` and
replayed by the tests from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.builders.kernel_laws import checked  # noqa: E402
from tests.builders.kernel_runs import content  # noqa: E402
from tests.builders.old_capture import old_capture  # noqa: E402
from tests.builders.scap_mutation import Blocks, blocks_of, mutated, shortened  # noqa: E402
from tests.builders.scap_random import random_capture  # noqa: E402

CRASHES = Path(__file__).parent / "crashes"
KERNELS = {"compiled": ("compiled",), "interpreted": ("interpreted",), "both": ("compiled", "interpreted")}
STEPS = (0, 0, 0, 13, 100, 1001)


def seeds() -> list[Blocks]:
    """Short sound captures to damage."""
    shop = content(ROOT / "samples" / "shop" / "shop.scap")
    parts = [shortened(shop, 60, start) for start in (0, 1000, 20_000, 60_000, 100_000, 143_000)]
    return [*parts, blocks_of(bytes(old_capture()))]


def inputs(dice: random.Random) -> Iterator[bytes]:
    """Captures without end."""
    sound = seeds()
    while True:
        blocks = dice.choice(sound) if dice.randrange(3) == 0 else random_capture(dice, dice.randrange(1, 120))
        yield mutated(blocks, dice) if dice.randrange(3) else b"".join(blocks)


def search(seconds: float, seed: int, kinds: tuple[str, ...]) -> tuple[int, int]:
    """How many inputs were tried, and how many broke a law."""
    dice = random.Random(seed)
    until = time.monotonic() + seconds
    tried = broken = 0
    for data in inputs(dice):
        if time.monotonic() > until:
            break
        tried += 1
        try:
            checked(data, kinds, dice.choice(STEPS))
        except Exception as error:
            broken += 1
            CRASHES.mkdir(exist_ok=True)
            name = hashlib.sha256(data).hexdigest()[:16]
            (CRASHES / f"{name}.scap").write_bytes(data)
            print(f"{name}: {type(error).__name__}: {error}", flush=True)
    return tried, broken


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kernel", choices=KERNELS, default="both")
    given = parser.parse_args()
    tried, broken = search(given.seconds, given.seed, KERNELS[given.kernel])
    print(f"{tried} inputs, {broken} broke a law")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
