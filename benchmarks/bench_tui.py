"""The screen on millions of events: from a key to the last changed cell, through a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

from benchmarks import captures, measure

QUIET_SECONDS = 0.12
"""A screen that has not changed for so long is finished."""
GIVE_UP_SECONDS = 60.0
END_SECONDS = 5.0
ROW = b"curl"
"""Stands in the first rows of the capture."""
FILTER = "proc.name == 'curl' && evt.type == 'openat'"


class Terminal:
    """A program on a pseudo-terminal of a given size."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int, lines: int) -> None:
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", **environment})
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def settle(self, wanted: bytes = b"") -> float:
        """Seconds until the last change before a pause; with ``wanted``, the pause must follow this text."""
        start = last = time.perf_counter()
        seen = b""
        while time.perf_counter() - start < GIVE_UP_SECONDS:
            if select.select([self.screen], [], [], QUIET_SECONDS)[0]:
                try:
                    seen += os.read(self.screen, 1 << 16)
                except OSError:
                    break
                last = time.perf_counter()
            elif seen and wanted in seen:
                return last - start
        raise TimeoutError(f"the screen never showed {wanted!r}")

    def until(self, wanted: bytes) -> float:
        """Seconds until this text has come."""
        start = time.perf_counter()
        seen = b""
        while wanted not in seen:
            left = start + GIVE_UP_SECONDS - time.perf_counter()
            if not select.select([self.screen], [], [], max(left, 0))[0]:
                raise TimeoutError(f"the screen never showed {wanted!r}")
            seen = seen[-len(wanted) :] + os.read(self.screen, 1 << 16)
        return time.perf_counter() - start

    def press(self, keys: bytes, wanted: bytes = b"") -> float:
        """Seconds from the key to the finished screen."""
        os.write(self.screen, keys)
        return self.settle(wanted)

    def close(self) -> None:
        """End the program, at last by force."""
        os.close(self.screen)
        for sent in (signal.SIGTERM, signal.SIGKILL):
            os.kill(self.process, sent)
            deadline = time.monotonic() + END_SECONDS
            while time.monotonic() < deadline:
                if os.waitpid(self.process, os.WNOHANG)[0]:
                    return
                time.sleep(0.05)


def main() -> int:
    """Measure and print."""
    path = captures.shop()
    with measure.empty_cache() as environment:
        rows = [("first rows, nothing indexed", f"{first_rows(path, environment):.2f} s")]
        measure.run([sys.executable, "-m", "benchmarks.bench_open", "--open", str(path)], environment)
        rows += session(path, environment)
    measure.table(f"Screen, 160×48, {path.name}", rows)
    return 0


def command(path: Path) -> list[str]:
    """How the screen is opened."""
    return [*measure.THRESHER, str(path)]


def first_rows(path: Path, environment: dict[str, str]) -> float:
    """Seconds until rows of a capture that was never opened are on screen."""
    terminal = Terminal(command(path), environment, 160, 48)
    try:
        return terminal.until(ROW)
    finally:
        terminal.close()


def session(path: Path, environment: dict[str, str]) -> list[tuple[str, str]]:
    """One sitting on an indexed capture."""
    terminal = Terminal(command(path), environment, 160, 48)
    shown = terminal.until(ROW)
    rows = [
        ("first rows, indexed", f"{shown:.2f} s"),
        ("… and a finished screen", f"{shown + terminal.settle():.2f} s"),
    ]
    pages = sorted(terminal.press(b"\x1b[6~") for _ in range(20))
    rows.append(
        ("page down, median and worst of 20", f"{statistics.median(pages) * 1e3:.0f} / {pages[-1] * 1e3:.0f} ms")
    )
    rows.append(("end", f"{terminal.press(b'G') * 1e3:.0f} ms"))
    rows.append(("beginning", f"{terminal.press(b'gg') * 1e3:.0f} ms"))
    terminal.press(b"/")
    terminal.press(FILTER.encode())
    filtered = terminal.press(b"\r")
    rows.append((f"`{FILTER}`: Enter to the finished screen", f"{filtered * 1e3:.0f} ms"))
    terminal.close()
    return rows


if __name__ == "__main__":
    sys.exit(main())
