"""Runs a range of the fuzzer's inputs in a process of its own, which may crash, hang or run out of memory.

Usage: ``kernel_worker.py JSON``; see ``Task``. It prints a line for each broken law, and at the end what it took.
"""

from __future__ import annotations

import faulthandler
import json
import mmap
import os
import resource
import signal
import struct
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.builders.kernel_laws import checked
from tests.builders.kernel_runs import fed
from tests.fuzz import kernel_inputs

LAWS_EVERY = 4
"""Of the inputs that only one kernel gets, one in so many has its rows made, which takes longer than the kernel, and
is held to the laws of every outcome."""

SLOWER = 60
"""How much longer the interpreted kernel takes."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do.

    Attributes:
        seed: of the inputs.
        first: number of the first input.
        last: number behind the last one.
        both_every: every so many inputs both kernels must agree; 0 for never.
        memory_mib: limit on what the process may allocate; 0 for none, as an address sanitizer needs.
        seconds: of the processor, that one input may take.
        kernel: folder of a compiled kernel to use instead of the installed one, '' for that.
        place: file that holds the number being tried.
    """

    seed: str
    first: int
    last: int
    both_every: int
    memory_mib: int
    seconds: float
    kernel: str
    place: str


def use_kernel(folder: str) -> None:
    """Take the compiled kernel from this folder."""
    package = types.ModuleType("thresher._kernel_compiled")
    package.__path__ = [folder]
    sys.modules[package.__name__] = package


def work(task: Task) -> dict[str, float]:
    """Try all inputs; how many both kernels got, and the processor time of the slowest with one and with both."""
    made = kernel_inputs.maker(task.seed)
    told = {"both": 0, "slowest_s": 0.0, "slowest_both_s": 0.0}
    with Path(task.place).open("r+b") as file:
        place = mmap.mmap(file.fileno(), 8)
        for number in range(task.first, task.last):
            place[:] = struct.pack("<q", number)
            data, step = made(number), kernel_inputs.step(task.seed, number)
            both = bool(task.both_every) and number % task.both_every == 0
            signal.setitimer(signal.ITIMER_PROF, task.seconds * (SLOWER if both else 1))
            started = time.process_time()
            try:
                if both or number % LAWS_EVERY == 0:
                    checked(data, ("compiled", "interpreted") if both else ("compiled",), step)
                else:
                    fed(data, "compiled", step)
            except Exception as error:
                print(json.dumps([number, f"{type(error).__name__}: {error}"]), flush=True)
            signal.setitimer(signal.ITIMER_PROF, 0)
            which = "slowest_both_s" if both else "slowest_s"
            told[which] = max(told[which], time.process_time() - started)
            told["both"] += both
        place[:] = struct.pack("<q", task.last)
    return told


def main() -> int:
    """Read the task, set the limits, work."""
    task = Task(**json.loads(sys.argv[1]))
    if task.kernel:
        use_kernel(task.kernel)
    kernel_inputs.recordings()
    faulthandler.register(signal.SIGPROF, chain=True)  # says where, then ends the process, also without the interpreter
    if task.memory_mib:
        limit = task.memory_mib << 20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    told = work(task)
    print(json.dumps({"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, **told}), flush=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
