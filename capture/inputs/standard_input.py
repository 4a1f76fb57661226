"""Where standard input is (stage ①): a capture that comes through it makes way for the keyboard when a screen opens."""

from __future__ import annotations

import os
import sys

TERMINAL = "/dev/tty"

_moved: list[int] = []
"""The descriptor that the capture was moved to, once it was."""


def duplicate() -> int:
    """A new descriptor of what was piped into the program."""
    return os.dup(_moved[0] if _moved else sys.stdin.fileno())


def give_way() -> None:
    """Put the terminal in the place of standard input, which is read elsewhere from now on.

    Raises:
        OSError: there is no terminal.
    """
    keyboard = os.open(TERMINAL, os.O_RDWR | os.O_CLOEXEC)
    place = sys.stdin.fileno()
    _moved[:] = [os.dup(place)]
    os.dup2(keyboard, place)
    os.close(keyboard)


def has_terminal() -> bool:
    """Whether there is a terminal to type at, wherever standard input comes from."""
    try:
        os.close(os.open(TERMINAL, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True
