"""Looks for captures that break a law of the kernel: damaged real ones, random ones, and both at once.

``python tests/fuzz/fuzz_kernel.py --inputs 1000000`` tries so many in processes of their own, every fourth of them
to the last row and every twentieth in both kernels, each in at most 5 seconds and 512 MiB. What crashes, hangs or
breaks a law is written to ``tests/fuzz/crashes/``, which the tests replay from then on. ``--kernel FOLDER`` uses
another build, such as the one that ``.ci/sanitized-kernel`` makes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.fuzz.kernel_inputs import maker  # noqa: E402

CRASHES = Path(__file__).parent / "crashes"
WORKER = Path(__file__).parent / "kernel_worker.py"
SLICE = 20_000
"""Inputs of one process, so that what one leaves behind cannot add up."""


class Search:
    """One run of the fuzzer.

    Attributes:
        tried: inputs so far.
        broken: of them, those that crashed, hung or broke a law.
        both: of them, those that both kernels got, in processes that came to their end.
        peak_mib: the most memory that a process took.
        slowest_s, slowest_both_s: the most processor time of an input that one kernel got, or both.
    """

    def __init__(self, given: argparse.Namespace) -> None:
        self._given = given
        self._until = time.monotonic() + given.seconds if given.seconds else float("inf")
        self._make = maker(given.seed)
        self.tried = 0
        self.broken = 0
        self.both = 0
        self.peak_mib = 0
        self.slowest_s = 0.0
        self.slowest_both_s = 0.0

    def run(self) -> None:
        """Slice after slice, until there are enough inputs or no time is left."""
        number, end = self._given.first, self._given.first + self._given.inputs
        with tempfile.NamedTemporaryFile() as place:
            place.write(bytes(8))
            place.flush()
            while number < end and time.monotonic() < self._until:
                reached = self._slice(number, min(number + SLICE, end), place.name)
                self.tried += reached - number
                number = reached
                print(f"{self.tried} inputs up to number {number}, {self.broken} broken", flush=True)

    def _slice(self, first: int, last: int, place: str) -> int:
        """One process; returns the number to go on with."""
        given = self._given
        task = {
            "seed": given.seed, "first": first, "last": last, "both_every": given.both_every,
            "memory_mib": given.memory_mib, "seconds": given.hang, "kernel": given.kernel, "place": place,
        }  # fmt: skip
        environment = {"ARROW_DEFAULT_MEMORY_POOL": "system", **os.environ}
        left = None if self._until == float("inf") else max(self._until - time.monotonic(), 1.0)
        process = subprocess.Popen(
            [sys.executable, str(WORKER), json.dumps(task)], stdout=subprocess.PIPE, text=True, env=environment
        )
        try:
            output, _ = process.communicate(timeout=left)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            self._take(output)
            return self._reached(place)
        self._take(output)
        reached = self._reached(place)
        if process.returncode and reached < last:
            self._keep(reached, f"the process ended with {process.returncode}")
            return reached + 1
        return last

    @staticmethod
    def _reached(place: str) -> int:
        return int(struct.unpack("<q", Path(place).read_bytes()[:8])[0])

    def _take(self, output: str) -> None:
        for line in output.splitlines():
            found = json.loads(line)
            if isinstance(found, dict):
                self.both += found["both"]
                for name in ("peak_mib", "slowest_s", "slowest_both_s"):
                    setattr(self, name, max(getattr(self, name), found[name]))
            else:
                self._keep(*found)

    def _keep(self, number: int, what: str) -> None:
        self.broken += 1
        data = self._make(number)
        name = hashlib.sha256(data).hexdigest()[:16]
        CRASHES.mkdir(exist_ok=True)
        (CRASHES / f"{name}.scap").write_bytes(data)
        print(f"{name} (seed {self._given.seed}, number {number}): {what}", flush=True)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=0, help="end after so long, 0 for never")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--both-every", type=int, default=20, help="inputs that both kernels get, 0 for none")
    parser.add_argument("--memory-mib", type=int, default=512, help="0 for no limit")
    parser.add_argument("--hang", type=float, default=5, help="seconds that one input may take")
    parser.add_argument("--kernel", default="", help="folder of another compiled kernel")
    search = Search(parser.parse_args())
    search.run()
    print(
        f"{search.tried} inputs, {search.both} of them in both kernels, {search.broken} broken, at most "
        f"{search.peak_mib} MiB, {search.slowest_s:.2f} s in one kernel and {search.slowest_both_s:.2f} s in both"
    )
    return 1 if search.broken else 0


if __name__ == "__main__":
    sys.exit(main())
