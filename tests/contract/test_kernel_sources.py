"""The kernel means the same compiled and interpreted, and keeps the checks that hostile captures need."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from thresher.dissectors.syscall import kernel_digest

FOLDER = kernel_digest.folder()
NAMES = kernel_digest.module_names(FOLDER)
RANGE = re.compile(r"at < 0 or at > len\(self\.data\) - (\d+)")
LOADS = {"load16": 2, "load32": 4, "load64": 8}
LOOKED_AT = {
    "rows.emit": "writes each column of one row after one check that the row has room",
    "replay.replay": "reads columns of one row of the type table after one check that there is the row",
    "replay.place": "the same",
    "params.find": "writes no further than MOST, which both arrays hold",
    "tables.slot_of": "the mask is the length of both arrays less one",
}
"""Functions that the compiler does not check, and what keeps their indices inside."""


def enumerated() -> dict[str, int]:
    """The constants that ``columns.pxd`` gives the compiler."""
    text = (FOLDER / "columns.pxd").read_text("utf-8")
    found = re.findall(r"^    (\w+) = (-?\w+)", text, re.MULTILINE)
    found += re.findall(r"#define THRESHER_(\w+) \(?(-?\w+?)LL", text)
    return {name: int(value, 0) for name, value in found}


def assigned() -> dict[str, int]:
    """The constants that ``columns.py`` gives the interpreter."""
    tree = ast.parse((FOLDER / "columns.py").read_text("utf-8"))
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def test_constants_are_the_same_for_the_compiler_and_the_interpreter() -> None:
    assert enumerated() == assigned()


@pytest.mark.parametrize("name", NAMES)
def test_no_check_is_switched_off_and_no_pointer_is_made(name: str) -> None:
    for path in (FOLDER / f"{name}.py", FOLDER / f"{name}.pxd"):
        text = path.read_text("utf-8").replace("@cython.boundscheck(False)", "")
        assert not re.search(r"boundscheck|nonecheck|initializedcheck|wraparound|cdivision|cython\.cast|<\w+ ?\*", text)


def functions(name: str) -> list[ast.FunctionDef]:
    """All functions of a module."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def loads(function: ast.FunctionDef) -> set[int]:
    """How many bytes the function reads without a check, one number a way of reading."""
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {LOADS[each.id] for each in called if isinstance(each, ast.Name) and each.id in LOADS}


@pytest.mark.parametrize("name", NAMES)
def test_what_reads_unchecked_checks_the_range_itself_without_a_sum_that_could_wrap(name: str) -> None:
    for function in functions(name):
        if not (read := loads(function)):
            continue
        guard = function.body[1]
        assert isinstance(guard, ast.If), function.name
        found = RANGE.fullmatch(ast.unparse(guard.test))
        assert found, f"{function.name}: at < 0 or at > length - bytes"
        assert {int(found[1])} == read, function.name
        assert isinstance(guard.body[0], ast.Raise | ast.Return), function.name


def test_what_is_not_checked_is_what_has_been_looked_at() -> None:
    marked = {
        f"{name}.{function.name}"
        for name in NAMES
        for function in functions(name)
        if "cython.boundscheck(False)" in [ast.unparse(mark) for mark in function.decorator_list]
    }
    assert marked == set(LOOKED_AT)


@pytest.mark.parametrize("name", NAMES)
def test_a_c_function_passes_errors_on(name: str) -> None:
    path = FOLDER / f"{name}.pxd"
    declared = re.findall(r"^ *cdef (?!class|enum|readonly|public)[^=\n]*\).*$", path.read_text("utf-8"), re.MULTILINE)
    returns_object = re.compile(r" *cdef (bytes|object|list|tuple|dict|str)\b")
    assert not [line.strip() for line in declared if "except" not in line and not returns_object.match(line)]


@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_module_imports_nothing_of_the_package_by_its_name(name: str) -> None:
    for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level:
            assert not (node.module or "").startswith("thresher")


def test_an_edit_changes_the_digest(tmp_path: Path) -> None:
    folder = tmp_path / "kernel"
    shutil.copytree(FOLDER, folder)
    before = kernel_digest.digest(folder, NAMES[0])
    assert before == kernel_digest.digest(FOLDER, NAMES[0])
    declarations = folder / "columns.pxd"
    declarations.write_text(declarations.read_text("utf-8") + "\n# edited\n", "utf-8")
    assert kernel_digest.digest(folder, NAMES[0]) != before
