"""Runs a command and says what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

THRESHER = (sys.executable, "-m", "thresher")
SAMPLE_SECONDS = 0.02
INSTALLED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "thresher-bytecode"),
}
"""Compiled Python modules are kept from run to run, as those of an installed program are, wherever the sources lie."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a finished command took.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of all its threads, user and system.
        anonymous_bytes: most memory of its own, page cache left out.
        output: its stdout, as far as it was kept.
        lines: lines of its stdout.
    """

    wall: float
    cpu: float
    anonymous_bytes: int
    output: bytes
    lines: int

    def __str__(self) -> str:
        return f"{self.wall:.2f} s wall, {self.cpu:.2f} s CPU, {self.anonymous_bytes / 2**20:.0f} MiB"


def run(command: Sequence[str], environment: dict[str, str] | None = None, keep_output: bool = True) -> Cost:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed; 5, read with damage, is no failure.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **INSTALLED, **(environment or {})},
    )
    peak = [0]
    sampler = threading.Thread(target=_sample, args=(process, peak), daemon=True)
    sampler.start()
    errors: list[bytes] = []
    reader = threading.Thread(
        target=lambda: errors.append(process.stderr.read() if process.stderr else b""), daemon=True
    )
    reader.start()
    assert process.stdout is not None
    output = bytearray()
    lines = 0
    while chunk := process.stdout.read1(1 << 20):  # type: ignore[attr-defined]
        lines += chunk.count(b"\n")
        if keep_output:
            output += chunk
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    sampler.join()
    if process.returncode not in (0, 5):
        sys.stderr.write(b"".join(errors).decode(errors="replace"))
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], bytes(output), lines)


def _sample(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    """Look at the anonymous memory of the process until it ends."""
    status = Path(f"/proc/{process.pid}/status")
    while process.returncode is None:
        try:
            lines = status.read_text().splitlines()
        except OSError:
            return
        found = next((line for line in lines if line.startswith("RssAnon:")), None)
        if found is None:  # it has ended and waits to be collected
            return
        peak[0] = max(peak[0], int(found.split()[1]) * 1024)
        time.sleep(SAMPLE_SECONDS)


@contextmanager
def empty_cache() -> Iterator[dict[str, str]]:
    """Environment of a user who has never opened anything; the folder goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="thresher-bench-") as folder:
        yield {"XDG_CACHE_HOME": f"{folder}/cache", "XDG_DATA_HOME": f"{folder}/data"}


def warm(path: Path) -> None:
    """Bring a file into the page cache, so that no peer pays for the disk."""
    with path.open("rb") as file:
        while file.read(1 << 22):
            pass


def table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print rows of (what, figure) as Markdown."""
    print(f"\n### {title}\n\n| | |\n|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} |")
    sys.stdout.flush()


def verdict(ratio: float, bound: float, at_most: bool) -> str:
    """A ratio with its demand and whether it is met."""
    met = ratio <= bound if at_most else ratio >= bound
    return f"**{ratio:.2f}** (demanded {'≤' if at_most else '≥'} {bound}; {'met' if met else 'MISSED'})"
