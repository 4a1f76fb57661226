"""Every error the package declares is raised by it, carries a code for the shell, and reads as a message."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from thresher.capture import errors

ROOT = Path(__file__).resolve().parents[2]
ERRORS = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.ThresherError) and found is not errors.ThresherError
]
ARGUMENTS: dict[type[errors.ThresherError], tuple[object, ...]] = {
    errors.UnreadableError: ("shop.scap", "a folder where a file was expected", "name a file in it"),
    errors.ChangedError: ("shop.scap", "has 12 bytes, had 14 when it was indexed", "open it again"),
    errors.FilterError: ("unknown field 'proc.nmae'", "proc.nmae == 1", 0, 9, "did you mean 'proc.name'?"),
    errors.FormatError: ("unknown field 'proc.nmae'", "proc.nmae == 1", 0, 9, "did you mean 'proc.name'?"),
}


def raised() -> set[str]:
    """Names of what the packages construct."""
    names = set()
    for folder in ("capture", "dissectors", "tui"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
                if isinstance(called, ast.Attribute):
                    names.add(called.attr)
                elif isinstance(called, ast.Name):
                    names.add(called.id)
    return names


def test_every_error_is_raised_somewhere() -> None:
    assert not {error.__name__ for error in ERRORS} - raised()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_says_what_where_and_what_to_do(error: type[errors.ThresherError]) -> None:
    arguments = ARGUMENTS.get(error, ("shop.scap: nothing in it; name another file",))
    made = error(*arguments)
    assert all(str(part) in str(made) for part in arguments if isinstance(part, str) and part != "proc.nmae == 1")
    assert made.exit_code in (1, 2, 3, 4, 130)


def test_a_filter_error_points_at_the_wrong_part() -> None:
    made = errors.FilterError("unknown field", "a == 1 &&\nnope == 2", 10, 14)
    assert made.snippet() == "nope == 2\n^~~~"
    assert made.place() == (2, 1)
