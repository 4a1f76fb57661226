"""Files stay short enough to read in one sitting, functions on one screen, and names say what is inside."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 400, 60
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "shared", "base"}
FOLDERS = ("capture", "dissectors", "tui", "samples", "tests", "benchmarks")
SOURCES = sorted(
    [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    + [ROOT / "setup.py", *(ROOT / "src" / "thresher").glob("*.py")]
)
EXCEPTIONS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(path: Path) -> dict[str, int]:
    """Functions longer than allowed, with their length."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                found[f"{name(path)}::{node.name}"] = length
    return found


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= EXCEPTIONS["files"].get(name(path), FILE_LINES)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_has_at_most_60_lines(path: Path) -> None:
    too_long = {key: size for key, size in long_functions(path).items() if size > EXCEPTIONS["functions"].get(key, 0)}
    assert not too_long


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_name_says_what_is_inside(path: Path) -> None:
    assert path.stem not in BANNED


def test_an_exception_that_is_no_longer_needed_is_taken_out() -> None:
    lengths = {name(path): path.read_text("utf-8").count("\n") for path in SOURCES}
    functions = {key: size for path in SOURCES for key, size in long_functions(path).items()}
    idle = [key for key, size in EXCEPTIONS["files"].items() if lengths.get(key, 0) < size]
    idle += [key for key, size in EXCEPTIONS["functions"].items() if functions.get(key, 0) < size]
    assert not idle, "write the smaller number or delete the line"
