"""The process ends when it is told to, and when its terminal is gone."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from tests.tui.conftest import made
from tests.builders.fake_case import FakeCase
app = made(FakeCase())
app.run()
sys.exit(app.return_code)
"""
PATIENCE_S = 60


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The program on a terminal of its own, once it has drawn the list; the terminal's other end."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
    )
    os.close(theirs)
    try:
        drawn(ours, b"Process")
        yield process, ours
    finally:
        process.kill()
        process.wait()


def drawn(terminal: int, wanted: bytes) -> None:
    """Read what the program draws until this is there."""
    seen, end = b"", time.monotonic() + PATIENCE_S
    while wanted not in seen:
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536)


def ended(process: subprocess.Popen[bytes], terminal: int | None) -> int:
    """The exit code, with the terminal read meanwhile."""
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        if terminal is not None and select.select([terminal], [], [], 0.05)[0]:
            try:
                os.read(terminal, 65536)
            except OSError:
                terminal = None
        elif terminal is None:
            time.sleep(0.05)
    assert process.returncode is not None, "the process goes on"
    return process.returncode


@pytest.mark.slow
def test_a_termination_signal_ends_it() -> None:
    with running() as (process, terminal):
        process.send_signal(signal.SIGTERM)
        assert ended(process, terminal) == 128 + signal.SIGTERM


@pytest.mark.slow
def test_control_c_ends_it() -> None:
    with running() as (process, terminal):
        os.write(terminal, b"\x03")
        assert ended(process, terminal) == 0


@pytest.mark.slow
def test_a_terminal_that_is_gone_ends_it() -> None:
    with running() as (process, terminal):
        os.close(terminal)
        assert ended(process, None) != 0
