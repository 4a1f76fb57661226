"""Sources that others still write to: what comes is handed out soon, and they end only when they end."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from thresher.capture.inputs.streams import InputFile, InputStream, open_stream
from thresher.capture.inputs.tail import Tail


def pipe_file(tmp_path: Path) -> tuple[InputFile, int]:
    """A named pipe with somebody who writes to it."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    keeper = os.open(path, os.O_RDWR)
    return InputFile.of(str(path)), keeper


def growing(path: Path, enough: threading.Event | None = None) -> InputStream:
    return open_stream(InputFile.of(str(path), follow=True), enough=enough)


def test_a_pipe_that_is_silent_says_so_and_does_not_end(tmp_path: Path) -> None:
    file, writer = pipe_file(tmp_path)
    os.write(writer, b"a" * 100)
    arrivals = open_stream(file).arrivals()
    assert next(arrivals) == b"a" * 100
    assert next(arrivals) == b""
    os.write(writer, b"b")
    assert next(arrivals) == b"b"
    os.close(writer)


def test_a_head_is_shown_before_a_slow_writer_has_filled_it(tmp_path: Path) -> None:
    file, writer = pipe_file(tmp_path)
    os.write(writer, b"a" * 100)
    assert open_stream(file).head() == b"a" * 100
    os.close(writer)


def test_a_followed_file_goes_on_when_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100)
    arrivals = growing(path).arrivals()
    assert next(arrivals) == b"a" * 100
    assert next(arrivals) == b""
    with path.open("ab") as more:
        more.write(b"b")
    assert next(filter(None, arrivals)) == b"b"


def test_a_followed_file_ends_at_its_present_end_once_that_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100)
    enough = threading.Event()
    stream = growing(path, enough)
    with path.open("ab") as more:
        more.write(b"b" * 7)
    enough.set()
    assert b"".join(stream.chunks()) == b"a" * 100 + b"b" * 7
    assert stream.was_stopped
    assert len(stream.digest) == 64


def test_a_followed_file_that_becomes_shorter_ends_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100)
    stream = growing(path)
    os.truncate(path, 10)
    assert b"".join(stream.chunks()) == b"a" * 100
    assert stream.was_cut
    assert not stream.was_stopped


def test_a_followed_file_may_be_empty_at_first(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    enough = threading.Event()
    timer = threading.Timer(0.05, lambda: (path.write_bytes(b"a" * 200), enough.set()))
    timer.start()
    assert b"".join(growing(path, enough).chunks()) == b"a" * 200


def test_a_pipe_ends_when_it_is_given_up_although_its_writer_lives(tmp_path: Path) -> None:
    file, writer = pipe_file(tmp_path)
    enough = threading.Event()
    enough.set()
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK)
    assert Tail(descriptor, enough).read(10) == b""
    os.close(writer)
    os.close(descriptor)
