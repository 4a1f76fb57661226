"""Where the command line writes (stage ⑤): stdout is data, stderr all else; nothing unescaped reaches a terminal."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from thresher.capture.errors import FilterError
from thresher.capture.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RESET = "\x1b[0m"


def prepare() -> None:
    """UTF-8 on both streams whatever the locale says, line ends as written, and no character that cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def write(pieces: Iterable[str], *, at_once: bool = False) -> None:
    """Write data; ``at_once`` where somebody waits for each piece."""
    for piece in pieces:
        sys.stdout.write(piece)
        if at_once:
            sys.stdout.flush()


def line(text: str = "") -> None:
    """Write a line of data."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Say something that is not data."""
    sys.stdout.flush()
    sys.stderr.write(f"thresher: note: {escape(text)}\n")


@contextmanager
def notes_from_log() -> Iterator[None]:
    """What parts of the program log meanwhile, a plugin's failure say, is said as a note, without its traceback."""
    import logging

    class Notes(logging.Handler):
        """Says records as notes."""

        def emit(self, record: logging.LogRecord) -> None:
            """Say one."""
            why = f": {record.exc_info[1]}" if record.exc_info and record.exc_info[1] else ""
            note(f"{record.getMessage()}{why}")

    log = logging.getLogger("thresher")
    handler, propagated = Notes(logging.WARNING), log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = propagated


def error(problem: Exception) -> None:
    """Say what went wrong, in a line; for a filter with the place in it."""
    sys.stdout.flush()
    if isinstance(problem, FilterError):
        row, column = problem.place()
        sys.stderr.write(f"thresher: error: {problem.language}:{row}:{column}: {escape(str(problem))}\n")
        wrong, caret = problem.snippet().split("\n", 1)
        sys.stderr.write(f"    {escape(wrong)}\n    {caret}\n" if escape(wrong) == wrong else f"    {escape(wrong)}\n")
        return
    sys.stderr.write(f"thresher: error: {escape(str(problem))}\n")


def wants_colour(choice: str) -> bool:
    """Whether stdout takes colour: ``always``, ``never``, or ``auto`` for a terminal without ``NO_COLOR``."""
    if choice == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return choice == "always"


def give_up_stdout() -> None:
    """After a reader has gone: let nothing try to write to it when the interpreter ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(sink)
